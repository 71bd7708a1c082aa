#pragma once

#include <span>

namespace entact {

/// Kendall's rank correlation (tau-b) with its two-sided p.
struct Kendall {
  double tau = 0;
  double p = 1;
  bool exact = false;  ///< p from all orders; else from the normal, with the variance under ties
};

/// Do two sequences order their n members alike?
///
/// p is exact where no value is tied and n <= 200, as R's cor.test(exact = TRUE), else normal
/// without continuity correction, as R's.
///
/// @param x, y  length n >= 3, finite
/// @throws Error "stats.rank_correlation.input" on other lengths or numbers,
/// "stats.rank_correlation.constant"
///         (unanswerable) if all values of x or of y are equal
/// @cost   O(n^2), and O(n^3) for the exact p
/// @source Kendall 1938, Biometrika 30:81 [kendall1938]
/// @checked reference/diagnostics (R cor.test)
Kendall kendall(std::span<const double> x, std::span<const double> y);

/// Begg and Mazumdar's test: rank correlation of the standardised effects and their variances.
///
///     (y_i - theta) / sqrt(v_i - 1 / sum w)  against  v_i,   theta the common effect
///
/// Of low power with fewer than about 25 studies.
/// @param yi, vi  length k >= 3, variances positive and not all equal
/// @throws Error as kendall()
/// @source Begg and Mazumdar 1994, Biometrics 50:1088 [begg1994]
/// @checked reference/diagnostics (metafor ranktest)
Kendall begg_test(std::span<const double> yi, std::span<const double> vi);

}  // namespace entact
