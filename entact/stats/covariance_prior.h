#pragma once

#include <Eigen/Core>

#include "entact/stats/mmrm_covariance.h"

namespace entact {

/// Logarithm, up to a constant, of the prior density of one covariance matrix in the parameters
/// theta over which the likelihood is maximised (mmrm_covariance.h), Jacobian included.
///
///     us      Sigma ~ inverse Wishart(m + 2, S)
///     others  each variance ~ S(v, v) / chi-squared(3), correlations uniform where they make
///             a positive definite matrix
///
/// S is the REML estimate. The variances' prior is the inverse Wishart's own, so that it means the
/// same in all structures: its mean is S(v, v), and it weighs as three observations.
///
/// @param theta  length parameter_count
/// @param s      visits x visits
/// @cost  O(visits^3) of us, else O(parameters)
double log_covariance_prior(const Covariance& covariance, const Eigen::VectorXd& theta,
                            const Eigen::MatrixXd& s);

}  // namespace entact
