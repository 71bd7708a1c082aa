#include "entact/trial/adaptive_allocation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "entact/base/error.h"
#include "entact/base/random.h"
#include "entact/num/distributions.h"

namespace entact {
namespace {

double sum(const std::vector<double>& x) { return std::accumulate(x.begin(), x.end(), 0.0); }

TEST(AdaptiveAllocation, of_two_arms_the_best_has_a_closed_form) {
  const std::vector<double> best = probability_best(std::vector{0.3, 0.0}, std::vector{0.2, 0.5});
  EXPECT_NEAR(best[0], normal_cdf(0.3 / std::hypot(0.2, 0.5)), 1e-12);
  EXPECT_NEAR(sum(best), 1, 1e-14);
}

TEST(AdaptiveAllocation, equal_arms_are_equally_likely_best) {
  for (const double p : probability_best(std::vector(4, 1.0), std::vector(4, 0.3)))
    EXPECT_NEAR(p, 0.25, 1e-13);
}

TEST(AdaptiveAllocation, thompson_starts_even_and_follows_the_best) {
  const std::vector<double> best{0.7, 0.2, 0.1};
  const std::vector<double> first = thompson_shares(best, 0, 100);
  for (const double share : first) EXPECT_NEAR(share, 1.0 / 3, 1e-15);
  const std::vector<double> last = thompson_shares(best, 100, 100);
  EXPECT_NEAR(last[0] / last[1], std::sqrt(3.5), 1e-12);
  EXPECT_NEAR(sum(last), 1, 1e-14);
}

TEST(AdaptiveAllocation, no_arm_falls_below_the_floor) {
  const std::vector<double> shares =
      thompson_shares(std::vector{0.99, 0.009, 0.001, 0.0}, 100, 100, 0.15);
  EXPECT_NEAR(sum(shares), 1, 1e-14);
  for (const double share : shares) EXPECT_GE(share, 0.15 - 1e-15);
  EXPECT_EQ(shares[3], 0.15);
}

TEST(AdaptiveAllocation, optimal_shares_are_those_of_their_formulas) {
  EXPECT_NEAR(neyman_shares(std::vector{1.0, 3.0})[1], 0.75, 1e-15);
  EXPECT_NEAR(fewest_failures_shares(std::vector{0.64, 0.16})[0], 2.0 / 3, 1e-15);
  const std::vector<double> target{0.7, 0.3};
  EXPECT_NEAR(biased_coin_shares(target, target)[0], 0.7, 1e-15);
  EXPECT_GT(biased_coin_shares(target, std::vector{0.5, 0.5})[0], 0.7);
}

// The biased coin brings a trial to its target, with less spread than tossing the target itself.
TEST(AdaptiveAllocation, biased_coin_reaches_its_target) {
  const std::vector<double> target{0.65, 0.35};
  const auto spread = [&](double gamma) {
    double squares = 0;
    for (std::uint32_t r = 0; r < 300; ++r) {
      RandomStream random({.seed = 2, .purpose = RandomPurpose::allocation, .replicate = r});
      double first = 1, n = 2;
      for (; n < 200; ++n)
        first += random.uniform() <
                 biased_coin_shares(target, std::vector{first / n, 1 - first / n}, gamma)[0];
      squares += (first / n - 0.65) * (first / n - 0.65);
    }
    return std::sqrt(squares / 300);
  };
  EXPECT_LT(spread(2), 0.6 * spread(0));
  EXPECT_NEAR(spread(0), std::sqrt(0.65 * 0.35 / 200), 0.005);
}

TEST(AdaptiveAllocation, refuses_what_is_no_allocation) {
  EXPECT_THROW(probability_best(std::vector{1.0}, std::vector{1.0}), Error);
  EXPECT_THROW(probability_best(std::vector{1.0, 2.0}, std::vector{1.0, 0.0}), Error);
  EXPECT_THROW(thompson_shares(std::vector{0.5, 0.5}, 3, 2), Error);
  EXPECT_THROW(thompson_shares(std::vector{0.5, 0.5}, 1, 2, 0.5), Error);
  EXPECT_THROW(neyman_shares(std::vector{1.0, -1.0}), Error);
  EXPECT_THROW(fewest_failures_shares(std::vector{1.0, 0.5}), Error);
  EXPECT_THROW(biased_coin_shares(std::vector{0.5, 0.5}, std::vector{0.0, 1.0}), Error);
}

}  // namespace
}  // namespace entact
