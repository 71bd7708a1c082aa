#pragma once

#include <Eigen/Core>
#include <vector>

namespace entact {

/// Which columns of a matrix are linear combinations of columns before them.
struct ColumnRank {
  std::vector<int> kept{};
  std::vector<int> aliased{};
  /// kept x aliased: the aliased columns are x(kept) * combination
  Eigen::MatrixXd combination{};
};

/// The rule of R's lm: Householder QR in the order of the columns; one whose length falls below
/// `tolerance` of what it was goes to the end.
///
/// @param x  n x p
/// @cost   O(n p^2); one pass over x where no column is near to aliased
/// @checked reference/design (R's qr())
ColumnRank column_rank(const Eigen::MatrixXd& x, double tolerance = 1e-7);

}  // namespace entact
