#pragma once

#include <Eigen/Core>

#include "entact/base/estimate.h"

namespace entact {

/// A regression of counts on covariates with a log link.
struct CountFit {
  Eigen::VectorXd beta{};     ///< length p, log rate ratios
  double dispersion = 0;      ///< k of Var(y) = mu + k mu^2; 0: Poisson
  Eigen::VectorXd theta{};    ///< beta, then log k where k is estimated
  Eigen::MatrixXd vcov{};     ///< of theta: inverse of the observed information
  double log_likelihood = 0;  ///< with its constant
  double gradient = 0;        ///< largest component of the score in theta
  Fit fit{};
};

/// Negative binomial regression by maximum likelihood, Newton's method in (beta, log k).
///
///     y_i ~ NB(mu_i, k),  mu_i = t_i exp(x_i' beta),  Var(y_i) = mu_i + k mu_i^2
///
/// Where the counts do not vary more than Poisson's, the score of k at 0 is not positive: the
/// answer is the Poisson fit with k = 0, and a reservation says so.
///
/// @param x         n x p of full rank
/// @param events    length n: whole numbers >= 0
/// @param exposure  length n: time at risk t, > 0
/// @throws Error "stats.count.shape" on sizes that do not agree; "stats.count.value" on another
///         count or time; "stats.count.rank" (unanswerable) if the covariates are not linearly
///         independent, or an arm has no event at all, so that a rate of 0 has no logarithm
/// @cost   O(n p^2) an iteration, about 6 iterations
/// @source Lawless 1987, Can J Stat 15:209 [lawless1987]
/// @checked negative_binomial_test.cpp (finite differences; reference/counts: MASS, glmmTMB)
CountFit fit_negative_binomial(const Eigen::MatrixXd& x, const Eigen::VectorXd& events,
                               const Eigen::VectorXd& exposure);

/// The same with k = 0.
CountFit fit_poisson(const Eigen::MatrixXd& x, const Eigen::VectorXd& events,
                     const Eigen::VectorXd& exposure);

/// Log-likelihood, score and observed information in (beta, log k), for tests.
struct CountObjective {
  double value = 0;
  Eigen::VectorXd score{};
  Eigen::MatrixXd information{};
};
CountObjective count_objective(const Eigen::MatrixXd& x, const Eigen::VectorXd& events,
                               const Eigen::VectorXd& exposure, const Eigen::VectorXd& theta);

}  // namespace entact
