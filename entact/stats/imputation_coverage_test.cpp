// Simulated trials whose dropout depends on what was observed: how often intervals hold the truth.
#include <gtest/gtest.h>

#include <cmath>

#include "entact/base/random.h"
#include "entact/stats/imputation.h"
#include "entact/stats/imputation_specimen.h"

namespace entact {
namespace {

constexpr int trials = 1000;
constexpr double effect = -3;

// 60 participants, 3 visits; who is worse at a visit leaves more often before the next.
ImputationSpecimen simulated(std::uint32_t trial) {
  ImputationSpecimen s;
  s.data.y.resize(60, 3);
  s.data.visits = {"V1", "V2", "V3"};
  for (int i = 0; i < 60; ++i) {
    RandomStream random(
        {.seed = 2026, .participant = static_cast<std::uint32_t>(i), .replicate = trial});
    s.data.participants.push_back(std::to_string(i));
    s.arm.push_back(i % 2);
    s.base.push_back(random.normal());
    double error = 2 * random.normal();
    bool stays = true;
    int first = 3;
    for (int v = 0; v < 3; ++v) {
      const double y = -2.0 * v + s.base.back() + effect * s.arm.back() * v / 2 + error;
      s.data.y(i, v) = stays ? y : std::nan("");
      if (!stays && first == 3) first = v;
      stays = stays && random.uniform() > 0.25 / (1 + std::exp(-y / 2));
      error += 2 * random.normal();
    }
    s.data.first_affected.push_back(first);
  }
  s.data.strategy.assign(60, ImputationStrategy::mar);
  add_specimen_designs(s);
  return s;
}

// Binomial error of a coverage of 0.95 over 1,000 trials is 0.0069; the bound is three of them.
TEST(ImputationCoverage, rubins_intervals_hold_the_truth_as_often_as_they_say) {
  int held = 0;
  double sum = 0, squares = 0, variance = 0;
  for (std::uint32_t trial = 0; trial < trials; ++trial) {
    const auto s = simulated(trial);
    const auto analysis = ancova_analysis({specimen_visits(s)[2]}, {"PBO", "MDMA"}, 0);
    const auto pooled = pool_imputations(
        s.data,
        impute(s.data, {.draws = 40, .seed = trial, .burn_in = 50, .burn_between = 5, .chains = 1}),
        analysis)[0];
    held += pooled.low <= effect && effect <= pooled.high ? 1 : 0;
    sum += pooled.estimate;
    squares += pooled.estimate * pooled.estimate;
    variance += pooled.se * pooled.se / trials;
  }
  const double mean = sum / trials, spread = squares / trials - mean * mean;
  EXPECT_NEAR(static_cast<double>(held) / trials, 0.95, 0.0207);
  EXPECT_NEAR(mean, effect, 4 * std::sqrt(spread / trials));  // unbiased under MAR
  EXPECT_NEAR(variance / spread, 1, 0.18);                    // four errors of a variance
}

// The same trials, their first 300, under ante-dependence: a sum of steps is such a process. The
// bound is three binomial errors of 0.0126.
TEST(ImputationCoverage, of_a_structured_covariance_holds_too) {
  constexpr int fewer = 300;
  int held = 0;
  double sum = 0, squares = 0, variance = 0;
  for (std::uint32_t trial = 0; trial < fewer; ++trial) {
    auto s = simulated(trial);
    s.data.covariance = CovarianceKind::adh;
    const auto analysis = ancova_analysis({specimen_visits(s)[2]}, {"PBO", "MDMA"}, 0);
    const auto pooled = pool_imputations(
        s.data,
        impute(s.data, {.draws = 40, .seed = trial, .burn_in = 20, .burn_between = 3, .chains = 1}),
        analysis)[0];
    held += pooled.low <= effect && effect <= pooled.high ? 1 : 0;
    sum += pooled.estimate;
    squares += pooled.estimate * pooled.estimate;
    variance += pooled.se * pooled.se / fewer;
  }
  const double mean = sum / fewer, spread = squares / fewer - mean * mean;
  EXPECT_NEAR(static_cast<double>(held) / fewer, 0.95, 0.0378);
  EXPECT_NEAR(mean, effect, 4 * std::sqrt(spread / fewer));
  EXPECT_NEAR(variance / spread, 1, 0.33);
}

}  // namespace
}  // namespace entact
