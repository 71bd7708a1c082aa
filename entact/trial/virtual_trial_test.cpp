#include "entact/trial/virtual_trial.h"

#include <gtest/gtest.h>

#include "entact/base/error.h"
#include "entact/trial/trial_specimen.h"

namespace entact {
namespace {

using specimen::plain_truth;
using specimen::two_arms;

std::string code_of(const TrialDesign& design, const TrialTruth& truth) {
  try {
    prepare_trial(design, truth);
  } catch (const Error& error) {
    return error.code();
  }
  return "none";
}

TEST(VirtualTrial, refuses_what_cannot_be) {
  const TrialDesign good = two_arms(100);
  const TrialTruth truth = plain_truth(4);
  EXPECT_EQ(code_of(good, truth), "none");

  TrialDesign design = good;
  design.arms.pop_back();
  EXPECT_EQ(code_of(design, truth), "trial.design.arms");
  design = good;
  design.arms[1].ratio = 0;
  EXPECT_EQ(code_of(design, truth), "trial.design.nobody");
  design = good;
  design.eligible_low = 200;
  EXPECT_EQ(code_of(design, truth), "trial.design.nobody");
  design = good;
  design.visit_weeks = {4, 4, 8, 12};
  EXPECT_EQ(code_of(design, truth), "trial.design.visits");
  design = good;
  design.n = 1;
  EXPECT_EQ(code_of(design, truth), "trial.design.size");
  design = good;
  design.range = {80, 0, true};
  EXPECT_EQ(code_of(design, truth), "trial.design.range");

  TrialTruth wrong = truth;
  wrong.belief.active = 1.2;
  EXPECT_EQ(code_of(good, wrong), "trial.truth.probability");
  wrong = truth;
  wrong.effect = {1, 2};
  EXPECT_EQ(code_of(good, wrong), "trial.truth.visits");
  wrong = truth;
  wrong.covariance(0, 1) = wrong.covariance(1, 0) = 7 * 12 * 1.01;
  EXPECT_EQ(code_of(good, wrong), "trial.truth.covariance");
}

TEST(VirtualTrial, shares_of_a_dose_are_1_at_the_reference_and_0_without) {
  TrialDesign design = two_arms(100);
  design.arms.push_back({.name = "Low", .dose_mg = 40});
  TrialTruth truth = plain_truth(4);
  EXPECT_EQ(prepare_trial(design, truth).dose_share, (std::vector<double>{1, 0, 1.0 / 3}));
  truth.dose.shape = DoseShape::emax;
  // (40/80) / (120/160) = 2/3
  EXPECT_NEAR(prepare_trial(design, truth).dose_share[2], 2.0 / 3, 1e-15);
}

TEST(VirtualTrial, covariance_of_a_random_slope_is_that_of_its_definition) {
  const Eigen::MatrixXd v = covariance_of(
      {.intercept_sd = 6, .slope_sd = 0.5, .correlation = 0.2, .residual_sd = 4}, {0, 4, 18});
  // var = 36 + 0.25 t^2 + 2 t 0.2 3 + 16; cov = 36 + 0.25 s t + 0.6 (s + t)
  EXPECT_NEAR(v(0, 0), 52, 1e-12);
  EXPECT_NEAR(v(2, 2), 36 + 81 + 21.6 + 16, 1e-12);
  EXPECT_NEAR(v(1, 2), 36 + 18 + 0.6 * 22, 1e-12);
}

}  // namespace
}  // namespace entact
