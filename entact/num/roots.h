#pragma once

#include <cmath>
#include <limits>
#include <utility>

#include "entact/base/error.h"

namespace entact {

/// How close a bracketed root must come: |b - a| <= absolute + 4 eps |b|.
struct RootOptions {
  double absolute = 0;
  int max_iterations = 200;
};

/// Where a function of one variable vanishes, and whether the bracket became that narrow.
struct Root {
  double x = std::numeric_limits<double>::quiet_NaN();
  double value = std::numeric_limits<double>::quiet_NaN();  ///< f(x)
  int evaluations = 0;
  bool converged = false;
};

/// Root of a continuous f in [low, high], where f changes sign, by Brent's method: inverse
/// quadratic interpolation or secant where they shrink the bracket fast enough, else bisection.
///
/// @param f     double -> double, finite in the bracket
/// @return the end of the last bracket at which |f| is smaller
/// @throws Error "num.root.bracket" if f(low) and f(high) have the same sign or are NaN
/// @cost   typically 6 to 12 evaluations to full double precision, no allocation
/// @source Brent 1973, Algorithms for Minimization without Derivatives, ch. 4 [brent1973]
template <class F>
Root find_root(F&& f, double low, double high, const RootOptions& how = {}) {
  double a = low, b = high, fa = f(a), fb = f(b);
  require((fa <= 0 && fb >= 0) || (fa >= 0 && fb <= 0), "num.root.bracket",
          "the function must change sign between the ends of the bracket", ErrorKind::unanswerable);
  double c = a, fc = fa, step = b - a, last_step = step;
  Root root{.evaluations = 2};
  for (int i = 0; i < how.max_iterations; ++i) {
    if ((fb > 0) == (fc > 0)) c = a, fc = fa, step = last_step = b - a;
    if (std::abs(fc) < std::abs(fb)) a = b, b = c, c = a, fa = fb, fb = fc, fc = fa;
    const double tolerance =
        2 * std::numeric_limits<double>::epsilon() * std::abs(b) + how.absolute / 2;
    const double half = (c - b) / 2;
    if (std::abs(half) <= tolerance || fb == 0) {
      root.converged = true;
      break;
    }
    if (std::abs(last_step) < tolerance || std::abs(fa) <= std::abs(fb)) {
      step = last_step = half;
    } else {
      const double s = fb / fa;
      double p = 0, q = 0;
      if (a == c) {
        p = 2 * half * s;
        q = 1 - s;
      } else {
        const double u = fa / fc, r = fb / fc;
        p = s * (2 * half * u * (u - r) - (b - a) * (r - 1));
        q = (u - 1) * (r - 1) * (s - 1);
      }
      if (p > 0) q = -q;
      p = std::abs(p);
      if (2 * p < std::fmin(3 * half * q - std::abs(tolerance * q), std::abs(last_step * q))) {
        last_step = step;
        step = p / q;
      } else {
        step = last_step = half;
      }
    }
    a = b, fa = fb;
    b += std::abs(step) > tolerance ? step : std::copysign(tolerance, half);
    fb = f(b);
    ++root.evaluations;
  }
  root.x = b;
  root.value = fb;
  return root;
}

/// First of start, 2 start, 4 start, ... at which f has no longer the sign of f(start); a bracket
/// for find_root when the root has no known upper bound.
///
/// @return {last point with the old sign, first point with the new}; both equal if never found
template <class F>
std::pair<double, double> double_until_sign_change(F&& f, double start, double limit) {
  const bool positive = f(start) > 0;
  double low = start;
  for (double high = 2 * start; high <= limit; high *= 2) {
    if ((f(high) > 0) != positive) return {low, high};
    low = high;
  }
  return {low, low};
}

}  // namespace entact
