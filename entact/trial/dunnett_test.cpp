#include "entact/trial/dunnett.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "entact/base/error.h"
#include "entact/num/distributions.h"
#include "entact/trial/sequential_specimen.h"

namespace entact {
namespace {

TEST(Dunnett, of_one_arm_is_normal) {
  for (const double x : {-3.0, 0.0, 2.0, 7.0})
    EXPECT_NEAR(dunnett_upper(x, std::vector{0.5}), normal_upper(x),
                1e-12 * normal_upper(x) + 1e-15);
}

TEST(Dunnett, of_independent_arms_is_a_product) {
  EXPECT_NEAR(dunnett_upper(1.3, std::vector{0.0, 0.0, 0.0}), 1 - std::pow(normal_cdf(1.3), 3),
              1e-13);
}

// Orthants: P(all of two or three below 0) with correlation 1/2 is 1/3 and 1/4.
TEST(Dunnett, at_zero_is_an_orthant) {
  EXPECT_NEAR(dunnett_upper(0, std::vector{0.5, 0.5}), 1 - 1.0 / 3, 1e-13);
  EXPECT_NEAR(dunnett_upper(0, std::vector{0.5, 0.5, 0.5}), 1 - 1.0 / 4, 1e-13);
}

// mvtnorm's Miwa algorithm has some 1e-8.
TEST(Dunnett, agrees_with_mvtnorm) {
  for (const auto& one : specimen::rpact_adaptive()["dunnett"]) {
    const std::vector<double> shares = one["shares"];
    EXPECT_NEAR(dunnett_upper(one["x"], shares), one["p"].get<double>(), 1e-7) << one;
  }
}

TEST(Dunnett, the_table_is_the_function) {
  for (const int arms : {1, 2, 5}) {
    const DunnettZ table(arms, 0.6);
    const std::vector<double> shares(static_cast<std::size_t>(arms), 0.6);
    for (double x = -5.99; x < 8; x += 0.0371) {
      const double p = dunnett_upper(x, shares);
      EXPECT_NEAR(normal_upper(table(x)), p, 1e-8 * p + 1e-12) << arms << " " << x;
    }
  }
}

TEST(Dunnett, refuses_shares_that_are_none) {
  EXPECT_THROW(dunnett_upper(1, {}), Error);
  EXPECT_THROW(dunnett_upper(1, std::vector{1.0}), Error);
  EXPECT_THROW(dunnett_upper(INFINITY, std::vector{0.5}), Error);
}

}  // namespace
}  // namespace entact
