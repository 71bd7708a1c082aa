#pragma once

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <cmath>

namespace entact {

struct NewtonOptions {
  int max_iterations = 100;
  double gradient = 1e-8;   ///< converged when no component of the gradient is larger
  double longest_step = 4;  ///< no variable moves further in one iteration
};

/// Space for a search, kept between searches so that the next one of the same size allocates
/// nothing.
struct NewtonSpace {
  Eigen::VectorXd gradient{}, step{}, trial{};  ///< length n
  Eigen::MatrixXd hessian{}, shifted{};         ///< n x n
};

/// Where the search ended.
struct NewtonEnd {
  double value = 0;
  double gradient = 0;  ///< largest component in absolute value
  int iterations = 0;
  bool converged = false;
  bool minimum = false;  ///< the Hessian there is positive definite
};

/// Adds to the diagonal until a Cholesky factor exists, and solves for the step downhill.
inline bool newton_step(NewtonSpace& s) {
  const Eigen::Index n = s.gradient.size();
  double shift = 0;
  bool first = true;
  for (int tries = 0; tries < 40; ++tries) {
    s.shifted = s.hessian;
    s.shifted.diagonal().array() += shift;
    const Eigen::LLT<Eigen::Ref<Eigen::MatrixXd>> factor(s.shifted);
    if (factor.info() == Eigen::Success) {
      s.step = -s.gradient;
      s.shifted.triangularView<Eigen::Lower>().solveInPlace(s.step);
      s.shifted.triangularView<Eigen::Lower>().transpose().solveInPlace(s.step);
      return first;
    }
    const double size = n > 0 ? s.hessian.diagonal().cwiseAbs().maxCoeff() : 1;
    shift = first ? 1e-3 * std::max(size, 1e-8) : 5 * shift;
    first = false;
  }
  s.step = -s.gradient;
  return false;
}

/// A local minimum of a smooth function by Newton's method: exact Hessian, shifted until positive
/// definite, steps halved until the function falls (Armijo).
///
/// @param f  `double f.value(x)` (infinite outside its domain, finite at the start), then
///           `f.derivatives(gradient, hessian)` at the x of the last `value`
/// @param x  length n: the start on entry, the minimum on return; space.hessian is that there
/// @cost   one Hessian and one Cholesky factor an iteration; no allocation once `space` fits
/// @source Nocedal and Wright 2006, Numerical Optimization, ch. 3 [nocedal2006]
template <class F>
NewtonEnd newton_minimise(F& f, Eigen::VectorXd& x, NewtonSpace& space,
                          const NewtonOptions& how = {}) {
  NewtonEnd end{.value = f.value(x)};
  for (;; ++end.iterations) {
    f.derivatives(space.gradient, space.hessian);
    end.gradient = x.size() > 0 ? space.gradient.cwiseAbs().maxCoeff() : 0;
    end.minimum = newton_step(space);
    end.converged = end.gradient <= how.gradient;
    if (end.converged || end.iterations >= how.max_iterations) return end;
    const double longest = space.step.cwiseAbs().maxCoeff();
    double length = longest > how.longest_step ? how.longest_step / longest : 1;
    const double slope = space.gradient.dot(space.step);
    // Close to the minimum the fall drowns in rounding: a full Newton step is then taken on trust.
    const double rounding = 1e-11 * (1 + std::abs(end.value));
    double value = 0;
    for (;; length /= 2) {
      space.trial = x + length * space.step;
      value = f.value(space.trial);
      if (value <= end.value + 1e-4 * length * slope ||
          (-slope < rounding && value <= end.value + rounding))
        break;
      if (length < 1e-12) {  // no way down: x is as good as it gets
        end.value = f.value(x);
        f.derivatives(space.gradient, space.hessian);
        end.minimum = newton_step(space);
        return end;
      }
    }
    x = space.trial;
    end.value = value;
  }
}

}  // namespace entact
