#pragma once

#include <span>
#include <vector>

namespace entact {

/// Polynomials of one variable up to a degree, without the constant: as R's poly().
///
///     p_j(x) = (x - centre_j) p_{j-1}(x) - norm_j / norm_{j-1} p_{j-2}(x),   column j = p_j /
///     sqrt(norm_j)
///
/// Orthogonal on the values they were made from, or raw powers.
struct PolynomialBasis {
  int degree = 1;
  bool raw = false;
  std::vector<double> centre{};  ///< length degree; empty if raw
  std::vector<double> norm{};    ///< length degree + 1: squared norms of p_0 .. p_degree
};

/// The basis that is orthonormal on the values. Not finite values are left out.
/// @throws Error "stats.design.polynomial" (unanswerable) unless 1 <= degree < distinct values
/// @cost   O(n degree)
/// @source Kennedy and Gentle 1980 [kennedy1980]
/// @checked reference/design (R's poly())
PolynomialBasis orthogonal_polynomials(std::span<const double> values, int degree);

/// The columns' values at x, length degree.
std::vector<double> at(const PolynomialBasis& basis, double x);

}  // namespace entact
