#include "entact/stats/kaplan_meier.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "entact/base/error.h"
#include "entact/num/distributions.h"

namespace entact {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double tie = 1.5e-8;  // two probabilities as near as this are one, as in R

void require_level(double level, const char* what) {
  require(level > 0 && level < 1, "stats.survival.level",
          std::string(what) + " lies between 0 and 1, saw " + std::to_string(level),
          ErrorKind::usage);
}

/// First time at which the curve is at or below the target; the middle of a stretch at the target.
double first_at_or_below(const std::vector<double>& time, const std::vector<double>& curve,
                         double target) {
  for (std::size_t i = 0; i < curve.size(); ++i) {
    if (std::isnan(curve[i]) || curve[i] >= target + tie) continue;
    if (std::abs(curve[i] - target) >= tie) return time[i];
    for (std::size_t j = i + 1; j < curve.size(); ++j)
      if (curve[j] < curve[i]) return (time[i] + time[j]) / 2;
    return time[i];
  }
  return nan;
}

}  // namespace

std::pair<double, double> curve_interval(double s, double se, const CurveOptions& how) {
  const double z = normal_quantile((1 + how.level) / 2);
  if (how.interval == CurveInterval::plain)
    return {std::max(0.0, s - z * se), std::min(1.0, s + z * se)};
  if (s >= 1 && how.interval != CurveInterval::log) return {1, 1};
  if (!(s > 0)) return {nan, nan};
  if (how.interval == CurveInterval::log) {
    const double factor = std::exp(z * se / s);
    return {s / factor, std::min(1.0, s * factor)};
  }
  if (how.interval == CurveInterval::logit) {
    const double centre = std::log(s / (1 - s)), half = z * se / (s * (1 - s));
    return {1 / (1 + std::exp(half - centre)), 1 / (1 + std::exp(-half - centre))};
  }
  const double factor = std::exp(z * se / (s * -std::log(s)));
  return {std::pow(s, factor), std::pow(s, 1 / factor)};
}

SurvivalCurve kaplan_meier(const SurvivalData& data, const CurveOptions& how) {
  check_survival(data);
  require_level(how.level, "the level of an interval");
  require(data.rows() > 0, "stats.survival.empty", "a survival curve needs at least one row",
          ErrorKind::unanswerable);
  const RiskCounts counts = count_risk(data, end_times(data));
  SurvivalCurve curve{.time = counts.time, .how = how};
  double survival = 1, variance = 0, hazard = 0;
  for (Eigen::Index k = 0; k < counts.at_risk.size(); ++k) {
    const double n = counts.at_risk(k), d = counts.events(k, 0);
    // What is left beside the events; rounding must not leave a share of a row.
    const double rest = n - d > 1e-9 * n ? n - d : 0;
    survival *= rest / n;
    hazard += d / n;
    if (d > 0) variance += rest > 0 ? d / (n * rest) : std::numeric_limits<double>::infinity();
    const double se = survival > 0 ? survival * std::sqrt(variance) : 0;
    const auto [low, high] = curve_interval(survival, se, how);
    curve.at_risk.push_back(n);
    curve.events.push_back(d);
    curve.censored.push_back(counts.censored(k));
    curve.survival.push_back(survival);
    curve.se.push_back(se);
    curve.log_se.push_back(std::sqrt(variance));
    curve.low.push_back(low);
    curve.high.push_back(high);
    curve.cumulative_hazard.push_back(hazard);
  }
  return curve;
}

SurvivalQuantile quantile(const SurvivalCurve& curve, double probability) {
  require_level(probability, "the probability of a quantile");
  const double target = 1 - probability;
  return {.probability = probability,
          .time = first_at_or_below(curve.time, curve.survival, target),
          .low = first_at_or_below(curve.time, curve.low, target),
          .high = first_at_or_below(curve.time, curve.high, target)};
}

CurvePoint at_time(const SurvivalCurve& curve, double time) {
  CurvePoint point{.time = time};
  const auto after = std::upper_bound(curve.time.begin(), curve.time.end(), time);
  const auto from = std::lower_bound(curve.time.begin(), curve.time.end(), time);
  const auto next = static_cast<std::size_t>(from - curve.time.begin());
  point.at_risk = next < curve.at_risk.size() ? curve.at_risk[next] : 0;
  if (after == curve.time.begin()) return point;
  const auto at = static_cast<std::size_t>(after - curve.time.begin()) - 1;
  point.survival = curve.survival[at];
  point.se = curve.se[at];
  point.low = curve.low[at];
  point.high = curve.high[at];
  return point;
}

}  // namespace entact
