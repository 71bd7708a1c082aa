#include "entact/num/cvode.h"

#include <gtest/gtest.h>

#include <cmath>

#include "entact/base/error.h"

namespace entact {
namespace {

/// dx = -1e6 (x - cos t), which follows the cosine.
CvodeSystem follower() {
  return {
      .n = 1,
      .rates = [](double t, const double* x, double* dx) { dx[0] = -1e6 * (x[0] - std::cos(t)); },
      .jacobian = [](double, const double*, double* j) { j[0] = -1e6; }};
}

TEST(Cvode, follows_a_stiff_equation) {
  if (!has_cvode()) GTEST_SKIP() << "this build has no SUNDIALS";
  const std::vector<double> times{0, 1, 2, 5};
  for (const bool with_jacobian : {true, false}) {
    CvodeSystem system = follower();
    if (!with_jacobian) system.jacobian = {};
    const auto rows =
        solve_cvode(system, std::vector<double>{1}, times, {.relative = 1e-8, .absolute = 1e-10});
    for (std::size_t i = 0; i < times.size(); ++i)
      EXPECT_NEAR(rows[i], std::cos(times[i]), 2e-6);  // 1e-6 is how far it lags behind
  }
}

TEST(Cvode, says_so_when_it_fails_or_is_not_there) {
  try {
    solve_cvode({.n = 1, .rates = [](double, const double* x, double* dx) { dx[0] = x[0] * x[0]; }},
                std::vector<double>{1}, std::vector<double>{0, 2});
    FAIL() << "not refused";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), has_cvode() ? "num.cvode.failed" : "num.cvode.missing");
  }
}

// x = a exp(-k t): its derivatives by a and k in closed form.
TEST(Cvode, gives_sensitivities) {
  CvodeSystem system{
      .n = 1,
      .rates = [](double, const double* x, double* dx) { dx[0] = -0.5 * x[0]; },
      .jacobian = [](double, const double*, double* j) { j[0] = -0.5; },
      .by_parameters = [](double, const double* x, double* by) { by[0] = 0, by[1] = -x[0]; }};
  const std::vector<double> start{3}, start_by{1, 0}, times{0, 1, 4};
  if (!has_cvode()) GTEST_SKIP() << "this build has no SUNDIALS";
  const auto found = solve_cvode_sensitivities(system, start, start_by, times,
                                               {.relative = 1e-10, .absolute = 1e-12});
  for (std::size_t i = 0; i < times.size(); ++i) {
    const double t = times[i], decay = std::exp(-0.5 * t);
    EXPECT_NEAR(found.states[i], 3 * decay, 1e-7);
    EXPECT_NEAR(found.derivatives[2 * i], decay, 1e-7);
    EXPECT_NEAR(found.derivatives[2 * i + 1], -3 * t * decay, 1e-7);
  }
  system.by_parameters = {};
  EXPECT_THROW(solve_cvode_sensitivities(system, start, start_by, times), Error);
}

}  // namespace
}  // namespace entact
