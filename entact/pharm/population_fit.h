#pragma once

#include "entact/base/estimate.h"
#include "entact/pharm/population_mode.h"

namespace entact {

struct PopulationFitOptions {
  PopulationMethod method = PopulationMethod::focei;
  int threads = 0;           ///< 0: as many as the machine has; does not change the result
  int max_iterations = 300;  ///< of the search over the population's values
  double gradient = 1e-4;    ///< of the objective by u where the search stops
  double inner_gradient = 1e-9;
};

/// The objective at given values: the sum of SubjectMode::objective.
struct PopulationObjective {
  double value = 0;  ///< NONMEM's objective function value
  std::vector<SubjectMode> modes{};
  Eigen::MatrixXd subject_gradients{};  ///< people x size of u; empty unless asked for
};

/// How uncertain the estimates are, on the scale that people read.
///
///     R = second derivative of O / 2,  S = sum_i g_i g_i' / 4,  sandwich R^-1 S R^-1
struct PopulationCovariance {
  Eigen::MatrixXd r{};         ///< R^-1; empty if R is not positive definite
  Eigen::MatrixXd s{};         ///< S^-1; empty if S is singular (no more people than quantities)
  Eigen::MatrixXd sandwich{};  ///< empty if r is, or where there are no more people than quantities
  double condition = 0;        ///< of the correlations in R^-1: largest over smallest eigenvalue
};

struct PopulationFit {
  PopulationValues values{};
  Eigen::VectorXd u{};                        ///< the same, unconstrained
  double objective = 0;                       ///< without n log(2 pi)
  double minus_two_log_likelihood = 0;        ///< with it
  std::ptrdiff_t measured = 0, censored = 0;  ///< observations
  std::ptrdiff_t free = 0;                    ///< estimated quantities
  std::vector<SubjectMode> modes{};
  PopulationCovariance covariance{};  ///< in the order of PopulationLayout::natural
  Eigen::VectorXd gradient{};
  Fit fit{};
};

/// @param modes  where to start the search of each person's mode; empty: at 0
PopulationObjective population_objective(const PopulationLayout& layout, const Eigen::VectorXd& u,
                                         const std::vector<SubjectMode>& modes, bool gradient,
                                         const PopulationFitOptions& how);

/// Minimum of the objective over the population's values.
///
/// @throws Error "pharm.population.empty" without people or observations,
/// "pharm.population.length" for lengths that differ, "pharm.population.method" if there are
/// censored observations and the method is not laplace, "pharm.population.censored" if all are; as
/// PopulationLayout and check_population_start
/// @cost   a few hundred objectives; each a few predictions with derivatives of every person
/// @source Wang 2007, J Pharmacokinet Pharmacodyn 34:575 [wang2007]
/// @checked reference/population
PopulationFit fit_population(const PopulationModel& model, const PopulationFitOptions& how = {});

/// What there is to say about values that another search found: objective, modes, standard errors.
/// fit.converged is left true; `gradient` is that of the objective.
///
/// @throws Error "pharm.population.likelihood" (unanswerable) if the objective is not finite
PopulationFit summarise_population(const PopulationLayout& layout, const Eigen::VectorXd& u,
                                   const PopulationFitOptions& how,
                                   const std::vector<SubjectMode>& start = {});

/// R, S and the sandwich at u.
PopulationCovariance population_covariance(const PopulationLayout& layout, const Eigen::VectorXd& u,
                                           const std::vector<SubjectMode>& modes,
                                           const PopulationFitOptions& how);

/// @throws as fit_population for a model that cannot be fitted
void check_population(const PopulationModel& model, PopulationMethod method);

/// That the observations are possible at the start, every random effect 0.
///
/// @throws Error "pharm.population.prediction" naming participant and time of a prediction that is
/// not finite; "pharm.population.spread" where a measured observation has residual variance 0;
/// "pharm.population.start" for any other likelihood of 0
void check_population_start(const PopulationLayout& layout);

}  // namespace entact
