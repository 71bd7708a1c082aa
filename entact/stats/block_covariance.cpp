#include "entact/stats/block_covariance.h"

#include <fmt/format.h>

#include <Eigen/Eigenvalues>
#include <cmath>
#include <set>

#include "entact/base/error.h"

namespace entact {
namespace {

using Eigen::Index;

std::string name_of(Index row, std::span<const std::string> names) {
  if (names.empty()) return fmt::format("effect {}", row + 1);
  return fmt::format("effect {} ({})", row + 1, names[static_cast<std::size_t>(row)]);
}

std::string names_of(const CovarianceBlock& block, std::span<const std::string> names) {
  std::set<std::string> distinct;
  for (const Index row : block.rows)
    distinct.insert(names.empty() ? name_of(row, names) : names[static_cast<std::size_t>(row)]);
  return fmt::format("{}", fmt::join(distinct, ", "));
}

void require_variance(double variance, Index row, std::span<const std::string> names) {
  if (std::isfinite(variance) && variance > 0) return;
  throw Error("stats.covariance.variance",
              fmt::format("{}: the variance must be a positive number, saw {}", name_of(row, names),
                          variance));
}

void require_names(Index size, std::span<const std::string> names) {
  require(names.empty() || static_cast<Index>(names.size()) == size, "stats.covariance.shape",
          fmt::format("{} effects need {} names, saw {}", size, size, names.size()));
}

void require_partition(const BlockCovariance& covariance) {
  std::vector<bool> seen(static_cast<std::size_t>(covariance.size), false);
  bool sound = true;
  Index rows = 0;
  for (const CovarianceBlock& block : covariance.blocks) {
    const Index n = static_cast<Index>(block.rows.size());
    sound = sound && block.value.rows() == n && block.value.cols() == n;
    rows += n;
    for (const Index row : block.rows) {
      sound = sound && row >= 0 && row < covariance.size && !seen[static_cast<std::size_t>(row)];
      if (sound) seen[static_cast<std::size_t>(row)] = true;
    }
  }
  require(sound && rows == covariance.size, "stats.covariance.shape",
          fmt::format("each of the {} effects must stand in exactly one block, and each block be "
                      "square",
                      covariance.size));
}

double smallest_correlation_eigenvalue(const Eigen::MatrixXd& covariance) {
  const Eigen::VectorXd scale = covariance.diagonal().cwiseSqrt().cwiseInverse();
  const Eigen::MatrixXd correlation = scale.asDiagonal() * covariance * scale.asDiagonal();
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(correlation, Eigen::EigenvaluesOnly);
  return eigen.eigenvalues().minCoeff();
}

void require_symmetric(const Eigen::MatrixXd& matrix, std::span<const std::string> names) {
  for (Index i = 0; i < matrix.rows(); ++i)
    for (Index j = 0; j < i; ++j) {
      const double low = matrix(i, j), high = matrix(j, i);
      if (std::abs(low - high) <= 1e-8 * std::max(std::abs(low), std::abs(high)) &&
          std::isfinite(low))
        continue;
      throw Error("stats.covariance.symmetric",
                  fmt::format("the covariance matrix must be symmetric and without gaps: between "
                              "{} and {} it holds {} below and {} above the diagonal",
                              name_of(i, names), name_of(j, names), low, high));
    }
}

// Connected components of the graph whose edges are the covariances that are not zero, each in
// increasing order.
std::vector<std::vector<Index>> connected(const Eigen::MatrixXd& matrix) {
  std::vector<std::vector<Index>> components;
  std::vector<bool> seen(static_cast<std::size_t>(matrix.rows()), false);
  for (Index first = 0; first < matrix.rows(); ++first) {
    std::set<Index> component;
    std::vector<Index> open;
    const auto reach = [&](Index row) {
      if (seen[static_cast<std::size_t>(row)]) return;
      seen[static_cast<std::size_t>(row)] = true;
      open.push_back(row);
    };
    reach(first);
    while (!open.empty()) {
      const Index at = open.back();
      open.pop_back();
      component.insert(at);
      for (Index other = 0; other < matrix.rows(); ++other)
        if (matrix(at, other) != 0) reach(other);
    }
    if (!component.empty()) components.emplace_back(component.begin(), component.end());
  }
  return components;
}

}  // namespace

BlockCovariance diagonal_covariance(std::span<const double> variances,
                                    std::span<const std::string> names) {
  BlockCovariance covariance{.size = static_cast<Index>(variances.size())};
  require_names(covariance.size, names);
  for (Index i = 0; i < covariance.size; ++i) {
    const double variance = variances[static_cast<std::size_t>(i)];
    require_variance(variance, i, names);
    covariance.blocks.push_back({{i}, Eigen::MatrixXd::Constant(1, 1, variance)});
  }
  return covariance;
}

BlockCovariance block_covariance(const Eigen::MatrixXd& matrix,
                                 std::span<const std::string> names) {
  require(matrix.rows() == matrix.cols(), "stats.covariance.shape",
          fmt::format("a covariance matrix must be square, saw {} rows and {} columns",
                      matrix.rows(), matrix.cols()));
  require_names(matrix.rows(), names);
  for (Index i = 0; i < matrix.rows(); ++i) require_variance(matrix(i, i), i, names);
  require_symmetric(matrix, names);
  BlockCovariance covariance{.size = matrix.rows()};
  for (std::vector<Index>& rows : connected(matrix)) {
    Eigen::MatrixXd value = matrix(rows, rows);
    value = (0.5 * (value + value.transpose())).eval();
    covariance.blocks.push_back({std::move(rows), std::move(value)});
  }
  require_positive_definite(covariance, names);
  return covariance;
}

Eigen::MatrixXd dense_covariance(const BlockCovariance& covariance) {
  Eigen::MatrixXd matrix = Eigen::MatrixXd::Zero(covariance.size, covariance.size);
  for (const CovarianceBlock& block : covariance.blocks)
    matrix(block.rows, block.rows) = block.value;
  return matrix;
}

Eigen::VectorXd variances_of(const BlockCovariance& covariance) {
  Eigen::VectorXd variances(covariance.size);
  for (const CovarianceBlock& block : covariance.blocks)
    variances(block.rows) = block.value.diagonal();
  return variances;
}

void require_positive_definite(const BlockCovariance& covariance,
                               std::span<const std::string> names) {
  require_names(covariance.size, names);
  require_partition(covariance);
  for (const CovarianceBlock& block : covariance.blocks) {
    for (Index i = 0; i < block.value.rows(); ++i)
      require_variance(block.value(i, i), block.rows[static_cast<std::size_t>(i)], names);
    const double smallest =
        block.rows.size() == 1 ? 1 : smallest_correlation_eigenvalue(block.value);
    if (smallest > 1e-10) continue;
    throw Error("stats.covariance.definite",
                fmt::format("{}: the covariance of these {} effects is not positive definite "
                            "(smallest eigenvalue of their correlations {:.3g}, must exceed "
                            "1e-10); an effect may stand twice, or the correlations cannot all "
                            "hold at once",
                            names_of(block, names), block.rows.size(), smallest));
  }
}

}  // namespace entact
