#pragma once

#include <span>
#include <vector>

#include "entact/base/estimate.h"
#include "entact/stats/two_by_two.h"

namespace entact {

/// A risk difference over strata and its interval.
struct StratifiedDifference {
  double value = 0;
  Interval interval{};
  std::vector<double> weights{};  ///< length strata, sum 1; 0 where a stratum lacks an arm
};

// Risk differences over strata (sites) with weights n1 n2 / (n1 + n2). Every function
//   @param strata  length k >= 1; a stratum without one arm has no say
//   @throws Error "stats.two_by_two.counts"; "stats.stratified.none" (unanswerable) if no stratum
//           has both arms

/// Newcombe's hybrid interval from Wilson limits of the strata, at a quantile that makes their
/// weighted sum a limit of the weighted risk.
///
///     z* = z sqrt(sum w_h^2 v_h) / sum w_h sqrt(v_h),   v_h = p_h (1 - p_h) / n_h, for each arm
///
/// @source Yan and Su 2010, Stat Biopharm Res 2:329 [yan2010]
/// @checked reference/responders (the formula in R)
StratifiedDifference stratified_newcombe(std::span<const TwoByTwo> strata, double level = 0.95);

/// The values that the stratified score test does not reject.
///
///     z(d) = sum w_h (p1_h - p2_h - d) / sqrt(sum w_h^2 v_h(d)),   v_h(d) restricted to the
///     difference
///
/// @source Miettinen and Nurminen 1985, Stat Med 4:213 [miettinen1985]
/// @checked reference/responders (the definition in R)
StratifiedDifference stratified_score(std::span<const TwoByTwo> strata, double level = 0.95);

}  // namespace entact
