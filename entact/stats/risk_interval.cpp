// Score, hybrid and Wald intervals of two arms. Each score interval is the set of values that its
// statistic does not reject; so this file holds the three statistics, each with the restricted
// maximum of the likelihood in closed form (ratio, odds ratio) or by bisection (difference, whose
// cubic loses digits at the boundary), and one search for the two roots.
#include "entact/stats/risk_interval.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "entact/base/error.h"
#include "entact/num/distributions.h"
#include "entact/num/roots.h"
#include "entact/stats/proportion.h"

namespace entact {
namespace {

constexpr double open_end = std::numeric_limits<double>::infinity();

double inflation(const TwoByTwo& t, ScoreVariance variance) {
  const double n = t.n1 + t.n2;
  return variance == ScoreVariance::miettinen_nurminen ? n / (n - 1) : 1;
}

double ratio_or_zero(double numerator, double variance) {
  return numerator == 0 ? 0 : numerator / std::sqrt(variance);
}

void check_table(const TwoByTwo& t, ScoreVariance variance) {
  check_counts(t);
  require(variance == ScoreVariance::asymptotic || t.n1 + t.n2 > 1, "stats.two_by_two.counts",
          fmt::format("the factor N / (N - 1) needs more than one person; saw {}", t.n1 + t.n2));
}

void check_value(bool ok, double value) {
  require(ok, "stats.risk_interval.value",
          fmt::format("a difference lies in (-1, 1), a ratio in (0, infinity); saw {}", value));
}

/// Control risk that maximises the likelihood when the treatment risk is `difference` higher. The
/// derivative of the log-likelihood falls throughout, so bisection cannot miss.
double restricted_control_risk(const TwoByTwo& t, double difference) {
  const auto term = [](double count, double risk) { return count == 0 ? 0 : count / risk; };
  const auto slope = [&](double p2) {
    const double p1 = p2 + difference;
    return term(t.events1, p1) - term(t.n1 - t.events1, 1 - p1) + term(t.events2, p2) -
           term(t.n2 - t.events2, 1 - p2);
  };
  double low = std::fmax(0, -difference), high = std::fmin(1, 1 - difference);
  for (int i = 0; i < 64; ++i) {
    const double middle = std::midpoint(low, high);
    (slope(middle) > 0 ? low : high) = middle;
  }
  return std::midpoint(low, high);
}

/// Root of z(log ratio) = target; z falls, and passes target between the ends it is sought in.
template <class Z>
double find_log_ratio(Z z, double target) {
  const auto f = [&](double t) { return z(t) - target; };
  double low = -1, high = 1;
  while (f(low) < 0 && low > -600) low *= 2;
  while (f(high) > 0 && high < 600) high *= 2;
  return find_root(f, low, high).x;
}

Interval named(Interval interval, double level, const char* what, ScoreVariance variance) {
  interval.level = level;
  interval.method = variance == ScoreVariance::miettinen_nurminen ? "Miettinen-Nurminen" : what;
  return interval;
}

double critical(double level) {
  check_level(level);
  return normal_quantile((1 + level) / 2);
}

Interval wald_ratio(const Effect& effect, double level) {
  const double half = critical(level) * std::sqrt(effect.vi);
  return {std::exp(effect.yi - half), std::exp(effect.yi + half), level, "Wald"};
}

}  // namespace

double score_variance_risk_difference(const TwoByTwo& t, double value, ScoreVariance variance) {
  check_table(t, variance);
  check_value(value > -1 && value < 1, value);
  const double p2 = std::clamp(restricted_control_risk(t, value), 0.0, 1.0);
  const double p1 = std::clamp(p2 + value, 0.0, 1.0);
  const double spread = p1 * (1 - p1) / t.n1 + p2 * (1 - p2) / t.n2;
  return spread * inflation(t, variance);
}

double score_z_risk_difference(const TwoByTwo& t, double value, ScoreVariance variance) {
  const double spread = score_variance_risk_difference(t, value, variance);
  return ratio_or_zero(t.events1 / t.n1 - t.events2 / t.n2 - value, spread);
}

double score_z_risk_ratio(const TwoByTwo& t, double value, ScoreVariance variance) {
  check_table(t, variance);
  check_value(value > 0 && std::isfinite(value), value);
  const double events = t.events1 + t.events2;
  if (events == 0) return 0;
  const double a = (t.n1 + t.n2) * value;
  const double b = t.n1 * value + t.events1 + t.n2 + t.events2 * value;
  const double p2 =
      std::fmin(1, 2 * events / (b + std::sqrt(std::fmax(0, b * b - 4 * a * events))));
  const double p1 = std::fmin(1, value * p2);
  const double spread = p1 * (1 - p1) / t.n1 + value * value * p2 * (1 - p2) / t.n2;
  return ratio_or_zero(t.events1 / t.n1 - value * (t.events2 / t.n2),
                       spread * inflation(t, variance));
}

double score_z_odds_ratio(const TwoByTwo& t, double value, ScoreVariance variance) {
  check_table(t, variance);
  check_value(value > 0 && std::isfinite(value), value);
  const double events = t.events1 + t.events2, excess_odds = value - 1;
  if (events == 0 || events == t.n1 + t.n2) return 0;
  const double a = t.n2 * excess_odds, b = t.n1 * value + t.n2 - events * excess_odds;
  const double root = std::sqrt(b * b + 4 * a * events);
  const double p2 = b > 0 ? 2 * events / (b + root) : (root - b) / (2 * a);
  const double p1 = value * p2 / (1 + p2 * excess_odds);
  const double information = t.n1 * p1 * (1 - p1), other = t.n2 * p2 * (1 - p2);
  return ratio_or_zero(t.events1 - t.n1 * p1,
                       inflation(t, variance) / (1 / information + 1 / other));
}

Interval newcombe_risk_difference(const TwoByTwo& t, double level) {
  check_counts(t);
  const Interval first = wilson(t.events1, t.n1, level), second = wilson(t.events2, t.n2, level);
  const double p1 = t.events1 / t.n1, p2 = t.events2 / t.n2;
  return {.low = p1 - p2 - std::hypot(p1 - first.low, second.high - p2),
          .high = p1 - p2 + std::hypot(first.high - p1, p2 - second.low),
          .level = level,
          .method = "Newcombe"};
}

Interval score_risk_difference(const TwoByTwo& t, double level, ScoreVariance variance) {
  check_table(t, variance);
  const double z = critical(level), edge = 1 - 1e-12;
  const double difference = t.events1 / t.n1 - t.events2 / t.n2;
  const auto limit = [&](double target, double low, double high) {
    return find_root([&](double v) { return score_z_risk_difference(t, v, variance) - target; },
                     low, high)
        .x;
  };
  return named({.low = difference <= -1 ? -1 : limit(z, -edge, std::fmin(difference, edge)),
                .high = difference >= 1 ? 1 : limit(-z, std::fmax(difference, -edge), edge)},
               level, "Mee", variance);
}

Interval score_risk_ratio(const TwoByTwo& t, double level, ScoreVariance variance) {
  check_table(t, variance);
  const double z = critical(level);
  const auto at = [&](double log_ratio) {
    return score_z_risk_ratio(t, std::exp(log_ratio), variance);
  };
  return named({.low = t.events1 == 0 ? 0 : std::exp(find_log_ratio(at, z)),
                .high = t.events2 == 0 ? open_end : std::exp(find_log_ratio(at, -z))},
               level, "Koopman", variance);
}

Interval score_odds_ratio(const TwoByTwo& t, double level, ScoreVariance variance) {
  check_table(t, variance);
  const double z = critical(level);
  const auto at = [&](double log_ratio) {
    return score_z_odds_ratio(t, std::exp(log_ratio), variance);
  };
  const bool open_below = t.events1 == 0 || t.events2 == t.n2;
  const bool open_above = t.events2 == 0 || t.events1 == t.n1;
  return named({.low = open_below ? 0 : std::exp(find_log_ratio(at, z)),
                .high = open_above ? open_end : std::exp(find_log_ratio(at, -z))},
               level, "Cornfield", variance);
}

Interval wald_risk_difference(const TwoByTwo& t, double level) {
  check_counts(t);
  const double p1 = t.events1 / t.n1, p2 = t.events2 / t.n2;
  const double se = std::sqrt(p1 * (1 - p1) / t.n1 + p2 * (1 - p2) / t.n2);
  const double half = critical(level) * se;
  return {.low = p1 - p2 - half, .high = p1 - p2 + half, .level = level, .method = "Wald"};
}

Interval wald_risk_ratio(const TwoByTwo& t, double level) {
  return wald_ratio(log_risk_ratio(t, {ZeroCells::none, 0}), level);
}

Interval wald_odds_ratio(const TwoByTwo& t, double level) {
  return wald_ratio(log_odds_ratio(t, {ZeroCells::none, 0}), level);
}

}  // namespace entact
