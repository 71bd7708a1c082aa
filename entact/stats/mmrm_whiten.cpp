#include "entact/stats/mmrm_whiten.h"

#include <Eigen/Cholesky>
#include <algorithm>

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;

std::size_t at(int i) { return static_cast<std::size_t>(i); }

MatrixXd own_covariance(const Mmrm& model, const std::vector<int>& rows) {
  if (model.free_times()) return model.free_times()->covariance_of(rows);
  const MmrmSums& sums = model.sums();
  const int pattern = sums.pattern_of[at(sums.subject[at(rows[0])])];
  const MatrixXd& sigma = model.likelihood().sigma(sums.patterns[at(pattern)].group);
  std::vector<Index> visits;
  for (const int row : rows) visits.push_back(sums.visit[at(row)]);
  return sigma(visits, visits);
}

}  // namespace

std::vector<std::vector<int>> rows_by_participant(const MmrmSums& sums) {
  std::vector<std::vector<int>> rows(at(sums.subjects));
  for (std::size_t i = 0; i < sums.subject.size(); ++i)
    rows[at(sums.subject[i])].push_back(static_cast<int>(i));
  std::erase_if(rows, [](const auto& own) { return own.empty(); });
  for (auto& own : rows)
    std::sort(own.begin(), own.end(),
              [&](int x, int y) { return sums.visit[at(x)] < sums.visit[at(y)]; });
  return rows;
}

MatrixXd whitened(const Mmrm& model, const std::vector<int>& rows, const MatrixXd& columns) {
  const Eigen::LLT<MatrixXd> factor(own_covariance(model, rows));
  return factor.matrixL().solve(columns);
}

Eigen::VectorXd whitened(const Mmrm& model, const Eigen::VectorXd& values) {
  Eigen::VectorXd made(values.size());
  for (const auto& rows : rows_by_participant(model.sums()))
    made(rows) = whitened(model, rows, MatrixXd(values(rows)));
  return made;
}

}  // namespace entact
