#include "entact/trial/predictive_probability.h"

#include <gtest/gtest.h>

#include <cmath>

#include "entact/base/error.h"
#include "entact/num/distributions.h"
#include "entact/trial/sequential_inference.h"

namespace entact {
namespace {

// One later look: z_K = z sqrt(t) + N(m (1 - t), (1 - t) + v (1 - t)^2) with the posterior N(m, v).
TEST(PredictivePower, of_one_later_look_is_a_closed_form) {
  const GroupSequentialDesign design = group_sequential({.rates = {0.4, 1}});
  for (const DriftPrior& prior : {DriftPrior{}, DriftPrior{2, 1.5}}) {
    const double t = 0.4, z = 1.3, precision = prior.sd > 0 ? 1 / (prior.sd * prior.sd) : 0;
    const double v = 1 / (t + precision), m = v * (z * std::sqrt(t) + prior.mean * precision);
    const double centre = z * std::sqrt(t) + m * 0.6, sd = std::sqrt(0.6 + v * 0.36);
    EXPECT_NEAR(predictive_power(design, 1, z, prior),
                normal_upper((design.upper[1] - centre) / sd), 1e-12);
  }
}

TEST(PredictivePower, of_a_sure_prior_is_conditional_power) {
  const GroupSequentialDesign design = group_sequential({.rates = {0.3, 0.6, 1}});
  EXPECT_NEAR(predictive_power(design, 1, 0.8, {2.5, 1e-7}), conditional_power(design, 1, 0.8, 2.5),
              1e-7);
}

TEST(ProbabilityGreater, has_its_closed_forms) {
  EXPECT_NEAR(probability_greater(3, 4, 3, 4), 0.5, 1e-12);
  EXPECT_NEAR(probability_greater(1, 1, 1, 1), 0.5, 1e-12);
  // Beta(a, 1) against Beta(c, 1): a / (a + c).
  EXPECT_NEAR(probability_greater(5, 1, 2, 1), 5.0 / 7, 1e-12);
  EXPECT_NEAR(probability_greater(0.5, 1, 2, 1), 0.5 / 2.5, 1e-9);
  EXPECT_NEAR(probability_greater(20, 10, 9, 21) + probability_greater(9, 21, 20, 10), 1, 1e-12);
}

TEST(PredictiveSuccess, of_a_finished_trial_is_yes_or_no) {
  EXPECT_EQ(predictive_success({15, 20, 20, 5, 20, 20}, 0.975), 1);
  EXPECT_EQ(predictive_success({10, 20, 20, 9, 20, 20}, 0.975), 0);
}

// One participant to come in arm 1, of Beta(1 + 7, 1 + 3): a success with probability 8 / 12.
TEST(PredictiveSuccess, of_one_to_come_is_the_posterior_mean_where_it_decides) {
  const double with = probability_greater(9, 4, 4, 9), without = probability_greater(8, 5, 4, 9);
  const double threshold = (with + without) / 2;
  EXPECT_NEAR(predictive_success({7, 10, 11, 3, 11, 11}, threshold), 8.0 / 12, 1e-12);
}

TEST(PredictiveSuccess, over_all_that_may_come_sums_to_one) {
  EXPECT_NEAR(predictive_success({3, 10, 16, 4, 9, 15}, 1e-12), 1, 1e-10);
}

TEST(PredictiveProbability, refuses_what_is_no_interim) {
  const GroupSequentialDesign design = group_sequential({.rates = {0.4, 1}});
  EXPECT_THROW(predictive_power(design, 1, 1, {0, -1}), Error);
  EXPECT_THROW(predictive_power(design, 4, 1), Error);
  EXPECT_THROW(predictive_success({11, 10, 20, 1, 10, 20}, 0.9), Error);
  EXPECT_THROW(predictive_success({1, 10, 20, 1, 10, 20}, 1), Error);
  EXPECT_THROW(probability_greater(0, 1, 1, 1), Error);
}

TEST(PredictiveProbability, at_the_last_of_two_looks_is_predictive_power) {
  const GroupSequentialDesign design = group_sequential({.rates = {0.4, 1}});
  for (const double z : {-0.5, 0.9, 2.1})
    for (const DriftPrior prior : {DriftPrior{}, DriftPrior{.mean = 2.5, .sd = 0.8}})
      EXPECT_NEAR(predictive_power_at_last(design.upper[1], 0.4, z, prior),
                  predictive_power(design, 1, z, prior), 1e-9);
}

}  // namespace
}  // namespace entact
