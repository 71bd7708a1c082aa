#pragma once

#include <Eigen/Core>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "entact/stats/imputation.h"

namespace entact {

/// One direction of a tipping-point analysis: by how much the imputed values of some participants
/// are shifted.
struct TippingAxis {
  std::string name{};            ///< "MDMA", for people
  std::vector<double> deltas{};  ///< ascending
  Eigen::MatrixXd where{};       ///< n x m: what one unit of delta adds to each imputed value
};

struct TippingCell {
  double x = 0, y = 0;  ///< the deltas
  PooledImputation pooled{};
  bool significant = false;  ///< the interval excludes 0
};

/// The answer over a grid of assumptions.
struct TippingPoint {
  std::vector<TippingCell> cells{};  ///< x varies fastest
  /// Where the interval's end touches 0, by linear interpolation between neighbouring cells: from
  /// these deltas on the conclusion turns. Along x at each y, then along y at each x.
  std::vector<std::pair<double, double>> contour{};
};

/// The grid of any answer to two deltas.
///
/// @param answer  pooled answer at (x, y)
/// @throws Error "stats.impute.tipping" (usage) on an axis without deltas, or not ascending
TippingPoint tipping_grid(const std::vector<double>& x, const std::vector<double>& y,
                          const std::function<PooledImputation(double, double)>& answer);

/// Shifts imputed values by every pair of deltas, analyses and pools again. Imputed values depend
/// on delta only by the shift, so nothing is drawn anew.
///
/// @param analysis   one whose parameter number `parameter` is asked about
/// @throws Error "stats.impute.tipping" (usage) on an axis without deltas, or not ascending; as
///         pool_imputations()
/// @cost   one pooled analysis a cell, on imputations.how.threads threads
/// @source Yan, Lee, Li 2009, J Biopharm Stat 19:1085 [yan2009]
TippingPoint tipping_point(const ImputationData& data, const Imputations& imputations,
                           const ImputedAnalysis& analysis, std::size_t parameter,
                           const TippingAxis& x, const TippingAxis& y, double level = 0.95);

}  // namespace entact
