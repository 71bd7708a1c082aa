#include "entact/stats/shared_arm.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "entact/base/error.h"

namespace entact {
namespace {

using Eigen::MatrixXd;

// Arm variances 1, 2, 4, 8 of arms a, b, c, d.
ArmContrast contrast(const std::string& treatment, const std::string& control) {
  const auto variance = [](const std::string& arm) { return std::exp2(arm[0] - 'a'); };
  return {"Ash 2002", treatment, control, variance(treatment), variance(control)};
}

TEST(SharedArm, contributes_its_variance_with_its_side) {
  const std::vector<ArmContrast> effects{contrast("a", "c"), contrast("b", "c"),
                                         contrast("c", "d")};
  const MatrixXd v = dense_covariance(shared_arm_covariance(effects));
  EXPECT_EQ(v, (MatrixXd{{5, 4, -4}, {4, 6, -4}, {-4, -4, 12}}));
}

TEST(SharedArm, cancels_in_the_difference_of_two_effects) {
  // (a - c) - (b - c) = a - b, whatever c is.
  const std::vector<ArmContrast> effects{contrast("a", "c"), contrast("b", "c")};
  const MatrixXd v = dense_covariance(shared_arm_covariance(effects));
  EXPECT_EQ(v(0, 0) + v(1, 1) - 2 * v(0, 1), 1 + 2);
}

TEST(SharedArm, joins_only_effects_of_its_own_study) {
  std::vector<ArmContrast> effects{contrast("a", "c"), contrast("b", "c")};
  effects[1].study = "Ito 2001";
  EXPECT_EQ(dense_covariance(shared_arm_covariance(effects))(0, 1), 0);
}

TEST(SharedArm, variances_add_up_to_those_of_the_effect) {
  // 15 of 40 against 8 of 38: the textbook variances of the four measures.
  EXPECT_NEAR(log_risk_arm_variance(15, 40) + log_risk_arm_variance(8, 38),
              1 / 15.0 - 1 / 40.0 + 1 / 8.0 - 1 / 38.0, 1e-16);
  EXPECT_NEAR(log_odds_arm_variance(15, 40) + log_odds_arm_variance(8, 38),
              1 / 15.0 + 1 / 25.0 + 1 / 8.0 + 1 / 30.0, 1e-16);
  EXPECT_NEAR(risk_arm_variance(15, 40), 15.0 * 25 / 40 / 40 / 40, 1e-16);
  EXPECT_NEAR(mean_arm_variance(12, 36), 4, 1e-15);
}

TEST(SharedArm, without_events_says_that_the_variance_is_infinite) {
  EXPECT_TRUE(std::isinf(log_risk_arm_variance(0, 40)));
  EXPECT_TRUE(std::isinf(log_odds_arm_variance(0, 40)));
  EXPECT_TRUE(std::isinf(log_odds_arm_variance(40, 40)));
}

SmdContrast smd(const std::string& treatment, double n, double g) {
  return {.study = "Ash 2002",
          .treatment = treatment,
          .control = "placebo",
          .n_treatment = n,
          .n_control = 25,
          .g = g};
}

TEST(SharedArmSmd, follows_gleser_and_olkin) {
  const std::vector<SmdContrast> effects{smd("high", 20, -0.8), smd("low", 30, -0.3)};
  const MatrixXd v = dense_covariance(shared_arm_smd(effects, Standardiser::all_arms));
  EXPECT_NEAR(v(0, 1), 1 / 25.0 + 0.8 * 0.3 / (2 * 75), 1e-16);
  EXPECT_NEAR(v(0, 0), 1 / 20.0 + 1 / 25.0 + 0.64 / (2 * 75), 1e-16);
}

TEST(SharedArmSmd, keeps_the_reported_variances) {
  std::vector<SmdContrast> effects{smd("high", 20, -0.8), smd("low", 30, -0.3)};
  effects[0].variance = 0.1;
  const MatrixXd v = dense_covariance(shared_arm_smd(effects, Standardiser::pair));
  EXPECT_EQ(v(0, 0), 0.1);
  EXPECT_NEAR(v(1, 1), 1 / 30.0 + 1 / 25.0 + 0.09 / (2 * 55), 1e-16);
}

// Covariance of two standardised mean differences over simulated three-arm trials.
double simulated_covariance(Standardiser standardiser, double delta_1, double delta_2) {
  constexpr int n[3] = {60, 80, 50}, replicates = 40000;
  std::mt19937_64 random(20240601);
  std::normal_distribution<double> normal;
  double sum_1 = 0, sum_2 = 0, product = 0;
  for (int r = 0; r < replicates; ++r) {
    std::array<double, 3> mean{}, squares{};
    for (std::size_t arm = 0; arm < 3; ++arm) {
      // mean ~ N(delta, 1/n); the sum of squares is chi-squared with n - 1 degrees of freedom
      std::chi_squared_distribution<double> chi(n[arm] - 1);
      mean[arm] = normal(random) / std::sqrt(n[arm]);
      squares[arm] = chi(random);
    }
    const auto sd = [&](std::size_t arm) {
      return standardiser == Standardiser::pair
                 ? std::sqrt((squares[arm] + squares[2]) / (n[arm] + n[2] - 2))
                 : std::sqrt((squares[0] + squares[1] + squares[2]) / (n[0] + n[1] + n[2] - 3));
    };
    const double d_1 = (delta_1 + mean[0] - mean[2]) / sd(0);
    const double d_2 = (delta_2 + mean[1] - mean[2]) / sd(1);
    sum_1 += d_1, sum_2 += d_2, product += d_1 * d_2;
  }
  return product / replicates - sum_1 / replicates * sum_2 / replicates;
}

class SharedArmSmdSimulated : public testing::TestWithParam<Standardiser> {};

TEST_P(SharedArmSmdSimulated, has_the_covariance_of_simulated_trials) {
  const double delta_1 = 2, delta_2 = 3;  // large, so that the second term counts
  const std::vector<SmdContrast> effects{{.study = "x",
                                          .treatment = "a",
                                          .control = "c",
                                          .n_treatment = 60,
                                          .n_control = 50,
                                          .g = delta_1},
                                         {.study = "x",
                                          .treatment = "b",
                                          .control = "c",
                                          .n_treatment = 80,
                                          .n_control = 50,
                                          .g = delta_2}};
  const MatrixXd v = dense_covariance(shared_arm_smd(effects, GetParam()));
  // Monte Carlo error of a covariance: sqrt((v11 v22 + v12^2) / R); five of them, and 5 % for the
  // terms beyond first order (1/n is 2 %).
  const double error = std::sqrt((v(0, 0) * v(1, 1) + v(0, 1) * v(0, 1)) / 40000);
  EXPECT_NEAR(simulated_covariance(GetParam(), delta_1, delta_2), v(0, 1),
              5 * error + 0.05 * v(0, 1));
}

INSTANTIATE_TEST_SUITE_P(BothStandardisers, SharedArmSmdSimulated,
                         testing::Values(Standardiser::all_arms, Standardiser::pair));

std::string refusal(const std::vector<ArmContrast>& effects) {
  try {
    shared_arm_covariance(effects);
  } catch (const Error& error) {
    return error.code() + ": " + error.what();
  }
  return "";
}

TEST(SharedArm, refuses_a_closed_loop_and_names_the_study) {
  EXPECT_TRUE(refusal({contrast("a", "b"), contrast("b", "c"), contrast("a", "c")})
                  .starts_with("stats.covariance.definite: Ash 2002:"));
}

TEST(SharedArm, refuses_an_arm_with_two_variances) {
  std::vector<ArmContrast> effects{contrast("a", "c"), contrast("b", "c")};
  effects[1].control_variance = 5;
  const std::string said = refusal(effects);
  EXPECT_TRUE(said.starts_with("stats.shared_arm.arms: Ash 2002: the arm \"c\"")) << said;
}

TEST(SharedArm, refuses_an_arm_against_itself_and_an_infinite_variance) {
  EXPECT_TRUE(refusal({contrast("a", "a")}).starts_with("stats.shared_arm.arms"));
  ArmContrast none = contrast("a", "b");
  none.treatment_variance = log_risk_arm_variance(0, 40);
  EXPECT_TRUE(refusal({none}).starts_with("stats.covariance.variance"));
}

TEST(SharedArmSmd, refuses_an_arm_with_two_sizes_or_none) {
  std::vector<SmdContrast> effects{smd("high", 20, -0.8), smd("low", 30, -0.3)};
  effects[1].n_control = 24;
  EXPECT_THROW(shared_arm_smd(effects, Standardiser::pair), Error);
  effects[1].n_control = 0;
  EXPECT_THROW(shared_arm_smd(effects, Standardiser::pair), Error);
}

}  // namespace
}  // namespace entact
