#pragma once

#include "entact/stats/cox.h"

namespace entact {

/// The function of time g against which a coefficient may drift.
enum class TimeScale {
  km,        ///< 1 minus the Kaplan-Meier curve just before: R's default, robust to outliers
  identity,  ///< time itself
  log,
  rank,  ///< rank of the time among all rows
};

/// Test that the effect of a covariate does not change with time, and of all together.
struct Proportionality {
  std::vector<std::string> names{};
  std::vector<CoxTest> tests{};  ///< of each coefficient
  CoxTest global{};
  TimeScale scale = TimeScale::km;
};

/// Score test that the coefficient of x g(t) is 0, added to the model.
///
///     u_j = sum_events w (x_j - xbar_j) g(t),   T = u' (I22 - I21 I11^-1 I12)^-1 u
///     I12 = sum_ties g V,  I22 = sum_ties g^2 V,  g centred at its mean over the events
///
/// The exact score test as survival computes it from version 3 on; earlier versions and SAS
/// approximate V by its mean.
///
/// @param data  the one that was fitted
/// @throws Error "stats.cox.robust" (usage) for exact or discrete ties; "stats.cox.log" (input) if
/// log meets a time of 0
/// @cost   three passes of O(n p^2)
/// @source Grambsch and Therneau 1994, Biometrika 81:515 [grambsch1994]
/// @checked reference/survival (R survival, cox.zph)
Proportionality proportionality(const CoxFit& fit, const CoxData& data,
                                TimeScale scale = TimeScale::km);

/// Covariates of each event minus their mean in its risk set (Schoenfeld residuals), events in the
/// order of risk, and the same scaled: beta + d V r estimates beta(t).
struct SchoenfeldResiduals {
  std::vector<double> time{};      ///< length d
  std::vector<std::size_t> row{};  ///< length d, of the data
  Eigen::MatrixXd raw{};           ///< d x p
  Eigen::MatrixXd scaled{};        ///< d x p
};
/// @source Schoenfeld 1982, Biometrika 69:239 [schoenfeld1982]
SchoenfeldResiduals schoenfeld_residuals(const CoxFit& fit);

}  // namespace entact
