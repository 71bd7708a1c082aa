#include "entact/stats/column_rank.h"

#include <Eigen/Cholesky>
#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <numeric>

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// Whether the scaled cross-products show every column at least 1e-3 of its length away from those
/// before it: far above both their rounding (1e-16 n, squared lengths) and the tolerance.
bool clearly_full(const MatrixXd& x) {
  const Index p = x.cols();
  MatrixXd gram = MatrixXd::Zero(p, p);
  constexpr Index block = 512;  // rows that stay in the cache
  for (Index i = 0; i < x.rows(); i += block) {
    const auto rows = x.middleRows(i, std::min(block, x.rows() - i));
    gram.selfadjointView<Eigen::Lower>().rankUpdate(rows.transpose());
  }
  const VectorXd length = gram.diagonal().cwiseSqrt();
  if (!(length.minCoeff() > 0)) return false;
  const VectorXd scale = length.cwiseInverse();
  gram = scale.asDiagonal() * gram * scale.asDiagonal();
  const Eigen::LLT<MatrixXd> factor(gram);
  return factor.info() == Eigen::Success && MatrixXd(factor.matrixL()).diagonal().minCoeff() > 1e-3;
}

/// The triangular factor of x, by blocks of rows.
MatrixXd triangle(const MatrixXd& x) {
  const Index p = x.cols(), block = std::max<Index>(4 * p, 256);
  MatrixXd r = MatrixXd::Zero(p, p);
  for (Index i = 0; i < x.rows(); i += block) {
    const Index rows = std::min(block, x.rows() - i);
    MatrixXd stacked(p + rows, p);
    stacked << r, x.middleRows(i, rows);
    r = Eigen::HouseholderQR<MatrixXd>(stacked)
            .matrixQR()
            .topRows(p)
            .triangularView<Eigen::Upper>();
  }
  return r;
}

/// Reflects the columns from `first` on so that column `first` becomes zero below row `first`.
void reflect(MatrixXd& r, Index row, Index first) {
  VectorXd v = r.col(first).tail(r.rows() - row);
  const double length = v.norm();
  if (length == 0) return;
  v[0] += std::copysign(length, v[0]);
  const double scale = 2 / v.squaredNorm();
  auto rest = r.bottomRightCorner(r.rows() - row, r.cols() - first);
  rest -= scale * v * (v.transpose() * rest).eval();
}

}  // namespace

ColumnRank column_rank(const MatrixXd& x, double tolerance) {
  ColumnRank rank;
  const Index p = x.cols();
  rank.kept.resize(static_cast<std::size_t>(p));
  std::iota(rank.kept.begin(), rank.kept.end(), 0);
  rank.combination = MatrixXd::Zero(p, 0);
  if (p == 0 || clearly_full(x)) return rank;
  MatrixXd r = triangle(x);
  VectorXd length = r.colwise().norm();
  length = (length.array() == 0).select(1, length);
  rank.kept.clear();
  for (Index column = 0; column < p; ++column) {
    const auto row = static_cast<Index>(rank.kept.size());
    const double left = r.col(column).tail(p - row).norm();
    if (row < x.rows() && left >= tolerance * length[column]) {
      reflect(r, row, column);
      rank.kept.push_back(static_cast<int>(column));
    } else {
      rank.aliased.push_back(static_cast<int>(column));
    }
  }
  const auto k = static_cast<Index>(rank.kept.size());
  rank.combination = MatrixXd::Zero(k, static_cast<Index>(rank.aliased.size()));
  if (rank.combination.size() == 0) return rank;
  const MatrixXd kept = r(Eigen::seqN(0, k), rank.kept);
  const MatrixXd aliased = r(Eigen::seqN(0, k), rank.aliased);
  rank.combination = kept.triangularView<Eigen::Upper>().solve(aliased);
  // A part too small for the columns' own digits is rounding, and means that there is none.
  for (Index i = 0; i < k; ++i)
    for (Index j = 0; j < rank.combination.cols(); ++j)
      if (std::abs(rank.combination(i, j)) * length[rank.kept[static_cast<std::size_t>(i)]] <
          1e-10 * length[rank.aliased[static_cast<std::size_t>(j)]])
        rank.combination(i, j) = 0;
  return rank;
}

}  // namespace entact
