#include "entact/trial/conclusion_tally.h"

#include <gtest/gtest.h>

#include <cmath>

#include "entact/trial/trial_specimen.h"

namespace entact {
namespace {

PublishedPool three_trials() {
  return {.id = "specimen",
          .yi = {-9, -7, -11},
          .vi = {4, 9, 6},
          .today = {.intervals = false},
          .then = {.intervals = false}};
}

TrialSimulation null_trial(Measure measure) {
  TrialSimulation simulation =
      specimen::simulation(specimen::two_arms(60), specimen::plain_truth(4));
  simulation.published = three_trials();
  simulation.published->measure = measure;
  return simulation;
}

TEST(Conclusion, is_the_side_that_the_interval_lies_on) {
  const std::vector<double> yi{-9, -7, -11}, vi{4, 9, 6}, wide{400, 900, 600};
  const PoolOptions how{.method = Tau2Method::common, .test = PoolTest::z};
  EXPECT_EQ(conclude(yi, vi, how, true).says, Conclusion::benefit);
  EXPECT_EQ(conclude(yi, vi, how, false).says, Conclusion::harm);
  EXPECT_EQ(conclude(yi, wide, how, true).says, Conclusion::not_shown);
  // Inverse-variance mean and its normal interval by hand.
  const double w = 1 / 4.0 + 1 / 9.0 + 1 / 6.0, mean = (-9 / 4.0 - 7 / 9.0 - 11 / 6.0) / w;
  const PooledConclusion made = conclude(yi, vi, how, true);
  EXPECT_NEAR(made.estimate, mean, 1e-12);
  EXPECT_NEAR(made.high, mean + 1.959963984540054 / std::sqrt(w), 1e-9);
}

TEST(Conclusion, measures_a_trial_as_the_pool_does) {
  const TrialSimulation simulation = null_trial(Measure::mean_difference);
  const std::vector<double> result = replicates_of(simulation).result(3);
  const ResultLayout layout(simulation);
  const auto at = [&](std::int64_t place) { return result[static_cast<std::size_t>(place)]; };
  const auto points = simulated_effect(simulation, Measure::mean_difference, result);
  ASSERT_TRUE(points);
  EXPECT_EQ(points->yi, at(layout.of(0, ResultLayout::estimate)));
  EXPECT_EQ(points->vi, std::pow(at(layout.of(0, ResultLayout::se)), 2));
  const auto arm = [&](std::size_t a, ResultLayout::Visit what) {
    return at(layout.of(a, 3, what));
  };
  const Effect g = standardised_mean_difference(
      {arm(0, ResultLayout::mean), arm(0, ResultLayout::sd), arm(0, ResultLayout::seen),
       arm(1, ResultLayout::mean), arm(1, ResultLayout::sd), arm(1, ResultLayout::seen)});
  const auto made = simulated_effect(simulation, Measure::standardised_mean_difference, result);
  ASSERT_TRUE(made);
  EXPECT_NEAR(made->yi, g.yi, 1e-12);
  EXPECT_NEAR(made->vi, g.vi, 1e-12);
}

TEST(Conclusion, several_arms_count_as_one) {
  TrialDesign design = specimen::two_arms(90);
  design.arms.push_back({.name = "Another placebo"});
  TrialSimulation simulation = specimen::simulation(design, specimen::plain_truth(4));
  simulation.estimands.front().control = {1, 2};
  const TrialKey key{simulation.seed, 5};
  const ConductedTrial made = conduct(simulation.trial, key);
  double n = 0, sum = 0, squares = 0;
  for (std::size_t i = 0; i < made.arm.size(); ++i) {
    const double score = made.courses[i].seen.back();
    if (made.arm[i] == 0) continue;
    n += 1, sum += score, squares += score * score;
  }
  // With one control arm of the same people the effect is that of the two arms together.
  const std::vector<double> result = replicates_of(simulation).result(5);
  const ResultLayout layout(simulation);
  const auto arm = [&](ResultLayout::Visit what) {
    return result[static_cast<std::size_t>(layout.of(0, 3, what))];
  };
  const Effect g = standardised_mean_difference(
      {arm(ResultLayout::mean), arm(ResultLayout::sd), arm(ResultLayout::seen), sum / n,
       std::sqrt((squares - sum * sum / n) / (n - 1)), n});
  EXPECT_NEAR(simulated_effect(simulation, Measure::standardised_mean_difference, result)->yi, g.yi,
              1e-10);
}

TEST(Conclusion, adds_up_what_each_pool_says) {
  TrialSimulation simulation = null_trial(Measure::mean_difference);
  const OperatingCharacteristics found = operate(simulation, {.replicates = 60, .people = 100});
  ASSERT_TRUE(found.conclusion);
  double benefit = 0, not_shown = 0, harm = 0;
  for (std::int64_t r = 0; r < 60; ++r) {
    const auto effect =
        simulated_effect(simulation, Measure::mean_difference, replicates_of(simulation).result(r));
    std::vector<double> yi = simulation.published->yi, vi = simulation.published->vi;
    yi.push_back(effect->yi);
    vi.push_back(effect->vi);
    const Conclusion says = conclude(yi, vi, simulation.published->then, true).says;
    (says == Conclusion::benefit ? benefit : says == Conclusion::harm ? harm : not_shown) += 1;
  }
  EXPECT_NEAR(found.conclusion->benefit.value, benefit / 60, 1e-12);
  EXPECT_NEAR(found.conclusion->not_shown.value, not_shown / 60, 1e-12);
  EXPECT_NEAR(found.conclusion->harm.value, harm / 60, 1e-12);
  // Three trials agree on benefit; a fourth that finds nothing may make them too unlike.
  EXPECT_EQ(found.conclusion->today.says, Conclusion::benefit);
  EXPECT_NEAR(found.conclusion->changes.value, (not_shown + harm) / 60, 1e-12);
  EXPECT_GT(not_shown, 0);
  EXPECT_NEAR(found.conclusion->changes.mc_se, proportion_se(found.conclusion->changes.value, 60),
              1e-12);
}

}  // namespace
}  // namespace entact
