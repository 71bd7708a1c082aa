#include "entact/stats/number_needed.h"

#include <fmt/format.h>

#include <cmath>
#include <string_view>

#include "entact/base/error.h"

namespace entact {
namespace {

void check_benefit(bool ok, std::string_view rule, double seen) {
  require(ok, "stats.number_needed.range", fmt::format("{}; saw {}", rule, seen));
}

void check_risk(double risk) {
  check_benefit(risk >= 0 && risk <= 1, "the baseline risk lies in [0, 1]", risk);
}

void check_ratio(double ratio) {
  check_benefit(ratio >= 0 && std::isfinite(ratio), "a ratio is finite and not negative", ratio);
}

}  // namespace

std::optional<NumberNeeded> number_needed(double risk_difference, const Interval& interval,
                                          double baseline_risk) {
  check_risk(baseline_risk);
  check_benefit(interval.low >= -1 && interval.low <= interval.high && interval.high <= 1,
                "the interval of a risk difference lies in [-1, 1], lower end first", interval.low);
  check_benefit(risk_difference >= interval.low && risk_difference <= interval.high,
                "the risk difference lies inside its interval", risk_difference);
  const double rounding = 1e-12, treated = baseline_risk + risk_difference;
  check_benefit(treated >= -rounding && treated <= 1 + rounding,
                "baseline risk and risk difference add up to a risk", treated);
  if (interval.low <= 0 && interval.high >= 0) return std::nullopt;
  const double a = std::abs(interval.low), b = std::abs(interval.high);
  return NumberNeeded{.value = 1 / std::abs(risk_difference),
                      .low = 1 / std::fmax(a, b),
                      .high = 1 / std::fmin(a, b),
                      .more_events = risk_difference > 0,
                      .baseline_risk = baseline_risk};
}

double risk_difference_from_risk_ratio(double ratio, double baseline_risk) {
  check_risk(baseline_risk);
  check_ratio(ratio);
  return std::fmin(baseline_risk * (ratio - 1), 1 - baseline_risk);
}

double risk_difference_from_odds_ratio(double ratio, double baseline_risk) {
  check_risk(baseline_risk);
  check_ratio(ratio);
  const double others = 1 - baseline_risk, weighted = others + baseline_risk * ratio;
  return weighted == 0 ? 0 : baseline_risk * others * (ratio - 1) / weighted;
}

}  // namespace entact
