// The numbers of `entact effect`: one function a measure; the forms they are printed in are in
// effect_answer.cpp.
#include "entact/answer/effect_command.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "entact/base/error.h"
#include "entact/num/distributions.h"
#include "entact/stats/proportion.h"
#include "entact/stats/risk_interval.h"
#include "entact/stats/two_by_two_pool.h"

namespace entact {
namespace {

/// Value +- z se and the p of that z.
void set_wald(EffectResult& result, double value, double se) {
  const double z = normal_quantile((1 + result.level) / 2);
  result.value = value;
  result.se = se;
  result.ci_low = value - z * se;
  result.ci_high = value + z * se;
  if (se > 0) result.p = two_sided_p(value / se, std::numeric_limits<double>::infinity());
  result.interval = "Wald";
}

void set_ratios_from_logs(EffectResult& result) {
  result.ratio = std::exp(result.value);
  result.ratio_low = std::exp(result.ci_low);
  result.ratio_high = std::exp(result.ci_high);
}

void set_logs_from_ratios(EffectResult& result, double ratio, const Interval& interval) {
  result.ratio = ratio;
  result.ratio_low = interval.low;
  result.ratio_high = interval.high;
  result.value = std::log(ratio);
  result.ci_low = std::log(interval.low);
  result.ci_high = std::log(interval.high);
  result.interval = interval.method;
}

void means(EffectResult& result, const EffectRequest& request) {
  const TwoMeans arms{request.m1i[0], request.sd1i[0], request.n1i[0],
                      request.m2i[0], request.sd2i[0], request.n2i[0]};
  const Effect effect =
      request.measure == "MD" ? mean_difference(arms) : standardised_mean_difference(arms);
  set_wald(result, effect.yi, std::sqrt(effect.vi));
  if (request.measure == "SMD")
    result.notes.push_back("Hedges' g: free of small-sample bias, in pooled standard deviations");
}

double variance_or_nan(Effect (*effect)(const TwoByTwo&, const ZeroCellRule&),
                       const TwoByTwo& counts) {
  try {
    return effect(counts, {ZeroCells::none, 0}).vi;
  } catch (const Error&) {
    return std::numeric_limits<double>::quiet_NaN();
  }
}

void set_se(EffectResult& result, double variance) {
  if (std::isfinite(variance) && variance > 0) result.se = std::sqrt(variance);
}

void risk_difference_of(EffectResult& result, const TwoByTwo& t, const std::string& interval) {
  const double p1 = t.events1 / t.n1, p2 = t.events2 / t.n2;
  const Interval ends = interval == "mn"         ? score_risk_difference(t, result.level)
                        : interval == "newcombe" ? newcombe_risk_difference(t, result.level)
                                                 : wald_risk_difference(t, result.level);
  result.value = p1 - p2;
  result.ci_low = ends.low;
  result.ci_high = ends.high;
  result.interval = ends.method;
  set_se(result, p1 * (1 - p1) / t.n1 + p2 * (1 - p2) / t.n2);
  const double none = std::numeric_limits<double>::infinity();
  if (interval == "mn") result.p = two_sided_p(score_z_risk_difference(t, 0), none);
  if (interval == "wald" && result.se) result.p = two_sided_p(result.value / *result.se, none);
  const Interval possible{.low = std::fmax(-1, std::fmin(ends.low, result.value)),
                          .high = std::fmin(1, std::fmax(ends.high, result.value)),
                          .level = ends.level};  // a Wald interval may leave [-1, 1]
  result.number_needed = number_needed(result.value, possible, p2);
}

/// Ratio of risks or odds; 0 or infinite where one arm has no event.
double ratio_of(const TwoByTwo& t, bool odds) {
  const double across = odds ? (t.n2 - t.events2) / (t.n1 - t.events1) : t.n2 / t.n1;
  return t.events1 / t.events2 * across;
}

void ratio(EffectResult& result, const TwoByTwo& t, const EffectRequest& request) {
  const bool odds = request.measure == "OR", score = request.interval == "mn";
  const double events = t.events1 + t.events2, persons = t.n1 + t.n2;
  check_counts(t);
  require(events > 0 && (!odds || events < persons), "answer.effect.no_events",
          fmt::format("a ratio needs an event in one arm{}; saw {} of {} and {} of {}. Ask for RD",
                      odds ? " and a person without one" : "", t.events1, t.n1, t.events2, t.n2),
          ErrorKind::unanswerable);
  if (score)
    set_logs_from_ratios(
        result, ratio_of(t, odds),
        odds ? score_odds_ratio(t, result.level) : score_risk_ratio(t, result.level));
  else
    set_logs_from_ratios(
        result, ratio_of(t, odds),
        odds ? wald_odds_ratio(t, result.level) : wald_risk_ratio(t, result.level));
  set_se(result, odds ? variance_or_nan(log_odds_ratio, t) : variance_or_nan(log_risk_ratio, t));
  const double none = std::numeric_limits<double>::infinity();
  if (score)
    result.p = two_sided_p(odds ? score_z_odds_ratio(t, 1) : score_z_risk_ratio(t, 1), none);
  else if (result.se)
    result.p = two_sided_p(result.value / *result.se, none);
}

std::vector<TwoByTwo> tables(const EffectRequest& request) {
  std::vector<TwoByTwo> all;
  for (std::size_t i = 0; i < request.ai.size(); ++i)
    all.push_back({request.ai[i], request.n1i[i], request.ci[i], request.n2i[i]});
  return all;
}

void mantel_haenszel(EffectResult& result, const EffectRequest& request) {
  const std::vector<TwoByTwo> all = tables(request);
  const PooledCounts pooled = request.measure == "RD"   ? mantel_haenszel_risk_difference(all)
                              : request.measure == "RR" ? mantel_haenszel_risk_ratio(all)
                                                        : mantel_haenszel_odds_ratio(all);
  set_wald(result, pooled.estimate.value, pooled.estimate.se);
  if (result.log_scale) set_ratios_from_logs(result);
  result.heterogeneity = {
      .studies = pooled.studies, .q = pooled.q, .q_df = pooled.q_df, .q_p = pooled.q_p};
  result.notes.push_back(
      fmt::format("Mantel-Haenszel over {} studies, one effect assumed for all, nothing added to "
                  "zero cells",
                  pooled.studies));
}

void proportion(EffectResult& result, const EffectRequest& request) {
  for (std::size_t i = 0; i < request.xi.size(); ++i) check_counts(request.xi[i], request.ni[i]);
  result.events = std::accumulate(request.xi.begin(), request.xi.end(), 0.0);
  result.persons = std::accumulate(request.ni.begin(), request.ni.end(), 0.0);
  const double x = result.events, n = result.persons, level = result.level;
  const Interval ends = request.interval == "exact"      ? clopper_pearson(x, n, level)
                        : request.interval == "wilson"   ? wilson(x, n, level)
                        : request.interval == "jeffreys" ? jeffreys(x, n, level)
                        : x == 0
                            ? Interval{0, upper_bound_no_events(n, level), level, ""}
                            : Interval{0, clopper_pearson(x, n, 2 * level - 1).high, level, ""};
  result.value = x / n;
  result.ci_low = ends.low;
  result.ci_high = ends.high;
  result.interval = ends.method.empty() ? "exact one-sided upper bound" : ends.method;
  set_se(result, result.value * (1 - result.value) / n);
  if (request.xi.size() > 1)
    result.notes.push_back(
        fmt::format("events and persons of {} groups added up, as if of one", request.xi.size()));
}

/// The rule of three turned round: how many persons show a harm of this risk, and would these.
void rare_harm(EffectResult& result, const EffectRequest& request) {
  for (const double n : request.ni) check_counts(0, n);
  result.persons = std::accumulate(request.ni.begin(), request.ni.end(), 0.0);
  result.rare =
      EffectResult::RareHarm{.risk = *request.risk,
                             .persons_to_see = persons_to_see(*request.risk, result.level),
                             .chance_to_see = chance_to_see(*request.risk, result.persons)};
  const double none = std::numeric_limits<double>::quiet_NaN();
  result.value = result.rare->chance_to_see;
  result.ci_low = result.ci_high = none;
}

}  // namespace

EffectResult effect_of(const EffectRequest& given) {
  const EffectRequest request = completed(given);
  const std::string& measure = request.measure;
  EffectResult result{
      .measure = measure, .level = request.level, .log_scale = measure == "RR" || measure == "OR"};
  if (measure == "PR")
    proportion(result, request);
  else if (measure == "SEE")
    rare_harm(result, request);
  else if (measure == "MD" || measure == "SMD")
    means(result, request);
  else if (request.pool == "mh")
    mantel_haenszel(result, request);
  else if (measure == "RD")
    risk_difference_of(result, tables(request)[0], request.interval);
  else
    ratio(result, tables(request)[0], request);
  return result;
}

}  // namespace entact
