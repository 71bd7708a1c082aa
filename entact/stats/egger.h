#pragma once

#include <span>

#include "entact/stats/pool.h"

namespace entact {

/// What the effects are regressed on.
enum class FunnelPredictor {
  standard_error,  ///< Egger; metafor predictor "sei"
  variance,        ///< "vi"
};

/// Line through a funnel: effects against a measure of imprecision.
///
/// A slope says that imprecise studies find other effects than precise ones: a small-study effect.
/// Selective publication is one cause of it, differing patients and designs are others.
struct FunnelRegression {
  PooledCoefficient limit{};  ///< expected effect of an infinitely precise study
  PooledCoefficient slope{};  ///< its test is the test of asymmetry
  double dispersion = 1;      ///< residual variance over that expected from vi (weighted line only)
  double tau2 = 0;            ///< of the mixed model only
};

/// Egger's test: weighted line with a free residual variance, t with k - 2 degrees of freedom.
///
///     y_i = limit + slope x_i + e_i,   var e_i = dispersion v_i,   x_i = sqrt(v_i) or v_i
///
/// With x = sqrt(v) this is also PET, with x = v PEESE (pet_peese.h).
///
/// @param yi, vi  length k >= 3, not all v_i equal
/// @param level   of the intervals
/// @throws Error "stats.egger.few" (unanswerable) if k < 3, "stats.egger.equal" (unanswerable) if
///         all studies are equally precise, "stats.egger.study" if lengths differ, a number is not
///         finite or a variance is not positive, "stats.proportion.level" unless 0 < level < 1
/// @source Egger et al. 1997, BMJ 315:629 [egger1997]; Sterne and Egger 2005 [sterne2005]
/// @checked reference/diagnostics (metafor regtest, model "lm")
FunnelRegression egger_test(std::span<const double> yi, std::span<const double> vi,
                            FunnelPredictor predictor = FunnelPredictor::standard_error,
                            double level = 0.95);

/// The same line with heterogeneity beside the sampling error, tested as `how` says.
///
///     y_i ~ N(limit + slope x_i, v_i + tau2)
///
/// @throws as egger_test, and as pool()
/// @checked reference/diagnostics (metafor regtest, model "rma")
FunnelRegression egger_test_mixed(std::span<const double> yi, std::span<const double> vi,
                                  const PoolOptions& how = {},
                                  FunnelPredictor predictor = FunnelPredictor::standard_error);

}  // namespace entact
