#pragma once

#include <Eigen/Core>
#include <functional>

namespace entact {

struct LeastSquaresOptions {
  int max_iterations = 100;
  double difference = 1e-4;  ///< half width of the central differences that give the Jacobian
  double step = 1e-7;        ///< converged when no variable moves further than this
  double reduction = 0;      ///< or when a step lessens the sum by no more than this share of it
};

/// Where the search ended.
struct LeastSquares {
  Eigen::VectorXd x{};
  Eigen::VectorXd residuals{};  ///< at x
  Eigen::MatrixXd
      information{};  ///< J'J at x; its inverse times the residual variance is a covariance
  double sum = 0;     ///< of squared residuals
  int iterations = 0;
  bool converged = false;
};

/// The derivatives of f at x by central differences.
///
/// @param m           length of f
/// @param half_width  the same for every variable
/// @return m x n
Eigen::MatrixXd central_jacobian(const std::function<Eigen::VectorXd(const Eigen::VectorXd&)>& f,
                                 const Eigen::VectorXd& x, Eigen::Index m, double half_width);

/// A local minimum of the sum of squares of r(x) by Levenberg and Marquardt's method, derivatives
/// by central differences.
///
/// @param residuals  length m >= n, finite at the start; where it is not finite the step is refused
/// @param start      length n; variables of order 1, such as logarithms
/// @throws Error "num.least_squares.start" if the residuals are fewer than the variables or not
///         finite at the start
/// @cost   2 n + 1 evaluations an iteration
/// @source Marquardt 1963, J Soc Ind Appl Math 11:431 [marquardt1963]
LeastSquares least_squares(const std::function<Eigen::VectorXd(const Eigen::VectorXd&)>& residuals,
                           const Eigen::VectorXd& start, const LeastSquaresOptions& how = {});

}  // namespace entact
