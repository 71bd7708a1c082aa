#pragma once

#include <cmath>
#include <limits>

#include "entact/base/error.h"

namespace entact {

/// How close the minimum must come: absolute + relative |x|. Below about sqrt(eps) = 1.5e-8
/// relative a minimum found from function values alone cannot be located any better.
struct MinimiseOptions {
  double absolute = 1e-12;
  double relative = 1e-9;
  int max_iterations = 500;
};

/// A minimum of a function of one variable.
struct Minimum {
  double x = std::numeric_limits<double>::quiet_NaN();
  double value = std::numeric_limits<double>::quiet_NaN();  ///< f(x)
  int evaluations = 0;
  bool converged = false;
};

/// A local minimum of f in [low, high] by Brent's method: parabola through the three best points
/// where it helps, else golden section. The global one if f has one valley only.
///
/// @param f    double -> double, finite in the open interval; the ends are approached, not
/// evaluated
/// @throws Error "num.minimise.bracket" unless low < high are finite
/// @cost   typically 15 to 40 evaluations, no allocation
/// @source Brent 1973, Algorithms for Minimization without Derivatives, ch. 5 [brent1973]
template <class F>
Minimum minimise(F&& f, double low, double high, const MinimiseOptions& how = {}) {
  require(std::isfinite(low) && std::isfinite(high) && low < high, "num.minimise.bracket",
          "a bracket needs finite ends, the lower before the upper");
  constexpr double golden = 0.3819660112501051;  // (3 - sqrt 5) / 2
  double best = low + golden * (high - low), second = best, third = best;
  double f_best = f(best), f_second = f_best, f_third = f_best;
  double step = 0, last_step = 0;
  Minimum found{.evaluations = 1};
  for (int i = 0; i < how.max_iterations; ++i) {
    const double middle = (low + high) / 2;
    const double tolerance = how.relative * std::abs(best) + how.absolute;
    if (std::abs(best - middle) <= 2 * tolerance - (high - low) / 2) {
      found.converged = true;
      break;
    }
    bool parabola = false;
    if (std::abs(last_step) > tolerance) {
      const double r = (best - second) * (f_best - f_third);
      double q = (best - third) * (f_best - f_second);
      double p = (best - third) * q - (best - second) * r;
      q = 2 * (q - r);
      if (q > 0) p = -p;
      q = std::abs(q);
      parabola = std::abs(p) < std::abs(q * last_step / 2) && p > q * (low - best) &&
                 p < q * (high - best);
      last_step = step;
      if (parabola) {
        step = p / q;
        const double at = best + step;
        if (at - low < 2 * tolerance || high - at < 2 * tolerance) {
          step = std::copysign(tolerance, middle - best);
        }
      }
    }
    if (!parabola) {
      last_step = best < middle ? high - best : low - best;
      step = golden * last_step;
    }
    const double at = best + (std::abs(step) >= tolerance ? step : std::copysign(tolerance, step));
    const double f_at = f(at);
    ++found.evaluations;
    if (f_at <= f_best) {
      (at < best ? high : low) = best;
      third = second, f_third = f_second;
      second = best, f_second = f_best;
      best = at, f_best = f_at;
    } else {
      (at < best ? low : high) = at;
      if (f_at <= f_second || second == best) {
        third = second, f_third = f_second;
        second = at, f_second = f_at;
      } else if (f_at <= f_third || third == best || third == second) {
        third = at, f_third = f_at;
      }
    }
  }
  found.x = best;
  found.value = f_best;
  return found;
}

}  // namespace entact
