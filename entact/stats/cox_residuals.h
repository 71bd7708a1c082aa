#pragma once

#include <span>

#include "entact/stats/cox_likelihood.h"

namespace entact {

/// Sum and spread of the score contributions of whole clusters: the middle of the sandwich.
struct ScoreSpread {
  Eigen::VectorXd total{};  ///< length p, the gradient
  Eigen::MatrixXd meat{};   ///< p x p, sum of U_c U_c'
  std::ptrdiff_t clusters = 0;
};

/// @param cluster  length n by row, from 0; empty: each row by itself
/// @cost   O(n p^2)
ScoreSpread score_spread(const CoxModel& model, const Eigen::VectorXd& beta,
                         std::span<const int> cluster = {});

/// Weighted contribution of each row to the gradient, n x p in the order of the rows (R's
/// residuals(type = "score", weighted = TRUE)); times the covariance of the coefficients it is
/// dfbeta, about the change if the row were left out.
///
/// Efron and Breslow only.
/// @source Therneau and Grambsch 2000 [therneau2000]
/// @checked reference/survival (R survival)
RowMatrix score_residuals(const CoxModel& model, const Eigen::VectorXd& beta);

/// Event minus expected events of each row, unweighted; length n by row. Those of one participant
/// add up to the participant's.
Eigen::VectorXd martingale_residuals(const CoxModel& model, const Eigen::VectorXd& beta);

/// Martingale residuals made symmetric about 0.
///
///     sign(m) sqrt(-2 (m + d log(d - m))),   d = 1 for an event, else 0
Eigen::VectorXd deviance_residuals(const CoxModel& model, const Eigen::VectorXd& beta);

/// Hazard of a participant with all covariates and the offset at 0, cumulated.
struct BaselineHazard {
  std::vector<int> stratum{};    ///< length t: number of the stratum, counted from 0 in its order
  std::vector<double> time{};    ///< length t, event times
  std::vector<double> hazard{};  ///< length t, cumulative
};

/// With the ties of the model: Efron's or Breslow's increments.
/// @checked reference/survival (R survival, basehaz(centered = FALSE))
BaselineHazard baseline_hazard(const CoxModel& model, const Eigen::VectorXd& beta);

}  // namespace entact
