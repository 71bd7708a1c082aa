#pragma once

#include <cmath>
#include <limits>

namespace entact {

/// Minus twice the log likelihood of one observation as a function of the prediction f, with its
/// first two derivatives and the expectation of the second. A measured one lacks its log(2 pi); a
/// censored one is a probability and has no such constant.
struct ObservationTerm {
  double value = 0, first = 0, second = 0;
  double expected = 0;  ///< E second over the observation
};

/// Variance a^2 + b^2 f^2 of an observation around f.
inline double residual_variance(double f, double additive, double proportional) {
  return additive * additive + proportional * proportional * f * f;
}

/// phi(z) / Phi(z) without cancellation far below 0.
inline double lower_mills(double z) {
  constexpr double root = 2.506628274631000502;  // sqrt(2 pi)
  if (z > -25) return std::exp(-z * z / 2) / root / (std::erfc(-z / std::sqrt(2.0)) / 2);
  const double w = 1 / (z * z);  // asymptotic series of the tail
  return -z / (1 - w * (1 - w * (3 - w * (15 - 105 * w))));
}

/// log Phi(z), for z far below 0 too.
inline double log_normal_below(double z) {
  if (z > -25) return std::log(std::erfc(-z / std::sqrt(2.0)) / 2);
  return -z * z / 2 - 0.918938533204672742 - std::log(lower_mills(z));
}

/// An observation y ~ N(f, a^2 + b^2 f^2).
inline ObservationTerm measured_term(double y, double f, double additive, double proportional) {
  const double v = residual_variance(f, additive, proportional), r = y - f;
  const double bb = 2 * proportional * proportional, v1 = bb * f, v2 = bb;
  ObservationTerm t;
  t.value = std::log(v) + r * r / v;
  t.first = v1 / v - 2 * r / v - r * r * v1 / (v * v);
  t.second = v2 / v - v1 * v1 / (v * v) + 2 / v + 4 * r * v1 / (v * v) - r * r * v2 / (v * v) +
             2 * r * r * v1 * v1 / (v * v * v);
  t.expected = 2 / v + v1 * v1 / (v * v);
  return t;
}

/// An observation known to lie below a limit: -2 log Phi((limit - f) / sd) (method M3).
/// @source Beal 2001, J Pharmacokinet Pharmacodyn 28:481 [beal2001]
inline ObservationTerm censored_term(double limit, double f, double additive, double proportional) {
  const double s = std::sqrt(residual_variance(f, additive, proportional));
  const double z = (limit - f) / s;
  // Certain, to the last digit: where f is 0 and the error proportional alone, s is 0 too.
  if (z > 40) return {};
  const double bb = proportional * proportional;
  const double s1 = bb * f / s, s2 = (bb - s1 * s1) / s;
  const double z1 = -(1 + z * s1) / s, z2 = -(2 * z1 * s1 + z * s2) / s;
  const double m = lower_mills(z), m1 = -m * (z + m);
  ObservationTerm t;
  t.value = -2 * log_normal_below(z);
  t.first = -2 * m * z1;
  t.second = -2 * (m1 * z1 * z1 + m * z2);
  t.expected = t.second;
  return t;
}

}  // namespace entact
