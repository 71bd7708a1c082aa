#include "entact/stats/rate_interval.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "entact/base/error.h"
#include "entact/num/distributions.h"
#include "entact/num/roots.h"
#include "entact/stats/proportion.h"

namespace entact {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

void check(double events, double time) {
  require(std::isfinite(events) && events >= 0, "stats.rate.counts",
          fmt::format("a number of events is 0 or more; saw {}", events));
  require(std::isfinite(time) && time > 0, "stats.rate.counts",
          fmt::format("a person-time must be positive; saw {}", time));
}

/// P(X >= x) of the Poisson distribution with this mean.
double at_least(double x, double mean) { return x == 0 ? 1 : chi_squared_cdf(2 * mean, 2 * x); }
/// P(X <= x).
double at_most(double x, double mean) {
  return x < 0 ? 0 : chi_squared_upper(2 * mean, 2 * (x + 1));
}

/// The mean's mid-p limits lie between the estimate and the exact limits.
Interval mid_p_mean(double x, const Interval& exact, double tail) {
  const auto above = [&](double mean) {
    return (at_least(x, mean) + at_least(x + 1, mean)) / 2 - tail;
  };
  const auto below = [&](double mean) {
    return (at_most(x, mean) + at_most(x - 1, mean)) / 2 - tail;
  };
  return {.low = x == 0 ? 0 : find_root(above, exact.low, x).x,
          .high = find_root(below, x, exact.high).x};
}

/// P(X >= x) of n trials with this probability.
double at_least(double x, double n, double probability) {
  if (x <= 0) return 1;
  return x > n ? 0 : beta_cdf(probability, x, n - x + 1);
}

Interval mid_p_proportion(double x, double n, double level) {
  const double tail = (1 - level) / 2;
  const Interval exact = clopper_pearson(x, n, level);
  const auto above = [&](double p) {
    return (at_least(x, n, p) + at_least(x + 1, n, p)) / 2 - tail;
  };
  const auto below = [&](double p) {
    return (at_least(n - x, n, 1 - p) + at_least(n - x + 1, n, 1 - p)) / 2 - tail;
  };
  return {.low = x == 0 ? 0 : find_root(above, exact.low, x / n).x,
          .high = x == n ? 1 : find_root(below, x / n, exact.high).x,
          .level = level};
}

/// Limits of the share of group 1 among all events, as limits of the rate ratio.
Interval ratio_of(const Interval& share, const TwoRates& t, const char* method) {
  const auto ratio = [&](double p) { return p >= 1 ? infinity : p / (1 - p) * t.time2 / t.time1; };
  return {ratio(share.low), ratio(share.high), share.level, method};
}

}  // namespace

void check_counts(const TwoRates& t) {
  check(t.events1, t.time1);
  check(t.events2, t.time2);
}

Interval poisson_rate(double events, double time, double level, ExactTails tails) {
  check(events, time);
  check_level(level);
  const double tail = (1 - level) / 2;
  Interval mean{.low = events == 0 ? 0 : chi_squared_quantile(tail, 2 * events) / 2,
                .high = chi_squared_quantile(1 - tail, 2 * events + 2) / 2};
  if (tails == ExactTails::mid_p) mean = mid_p_mean(events, mean, tail);
  return {mean.low / time, mean.high / time, level,
          tails == ExactTails::mid_p ? "mid-p Poisson" : "exact Poisson (Garwood)"};
}

Interval exact_rate_ratio(const TwoRates& t, double level, ExactTails tails) {
  check_counts(t);
  check_level(level);
  const double x = t.events1 + t.events2;
  const bool mid = tails == ExactTails::mid_p;
  const char* method = mid ? "conditional mid-p" : "exact conditional";
  if (x == 0) return {0, infinity, level, method};
  return ratio_of(
      mid ? mid_p_proportion(t.events1, x, level) : clopper_pearson(t.events1, x, level), t,
      method);
}

Interval score_rate_ratio(const TwoRates& t, double level) {
  check_counts(t);
  check_level(level);
  const double x = t.events1 + t.events2;
  if (x == 0) return {0, infinity, level, "score"};
  return ratio_of(wilson(t.events1, x, level), t, "score");
}

double score_z_rate_difference(const TwoRates& t, double d) {
  check_counts(t);
  const double time = t.time1 + t.time2, b = time * d - t.events1 - t.events2;
  const double root = std::sqrt(std::fmax(0, b * b + 4 * time * t.events2 * d));
  // Both forms are the same root; each loses digits where the other does not.
  const double denominator = b + root;
  const double control =
      b > 0 && denominator > 0 ? 2 * t.events2 * d / denominator : (root - b) / (2 * time);
  const double rate2 = std::fmax(control, std::fmax(0, -d)), rate1 = std::fmax(0, rate2 + d);
  const double excess = t.events1 / t.time1 - t.events2 / t.time2 - d;
  return excess == 0 ? 0 : excess / std::sqrt(rate1 / t.time1 + rate2 / t.time2);
}

Interval score_rate_difference(const TwoRates& t, double level) {
  check_counts(t);
  check_level(level);
  const double z = normal_quantile((1 + level) / 2);
  const double difference = t.events1 / t.time1 - t.events2 / t.time2;
  const double step = (t.events1 + t.events2 + 1) / std::fmin(t.time1, t.time2);
  // z falls as the difference rises and is 0 at the estimate.
  const auto limit = [&](double side) {
    const auto f = [&](double away) {
      return score_z_rate_difference(t, difference + side * away) + side * z;
    };
    double reach = step;
    while (side * f(reach) > 0) reach *= 2;
    return difference + side * find_root(f, 0, reach).x;
  };
  return {limit(-1), limit(1), level, "score (Miettinen-Nurminen)"};
}

}  // namespace entact
