#include "entact/trial/adaptive_trial.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "entact/trial/multi_arm_simulation.h"
#include "entact/trial/sample_size.h"
#include "entact/trial/size_rule.h"
#include "entact/trial/trial_specimen.h"

namespace entact {
namespace {

using specimen::plain_truth;
using specimen::two_arms;

/// One visit analysed by least squares: fast, and its standard error is known.
TrialSimulation simulation_of(TrialDesign design, double effect, const InterimPlan& plan,
                              std::vector<int> treatment = {0}, std::vector<int> control = {1}) {
  TrialTruth truth = plain_truth(1);
  truth.effect = {effect};
  TrialSimulation simulation = specimen::simulation(
      design, truth,
      {{.treatment = treatment, .control = control, .visit = 0, .method = TrialMethod::ancova}});
  simulation.looks = plan;
  return simulation;
}

InterimPlan looks(std::vector<double> rates = {0.5, 1}) {
  return {.design = group_sequential({.rates = std::move(rates)})};
}

InterimCharacteristics run(const TrialSimulation& simulation, std::int64_t replicates) {
  return *operate(simulation, {.replicates = replicates, .people = 1000}).looks;
}

/// Two doses and a control.
TrialDesign three_arms(int n) {
  return {.arms = {{.name = "120 mg", .dose_mg = 120},
                   {.name = "80 mg", .dose_mg = 80},
                   {.name = "Placebo"}},
          .n = n,
          .visit_weeks = {18},
          .visit_names = {"V0"}};
}

void expect_level(const InterimCharacteristics& found, double n) {
  ASSERT_TRUE(found.false_rejection);
  // At most 2.5%, and not idle: the Monte Carlo error of a fixed seed.
  EXPECT_LE(found.false_rejection->value, 0.025 + 3 * std::sqrt(0.025 * 0.975 / n));
  EXPECT_GE(found.false_rejection->value, 0.015);
  EXPECT_EQ(found.failed, 0);
}

TEST(AdaptiveTrial, with_nothing_to_change_is_the_trial_as_planned) {
  InterimPlan plan = looks();
  plan.size = SizeRule{.promising = 1, .most = 200};
  const TrialSimulation simulation = simulation_of(two_arms(120, {18}), -5, plan);
  const AdaptedTrial adapted = adapted_replicate(simulation, 3);
  const ConductedTrial made = conduct(simulation.trial, {1, 3});
  ASSERT_EQ(adapted.made.arm.size(), adapted.fields[interim_enrolled]);
  for (std::size_t i = 0; i < adapted.made.arm.size(); ++i) {
    EXPECT_EQ(adapted.made.arm[i], made.arm[i]);
    EXPECT_EQ(adapted.made.courses[i].seen, made.courses[i].seen);
  }
}

TEST(AdaptiveTrial, a_size_by_the_trend_keeps_the_level) {
  InterimPlan plan = looks();
  plan.size = SizeRule{.power = 0.9, .most = 240};
  expect_level(run(simulation_of(two_arms(100, {18}), 0, plan), 3000), 3000);
}

TEST(AdaptiveTrial, a_size_by_the_spread_keeps_the_level) {
  InterimPlan plan = looks();
  plan.size = SizeRule{.blinded = true, .difference = -6, .most = 240, .pooled = true};
  expect_level(run(simulation_of(two_arms(60, {18}), 0, plan), 3000), 3000);
}

TEST(AdaptiveTrial, the_mixed_model_keeps_the_level_in_stages) {
  InterimPlan plan = looks();
  plan.size = SizeRule{.power = 0.9, .most = 160};
  TrialSimulation simulation = specimen::simulation(two_arms(80, {4, 8}), plain_truth(2));
  simulation.looks = plan;
  expect_level(run(simulation, 1500), 1500);
}

TEST(AdaptiveTrial, grows_where_it_promises_and_gains_power) {
  InterimPlan plan = looks();
  plan.size = SizeRule{.power = 0.9, .promising = 0.3, .most = 200};
  const TrialSimulation grows = simulation_of(two_arms(100, {18}), -5, plan);
  const InterimCharacteristics found = run(grows, 1200);
  const SequentialBehaviour fixed =
      behaviour(plan.design, 5 / (12 * std::sqrt(0.75) * std::sqrt(2.0 / 50)));
  EXPECT_GT(found.power.value, fixed.power + 3 * found.power.mc_se);
  EXPECT_GT(found.adaptive->grown.value, 0.1);
  EXPECT_EQ(found.most, 200);
  EXPECT_NEAR(found.coverage.value, 0.95, 3 * found.coverage.mc_se + 0.01);
  // The size is that of the rule at what the look saw.
  for (int r = 0; r < 20; ++r) {
    const AdaptedTrial one = adapted_replicate(grows, r);
    const LookRecord& look = one.looks.front();
    if (one.looks.size() == 1) continue;
    const double trend = look.z[0] / std::sqrt(0.5);
    EXPECT_EQ(one.fields[interim_enrolled],
              reconsidered_size(*plan.size, {.rate = 0.5,
                                             .planned = 100,
                                             .z = look.z[0],
                                             .drift = trend,
                                             .critical = plan.design.upper[1]}));
  }
}

// Known SD 12 given 1/2 correlation: the blinded size is that of the formula at 12 sqrt(3 / 4).
TEST(AdaptiveTrial, the_blinded_size_finds_the_spread) {
  InterimPlan plan = looks();
  plan.size = SizeRule{.blinded = true, .difference = -5, .most = 1000, .pooled = true};
  const InterimCharacteristics found = run(simulation_of(two_arms(60, {18}), -5, plan), 400);
  const double n = size_for_means({.difference = 5, .sd = 12 * std::sqrt(0.75), .t = false},
                                  {.alpha = 0.025, .sides = 1}, 0.9);
  // The arms' difference adds (5 / 2)^2 / 108 = 5.8% to the variance; 60 give it with some noise.
  EXPECT_NEAR(found.median, n * 1.058 * plan.design.inflation, 12);
  EXPECT_GT(found.power.value, 0.88);
}

TEST(AdaptiveTrial, dropping_losers_keeps_the_familywise_level) {
  for (const bool conditional : {false, true}) {
    InterimPlan plan = looks();
    plan.arms = ArmRule{.conditional = conditional};
    expect_level(run(simulation_of(three_arms(120), 0, plan, {0, 1}, {2}), 2500), 2500);
  }
}

// The same design on normal statistics of a known standard deviation, by another program.
TEST(AdaptiveTrial, rejects_as_often_as_the_fast_simulation) {
  InterimPlan plan = looks();
  plan.arms = ArmRule{};
  const InterimCharacteristics found =
      run(simulation_of(three_arms(240), -4.5, plan, {0, 1}, {2}), 1500);
  const SimulatedArms fast = simulate_arms({.effect = {4.5, 3},
                                            .sd = 12 * std::sqrt(0.75),
                                            .arm_size = {40, 80},
                                            .design = plan.design,
                                            .stop_at_first = true,
                                            .replicates = 40000});
  for (std::size_t h = 0; h < 2; ++h) {
    const double exact = fast.rejected[h][0] + fast.rejected[h][1];
    const SimulatedValue& ours = found.adaptive->arms[h].rejected;
    // t tests have a little less power than z.
    EXPECT_NEAR(ours.value, exact, 3 * ours.mc_se + 0.01);
  }
  EXPECT_NEAR(found.power.value, fast.any, 3 * found.power.mc_se + 0.01);
}

TEST(AdaptiveTrial, tells_which_arm_is_selected_and_what_that_does_to_its_estimate) {
  InterimPlan plan = looks();
  plan.arms = ArmRule{};
  const InterimCharacteristics found =
      run(simulation_of(three_arms(150), -4, plan, {0, 1}, {2}), 800);
  const auto& arms = found.adaptive->arms;
  ASSERT_EQ(arms.size(), 2U);
  EXPECT_EQ(arms[0].kept[0], 1);
  EXPECT_LE(arms[0].kept[1] + arms[1].kept[1], 1 + 1e-12);
  EXPECT_GT(arms[0].leads.value, arms[1].leads.value);
  EXPECT_GT(arms[0].rejected.value, arms[1].rejected.value);
  // The best of two is overstated; benefit is negative.
  EXPECT_LT(arms[1].bias.value, 0);
  // The places of the loser are not filled: 100 of 150 after the half.
  EXPECT_EQ(found.most, 125);
  EXPECT_LT(found.adaptive->inferior->value, 125);
}

TEST(AdaptiveTrial, a_dropped_arm_takes_nobody_any_more) {
  InterimPlan plan = looks();
  plan.arms = ArmRule{.refill = true};
  const TrialSimulation simulation = simulation_of(three_arms(90), 0, plan, {0, 1}, {2});
  for (int r = 0; r < 5; ++r) {
    const AdaptedTrial made = adapted_replicate(simulation, r);
    if (made.looks.size() == 1) continue;
    EXPECT_EQ(made.made.arm.size(), 90U);
    int loser = made.looks[0].ratio_after[0] == 0 ? 0 : 1;
    for (std::size_t i = 45; i < 90; ++i) EXPECT_NE(made.made.arm[i], loser);
  }
}

TEST(AdaptiveTrial, arms_without_prospects_are_dropped_by_prediction) {
  InterimPlan plan = looks();
  plan.arms = ArmRule{.kind = ArmRule::Kind::predictive, .least = 0.3};
  const TrialSimulation simulation = simulation_of(three_arms(120), 0, plan, {0, 1}, {2});
  const InterimCharacteristics found = run(simulation, 300);
  EXPECT_GT(found.futility[0], 0.5);
  EXPECT_EQ(found.fewest, 60);
}

TEST(AdaptiveTrial, allocation_by_response_keeps_the_level_and_follows_the_better_arm) {
  InterimPlan plan = looks({0.4, 0.7, 1});
  for (const auto kind : {AllocationRule::Kind::thompson, AllocationRule::Kind::square_root}) {
    plan.allocation = AllocationRule{.kind = kind, .floor = 0.1, .control = 0.3};
    expect_level(run(simulation_of(two_arms(120, {18}), 0, plan), 1500), 1500);
    const InterimCharacteristics found = run(simulation_of(two_arms(120, {18}), -6, plan), 200);
    EXPECT_LT(found.adaptive->inferior->value, found.participants.value / 2);
    EXPECT_GT(found.adaptive->allocated[0].median, found.adaptive->allocated[1].median);
  }
}

TEST(AdaptiveTrial, results_do_not_depend_on_threads) {
  InterimPlan plan = looks();
  plan.arms = ArmRule{};
  plan.allocation = AllocationRule{};
  plan.size = SizeRule{.power = 0.8, .most = 150};
  plan.enrolled_per_week = 1;
  const TrialSimulation simulation = simulation_of(three_arms(90), -5, plan, {0, 1}, {2});
  const auto all = [&](int threads) {
    std::vector<double> values;
    run_replicates(replicates_of(simulation), {0, 24}, {.compute = on_threads(threads)},
                   [&](std::int64_t, const std::vector<double>& result) {
                     for (const double value : result)
                       values.push_back(std::isnan(value) ? -999 : value);
                   });
    return values;
  };
  EXPECT_EQ(all(1), all(3));
}

}  // namespace
}  // namespace entact
