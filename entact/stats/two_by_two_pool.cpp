// Pooling of counts: Mantel-Haenszel and Peto estimates with their variances, Cochran's Q around
// them, and the two tests. A study's own effect and the zero-cell rule are in two_by_two.h; pooling
// by inverse variance in pool.h.
#include "entact/stats/two_by_two_pool.h"

#include <algorithm>
#include <cmath>

#include "entact/base/error.h"
#include "entact/num/distributions.h"

namespace entact {
namespace {

/// The four cells and the size of one table.
struct Cells {
  double a = 0;  ///< treatment, event
  double b = 0;  ///< treatment, none
  double c = 0;  ///< control, event
  double d = 0;  ///< control, none
  double n = 0;
};

Cells cells(const TwoByTwo& t) {
  return {t.events1, t.n1 - t.events1, t.events2, t.n2 - t.events2, t.n1 + t.n2};
}

void check_tables(std::span<const TwoByTwo> tables) {
  require(!tables.empty(), "stats.two_by_two.counts", "pooling counts needs at least one table");
  for (const TwoByTwo& t : tables) check_counts(t);
}

bool informative(const TwoByTwo& t) {
  const double events = t.events1 + t.events2;
  return events > 0 && events < t.n1 + t.n2;
}

void require_events(bool ok) {
  require(
      ok, "stats.two_by_two.no_events",
      "the pooled effect has no finite value: over all tables an arm has no event, or no person "
      "without one; pool another measure or give exact intervals per study",
      ErrorKind::unanswerable);
}

void set_q_p(PooledCounts& pooled, int studies_in_q) {
  pooled.q_df = std::max(0, studies_in_q - 1);
  pooled.q_p = pooled.q_df > 0 ? chi_squared_upper(pooled.q, pooled.q_df) : 1;
}

/// Q of the studies' own effects around the pooled value.
template <class EffectOf>
void add_q(PooledCounts& pooled, std::span<const TwoByTwo> tables, EffectOf effect_of) {
  int used = 0;
  for (const TwoByTwo& t : tables) {
    if (!informative(t)) continue;
    const Effect effect = effect_of(t);
    const double apart = effect.yi - pooled.estimate.value;
    pooled.q += apart * apart / effect.vi;
    ++used;
  }
  set_q_p(pooled, used);
}

PooledCounts answer(double value, double variance, bool log_scale,
                    std::span<const TwoByTwo> tables) {
  PooledCounts pooled;
  pooled.estimate.value = value;
  pooled.estimate.se = std::sqrt(variance);
  pooled.estimate.log_scale = log_scale;
  pooled.studies = static_cast<int>(tables.size());
  for (const TwoByTwo& t : tables) pooled.informative += informative(t) ? 1 : 0;
  return pooled;
}

}  // namespace

PooledCounts mantel_haenszel_risk_ratio(std::span<const TwoByTwo> tables) {
  check_tables(tables);
  double r = 0, s = 0, spread = 0;
  for (const TwoByTwo& t : tables) {
    const double n = t.n1 + t.n2;
    r += t.events1 * t.n2 / n;
    s += t.events2 * t.n1 / n;
    spread += (t.n1 / n) * (t.n2 / n) * (t.events1 + t.events2) - t.events1 / n * t.events2;
  }
  require_events(r > 0 && s > 0 && spread > 0);
  PooledCounts pooled = answer(std::log(r / s), spread / (r * s), true, tables);
  add_q(pooled, tables, [](const TwoByTwo& t) { return log_risk_ratio(t); });
  return pooled;
}

PooledCounts mantel_haenszel_odds_ratio(std::span<const TwoByTwo> tables) {
  check_tables(tables);
  double r = 0, s = 0, pr = 0, mixed = 0, qs = 0;
  for (const TwoByTwo& t : tables) {
    const Cells x = cells(t);
    const double ri = x.a * x.d / x.n, si = x.b * x.c / x.n;
    const double p = (x.a + x.d) / x.n, q = (x.b + x.c) / x.n;
    r += ri;
    s += si;
    pr += p * ri;
    mixed += p * si + q * ri;
    qs += q * si;
  }
  require_events(r > 0 && s > 0);
  const double variance = (pr / (r * r) + mixed / (r * s) + qs / (s * s)) / 2;
  PooledCounts pooled = answer(std::log(r / s), variance, true, tables);
  add_q(pooled, tables, [](const TwoByTwo& t) { return log_odds_ratio(t); });
  return pooled;
}

PooledCounts mantel_haenszel_risk_difference(std::span<const TwoByTwo> tables,
                                             RiskDifferenceVariance variance) {
  check_tables(tables);
  double weight = 0, sum = 0, slope = 0, base = 0, robust = 0;
  for (const TwoByTwo& t : tables) {
    const Cells x = cells(t);
    const double f1 = t.n1 / x.n, f2 = t.n2 / x.n;
    weight += t.n1 * f2;
    sum += x.a * f2 - x.c * f1;
    slope += x.c * f1 * f1 - x.a * f2 * f2 + f1 * f2 * (t.n2 - t.n1) / 2;
    base += (x.a * x.d + x.c * x.b) / x.n / 2;
    robust += x.a * x.b / t.n1 * f2 * f2 + x.c * x.d / t.n2 * f1 * f1;
  }
  const double value = sum / weight;
  const double spread = variance == RiskDifferenceVariance::sato ? value * slope + base : robust;
  require_events(spread > 0);
  PooledCounts pooled = answer(value, spread / (weight * weight), false, tables);
  pooled.informative = pooled.studies;
  add_q(pooled, tables, [](const TwoByTwo& t) { return risk_difference(t); });
  return pooled;
}

PooledCounts peto_odds_ratio(std::span<const TwoByTwo> tables) {
  check_tables(tables);
  double sum = 0, variance = 0, own = 0;
  for (const TwoByTwo& t : tables) {
    if (!informative(t)) continue;
    const Excess e = excess(t);
    sum += e.observed_minus_expected;
    variance += e.variance;
    own += e.observed_minus_expected * e.observed_minus_expected / e.variance;
  }
  require_events(variance > 0);
  PooledCounts pooled = answer(sum / variance, 1 / variance, true, tables);
  pooled.q = std::fmax(0, own - sum * sum / variance);
  set_q_p(pooled, pooled.informative);
  return pooled;
}

ChiSquared mantel_haenszel_test(std::span<const TwoByTwo> tables, bool continuity) {
  check_tables(tables);
  double sum = 0, variance = 0;
  for (const TwoByTwo& t : tables) {
    if (!informative(t)) continue;
    const Excess e = excess(t);
    sum += e.observed_minus_expected;
    variance += e.variance;
  }
  require_events(variance > 0);
  const double apart = std::fmax(0, std::abs(sum) - (continuity ? 0.5 : 0));
  const double statistic = apart * apart / variance;
  return {.statistic = statistic, .df = 1, .p = chi_squared_upper(statistic, 1)};
}

namespace {

/// How far the tables are from one common odds ratio.
struct Departure {
  double day = 0;  // sum of squared departures over their variances: Breslow and Day
  double sum = 0, variance = 0;
  int used = 0;
};

Departure departure(std::span<const TwoByTwo> tables) {
  const double ratio = std::exp(mantel_haenszel_odds_ratio(tables).estimate.value);
  Departure all;
  for (const TwoByTwo& t : tables) {
    if (!informative(t)) continue;
    // Events expected in the treatment arm under the common ratio: the root of
    // (ratio - 1) e^2 - A e + ratio n1 events = 0 that stays finite as ratio -> 1.
    const double events = t.events1 + t.events2;
    const double a = ratio * (t.n1 + events) + t.n2 - events;
    const double e = 2 * ratio * t.n1 * events /
                     (a + std::sqrt(a * a - 4 * ratio * (ratio - 1) * t.n1 * events));
    const double v = 1 / (1 / e + 1 / (t.n1 - e) + 1 / (events - e) + 1 / (t.n2 - events + e));
    all.day += (t.events1 - e) * (t.events1 - e) / v;
    all.sum += t.events1 - e;
    all.variance += v;
    ++all.used;
  }
  return all;
}

ChiSquared chi_squared(double statistic, int df) {
  return {.statistic = statistic, .df = df, .p = df > 0 ? chi_squared_upper(statistic, df) : 1};
}

}  // namespace

ChiSquared breslow_day_test(std::span<const TwoByTwo> tables) {
  const Departure all = departure(tables);
  return chi_squared(all.day, all.used - 1);
}

ChiSquared tarone_test(std::span<const TwoByTwo> tables) {
  const Departure all = departure(tables);
  return chi_squared(std::fmax(0, all.day - all.sum * all.sum / all.variance), all.used - 1);
}

}  // namespace entact
