#include "entact/stats/mmrm_whiten.h"

#include <gtest/gtest.h>

#include <Eigen/LU>

#include "entact/stats/mmrm_specimen.h"

namespace entact {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

// Of a covariance's own Cholesky factor the whitened columns are the identity; the sum of squares
// is the quadratic form of the likelihood, which at the ML estimate of one scale is n.
TEST(MmrmWhiten, squares_of_whitened_residuals_are_the_likelihoods_quadratic_form) {
  const auto trial = specimen::drawn_trial(80, 4, 0.2);
  Mmrm model(trial.data, {.reml = false});
  const MmrmFit& fit = model.fit(trial.y);
  const VectorXd residual = trial.y - trial.data.x * fit.beta;
  EXPECT_NEAR(whitened(model, residual).squaredNorm(), static_cast<double>(trial.y.size()), 1e-6);
}

TEST(MmrmWhiten, rows_of_a_participant_stand_by_visit_and_whiten_their_covariance) {
  auto trial = specimen::drawn_trial(30, 3, 0.3);
  std::reverse(trial.data.subject.begin(), trial.data.subject.end());
  std::reverse(trial.data.visit.begin(), trial.data.visit.end());
  trial.data.x = trial.data.x.colwise().reverse().eval();
  trial.y = trial.y.reverse().eval();
  Mmrm model(trial.data);
  const MmrmFit& fit = model.fit(trial.y);
  std::size_t counted = 0;
  for (const auto& rows : rows_by_participant(model.sums())) {
    counted += rows.size();
    std::vector<Eigen::Index> visits;
    for (const int row : rows) visits.push_back(trial.data.visit[static_cast<std::size_t>(row)]);
    EXPECT_TRUE(std::is_sorted(visits.begin(), visits.end()));
    const MatrixXd v = fit.covariance[0](visits, visits);
    const MatrixXd w = whitened(model, rows, MatrixXd::Identity(v.rows(), v.cols()));
    EXPECT_LT((w.transpose() * w - v.inverse()).norm(), 1e-10 * v.inverse().norm());
  }
  EXPECT_EQ(counted, trial.data.subject.size());
}

}  // namespace
}  // namespace entact
