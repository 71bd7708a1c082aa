#include "entact/trial/operating.h"

#include <gtest/gtest.h>

#include <cmath>

#include "entact/num/distributions.h"
#include "entact/trial/sample_size_search.h"
#include "entact/trial/trial_specimen.h"

namespace entact {
namespace {

using specimen::plain_truth;
using specimen::simulation;
using specimen::three;
using specimen::two_arms;

OperatingCharacteristics run(const TrialSimulation& simulation, std::int64_t replicates) {
  return operate(simulation, {.replicates = replicates, .how = {.compute = on_threads(2)}});
}

TEST(Operating, mmrm_with_kenward_roger_holds_5_percent_from_20_to_100) {
  for (const int n : {20, 40, 100}) {
    TrialTruth truth = plain_truth(4);
    truth.stops = {{.name = "worse", .rate = 0.04, .seen = 0.5}};
    const EstimandCharacteristics found =
        run(simulation(two_arms(n), truth), 2500).estimands.front();
    EXPECT_NEAR(found.rejection.value, 0.05, three(found.rejection)) << n;
    EXPECT_NEAR(found.coverage.value, 0.95, three(found.coverage)) << n;
    EXPECT_EQ(found.failed, 0) << n;
  }
}

TEST(Operating, is_unbiased_when_dropout_is_at_random_and_biased_when_not) {
  TrialTruth truth = plain_truth(4);
  truth.effect = {-3, -5, -7, -9};
  truth.stops = {{.name = "worse", .rate = 0.08, .seen = 1}};
  const EstimandCharacteristics random = run(simulation(two_arms(100), truth), 2500).estimands[0];
  EXPECT_EQ(random.truth.value, -9);
  EXPECT_NEAR(random.bias.value, 0, three(random.bias));
  // Only the control arm loses those who do badly at a visit nobody sees: its mean looks better.
  truth.stops = {{.name = "worse", .rate = 0.2, .unseen = 2, .who = Concerned::off_drug}};
  const EstimandCharacteristics not_random =
      run(simulation(two_arms(100), truth), 500).estimands[0];
  EXPECT_GT(not_random.bias.value, three(not_random.bias) + 0.5);
}

TEST(Operating, power_is_that_of_the_closed_form) {
  // Conditional on the baseline the variance at a visit is sd^2 (1 - r^2), with all seen.
  TrialTruth truth = plain_truth(4);
  truth.effect = {-1, -2, -3, -4};
  const double se = 12 * std::sqrt(0.75) * std::sqrt(4.0 / 200);
  const double closed = normal_cdf(4 / se - t_quantile(0.975, 197));
  const auto found =
      run(simulation(two_arms(200), truth,
                     {{.visit = 3}, {.id = "ancova", .visit = 3, .method = TrialMethod::ancova}}),
          2500);
  for (const EstimandCharacteristics& each : found.estimands) {
    EXPECT_NEAR(each.power.value, closed, three(each.power)) << each.id;
    EXPECT_NEAR(each.estimate.sd, se, 3 * se / std::sqrt(5000)) << each.id;
    EXPECT_NEAR(each.se.value, se, 0.01) << each.id;
  }
}

TEST(Operating, jump_to_reference_keeps_its_level) {
  TrialTruth truth = plain_truth(2);
  truth.stops = {{.name = "any", .rate = 0.1}};
  const auto found = run(simulation(two_arms(40, {4, 8}), truth,
                                    {{.visit = 1,
                                      .method = TrialMethod::jump_to_reference,
                                      .stopping = Strategy::treatment_policy}}),
                         300);
  const EstimandCharacteristics& one = found.estimands[0];
  EXPECT_NEAR(one.rejection.value, 0.05, three(one.rejection));
  EXPECT_NEAR(one.bias.value, 0, three(one.bias));
}

TEST(Operating, expectancy_is_bias_unless_beliefs_belong_to_treatment) {
  TrialTruth truth = plain_truth(4);
  truth.belief = {.active = 0.95, .inactive = 0.25, .expectancy = -6};
  const auto found =
      run(simulation(two_arms(100), truth,
                     {{.visit = 3}, {.id = "with", .visit = 3, .without_beliefs = false}}),
          1000);
  // (0.95 - 0.25) of 6 points
  EXPECT_NEAR(found.estimands[0].bias.value, -4.2, three(found.estimands[0].bias));
  EXPECT_NEAR(found.estimands[1].bias.value, 0, three(found.estimands[1].bias));
  const ResultLayout layout(simulation(two_arms(100), truth, {{.visit = 3}, {.visit = 3}}));
  const auto& bang =
      found.values[static_cast<std::size_t>(layout.of(ResultLayout::bang_treatment))];
  EXPECT_NEAR(bang.value, 0.9, 3 * bang.mc_se);
}

TEST(Operating, a_contrast_of_pooled_arms_is_their_mean) {
  // 2 x 2: drug or not, told so or not; the drug's effect is the mean over what was told.
  TrialDesign design = two_arms(200);
  design.arms = {{.name = "DD", .dose_mg = 120, .told = Told::active},
                 {.name = "DP", .dose_mg = 120, .told = Told::inactive},
                 {.name = "PD", .told = Told::active},
                 {.name = "PP", .told = Told::inactive}};
  TrialTruth truth = plain_truth(4);
  truth.effect = {-5, -5, -5, -5};
  truth.belief = {.credibility = 1, .expectancy = -6};
  const auto found =
      run(simulation(design, truth, {{.treatment = {0, 1}, .control = {2, 3}, .visit = 3}}), 600);
  EXPECT_NEAR(found.estimands[0].truth.value, -5, 1e-12);
  EXPECT_NEAR(found.estimands[0].bias.value, 0, three(found.estimands[0].bias));
}

TEST(Operating, counts_and_names_fits_without_an_answer) {
  // Everybody stops before the first visit: nothing to fit, in every replicate.
  TrialTruth truth = plain_truth(4);
  truth.stops = {{.name = "all", .rate = 1}};
  const auto found = run(simulation(two_arms(20), truth), 20);
  EXPECT_EQ(found.estimands[0].failed, 20);
  EXPECT_EQ(found.estimands[0].power.value, 0);
  EXPECT_EQ(found.failed.size(), 20U);
  EXPECT_EQ(found.failed[3], 3);
}

TEST(Operating, stops_at_the_precision_asked_for) {
  TrialTruth truth = plain_truth(1);
  truth.effect = {-6};
  const auto found =
      operate(simulation(two_arms(60, {18}), truth), {.replicates = 100000, .precision = 0.02});
  EXPECT_LE(found.estimands[0].power.mc_se, 0.02);
  EXPECT_LT(found.replicates, 1100);
}

TEST(SampleSize, is_that_of_the_closed_form) {
  TrialTruth truth = plain_truth(1);
  truth.effect = {-6};
  const SampleSize found = find_sample_size(
      [&](int n) {
        return simulation(two_arms(n, {18}), truth, {{.method = TrialMethod::ancova}});
      },
      {.power = 0.8, .low = 20, .high = 400});
  // n = 4 sd^2 (1 - r^2) (z + z)^2 / 36 = 94.2, 2 more for the t distribution
  EXPECT_TRUE(found.bracketed);
  EXPECT_LE(found.low, 96);
  EXPECT_GE(found.high, 96);
  EXPECT_LT(found.high - found.low, 24);
  EXPECT_NEAR(found.power.value, 0.8, 3 * 0.012);
}

TEST(SampleSize, says_when_the_range_does_not_hold_it) {
  const SampleSize found = find_sample_size(
      [&](int n) {
        return simulation(two_arms(n, {18}), plain_truth(1), {{.method = TrialMethod::ancova}});
      },
      {.power = 0.9, .low = 20, .high = 60});
  EXPECT_FALSE(found.bracketed);
}

}  // namespace
}  // namespace entact
