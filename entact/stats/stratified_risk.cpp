#include "entact/stats/stratified_risk.h"

#include <algorithm>
#include <cmath>

#include "entact/base/error.h"
#include "entact/num/distributions.h"
#include "entact/num/roots.h"
#include "entact/stats/proportion.h"
#include "entact/stats/risk_interval.h"

namespace entact {
namespace {

/// Strata with both arms, their weights, and the weighted difference.
struct Strata {
  std::vector<TwoByTwo> tables{};
  std::vector<double> share{};
  StratifiedDifference result{};
};

Strata strata_of(std::span<const TwoByTwo> given, double level) {
  check_level(level);
  Strata strata;
  double total = 0;
  for (const TwoByTwo& t : given)
    if (t.n1 > 0 && t.n2 > 0) {
      check_counts(t);
      total += t.n1 * t.n2 / (t.n1 + t.n2);
    }
  require(total > 0, "stats.stratified.none", "no stratum has both arms", ErrorKind::unanswerable);
  for (const TwoByTwo& t : given) {
    const bool both = t.n1 > 0 && t.n2 > 0;
    strata.result.weights.push_back(both ? t.n1 * t.n2 / (t.n1 + t.n2) / total : 0);
    if (!both) continue;
    strata.tables.push_back(t);
    strata.share.push_back(strata.result.weights.back());
    strata.result.value += strata.share.back() * (t.events1 / t.n1 - t.events2 / t.n2);
  }
  return strata;
}

struct Arm {
  double risk = 0, low = 0, high = 0;
};

/// Weighted Wilson limits of one arm.
Arm stratified_wilson(const Strata& strata, bool first, double level) {
  double squares = 0, roots = 0;
  for (std::size_t h = 0; h < strata.tables.size(); ++h) {
    const TwoByTwo& t = strata.tables[h];
    const double n = first ? t.n1 : t.n2, p = (first ? t.events1 : t.events2) / n;
    squares += strata.share[h] * strata.share[h] * p * (1 - p) / n;
    roots += strata.share[h] * std::sqrt(p * (1 - p) / n);
  }
  const double z = normal_quantile((1 + level) / 2);
  // no variance anywhere: the quantile of equal spreads
  double shrink = 0;
  for (double w : strata.share) shrink += w * w;
  shrink = roots > 0 ? std::sqrt(squares) / roots : std::sqrt(shrink);
  const double inner = 2 * normal_cdf(z * shrink) - 1;
  Arm arm;
  for (std::size_t h = 0; h < strata.tables.size(); ++h) {
    const TwoByTwo& t = strata.tables[h];
    const double n = first ? t.n1 : t.n2, x = first ? t.events1 : t.events2;
    const Interval limits = wilson(x, n, inner);
    arm.risk += strata.share[h] * x / n;
    arm.low += strata.share[h] * limits.low;
    arm.high += strata.share[h] * limits.high;
  }
  return arm;
}

}  // namespace

StratifiedDifference stratified_newcombe(std::span<const TwoByTwo> given, double level) {
  Strata strata = strata_of(given, level);
  const Arm a = stratified_wilson(strata, true, level), b = stratified_wilson(strata, false, level);
  strata.result.interval = {strata.result.value - std::hypot(a.risk - a.low, b.high - b.risk),
                            strata.result.value + std::hypot(a.high - a.risk, b.risk - b.low),
                            level, "stratified Newcombe"};
  return strata.result;
}

StratifiedDifference stratified_score(std::span<const TwoByTwo> given, double level) {
  Strata strata = strata_of(given, level);
  const auto z_at = [&](double value) {
    double variance = 0;
    for (std::size_t h = 0; h < strata.tables.size(); ++h)
      variance += strata.share[h] * strata.share[h] *
                  score_variance_risk_difference(strata.tables[h], value);
    const double distance = strata.result.value - value;
    return distance == 0 ? 0 : distance / std::sqrt(variance);
  };
  const double z = normal_quantile((1 + level) / 2), edge = 1 - 1e-12;
  const auto limit = [&](double target) {
    const auto f = [&](double value) { return z_at(value) - target; };
    if (f(-edge) <= 0) return -1.0;
    if (f(edge) >= 0) return 1.0;
    return find_root(f, -edge, edge).x;
  };
  strata.result.interval = {limit(z), limit(-z), level, "stratified Miettinen-Nurminen"};
  return strata.result;
}

}  // namespace entact
