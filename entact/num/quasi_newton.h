#pragma once

#include <Eigen/Core>
#include <functional>

namespace entact {

/// A function of n variables at one point, to first order.
struct FirstOrder {
  double value = 0;            ///< infinite outside the domain
  Eigen::VectorXd gradient{};  ///< length n; not read where value is infinite
};

struct QuasiNewtonOptions {
  int max_iterations = 300;
  double gradient = 1e-5;   ///< converged when no component of the gradient is larger
  double longest_step = 1;  ///< no variable moves further in one iteration
  double scale = 1;         ///< of the first step: the inverse of a typical second derivative
  double noise = 1e-10;     ///< of the value, relative to 1 + |value|: falls below it are taken on
                            ///< trust
};

/// Where the search ended.
struct QuasiNewtonEnd {
  Eigen::VectorXd x{};
  double value = 0;
  Eigen::VectorXd gradient{};
  int iterations = 0;
  int evaluations = 0;
  bool converged = false;
};

/// A local minimum of a smooth function from its gradient, by BFGS with steps that satisfy the weak
/// Wolfe conditions (bisection).
///
/// @param f  value and gradient; the value may be infinite, not at `start`
/// @throws Error "num.quasi_newton.start" if f is not finite at the start
/// @cost   n^2 and about one f an iteration
/// @source Nocedal and Wright 2006, Numerical Optimization, ch. 6 [nocedal2006]
QuasiNewtonEnd minimise_quasi_newton(const std::function<FirstOrder(const Eigen::VectorXd&)>& f,
                                     const Eigen::VectorXd& start,
                                     const QuasiNewtonOptions& how = {});

}  // namespace entact
