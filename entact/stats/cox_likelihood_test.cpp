#include "entact/stats/cox_likelihood.h"

#include <gtest/gtest.h>

#include <cmath>

#include "entact/stats/cox_residuals.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

double walk(int i, int step) {
  const double u = i * step * 0.6180339887498949;
  return u - std::floor(u);
}

struct Made {
  SurvivalData data{};
  MatrixXd x{};
};

/// Tied times, late entry, two strata, a covariate far from 0.
Made made(int n, bool weighted) {
  Made m{.x = MatrixXd(n, 3)};
  for (int i = 1; i <= n; ++i) {
    m.data.start.push_back(i % 3 == 0 ? std::floor(4 * walk(i, 3)) : 0);
    m.data.stop.push_back(m.data.start.back() + 1 + std::floor(9 * walk(i, 5)));
    m.data.event.push_back(walk(i, 7) < 0.6 ? 1 : 0);
    m.data.stratum.push_back(i % 2);
    if (weighted) m.data.weight.push_back(0.5 + walk(i, 11));
    m.x.row(i - 1) << i % 2 + i % 5 % 2, walk(i, 13), 1000 + 3 * walk(i, 17);
  }
  return m;
}

CoxModel model_of(CoxTies ties) {
  const bool weighted = ties == CoxTies::efron || ties == CoxTies::breslow;
  const Made m = made(90, weighted);
  return cox_model(m.data, m.x, ties, 0.2 * m.x.col(1));
}

class CoxLikelihoodOf : public testing::TestWithParam<CoxTies> {};

// Central differences of fourth order; the likelihood is about -150, so that 1e-16 of it over a
// step of 1e-3 leaves 1e-11.
TEST_P(CoxLikelihoodOf, gradient_and_information_are_its_derivatives) {
  const CoxModel model = model_of(GetParam());
  const VectorXd beta = Eigen::Vector3d(0.4, -0.7, 0.2);
  const CoxDerivatives at = cox_derivatives(model, beta);
  const double h = 1e-3;
  for (Index j = 0; j < 3; ++j) {
    const auto shifted = [&](double k) {
      return cox_derivatives(model, beta + k * h * VectorXd::Unit(3, j));
    };
    const CoxDerivatives a = shifted(-2), b = shifted(-1), c = shifted(1), d = shifted(2);
    const double slope =
        (a.log_likelihood - 8 * b.log_likelihood + 8 * c.log_likelihood - d.log_likelihood) /
        (12 * h);
    EXPECT_NEAR(at.gradient(j), slope, 1e-9 * (1 + std::abs(slope)));
    const VectorXd curvature =
        (a.gradient - 8 * b.gradient + 8 * c.gradient - d.gradient) / (12 * h);
    for (Index i = 0; i < 3; ++i)
      EXPECT_NEAR(at.information(i, j), -curvature(i), 1e-9 * (1 + at.information(j, j)));
  }
}

INSTANTIATE_TEST_SUITE_P(AllTies, CoxLikelihoodOf,
                         testing::Values(CoxTies::efron, CoxTies::breslow, CoxTies::exact,
                                         CoxTies::discrete));

// Two tied events (risks 2 and 3) before one other (risk 5): 2/10 3/8 + 3/10 2/7 by both orders;
// 2*3 over (2*3 + 2*5 + 3*5) in discrete time.
TEST(CoxLikelihood, of_a_tie_of_two_by_hand) {
  const SurvivalData data{.stop = {1, 1, 2}, .event = {1, 1, 0}};
  const MatrixXd x = Eigen::Vector3d(std::log(2.0), std::log(3.0), std::log(5.0));
  const VectorXd one = VectorXd::Ones(1);
  const auto value = [&](CoxTies ties) {
    return std::exp(cox_derivatives(cox_model(data, x, ties), one).log_likelihood);
  };
  EXPECT_NEAR(value(CoxTies::exact), 0.2 * 3 / 8 + 0.3 * 2 / 7, 1e-15);
  EXPECT_NEAR(value(CoxTies::discrete), 6.0 / (6 + 10 + 15), 1e-15);
  EXPECT_NEAR(value(CoxTies::breslow), 6.0 / 100, 1e-15);
  EXPECT_NEAR(value(CoxTies::efron), 6.0 / (10 * 7.5), 1e-15);
}

// A thousand events at once among two thousand of equal risk: d! (n - d)! / n! in both.
TEST(CoxLikelihood, of_a_large_tie_stays_finite) {
  SurvivalData data;
  for (int i = 0; i < 2000; ++i) {
    data.stop.push_back(i < 1000 ? 1 : 2);
    data.event.push_back(i < 1000 ? 1 : 0);
  }
  const double expected = 2 * std::lgamma(1001.0) - std::lgamma(2001.0);
  for (const CoxTies ties : {CoxTies::exact, CoxTies::discrete}) {
    const CoxModel model = cox_model(data, MatrixXd::Zero(2000, 1), ties);
    EXPECT_NEAR(cox_derivatives(model, VectorXd::Zero(1)).log_likelihood, expected, 1e-8);
  }
}

TEST(CoxLikelihood, all_ties_agree_without_ties) {
  SurvivalData data;
  MatrixXd x(30, 2);
  for (int i = 1; i <= 30; ++i) {
    data.stop.push_back(walk(i, 1));
    data.event.push_back(i % 3 == 0 ? 0 : 1);
    x.row(i - 1) << walk(i, 3), i % 2;
  }
  const VectorXd beta = Eigen::Vector2d(0.5, -1);
  const CoxDerivatives efron = cox_derivatives(cox_model(data, x, CoxTies::efron), beta);
  for (const CoxTies ties : {CoxTies::breslow, CoxTies::exact, CoxTies::discrete}) {
    const CoxDerivatives other = cox_derivatives(cox_model(data, x, ties), beta);
    EXPECT_NEAR(other.log_likelihood, efron.log_likelihood, 1e-12);
    EXPECT_LT((other.information - efron.information).norm(), 1e-11);
  }
}

TEST(CoxResiduals, of_all_rows_add_up_to_nothing_and_to_the_gradient) {
  for (const CoxTies ties : {CoxTies::efron, CoxTies::breslow}) {
    const CoxModel model = model_of(ties);
    const VectorXd beta = Eigen::Vector3d(0.4, -0.7, 0.2);
    const VectorXd gradient = cox_derivatives(model, beta).gradient;
    const RowMatrix scores = score_residuals(model, beta);
    EXPECT_LT((scores.colwise().sum().transpose() - gradient).norm(), 1e-10);
    const VectorXd martingale = martingale_residuals(model, beta);
    double sum = 0;
    for (Index p = 0; p < martingale.size(); ++p)
      sum += model.weight(p) *
             martingale(static_cast<Index>(model.order.row[static_cast<std::size_t>(p)]));
    EXPECT_NEAR(sum, 0, 1e-11);
  }
}

}  // namespace
}  // namespace entact
