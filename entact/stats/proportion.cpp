#include "entact/stats/proportion.h"

#include <fmt/format.h>

#include <cmath>

#include "entact/base/error.h"
#include "entact/num/distributions.h"

namespace entact {
namespace {

void check(double events, double n, double level) {
  check_counts(events, n);
  check_level(level);
}

void check_risk_per_person(double risk) {
  require(risk > 0 && risk <= 1, "stats.proportion.risk",
          fmt::format("a risk per person lies in (0, 1]; saw {}", risk));
}

}  // namespace

void check_counts(double events, double n) {
  require(std::isfinite(n) && n > 0, "stats.proportion.counts",
          fmt::format("the number of persons must be positive; saw {}", n));
  require(
      events >= 0 && events <= n, "stats.proportion.counts",
      fmt::format("events must lie between 0 and the number of persons; saw {} of {}", events, n));
}

void check_level(double level) {
  require(level > 0 && level < 1, "stats.proportion.level",
          fmt::format("a level lies in (0, 1), as in 0.95; saw {}", level));
}

Interval clopper_pearson(double events, double n, double level) {
  check(events, n, level);
  const double tail = (1 - level) / 2, others = n - events;
  return {.low = events == 0 ? 0 : beta_quantile(tail, events, others + 1),
          .high = others == 0 ? 1 : beta_quantile(1 - tail, events + 1, others),
          .level = level,
          .method = "Clopper-Pearson"};
}

Interval wilson(double events, double n, double level) {
  check(events, n, level);
  const double z = normal_quantile((1 + level) / 2), p = events / n, z2 = z * z / n;
  const double centre = p + z2 / 2;
  const double half = std::sqrt(z2 * (p * (1 - p) + z2 / 4));
  return {.low = events == 0 ? 0 : (centre - half) / (1 + z2),
          .high = events == n ? 1 : (centre + half) / (1 + z2),
          .level = level,
          .method = "Wilson"};
}

Interval jeffreys(double events, double n, double level) {
  check(events, n, level);
  const double tail = (1 - level) / 2, a = events + 0.5, b = n - events + 0.5;
  return {.low = events == 0 ? 0 : beta_quantile(tail, a, b),
          .high = events == n ? 1 : beta_quantile(1 - tail, a, b),
          .level = level,
          .method = "Jeffreys"};
}

double upper_bound_no_events(double n, double level) {
  check(0, n, level);
  return -std::expm1(std::log1p(-level) / n);
}

double persons_to_see(double risk, double chance) {
  check_risk_per_person(risk);
  check_level(chance);
  if (risk == 1) return 1;
  const double exact = std::log1p(-chance) / std::log1p(-risk);
  return std::fmax(1, std::ceil(exact * (1 - 1e-12)));  // rounding must not add a person
}

double chance_to_see(double risk, double n) {
  check_risk_per_person(risk);
  check_counts(0, n);
  return risk == 1 ? 1 : -std::expm1(n * std::log1p(-risk));
}

}  // namespace entact
