#include "entact/trial/course.h"

#include <gtest/gtest.h>

#include <cmath>

#include "entact/trial/conduct.h"
#include "entact/trial/trial_harms.h"
#include "entact/trial/trial_specimen.h"

namespace entact {
namespace {

using specimen::plain_truth;
using specimen::two_arms;

TEST(TrialCourse, differs_between_arms_by_the_effect_alone) {
  TrialTruth truth = plain_truth(4);
  truth.effect = {-1, -4, -6, -9};
  const VirtualTrial trial = prepare_trial(two_arms(10), truth);
  const Participant person = draw_participant(trial, {1, 7}, 3);
  const TrialCourse drug = follow(trial, {}, person, 0), placebo = follow(trial, {}, person, 1);
  for (std::size_t k = 0; k < 4; ++k)
    EXPECT_NEAR(drug.score[k] - placebo.score[k], truth.effect[k], 1e-12);
}

TEST(TrialCourse, has_the_moments_asked_for_skewed_or_not) {
  for (const double skew : {0.0, 0.5}) {
    TrialTruth truth = plain_truth(4);
    truth.natural = {-2, -5, -8, -12};
    truth.skew = skew;
    const VirtualTrial trial = prepare_trial(two_arms(20000), truth);
    const ConductedTrial made = conduct(trial, {5, 0});
    double sum = 0, squares = 0, cubes = 0;
    for (const TrialCourse& course : made.courses) {
      const double z = (course.score[3] - 28) / 12;
      sum += z, squares += z * z, cubes += z * z * z;
    }
    // Standard errors: mean 1/141; variance sqrt((kurtosis - 1)/20000), kurtosis 8.9 at skew 0.5.
    EXPECT_NEAR(sum / 20000, 0, 3 / 141.4);
    EXPECT_NEAR(squares / 20000, 1, skew > 0 ? 0.06 : 0.03);
    // Skewness of a lognormal: (e^(s^2) + 2) sqrt(e^(s^2) - 1) = 1.7502 at s = 1/2
    EXPECT_NEAR(cubes / 20000, skew > 0 ? 1.75 : 0, skew > 0 ? 0.4 : 0.1);
  }
}

TEST(TrialCourse, same_person_in_every_scenario) {
  TrialTruth other = plain_truth(4);
  other.effect_sd = 3;
  other.effect = {-1, -2, -3, -4};
  other.stops = {{.name = "any", .rate = 0.1}};
  const Participant a = draw_participant(prepare_trial(two_arms(10), plain_truth(4)), {1, 2}, 5),
                    b = draw_participant(prepare_trial(two_arms(80), other), {1, 2}, 5);
  EXPECT_EQ(a.baseline, b.baseline);
  EXPECT_EQ(a.own, b.own);
  EXPECT_EQ(a.guess, b.guess);
}

TEST(TrialCourse, eligible_people_alone_enter) {
  TrialDesign design = two_arms(300);
  design.eligible_low = 45;
  design.range = {0, 80, true};
  const ConductedTrial made = conduct(prepare_trial(design, plain_truth(4)), {1, 0});
  for (const Participant& person : made.people) {
    EXPECT_GE(person.baseline, 45);
    EXPECT_EQ(person.baseline, std::round(person.baseline));
  }
  // P(Z >= (44.5 - 40) / 7) = 0.2602: about 1153 candidates, SD 58
  EXPECT_NEAR(made.screened, 300 / 0.2602, 3 * 58);
}

TEST(TrialCourse, beliefs_follow_dose_and_what_is_told) {
  TrialDesign design = two_arms(20000);
  TrialTruth truth = plain_truth(4);
  truth.belief = {.active = 0.9, .inactive = 0.2, .unsure = 0.1, .credibility = 0.75};
  const auto shares = [&](const TrialDesign& of) {
    std::array<double, 3> counts{};
    const ConductedTrial made = conduct(prepare_trial(of, truth), {3, 0});
    double n = 0;
    for (std::size_t i = 0; i < made.arm.size(); ++i)
      if (made.arm[i] == 1) ++counts[static_cast<std::size_t>(made.courses[i].guess)], ++n;
    for (double& count : counts) count /= n;
    return counts;
  };
  // 10,000 in the arm: a standard error of at most 0.005
  const auto placebo = shares(design);
  EXPECT_NEAR(placebo[0], 0.9 * 0.2, 0.015);
  EXPECT_NEAR(placebo[2], 0.1, 0.015);
  design.arms[1].told = Told::active;
  EXPECT_NEAR(shares(design)[0], 0.75 + 0.25 * 0.18, 0.015);
  design.arms[1] = {.name = "Amphetamine", .feels_like_mg = 120};
  EXPECT_NEAR(shares(design)[0], 0.9 * 0.9, 0.015);
}

TEST(TrialCourse, beliefs_and_raters_shift_what_is_seen) {
  TrialTruth truth = plain_truth(4);
  truth.belief = {.active = 1, .inactive = 0, .expectancy = -3, .disappointment = 2};
  truth.raters = {.raters = 1, .unblinded = 1, .bias = -1.5};
  const VirtualTrial trial = prepare_trial(two_arms(10), truth);
  const Participant person = draw_participant(trial, {1, 0}, 0);
  const TrialCourse drug = follow(trial, {}, person, 0), placebo = follow(trial, {}, person, 1),
                    neither = follow(trial, {}, person, 0, {.beliefs = false});
  EXPECT_NEAR(drug.score[3] - neither.score[3], -3, 1e-12);
  EXPECT_NEAR(placebo.score[3] - neither.score[3], 2, 1e-12);
  EXPECT_NEAR(drug.seen[3] - drug.score[3], -1.5, 1e-12);
  EXPECT_NEAR(placebo.seen[3] - placebo.score[3], 0, 1e-12);
}

TEST(TrialCourse, who_stops_is_not_seen_unless_followed) {
  TrialTruth truth = plain_truth(4);
  truth.effect = {-8, -8, -8, -8};
  truth.keeps = 0.25;
  truth.stops = {{.name = "everyone", .rate = 1}};
  const Participant person = draw_participant(prepare_trial(two_arms(10), truth), {1, 0}, 0);
  const TrialCourse lost = follow(prepare_trial(two_arms(10), truth), {}, person, 0);
  EXPECT_EQ(lost.stop_visit, 0);
  EXPECT_TRUE(std::isnan(lost.seen[0]) && std::isnan(lost.seen[3]));
  truth.followed = 1;
  const VirtualTrial trial = prepare_trial(two_arms(10), truth);
  const TrialCourse kept = follow(trial, {}, person, 0), without = follow(trial, {}, person, 1);
  EXPECT_NEAR(kept.seen[3] - without.seen[3], -2, 1e-12);
}

TEST(TrialCourse, dropout_depends_on_what_was_seen_or_not) {
  for (const bool unseen : {false, true}) {
    TrialTruth truth = plain_truth(2);
    truth.stops = {
        {.name = "worse", .rate = 0.2, .seen = unseen ? 0 : 1.0, .unseen = unseen ? 1.0 : 0}};
    const ConductedTrial made = conduct(prepare_trial(two_arms(4000, {4, 8}), truth), {1, 0});
    double stopped = 0, stopped_n = 0, stayed = 0, stayed_n = 0;
    for (std::size_t i = 0; i < made.courses.size(); ++i) {
      const TrialCourse& c = made.courses[i];
      if (c.stop_visit == 0) continue;
      const double d = c.score[unseen ? 1 : 0] - made.people[i].baseline;
      (c.stop_visit == 1 ? stopped : stayed) += d;
      ++(c.stop_visit == 1 ? stopped_n : stayed_n);
    }
    EXPECT_GT(stopped / stopped_n, stayed / stayed_n + 4);
  }
}

TEST(TrialCourse, an_event_shifts_the_score_from_its_visit_on) {
  TrialTruth truth = plain_truth(4);
  truth.events = {{.name = "rescue", .rate = 1, .shift = -5, .from_week = 10}};
  const VirtualTrial trial = prepare_trial(two_arms(10), truth);
  const Participant person = draw_participant(trial, {1, 0}, 0);
  const TrialCourse with = follow(trial, {}, person, 1),
                    without = follow(trial, {}, person, 1, {.events = {0}});
  EXPECT_EQ(with.event_visit[0], 2);
  EXPECT_EQ(without.event_visit[0], 4);
  EXPECT_NEAR(with.score[1] - without.score[1], 0, 1e-12);
  EXPECT_NEAR(with.score[2] - without.score[2], -5, 1e-12);
}

TEST(TrialCourse, adverse_events_have_their_rates_and_end_with_treatment) {
  TrialDesign design = two_arms(4000);
  design.session_weeks = {2, 6, 10};
  TrialTruth truth = plain_truth(4);
  truth.harms = {{.term = "Nausea", .without = 0.1, .with = 0.3}};
  TrialSimulation simulation =
      specimen::simulation(design, truth, {{.method = TrialMethod::ancova}});
  const ResultLayout layout(simulation);
  std::vector<double> result = replicates_of(simulation).result(0);
  // In three sessions at least once: 1 - 0.7^3 and 1 - 0.9^3; 2,000 an arm
  EXPECT_NEAR(result[static_cast<std::size_t>(layout.harm(0, 0))], 0.657, 3 * 0.0107);
  EXPECT_NEAR(result[static_cast<std::size_t>(layout.harm(1, 0))], 0.271, 3 * 0.01);
  simulation.trial.truth.stops = {{.name = "all", .rate = 1}};  // before week 4: one session
  result = replicates_of(simulation).result(0);
  EXPECT_NEAR(result[static_cast<std::size_t>(layout.harm(0, 0))], 0.3, 3 * 0.0103);
}

}  // namespace
}  // namespace entact
