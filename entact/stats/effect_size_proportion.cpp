#include "entact/stats/effect_size_proportion.h"

#include <fmt/format.h>

#include <cmath>
#include <numbers>

#include "entact/base/error.h"
#include "entact/stats/proportion.h"

namespace entact {
namespace {

[[noreturn]] void refuse(Measure measure) {
  throw Error("stats.effect_size.measure",
              fmt::format("{} is no measure of one proportion; use PR, PLN, PLO, PAS or PFT",
                          to_text(measure)),
              ErrorKind::usage);
}

double freeman_tukey(double x, double n) {
  return (std::asin(std::sqrt(x / (n + 1))) + std::asin(std::sqrt((x + 1) / (n + 1)))) / 2;
}

double inverse_freeman_tukey(double t, double n) {
  require(n > 0, "stats.proportion.counts",
          fmt::format("the inverse of the Freeman-Tukey scale needs n > 0; saw {}", n));
  if (t <= freeman_tukey(0, n)) return 0;
  if (t >= freeman_tukey(n, n)) return 1;
  const double s = std::sin(2 * t), inner = s + (s - 1 / s) / n;
  const double root = std::sqrt(std::fmax(0, 1 - inner * inner));
  return (1 - std::copysign(root, std::cos(2 * t))) / 2;
}

}  // namespace

Effect proportion_effect(double events, double n, Measure measure, const ProportionRule& rule) {
  check_counts(events, n);
  if (measure == Measure::arcsine_proportion)
    return {.yi = std::asin(std::sqrt(events / n)), .vi = 1 / (4 * n), .measure = measure};
  if (measure == Measure::freeman_tukey_proportion)
    return {.yi = freeman_tukey(events, n), .vi = 1 / (4 * n + 2), .measure = measure};
  Effect effect{.measure = measure};
  double x = events, y = n - events;
  if ((x == 0 || y == 0) && rule.add > 0) {
    x += rule.add;
    y += rule.add;
    effect.note = fmt::format("{} added to events and non-events", rule.add);
  }
  const double total = x + y, p = x / total;
  switch (measure) {
    case Measure::proportion:
      effect.yi = p;
      effect.vi = p * (1 - p) / total;
      return effect;
    case Measure::log_proportion:
      effect.yi = std::log(p);
      effect.vi = 1 / x - 1 / total;
      break;
    case Measure::logit_proportion:
      effect.yi = std::log(x / y);
      effect.vi = 1 / x + 1 / y;
      break;
    default:
      refuse(measure);
  }
  require(std::isfinite(effect.yi) && std::isfinite(effect.vi), "stats.two_by_two.zero_cell",
          fmt::format("{} of {} events has no finite {} without an addition", events, n,
                      to_text(measure)),
          ErrorKind::unanswerable);
  return effect;
}

double proportion_from_effect(double value, Measure measure, double n) {
  switch (measure) {
    case Measure::proportion:
      return value;
    case Measure::log_proportion:
      return std::exp(value);
    case Measure::logit_proportion:
      return 1 / (1 + std::exp(-value));
    case Measure::arcsine_proportion: {
      const double s = std::sin(std::fmin(std::fmax(value, 0), std::numbers::pi / 2));
      return s * s;
    }
    case Measure::freeman_tukey_proportion:
      return inverse_freeman_tukey(value, n);
    default:
      refuse(measure);
  }
}

}  // namespace entact
