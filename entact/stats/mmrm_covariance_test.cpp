#include "entact/stats/mmrm_covariance.h"

#include <gtest/gtest.h>

#include <Eigen/Cholesky>
#include <cmath>

#include "entact/base/error.h"

namespace entact {
namespace {

const std::vector<CovarianceKind> every_kind{
    CovarianceKind::us,   CovarianceKind::cs,     CovarianceKind::csh,    CovarianceKind::ar1,
    CovarianceKind::ar1h, CovarianceKind::toep,   CovarianceKind::toeph,  CovarianceKind::ad,
    CovarianceKind::adh,  CovarianceKind::sp_exp, CovarianceKind::un_ar1, CovarianceKind::un_cs};

Covariance four_points(CovarianceKind kind) {
  Covariance c{.kind = kind, .visits = 4};
  c.distance.resize(4, 4);
  for (int i = 0; i < 4; ++i)
    for (int j = 0; j < 4; ++j) c.distance(i, j) = std::abs(i * i - j * j) / 3.0;
  if (kind == CovarianceKind::un_ar1 || kind == CovarianceKind::un_cs) c.endpoints = 2;
  return c;
}

Eigen::VectorXd some_theta(const Covariance& c) {
  Eigen::VectorXd theta(parameter_count(c));
  for (Eigen::Index k = 0; k < theta.size(); ++k)
    theta[k] = 0.3 + 0.2 * std::sin(1.7 * static_cast<double>(k) + 1);
  return theta;
}

double weighted_sum(const Eigen::MatrixXd& weight, const Eigen::MatrixXd& sigma) {
  return weight.cwiseProduct(sigma).sum();
}

Eigen::MatrixXd some_weight() {
  Eigen::MatrixXd w(4, 4);
  for (int i = 0; i < 4; ++i)
    for (int j = 0; j < 4; ++j) w(i, j) = std::cos(1.0 + i + j) + (i == j);
  return w;
}

TEST(MmrmCovariance, first_derivatives_equal_differences) {
  for (const CovarianceKind kind : every_kind) {
    const Covariance c = four_points(kind);
    const Eigen::VectorXd theta = some_theta(c);
    const CovarianceAt at = covariance_at(c, theta);
    for (Eigen::Index k = 0; k < theta.size(); ++k) {
      const double h = 1e-6;
      Eigen::VectorXd up = theta, down = theta;
      up[k] += h, down[k] -= h;
      const Eigen::MatrixXd slope =
          (covariance_at(c, up).sigma - covariance_at(c, down).sigma) / (2 * h);
      for (int s = 0; s < 4; ++s)
        for (int t = 0; t <= s; ++t)
          EXPECT_NEAR(at.jacobian(packed_index(s, t), k), slope(s, t), 1e-8) << name_of(kind);
    }
  }
}

TEST(MmrmCovariance, second_derivatives_equal_differences) {
  const Eigen::MatrixXd w = some_weight();
  for (const CovarianceKind kind : every_kind) {
    const Covariance c = four_points(kind);
    const Eigen::VectorXd theta = some_theta(c);
    Eigen::MatrixXd got = Eigen::MatrixXd::Zero(theta.size(), theta.size());
    add_covariance_curvature(c, theta, w, covariance_at(c, theta), got);
    const auto slope = [&](const Eigen::VectorXd& x, Eigen::Index k) {
      const CovarianceAt at = covariance_at(c, x);
      double sum = 0;
      for (int s = 0; s < 4; ++s)
        for (int t = 0; t < 4; ++t) sum += w(s, t) * at.jacobian(packed_index(s, t), k);
      return sum;
    };
    for (Eigen::Index a = 0; a < theta.size(); ++a)
      for (Eigen::Index b = 0; b < theta.size(); ++b) {
        Eigen::VectorXd up = theta, down = theta;
        up[b] += 1e-6, down[b] -= 1e-6;
        EXPECT_NEAR(got(a, b), (slope(up, a) - slope(down, a)) / 2e-6, 1e-7) << name_of(kind);
      }
  }
}

// Natural parameters: Sigma as a function of them must have the stated first and second
// derivatives. Moving theta moves them by `to_natural`, so differences along theta check all three
// at once.
TEST(MmrmCovariance, natural_derivatives_agree_with_those_in_theta) {
  const Eigen::MatrixXd w = some_weight();
  for (const CovarianceKind kind : every_kind) {
    const Covariance c = four_points(kind);
    const Eigen::VectorXd theta = some_theta(c);
    const NaturalCovariance natural = natural_covariance(c, theta);
    const CovarianceAt at = covariance_at(c, theta);
    EXPECT_LT((natural.jacobian * natural.to_natural - at.jacobian).norm(), 1e-12) << name_of(kind);
    const auto count = theta.size();
    for (Eigen::Index k = 0; k < count; ++k) {
      Eigen::VectorXd up = theta, down = theta;
      up[k] += 1e-5, down[k] -= 1e-5;
      const NaturalCovariance above = natural_covariance(c, up),
                              below = natural_covariance(c, down);
      EXPECT_LT(((above.value - below.value) / 2e-5 - natural.to_natural.col(k)).norm(), 1e-8)
          << name_of(kind);
      // d jacobian / d theta_k = sum_b curvature(., b) to_natural(b, k)
      const Eigen::MatrixXd change = (above.jacobian - below.jacobian) / 2e-5;
      for (Eigen::Index a = 0; a < count; ++a) {
        double got = 0, want = 0;
        for (int s = 0; s < 4; ++s)
          for (int t = 0; t < 4; ++t) want += w(s, t) * change(packed_index(s, t), a);
        for (Eigen::Index b = 0; b < count && !natural.curvature.empty(); ++b)
          got += natural.to_natural(b, k) *
                 weighted_sum(w, natural.curvature[static_cast<std::size_t>(packed_index(a, b))]);
        EXPECT_NEAR(got, want, 2e-7) << name_of(kind);
      }
    }
  }
}

TEST(MmrmCovariance, start_is_close_to_a_matrix_of_the_structure) {
  for (const CovarianceKind kind : every_kind) {
    const Covariance c = four_points(kind);
    const Eigen::VectorXd theta = some_theta(c);
    const Eigen::MatrixXd sigma = covariance_at(c, theta).sigma;
    ASSERT_EQ(sigma.llt().info(), Eigen::Success) << name_of(kind);
    const Eigen::MatrixXd back = covariance_at(c, start_theta(c, sigma)).sigma;
    // Products and compound symmetry start from means of correlations that are shrunk or clipped.
    EXPECT_LT((back - sigma).norm() / sigma.norm(), 0.2) << name_of(kind);
  }
}

TEST(MmrmCovariance, counts_and_names_its_parameters) {
  for (const CovarianceKind kind : every_kind) {
    const Covariance c = four_points(kind);
    EXPECT_EQ(static_cast<int>(parameter_names(c).size()), parameter_count(c)) << name_of(kind);
    EXPECT_EQ(covariance_named(name_of(kind)), kind);
  }
  EXPECT_EQ(parameter_count(four_points(CovarianceKind::us)), 10);
  EXPECT_EQ(parameter_count(four_points(CovarianceKind::toeph)), 7);
  EXPECT_THROW(covariance_named("vc"), Error);
}

TEST(MmrmCovariance, one_visit_is_one_variance) {
  for (const CovarianceKind kind : {CovarianceKind::us, CovarianceKind::cs, CovarianceKind::ar1h,
                                    CovarianceKind::toep, CovarianceKind::adh}) {
    const Covariance c{.kind = kind, .visits = 1};
    ASSERT_EQ(parameter_count(c), 1) << name_of(kind);
    EXPECT_NEAR(covariance_at(c, start_theta(c, Eigen::MatrixXd::Constant(1, 1, 4.0))).sigma(0, 0),
                4, 1e-12);
  }
}

}  // namespace
}  // namespace entact
