#include "entact/pharm/trapezoid.h"

#include <cmath>

namespace entact {
namespace {

/// a times the integral of s exp(x s) over s in [0, 1], x = log(b / a).
double moment_about_start(double a, double b, double x) {
  if (std::abs(x) >= 1) return (x * b - (b - a)) / (x * x);
  double sum = 0, power = 1;  // power: x^n / n!; 1 / 19! is below 1e-17
  for (int n = 0; n < 19; ++n) {
    sum += power / (n + 2);
    power *= x / (n + 1);
  }
  return a * sum;
}

}  // namespace

double log_ratio(double a, double b) {
  return std::abs(b - a) < a / 2 ? std::log1p((b - a) / a) : std::log(b / a);
}

double trapezoid_area(const CoursePoint& a, const CoursePoint& b, bool exponential) {
  const double dt = b.t_h - a.t_h;
  return exponential && a.c != b.c ? dt * ((b.c - a.c) / log_ratio(a.c, b.c))
                                   : dt * (a.c + b.c) / 2;
}

double trapezoid_moment(const CoursePoint& a, const CoursePoint& b, bool exponential) {
  const double dt = b.t_h - a.t_h;
  if (!exponential || a.c == b.c) return dt * (a.t_h * a.c + b.t_h * b.c) / 2;
  return a.t_h * trapezoid_area(a, b, true) +
         dt * dt * moment_about_start(a.c, b.c, log_ratio(a.c, b.c));
}

}  // namespace entact
