#pragma once

#include <Eigen/Core>
#include <functional>

namespace entact {

/// A function of n variables at one point, to second order.
struct SecondOrder {
  double value = 0;
  Eigen::VectorXd gradient{};  ///< length n
  Eigen::MatrixXd hessian{};   ///< n x n, symmetric
};

struct BoundedNewtonOptions {
  int max_iterations = 200;
  /// Converged when the Newton decrement g' H^-1 g of the free variables is at most this times
  /// 1 + |f| (it is twice the fall of f still to be had, so its square root is what counts for x),
  /// or is small and rounding lets it shrink no more.
  double tolerance = 1e-26;
};

/// Where the search ended. A variable at its bound is there exactly.
struct BoundedMinimum {
  Eigen::VectorXd x{};         ///< length n
  double value = 0;            ///< f(x)
  Eigen::VectorXd gradient{};  ///< length n; at a bound its component is >= 0
  int iterations = 0;
  bool converged = false;  ///< and the Hessian of the free variables is positive definite
};

/// A local minimum of f over x >= lower by projected Newton steps.
///
/// A variable at its bound whose gradient points outward is held there; the others step by the
/// Hessian with its eigenvalues replaced by their absolute values (so that a step always leads
/// downhill), are projected on the bounds, and the step is halved until f falls enough (Armijo).
///
/// @param f      value, gradient and Hessian; value may be infinite outside its domain, not at
/// `start`
/// @param start  length n, start >= lower
/// @param lower  length n
/// @throws Error "num.bounded_newton.start" if lengths differ, a start lies below its bound or f
/// is not finite there
/// @cost   one f and one n x n eigendecomposition an iteration; typically 5 to 15 iterations
/// @source Bertsekas 1982, SIAM J Control Optim 20:221 [bertsekas1982]
BoundedMinimum minimise_bounded(const std::function<SecondOrder(const Eigen::VectorXd&)>& f,
                                const Eigen::VectorXd& start, const Eigen::VectorXd& lower,
                                const BoundedNewtonOptions& how = {});

}  // namespace entact
