#include "entact/num/least_squares.h"

#include <Eigen/Cholesky>
#include <cmath>

#include "entact/base/error.h"

namespace entact {

using Residuals = std::function<Eigen::VectorXd(const Eigen::VectorXd&)>;

Eigen::MatrixXd central_jacobian(const Residuals& f, const Eigen::VectorXd& x, Eigen::Index m,
                                 double half_width) {
  Eigen::MatrixXd j(m, x.size());
  for (Eigen::Index k = 0; k < x.size(); ++k) {
    Eigen::VectorXd up = x, down = x;
    up[k] += half_width;
    down[k] -= half_width;
    j.col(k) = (f(up) - f(down)) / (2 * half_width);
  }
  return j;
}

LeastSquares least_squares(const Residuals& residuals, const Eigen::VectorXd& start,
                           const LeastSquaresOptions& how) {
  LeastSquares at{.x = start, .residuals = residuals(start)};
  at.sum = at.residuals.squaredNorm();
  require(at.residuals.size() >= start.size() && std::isfinite(at.sum), "num.least_squares.start",
          "at least as many residuals as variables are needed, finite at the start");
  double damping = 1e-3;
  while (at.iterations < how.max_iterations && !at.converged) {
    ++at.iterations;
    const Eigen::MatrixXd j =
        central_jacobian(residuals, at.x, at.residuals.size(), how.difference);
    at.information = j.transpose() * j;
    const Eigen::VectorXd slope = j.transpose() * at.residuals;
    for (bool better = false; !better && !at.converged; damping *= better ? 0.1 : 10) {
      Eigen::MatrixXd damped = at.information;
      damped.diagonal() *= 1 + damping;
      const Eigen::VectorXd step = -damped.ldlt().solve(slope);
      at.converged = !(step.cwiseAbs().maxCoeff() > how.step);
      const Eigen::VectorXd next = at.x + step;
      const Eigen::VectorXd there = residuals(next);
      better = there.squaredNorm() < at.sum;  // false where it is not finite
      if (!better) continue;
      at.converged = at.converged || at.sum - there.squaredNorm() < how.reduction * at.sum;
      at.x = next;
      at.residuals = there;
      at.sum = there.squaredNorm();
    }
  }
  return at;
}

}  // namespace entact
