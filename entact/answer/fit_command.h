#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "entact/answer/answer.h"

namespace entact {

/// `entact fit`: a population model estimated from data.
struct FitRequest {
  std::string method = "focei";         ///< focei, laplace, saem
  std::string covariance = "sandwich";  ///< of the estimates: sandwich, r, s
  std::string rows = "estimates";  ///< of the CSV: estimates, people, occasions, residuals, vpc
  double level = 0.95;
  int replicates = 500;  ///< of the predictive check; 0: none
  bool prediction_corrected = false;
  std::uint64_t seed = 1;  ///< of saem, importance sampling and the predictive check
  int threads = 0;
};

/// JSON keys of the result: title, method, covariance_type, level, units, objective,
/// minus_two_log_likelihood, constant, aic, bic, n_subjects, n_observations, n_censored,
/// parameters, fit {converged, iterations, gradient, warnings}, estimates[{name, role, unit,
/// estimate, se, rse_percent, ci_low, ci_high, fixed}], vcov, condition, omega, omega_correlation,
/// eta[{parameter, sd, cv_percent, shrinkage, mean}], kappa (the same between occasions),
/// residual_shrinkage, people[{id, eta, parameters, occasions[{occasion, kappa, parameters}]}],
/// residuals[{id, time, dv, censored, pred, ipred, iwres, cwres}] and vpc[{time, n, probability,
/// observed, simulated, low, high}].
///
/// A person's `parameters` are without kappa, with the covariates of the first row; `occasions`
/// are there where parameters or covariates change, numbered in the order of the data. Intervals of
/// positive quantities are made on the log scale. Where people are no more than the estimated
/// quantities, covariance_type is "r" instead of "sandwich", and a warning says so.
/// @throws Error "answer.fit.method", "answer.fit.rows", "answer.fit.level",
/// "answer.fit.replicates" (usage); as read_fit_model, put_fit_data and fit_population
/// @checked reference/population (NONMEM)
Answer fit_files(const std::string& model, const std::string& data, const FitRequest& request);

}  // namespace entact
