#include "entact/trial/mmrm_power.h"

#include <gtest/gtest.h>

#include <Eigen/LU>
#include <cmath>

#include "entact/base/error.h"

namespace entact {
namespace {

/// Standard deviations that grow, correlations that fall with the distance.
Eigen::MatrixXd covariance(Eigen::Index visits, double correlation) {
  Eigen::MatrixXd s(visits, visits);
  for (Eigen::Index i = 0; i < visits; ++i)
    for (Eigen::Index j = 0; j < visits; ++j)
      s(i, j) = (8.0 + static_cast<double>(i)) * (8.0 + static_cast<double>(j)) *
                std::pow(correlation, std::abs(static_cast<double>(i - j)));
  return s;
}

// Twenty participants of an arm one by one, of whom 20, 17 and 12 are seen at the three visits:
// generalised least squares of a mean a visit.
TEST(MmrmPower, variance_is_that_of_generalised_least_squares) {
  const Eigen::MatrixXd s = covariance(3, 0.6);
  Eigen::MatrixXd information = Eigen::MatrixXd::Zero(3, 3);
  for (int i = 0; i < 20; ++i) {
    const Eigen::Index seen = i < 12 ? 3 : i < 17 ? 2 : 1;
    const Eigen::MatrixXd x = Eigen::MatrixXd::Identity(seen, 3);
    information += x.transpose() * s.topLeftCorner(seen, seen).inverse() * x;
  }
  const double expected = Eigen::MatrixXd(information.inverse())(2, 2);
  EXPECT_NEAR(last_visit_variance({s, {1, 17.0 / 20, 12.0 / 20}}) / 20, expected, 1e-12);
}

TEST(MmrmPower, without_dropout_only_the_last_visit_counts) {
  const Eigen::MatrixXd s = covariance(4, 0.7);
  EXPECT_NEAR(last_visit_variance({s, {1, 1, 1, 1}}), s(3, 3), 1e-11);
}

TEST(MmrmPower, uncorrelated_visits_lose_a_dropout_whole_and_correlated_ones_less) {
  const Eigen::MatrixXd apart = covariance(3, 0), close = covariance(3, 0.9);
  const std::vector<double> retained{1, 0.9, 0.75};
  EXPECT_NEAR(last_visit_variance({apart, retained}), apart(2, 2) / 0.75, 1e-11);
  EXPECT_LT(last_visit_variance({close, retained}), 0.9 * close(2, 2) / 0.75);
  EXPECT_GT(last_visit_variance({close, retained}), close(2, 2));
}

// Two visits: with a regression of the second on the first, variance s22 (rho^2 + (1 - rho^2) / r).
TEST(MmrmPower, two_visits_have_a_closed_form) {
  const double rho = 0.6, kept = 0.7;
  const Eigen::MatrixXd s = covariance(2, rho);
  EXPECT_NEAR(last_visit_variance({s, {1, kept}}), s(1, 1) * (rho * rho + (1 - rho * rho) / kept),
              1e-11);
}

TEST(MmrmPower, of_one_visit_is_that_of_means_with_dropout) {
  MmrmDesign design{.difference = 1.5};
  design.arm1.covariance = Eigen::MatrixXd::Constant(1, 1, 9);
  design.arm1.retained = {0.8};
  design.arm2 = design.arm1;
  const TwoArmTest test{.ratio = 2};
  const TwoMeansDesign means{.difference = 1.5, .sd = 3, .t = false};
  EXPECT_NEAR(mmrm_size(design, test, 0.9), with_dropout(size_for_means(means, test, 0.9), 0.2),
              1e-7);
}

TEST(MmrmPower, arms_may_differ_in_spread_and_dropout) {
  const MmrmDesign design{.difference = 6,
                          .arm1 = {covariance(3, 0.6), {1, 0.95, 0.9}},
                          .arm2 = {covariance(3, 0.5), {0.98, 0.8, 0.7}}};
  const double phi1 = last_visit_variance(design.arm1), phi2 = last_visit_variance(design.arm2);
  const TwoArmTest test{.alpha = 0.025, .sides = 1, .ratio = 1.5};
  const double n = mmrm_size(design, test, 0.8);
  const double z = 1.959963984540054 + 0.8416212335729143;  // R qnorm(0.975), qnorm(0.8)
  EXPECT_NEAR(n, (phi1 / 0.6 + phi2 / 0.4) * z * z / 36, 1e-8);
  EXPECT_NEAR(mmrm_power(design, test, n), 0.8, 1e-11);
}

TEST(MmrmPower, refuses_covariances_and_shares_that_are_none) {
  const auto code = [](const MmrmArm& arm) {
    try {
      last_visit_variance(arm);
    } catch (const Error& error) {
      return error.code();
    }
    return std::string();
  };
  Eigen::MatrixXd s = covariance(2, 0.5);
  EXPECT_EQ(code({s, {1}}), "trial.mmrm_power.retained");
  EXPECT_EQ(code({s, {0.8, 0.9}}), "trial.mmrm_power.retained");
  EXPECT_EQ(code({s, {1, 0}}), "trial.mmrm_power.retained");
  s(0, 1) = s(1, 0) = 1000;
  EXPECT_EQ(code({s, {1, 1}}), "trial.mmrm_power.covariance");
  EXPECT_EQ(code({}), "trial.mmrm_power.covariance");
}

}  // namespace
}  // namespace entact
