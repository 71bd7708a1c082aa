#include "entact/stats/mmrm_likelihood.h"

#include <gtest/gtest.h>

#include <Eigen/Cholesky>
#include <Eigen/LU>
#include <cmath>

#include "entact/stats/mmrm_specimen.h"

namespace entact {
namespace {

// The definition, with one n x n matrix: slow and obvious.
double dense_value(const MmrmData& d, const Eigen::VectorXd& y, const Covariance& c,
                   const Eigen::VectorXd& theta, bool reml) {
  const Eigen::Index n = d.x.rows(), p = d.x.cols();
  const int each = parameter_count(c);
  Eigen::MatrixXd v = Eigen::MatrixXd::Zero(n, n);
  for (Eigen::Index i = 0; i < n; ++i)
    for (Eigen::Index j = 0; j < n; ++j) {
      const auto a = static_cast<std::size_t>(i), b = static_cast<std::size_t>(j);
      if (d.subject[a] != d.subject[b]) continue;
      const int g = d.group.empty() ? 0 : d.group[a];
      v(i, j) = covariance_at(c, theta.segment(g * each, each)).sigma(d.visit[a], d.visit[b]);
      if (d.weight.size() > 0) v(i, j) /= std::sqrt(d.weight[i] * d.weight[j]);
    }
  const Eigen::LLT<Eigen::MatrixXd> factor(v);
  const Eigen::MatrixXd vx = factor.solve(d.x);
  const Eigen::MatrixXd xvx = d.x.transpose() * vx;
  const Eigen::VectorXd beta = xvx.ldlt().solve(vx.transpose() * y);
  const Eigen::VectorXd r = y - d.x * beta;
  const Eigen::MatrixXd lower = factor.matrixL();
  double twice = 2 * lower.diagonal().array().log().sum() + r.dot(factor.solve(r));
  if (reml) twice += std::log(xvx.determinant());
  return (twice + static_cast<double>(reml ? n - p : n) * std::log(2 * M_PI)) / 2;
}

struct Case {
  MmrmData data{};
  Eigen::VectorXd y{};
  Covariance covariance{};
};

Case a_case(CovarianceKind kind, bool groups, bool weights) {
  auto trial = specimen::drawn_trial(14, 4, 0.25);
  Case c{std::move(trial.data), std::move(trial.y), {.kind = kind, .visits = 4}};
  if (kind == CovarianceKind::un_ar1) c.covariance.endpoints = 2;
  for (std::size_t i = 0; i < c.data.subject.size() && groups; ++i)
    c.data.group.push_back(c.data.subject[i] % 2);
  if (weights) {
    c.data.weight.resize(c.y.size());
    for (Eigen::Index i = 0; i < c.y.size(); ++i)
      c.data.weight[i] = 1 + 0.5 * std::sin(static_cast<double>(i));
  }
  return c;
}

Eigen::VectorXd moved(Eigen::VectorXd theta) {
  for (Eigen::Index k = 0; k < theta.size(); ++k)
    theta[k] += 0.1 * std::sin(static_cast<double>(k) + 1);
  return theta;
}

template <class Check>
void for_each_case(Check&& check) {
  for (const CovarianceKind kind :
       {CovarianceKind::us, CovarianceKind::csh, CovarianceKind::toep, CovarianceKind::un_ar1})
    for (const bool groups : {false, true})
      for (const bool weights : {false, true})
        for (const bool reml : {false, true}) {
          const Case c = a_case(kind, groups, weights);
          const MmrmSums sums = sum_design(c.data);
          MmrmLikelihood likelihood(sums, c.covariance, reml);
          likelihood.set_response(c.y);
          check(c, likelihood, moved(likelihood.start()), reml);
        }
}

TEST(MmrmLikelihood, equals_its_definition_at_a_given_theta) {
  for_each_case([](const Case& c, MmrmLikelihood& f, const Eigen::VectorXd& theta, bool reml) {
    const double want = dense_value(c.data, c.y, c.covariance, theta, reml);
    EXPECT_NEAR(f.value(theta), want, 1e-10 * std::abs(want)) << name_of(c.covariance.kind);
  });
}

TEST(MmrmLikelihood, derivatives_equal_differences) {
  for_each_case([](const Case& c, MmrmLikelihood& f, const Eigen::VectorXd& theta, bool) {
    Eigen::VectorXd gradient, up, down;
    Eigen::MatrixXd hessian, unused;
    f.value(theta);
    f.derivatives(gradient, hessian);
    const double size = 1 + hessian.cwiseAbs().maxCoeff(), h = 1e-5;
    for (Eigen::Index k = 0; k < theta.size(); ++k) {
      Eigen::VectorXd x = theta;
      x[k] += h;
      const double above = f.value(x);
      f.derivatives(up, unused);
      x[k] -= 2 * h;
      const double below = f.value(x);
      f.derivatives(down, unused);
      EXPECT_NEAR(gradient[k], (above - below) / (2 * h), 1e-7 * size)
          << name_of(c.covariance.kind);
      EXPECT_LT(((up - down) / (2 * h) - hessian.col(k)).cwiseAbs().maxCoeff(), 1e-7 * size)
          << name_of(c.covariance.kind);
    }
  });
}

TEST(MmrmLikelihood, is_infinite_where_sigma_is_not_positive_definite) {
  const Case c = a_case(CovarianceKind::toep, false, false);
  const MmrmSums sums = sum_design(c.data);
  MmrmLikelihood f(sums, c.covariance, true);
  f.set_response(c.y);
  Eigen::VectorXd theta = f.start();
  theta.tail(3) << 5, -5, 5;  // correlations near 1, -1, 1
  EXPECT_TRUE(std::isinf(f.value(theta)));
}

TEST(MmrmLikelihood, keeps_its_digits_when_a_covariate_is_far_from_zero) {
  Case c = a_case(CovarianceKind::us, false, false);
  const MmrmSums sums = sum_design(c.data);
  MmrmLikelihood f(sums, c.covariance, true);
  f.set_response(c.y);
  const Eigen::VectorXd theta = f.start();
  const double want = f.value(theta);
  MmrmData shifted = c.data;
  shifted.x.col(1).array() += 1e6;  // the baseline, in other units: the same space of columns
  const MmrmSums moved_sums = sum_design(shifted);
  MmrmLikelihood g(moved_sums, c.covariance, true);
  g.set_response(c.y);
  // 1e6 / 7 of scale squared in doubles would leave 5 digits; the centred sums keep 9.
  EXPECT_NEAR(g.value(theta), want, 1e-8 * std::abs(want));
}

}  // namespace
}  // namespace entact
