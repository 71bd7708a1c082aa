#pragma once

#include <optional>
#include <string>

#include "entact/base/estimate.h"
#include "entact/stats/cox_likelihood.h"

namespace entact {

/// Rows with covariates, one name each.
struct CoxData {
  SurvivalData survival{};
  Eigen::MatrixXd x{};               ///< n x p
  std::vector<std::string> names{};  ///< length p
  Eigen::VectorXd offset{};          ///< length n or 0: added to the linear predictor
  std::vector<int> cluster{};  ///< length n or 0, from 0: rows that depend on one another, as those
                               ///< of one participant
};

struct CoxOptions {
  CoxTies ties = CoxTies::efron;
  bool robust = false;  ///< sandwich variance by cluster, by row if there is none
  double level = 0.95;
  int max_iterations = 50;
};

/// log hazard ratio of one covariate; Wald test and interval, with the robust standard error if
/// there is one.
struct CoxCoefficient {
  std::string name{};
  double value = 0;
  double se = 0;        ///< the one in use
  double model_se = 0;  ///< from the information
  double z = 0;
  double p = 1;
  double low = 0, high = 0;
};

/// Test that all coefficients are 0.
struct CoxTest {
  double statistic = 0;  ///< chi-squared
  double df = 0;
  double p = 1;
};

struct CoxFit {
  std::vector<CoxCoefficient> coefficients{};  ///< those that can be estimated
  std::vector<std::string> aliased{};  ///< left out: constant, or following from earlier ones
  std::vector<Eigen::Index> kept{};    ///< columns of x in use
  Eigen::VectorXd beta{};
  Eigen::MatrixXd vcov{};  ///< the one in use
  Eigen::MatrixXd model_vcov{};
  double null_log_likelihood = 0;
  double log_likelihood = 0;
  CoxTest likelihood_ratio{}, wald{}, score{};
  std::optional<CoxTest> robust_score{};
  double gradient = 0;  ///< largest |gradient| in units of its standard deviation
  std::ptrdiff_t rows = 0, events = 0, clusters = 0;
  CoxOptions how{};
  Fit fit{};
  CoxModel model{};  ///< of the kept columns, for residuals and baseline
};

/// Proportional hazards regression by maximum partial likelihood: Newton's method from 0 with step
/// halving, to the last digit.
///
///     hazard_i(t) = baseline_stratum(t) exp(x_i(t)' beta + offset_i)
///
/// Rows may be several a participant (time-dependent covariates, recurrent events as Andersen and
/// Gill); the standard error then needs `robust` with the participant as cluster. Covariates that
/// do not vary within any risk set, or follow from earlier ones, are left out and named. Where the
/// likelihood rises without end (monotone likelihood: separation) the fit says so in
/// fit.reservations and fit.converged is false; the likelihood ratio and score tests still hold.
///
/// @throws Error "stats.cox.shape" if names or clusters differ in number, "stats.cox.events"
/// (unanswerable) without events, "stats.cox.constant" (unanswerable) if no covariate can be
/// estimated, "stats.cox.robust" (usage) if robust variance meets exact or discrete ties; as
/// cox_model
/// @cost   O(n log n) once, O(n p^2) an iteration; robust variance one more pass of O(n p)
/// @source Cox 1972, J R Stat Soc B 34:187 [cox1972]; Andersen and Gill 1982, Ann Stat 10:1100
/// [andersen1982]; Lin and Wei 1989, J Am Stat Assoc 84:1074 [lin1989]
/// @checked reference/survival (R survival)
CoxFit fit_cox(const CoxData& data, const CoxOptions& how = {});

/// log hazard ratio as an Estimate, with the reservations of the fit.
Estimate cox_estimate(const CoxFit& fit, std::size_t coefficient, const Estimand& estimand = {});

}  // namespace entact
