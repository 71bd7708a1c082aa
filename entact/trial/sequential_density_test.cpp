#include "entact/trial/sequential_density.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>

#include "entact/base/error.h"
#include "entact/num/distributions.h"

namespace entact {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// P(all z_k > 0) of the first `looks` looks, by going on above 0.
double orthant(const std::vector<double>& information) {
  SequentialDensity z(information, 0);
  for (std::size_t k = 0; k + 1 < information.size(); ++k) z.go_on({{0, infinity}});
  return z.above(0);
}

double angle(double a, double b) { return std::asin(std::sqrt(a / b)); }

// Sheppard's orthant probabilities of two and three normal variables.
TEST(SequentialDensity, orthants_are_those_of_the_closed_form) {
  const double pi = std::numbers::pi;
  for (const double t : {0.01, 0.3, 0.5, 0.9, 0.999}) {
    EXPECT_NEAR(orthant({t, 1}), 0.25 + angle(t, 1) / (2 * pi), 1e-13) << t;
    const double three = angle(t, 1) + angle(t, 1.7) + angle(1, 1.7);
    EXPECT_NEAR(orthant({t, 1, 1.7}), 0.125 + three / (4 * pi), 1e-13) << t;
  }
}

// Without bounds the last look is normal, whatever the looks before, and nobody is lost.
TEST(SequentialDensity, looks_at_which_all_go_on_change_nothing) {
  SequentialDensity z({0.1, 0.15, 0.6, 0.61, 1}, 2.5);
  for (int k = 0; k < 4; ++k) z.go_on({{-infinity, infinity}});
  EXPECT_EQ(z.look(), 4U);
  for (const double x : {-3.0, 0.0, 1.96, 5.0, 8.0})
    EXPECT_NEAR(z.above(x), normal_upper(x - 2.5), 1e-13 + 1e-11 * normal_upper(x - 2.5)) << x;
  EXPECT_NEAR(z.reached(), 1, 1e-13);
}

TEST(SequentialDensity, splitting_an_interval_in_parts_changes_nothing) {
  SequentialDensity whole({0.5, 1}, 1.5), parts({0.5, 1}, 1.5);
  whole.go_on({{-1, 2.1}});
  parts.go_on({{-1, 0.33}, {0.33, 0.7}, {0.7, 2.1}});
  for (const double x : {-2.0, 1.0, 2.5}) {
    EXPECT_NEAR(whole.above(x), parts.above(x), 1e-14);
    EXPECT_NEAR(whole.below(x), parts.below(x), 1e-14);
  }
  EXPECT_NEAR(whole.above(1) + whole.below(1), whole.reached(), 1e-15);
}

// The likelihood ratio of a drift to none, exp(drift s - drift^2 t / 2) with s = z sqrt(t), turns
// probabilities under none into those under the drift: E_0[ratio; stop] = P_drift(stop).
TEST(SequentialDensity, a_drift_is_a_change_of_measure) {
  const double drift = 1.7, u = 2.2;
  SequentialDensity none({0.4, 1}, 0), some({0.4, 1}, drift);
  none.go_on({{-0.5, u}});
  some.go_on({{-0.5, u}});
  double sum = 0;
  const double step = 1e-3;
  for (double z = -8; z < 8; z += step)
    sum += (none.above(z) - none.above(z + step)) *
           std::exp(drift * (z + step / 2) - drift * drift / 2);
  EXPECT_NEAR(sum, some.reached(), 1e-6);  // midpoint rule: step^2
}

TEST(SequentialDensity, refuses_information_that_does_not_grow_and_looks_past_the_last) {
  const auto code = [](auto&& call) {
    try {
      call();
    } catch (const Error& error) {
      return error.code();
    }
    return std::string();
  };
  const std::string information = "trial.group_sequential.information";
  EXPECT_EQ(code([] { SequentialDensity({0.5, 0.5}, 0); }), information);
  EXPECT_EQ(code([] { SequentialDensity({0, 1}, 0); }), information);
  EXPECT_EQ(code([] { SequentialDensity({1}, 0).go_on({}); }), "trial.group_sequential.looks");
}

}  // namespace
}  // namespace entact
