#include "entact/trial/interim.h"

#include <gtest/gtest.h>

#include <cmath>

#include "entact/trial/trial_specimen.h"

namespace entact {
namespace {

using specimen::plain_truth;
using specimen::two_arms;

/// One visit analysed by least squares: fast, and its drift is known.
TrialSimulation with_looks(double effect, const InterimPlan& plan) {
  TrialTruth truth = plain_truth(1);
  truth.effect = {effect};
  TrialSimulation simulation = specimen::simulation(two_arms(120, {18}), truth,
                                                    {{.visit = 0, .method = TrialMethod::ancova}});
  simulation.looks = plan;
  return simulation;
}

InterimPlan half_and_all() {
  return {.design = group_sequential({.rates = {0.5, 1},
                                      .efficacy = {.spending = {.kind = SpendingKind::pocock}},
                                      .futility = Spending{},
                                      .power = 0.9})};
}

InterimCharacteristics run(const TrialSimulation& simulation, std::int64_t replicates) {
  return *operate(simulation, {.replicates = replicates}).looks;
}

double three_of(double p, double n) { return 3 * std::sqrt(p * (1 - p) / n); }

TEST(Interim, stops_as_often_as_the_design_says) {
  // Given the baseline the standard deviation is 12 sqrt(1 - 1 / 4); 60 in each arm at last.
  const double effect = 6, se = 12 * std::sqrt(0.75) * std::sqrt(2.0 / 60);
  const InterimPlan plan = half_and_all();
  const InterimCharacteristics found = run(with_looks(-effect, plan), 2500);
  const SequentialBehaviour exact = behaviour(plan.design, effect / se);
  for (std::size_t k = 0; k < 2; ++k) {
    // The t test with 57 and 117 degrees of freedom has a little less power than z.
    EXPECT_NEAR(found.efficacy[k], exact.efficacy[k], three_of(exact.efficacy[k], 2500) + 0.005);
    EXPECT_NEAR(found.futility[k], exact.futility[k], three_of(exact.futility[k], 2500) + 0.005);
  }
  EXPECT_NEAR(found.participants.value, 120 * exact.expected_information,
              3 * found.participants.mc_se + 0.5);
  EXPECT_EQ(found.failed, 0);
}

TEST(Interim, keeps_alpha_without_an_effect) {
  InterimPlan plan = half_and_all();
  plan.design = group_sequential({.rates = {0.5, 1}});
  const InterimCharacteristics found = run(with_looks(0, plan), 4000);
  EXPECT_NEAR(found.power.value, 0.025, three_of(0.025, 4000));
}

// Early stops overstate the effect; the stagewise ordering's estimate does not, half are above.
TEST(Interim, plain_estimates_are_biased_and_stagewise_ones_are_not) {
  InterimPlan plan = half_and_all();
  plan.design = group_sequential(
      {.rates = {0.5, 1}, .efficacy = {.spending = {.kind = SpendingKind::pocock}}});
  const InterimCharacteristics found = run(with_looks(-5, plan), 2500);
  EXPECT_LT(found.plain_bias.value, -3 * found.plain_bias.mc_se);
  EXPECT_LT(std::abs(found.median_bias.value), std::abs(found.plain_bias.value));
  EXPECT_NEAR(found.above.value, 0.5, 3 * found.above.mc_se);
  EXPECT_NEAR(found.coverage.value, 0.95, 3 * found.coverage.mc_se);
}

TEST(Interim, one_look_is_the_plain_analysis) {
  const InterimPlan plan{.design = group_sequential({.rates = {1}})};
  const TrialSimulation simulation = with_looks(-5, plan);
  const StagewiseTable table(plan.design, 0.95);
  const ConductedTrial made = conduct(simulation.trial, {1, 3});
  const TrialAnswer whole = analyse_trial(simulation.trial, made, simulation.estimands).front();
  const std::vector<double> fields =
      take_looks(simulation.trial, made, simulation.estimands, plan, table);
  EXPECT_EQ(fields[interim_estimate], whole.estimate);
  EXPECT_EQ(fields[interim_outcome], whole.p < 0.05 && whole.estimate < 0 ? 1 : 0);
  EXPECT_EQ(fields[interim_enrolled], 120);
  EXPECT_NEAR(fields[interim_median], whole.estimate, 0.02 * whole.se + 0.05);
}

TEST(Interim, others_come_in_while_the_first_are_followed) {
  InterimPlan plan{.design = group_sequential({.rates = {0.25, 0.5, 1}})};
  const VirtualTrial trial = with_looks(0, plan).trial;
  EXPECT_EQ(enrolled_at_looks(trial, plan), (std::vector<int>{30, 60, 120}));
  plan.enrolled_per_week = 2;
  EXPECT_EQ(enrolled_at_looks(trial, plan), (std::vector<int>{66, 96, 120}));
}

TEST(Interim, gives_up_where_rejection_has_become_improbable) {
  InterimPlan plan{.design = group_sequential({.rates = {0.5, 1}}),
                   .predictive = PredictiveRule{.futility = 0.2}};
  const InterimCharacteristics found = run(with_looks(0, plan), 1500);
  // Of one look to come, with a flat prior: z_2 is near (z / sqrt(t)) / sqrt(t) in predictive mean,
  // with variance (1 - t) / t: P < 0.2 below this z at t = 1/2.
  const double z = (plan.design.upper[1] - 0.8416212) * std::sqrt(0.5);
  const double below = 0.5 * std::erfc(-z / std::sqrt(2.0));
  EXPECT_NEAR(found.futility[0], below, three_of(below, 1500) + 0.01);
  // A sceptical prior stops more often, one that is sure of a benefit hardly ever.
  plan.predictive = PredictiveRule{.futility = 0.2, .mean = 0, .sd = 1};
  EXPECT_GT(run(with_looks(-4, plan), 300).futility[0], 0.5);
  plan.predictive = PredictiveRule{.futility = 0.2, .mean = -12, .sd = 0.5};
  EXPECT_LT(run(with_looks(0, plan), 300).futility[0], 0.2);
}

TEST(Interim, co_primary_estimands_are_rejected_together_and_others_in_order) {
  TrialTruth truth = plain_truth(1);
  truth.effect = {-7};
  TrialSimulation simulation =
      specimen::simulation(two_arms(100, {18}), truth,
                           {{.id = "score", .visit = 0, .method = TrialMethod::ancova},
                            {.id = "response", .visit = 0, .method = TrialMethod::responders}});
  simulation.looks = InterimPlan{.design = group_sequential({.rates = {0.5, 1}}), .more = 1};
  const InterimCharacteristics ordered = run(simulation, 500);
  EXPECT_EQ(ordered.estimands[0].value, ordered.power.value);
  EXPECT_LT(ordered.estimands[1].value, ordered.estimands[0].value);
  simulation.looks->co_primary = true;
  const InterimCharacteristics both = run(simulation, 500);
  EXPECT_EQ(both.estimands[0].value, both.estimands[1].value);
  EXPECT_EQ(both.power.value, both.estimands[0].value);
  // They wait for each other, so both have more chances than the second at the first's stop.
  EXPECT_GE(both.power.value, ordered.estimands[1].value);
  EXPECT_LT(both.power.value, ordered.power.value);
}

TEST(Interim, results_without_looks_stay_as_they_were) {
  TrialSimulation simulation = with_looks(-5, half_and_all());
  const std::vector<double> with = replicates_of(simulation).result(7);
  simulation.looks.reset();
  const std::vector<double> without = replicates_of(simulation).result(7);
  ASSERT_EQ(with.size(), without.size() + interim_fields);
  EXPECT_EQ(with[0], without[0]);
}

}  // namespace
}  // namespace entact
