#include "entact/trial/trial_estimand.h"

#include <gtest/gtest.h>

#include <cmath>

#include "entact/num/distributions.h"
#include "entact/trial/trial_specimen.h"

namespace entact {
namespace {

using specimen::plain_truth;
using specimen::two_arms;

// Everybody stops at the second visit and keeps a quarter of the effect.
VirtualTrial stopping_trial() {
  TrialTruth truth = plain_truth(4);
  truth.natural = {-1, -2, -3, -4};
  truth.effect = {-8, -8, -8, -8};
  truth.keeps = 0.25;
  truth.stops = {{.name = "week 8", .rate = 0}};
  truth.events = {
      {.name = "rescue", .rate = 1, .shift = -3, .from_week = 8, .who = Concerned::off_drug}};
  return prepare_trial(two_arms(10), truth);
}

TEST(TrueValue, follows_the_strategy_for_each_event) {
  const VirtualTrial trial = stopping_trial();
  TrialEstimand estimand{.visit = 3, .events = {Strategy::hypothetical}};
  EXPECT_NEAR(true_value(trial, estimand, 1, 200).value, -8, 1e-12);
  estimand.events = {Strategy::treatment_policy};  // rescue takes 3 off the control arm
  EXPECT_NEAR(true_value(trial, estimand, 1, 200).value, -5, 1e-12);
  estimand.events = {Strategy::while_on_treatment};  // control: its score at the visit before
  const SimulatedValue on = true_value(trial, estimand, 1, 20000);
  EXPECT_NEAR(on.value, -8 - 4 + 1, 3 * on.mc_se);
  estimand.events = {Strategy::composite};  // control: no change
  estimand.failure = 0;
  const SimulatedValue composite = true_value(trial, estimand, 1, 20000);
  EXPECT_NEAR(composite.value, -8 - 4, 3 * composite.mc_se);
}

TEST(TrueValue, of_stopping_under_treatment_policy_keeps_a_part) {
  TrialTruth truth = plain_truth(4);
  truth.effect = {-8, -8, -8, -8};
  truth.keeps = 0.25;
  truth.stops = {{.name = "all", .rate = 1}};
  const VirtualTrial trial = prepare_trial(two_arms(10), truth);
  EXPECT_NEAR(true_value(trial, {.visit = 3}, 1, 200).value, -8, 1e-12);
  EXPECT_NEAR(true_value(trial, {.visit = 3, .stopping = Strategy::treatment_policy}, 1, 200).value,
              -2, 1e-12);
}

TEST(TrueValue, leaves_beliefs_out_unless_they_belong_to_treatment) {
  TrialTruth truth = plain_truth(4);
  truth.effect = {-6, -6, -6, -6};
  truth.belief = {.active = 1, .inactive = 0, .expectancy = -3, .disappointment = 1};
  const VirtualTrial trial = prepare_trial(two_arms(10), truth);
  EXPECT_NEAR(true_value(trial, {.visit = 3}, 1, 200).value, -6, 1e-12);
  EXPECT_NEAR(true_value(trial, {.visit = 3, .without_beliefs = false}, 1, 200).value, -10, 1e-12);
}

TEST(TrueValue, of_responders_is_the_normal_probability) {
  TrialTruth truth = plain_truth(4);
  truth.effect = {0, 0, 0, -9};
  truth.natural = {0, 0, 0, -15};
  const VirtualTrial trial = prepare_trial(two_arms(10), truth);
  const SimulatedValue found =
      true_value(trial, {.visit = 3, .method = TrialMethod::responders}, 1);
  const double sd = std::sqrt(49 + 144 - 2 * 0.5 * 7 * 12);
  EXPECT_NEAR(found.value, normal_cdf(14 / sd) - normal_cdf(5 / sd), 3 * found.mc_se);
}

TEST(Estimand, lets_scores_into_the_analysis_as_its_strategies_say) {
  TrialCourse course{.score = {30, 28, 26, 24}, .seen = {30, 28, 26, 24}, .event_visit = {2}};
  course.stop_visit = 4;
  const auto scores = [&](Strategy strategy) {
    return analysed_scores(course, 40, {.visit = 3, .events = {strategy}, .failure = 5});
  };
  EXPECT_EQ(scores(Strategy::treatment_policy), course.seen);
  EXPECT_TRUE(std::isnan(scores(Strategy::hypothetical)[2]));
  EXPECT_EQ(scores(Strategy::while_on_treatment), (std::vector<double>{30, 28, 28, 28}));
  EXPECT_EQ(scores(Strategy::composite), (std::vector<double>{30, 28, 45, 45}));
}

TEST(Estimand, a_response_is_a_fall_by_points_percent_or_to_a_score) {
  EXPECT_TRUE(responds({.fall = 10}, 40, 30));
  EXPECT_FALSE(responds({.fall = 10}, 40, 31));
  EXPECT_TRUE(responds({.fall = 50, .percent = true}, 40, 20));
  EXPECT_FALSE(responds({.fall = 50, .percent = true}, 40, 21));
  EXPECT_TRUE(responds({.at_most = 11}, 40, 11));
}

}  // namespace
}  // namespace entact
