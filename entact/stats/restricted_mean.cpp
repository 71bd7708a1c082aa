#include "entact/stats/restricted_mean.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "entact/base/error.h"
#include "entact/num/distributions.h"

namespace entact {
namespace {

void require_same_tau(const RestrictedMean& a, const RestrictedMean& b) {
  require(a.tau == b.tau, "stats.restricted_mean.tau",
          fmt::format("two restricted means are compared at one time, saw {} and {}", a.tau, b.tau),
          ErrorKind::usage);
}

}  // namespace

RestrictedMean restricted_mean(const SurvivalCurve& curve, double tau) {
  require(tau > 0 && std::isfinite(tau), "stats.restricted_mean.tau",
          fmt::format("the restriction time is positive, saw {}", tau), ErrorKind::usage);
  require(curve.time.back() >= tau || curve.survival.back() == 0, "stats.restricted_mean.tau",
          fmt::format("follow-up ends at {} with participants still without the event, so the mean "
                      "up to {} is not known; take an earlier time",
                      curve.time.back(), tau),
          ErrorKind::unanswerable);
  RestrictedMean mean{.tau = tau};
  // Backwards: `area` is what lies to the right of each time.
  double area = 0, variance = 0, right = tau;
  for (std::size_t i = curve.time.size(); i-- > 0;) {
    if (curve.time[i] > tau) continue;
    area += curve.survival[i] * (right - curve.time[i]);
    right = curve.time[i];
    const double n = curve.at_risk[i], d = curve.events[i];
    if (d > 0 && curve.survival[i] > 0) variance += area * area * d / (n * (n - d));
  }
  mean.value = area + right;
  mean.se = std::sqrt(variance);
  const double half = normal_quantile((1 + curve.how.level) / 2) * mean.se;
  mean.low = mean.value - half;
  mean.high = mean.value + half;
  return mean;
}

Estimate restricted_mean_difference(const RestrictedMean& a, const RestrictedMean& b) {
  require_same_tau(a, b);
  return {.value = a.value - b.value, .se = std::hypot(a.se, b.se)};
}

Estimate restricted_mean_ratio(const RestrictedMean& a, const RestrictedMean& b) {
  require_same_tau(a, b);
  return {.value = std::log(a.value / b.value),
          .se = std::hypot(a.se / a.value, b.se / b.value),
          .log_scale = true};
}

}  // namespace entact
