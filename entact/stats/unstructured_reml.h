#pragma once

#include <Eigen/Core>
#include <vector>

#include "entact/base/estimate.h"
#include "entact/stats/pattern_sums.h"

namespace entact {

struct UnstructuredOptions {
  double decrement = 1e-9;  ///< stop after the Newton step whose squared length in standard errors
                            ///< (the decrement) is below this
  int max_iterations = 200;
};

/// REML estimate of a multivariate normal model with unstructured covariance.
struct UnstructuredFit {
  Eigen::VectorXd beta{};                     ///< length p
  Eigen::MatrixXd beta_vcov{};                ///< p x p, (X'V^-1 X)^-1
  std::vector<Eigen::MatrixXd> covariance{};  ///< m x m, one a group
  double minus_two_log_likelihood = 0;        ///< restricted, with its constant
  double decrement = 0;                       ///< at the last step
  Eigen::MatrixXd hessian_inverse{};  ///< of minus_two_log_likelihood in the elements of Sigma
  Fit fit{};
};

/// Fits by restricted maximum likelihood from pattern sums.
///
///     y_i ~ N(X_i beta, Sigma_g(i)) at the visits observed, beta profiled out
///
/// Newton steps on the elements of Sigma with the exact Hessian; where the Hessian is not positive
/// definite or a step fails, EM steps, which cannot. A warm start takes two or three iterations.
///
/// @param start  covariance matrices to begin from, one a group; empty: residual variances
/// @return fit.converged false with a reservation if the maximum was not reached: a pair of visits
///         that nobody attended both of, or too few participants
/// @throws Error "stats.impute.rank" (unanswerable) if X'V^-1 X is singular
/// @cost   about 0.1 ms an iteration at m = 4, p = 12; does not grow with n
/// @source Lindstrom and Bates 1988, JASA 83:1014 [lindstrom1988]
/// @checked unstructured_reml_test.cpp (R nlme; finite differences), reference/impute
UnstructuredFit fit_unstructured(const PatternSums& sums,
                                 const std::vector<Eigen::MatrixXd>& start = {},
                                 const UnstructuredOptions& how = {});

/// Fits sums that differ little from those of another fit, such as without one participant: steps
/// with that fit's Hessian, which costs no second derivatives, and from where they stop gaining
/// by Newton's method as above.
///
/// @cost about 0.1 ms at m = 4, p = 12
UnstructuredFit refit_unstructured(const PatternSums& sums, const UnstructuredFit& near,
                                   const UnstructuredOptions& how = {});

/// Minus two restricted log-likelihood and its gradient in the elements of the covariance matrices
/// (r <= s by columns, group after group), for tests of the optimiser.
struct RestrictedObjective {
  double value = 0;
  Eigen::VectorXd gradient{};
  Eigen::MatrixXd hessian{};
};
RestrictedObjective restricted_objective(const PatternSums& sums,
                                         const std::vector<Eigen::MatrixXd>& covariance);

}  // namespace entact
