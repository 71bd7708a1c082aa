#pragma once

#include <Eigen/Core>
#include <span>
#include <string>
#include <vector>

namespace entact {

/// The covariance of a few effects that depend on one another.
struct CovarianceBlock {
  std::vector<Eigen::Index> rows{};  ///< length n: which effects these are
  Eigen::MatrixXd value{};           ///< n x n, symmetric
};

/// A k x k covariance matrix whose effects fall into independent blocks, as the effects of k
/// comparisons fall into studies. Every effect is in exactly one block. Nothing ever holds all
/// k x k numbers, so 2000 effects of 500 studies cost as much as 500 small matrices.
struct BlockCovariance {
  Eigen::Index size = 0;  ///< k
  std::vector<CovarianceBlock> blocks{};
};

/// Independent effects: k blocks of one.
///
/// @param variances  length k, finite and positive
/// @param names      length k or empty: how errors name the effects
/// @throws  Error "stats.covariance.variance" naming the first effect whose variance is not
BlockCovariance diagonal_covariance(std::span<const double> variances,
                                    std::span<const std::string> names = {});

/// Effects that are joined by any covariance other than zero become one block.
///
/// @param matrix  k x k; symmetric to 1e-8 of its entries, as a file of rounded numbers is
/// @param names   length k or empty: how errors name the effects
/// @throws  Error "stats.covariance.shape" if not square, "stats.covariance.symmetric" if not
/// symmetric or not finite, "stats.covariance.variance", "stats.covariance.definite" as below
/// @cost    O(k^2)
BlockCovariance block_covariance(const Eigen::MatrixXd& matrix,
                                 std::span<const std::string> names = {});

/// All k x k numbers, zeros included; for files and for small k.
Eigen::MatrixXd dense_covariance(const BlockCovariance& covariance);

/// Diagonal of the matrix, length k.
Eigen::VectorXd variances_of(const BlockCovariance& covariance);

/// Every block must be the covariance of effects none of which follows from the others: the
/// smallest eigenvalue of its correlation matrix must exceed 1e-10.
///
/// @param names  length k or empty: study (or label) of each effect, named in the error
/// @throws  Error "stats.covariance.variance", "stats.covariance.definite";
/// "stats.covariance.shape" unless each effect is in exactly one block
/// @cost    one eigendecomposition a block
void require_positive_definite(const BlockCovariance& covariance,
                               std::span<const std::string> names = {});

}  // namespace entact
