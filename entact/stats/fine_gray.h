#pragma once

#include "entact/stats/cox.h"

namespace entact {

/// Regression of how many come to have a cause, not of how fast it strikes those still free of all.
struct FineGrayFit {
  std::vector<CoxCoefficient> coefficients{};  ///< log subdistribution hazard ratios; se robust
  Eigen::VectorXd beta{};
  Eigen::MatrixXd vcov{};  ///< p x p, of the estimating equations with estimated censoring weights
  double null_log_likelihood = 0;  ///< pseudo-likelihood: no test compares the two
  double log_likelihood = 0;
  CoxTest wald{};
  std::ptrdiff_t rows = 0, events = 0;
  Fit fit{};
};

/// Fine and Gray's proportional hazards of the subdistribution of one cause.
///
/// Whoever had another cause stays in the risk set with the weight G(t-) / G(T_i-), G the
/// Kaplan-Meier curve of censoring; tied events as Breslow. A subdistribution hazard ratio has the
/// sign of the difference in incidence, not the size of an effect on a rate.
///
/// @param data   censoring must not depend on the covariates; no late entry, weights, strata,
/// offsets or clusters
/// @param cause  1..causes
/// @throws Error "stats.fine_gray.rows" (usage) for what it does not take;
/// "stats.fine_gray.rank" (unanswerable) if the covariates do not vary or follow from one another;
/// "stats.cox.events" (unanswerable) without events of the cause; as cox_model
/// @cost   O(n log n) once, O(n p^2) an iteration
/// @source Fine and Gray 1999, J Am Stat Assoc 94:496 [fine1999]
/// @checked reference/survival (R cmprsk crr)
FineGrayFit fit_fine_gray(const CoxData& data, int causes, int cause, double level = 0.95);

}  // namespace entact
