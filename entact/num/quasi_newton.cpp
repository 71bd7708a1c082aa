#include "entact/num/quasi_newton.h"

#include <cmath>
#include <limits>

#include "entact/base/error.h"

namespace entact {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

// The inverse Hessian after a step s along which the gradient changed by y.
void update(MatrixXd& inverse, const VectorXd& s, const VectorXd& y, bool first) {
  const double sy = s.dot(y);
  if (sy <= 1e-12 * s.norm() * y.norm()) return;  // no curvature seen: keep what there is
  if (first) inverse = MatrixXd::Identity(s.size(), s.size()) * (sy / y.squaredNorm());
  const VectorXd hy = inverse * y;
  inverse += ((sy + y.dot(hy)) / (sy * sy)) * s * s.transpose() -
             (hy * s.transpose() + s * hy.transpose()) / sy;
}

}  // namespace

QuasiNewtonEnd minimise_quasi_newton(const std::function<FirstOrder(const VectorXd&)>& f,
                                     const VectorXd& start, const QuasiNewtonOptions& how) {
  FirstOrder here = f(start);
  require(std::isfinite(here.value) && here.gradient.allFinite(), "num.quasi_newton.start",
          "the function and its gradient must be finite where the search starts");
  QuasiNewtonEnd end{.x = start, .value = here.value, .gradient = here.gradient, .evaluations = 1};
  MatrixXd inverse = MatrixXd::Identity(start.size(), start.size()) * how.scale;
  for (;; ++end.iterations) {
    end.converged = start.size() == 0 || end.gradient.cwiseAbs().maxCoeff() <= how.gradient;
    if (end.converged || end.iterations >= how.max_iterations) return end;
    VectorXd step = -inverse * end.gradient;
    if (step.dot(end.gradient) >= 0) {
      inverse = MatrixXd::Identity(start.size(), start.size()) * how.scale;
      step = -inverse * end.gradient;
    }
    const double longest = step.cwiseAbs().maxCoeff();
    if (longest > how.longest_step) step *= how.longest_step / longest;
    const double slope = step.dot(end.gradient);
    const double rounding = how.noise * (1 + std::abs(end.value));
    double low = 0, high = std::numeric_limits<double>::infinity(), length = 1;
    bool found = false;
    for (int tries = 0; tries < 50 && !found; ++tries) {
      here = f(end.x + length * step);
      ++end.evaluations;
      const bool fine = std::isfinite(here.value) && here.gradient.allFinite();
      const bool falls = fine && (here.value <= end.value + 1e-4 * length * slope ||
                                  (-slope < rounding && here.value <= end.value + rounding));
      if (!falls) {
        high = length;
      } else if (here.gradient.dot(step) < 0.9 * slope && -slope > rounding &&
                 length * longest < how.longest_step) {
        low = length;
      } else {
        found = true;
        break;
      }
      length = std::isinf(high) ? 2 * low : (low + high) / 2;
    }
    if (!found) return end;  // no way down: x is as good as it gets
    update(inverse, length * step, here.gradient - end.gradient, end.iterations == 0);
    end.x += length * step;
    end.value = here.value;
    end.gradient = here.gradient;
  }
}

}  // namespace entact
