#include "entact/stats/adverse_comparison.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <map>

#include "entact/base/error.h"
#include "entact/num/distributions.h"
#include "entact/stats/exact_p.h"
#include "entact/stats/proportion.h"
#include "entact/stats/risk_interval.h"

namespace entact {
namespace {

constexpr double days_a_year = 365.25;
constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

struct Rate {
  double value = nothing;
  Interval interval{nothing, nothing};
};

Rate rate_of(double events, double days, double level, ExactTails tails) {
  if (!(days > 0)) return {};
  const double years = days / days_a_year;
  return {events / years, poisson_rate(events, years, level, tails)};
}

double ratio_of(double numerator, double denominator) {
  if (numerator == 0 && denominator == 0) return nothing;
  return numerator / denominator;
}

double p_of(const TwoByTwo& t, AdverseCompareOptions::Test test) {
  if (test == AdverseCompareOptions::Test::score)
    return 2 * normal_upper(std::abs(score_z_risk_difference(t, 0)));
  const bool mid = test == AdverseCompareOptions::Test::fisher_mid_p;
  return fisher_p(t, mid ? ExactTails::mid_p : ExactTails::exact);
}

void compare_rates(AdverseComparison& result, const TwoRates& t, const AdverseCompareOptions& how) {
  result.rate_difference = result.rate_ratio = nothing;
  result.rate_difference_interval = result.rate_ratio_interval = {nothing, nothing, how.level, ""};
  if (!(t.time1 > 0) || !(t.time2 > 0)) return;
  const double rate1 = t.events1 / t.time1, rate2 = t.events2 / t.time2;
  result.rate_difference = rate1 - rate2;
  result.rate_difference_interval = score_rate_difference(t, how.level);
  result.rate_ratio = ratio_of(rate1, rate2);
  result.rate_ratio_interval = exact_rate_ratio(t, how.level, how.tails);
}

AdverseComparison compare(const TwoByTwo& t, const TwoRates& rates,
                          const AdverseCompareOptions& how) {
  AdverseComparison result{.risk_difference = t.events1 / t.n1 - t.events2 / t.n2,
                           .risk_ratio = ratio_of(t.events1 / t.n1, t.events2 / t.n2),
                           .p = p_of(t, how.test)};
  result.risk_difference_interval = how.interval == AdverseCompareOptions::Interval::newcombe
                                        ? newcombe_risk_difference(t, how.level)
                                        : score_risk_difference(t, how.level);
  result.risk_ratio_interval = score_risk_ratio(t, how.level);
  result.p_benjamini_hochberg = result.p_holm = result.p;
  compare_rates(result, rates, how);
  return result;
}

/// Adjusts the p of these rows as one family.
void adjust(std::vector<AdverseComparison>& all, const std::vector<std::size_t>& rows) {
  std::vector<double> p;
  for (const std::size_t i : rows) p.push_back(all[i].p);
  const std::vector<double> fdr = benjamini_hochberg(p), family = holm(p);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    all[rows[i]].p_benjamini_hochberg = fdr[i];
    all[rows[i]].p_holm = family[i];
  }
}

void flag(std::vector<AdverseComparison>& all, const std::vector<std::size_t>& terms,
          const AdverseTable& table, const AdverseCompareOptions& how) {
  std::map<int, int> groups;
  std::vector<double> p;
  std::vector<int> group;
  for (const std::size_t i : terms) {
    p.push_back(all[i].p);
    group.push_back(
        groups.try_emplace(table.rows[i].system, static_cast<int>(groups.size())).first->second);
  }
  const DoubleFdr fdr = double_fdr(p, group, how.alpha, how.rule);
  for (std::size_t i = 0; i < terms.size(); ++i) {
    all[terms[i]].p_class = fdr.group[static_cast<std::size_t>(group[i])];
    all[terms[i]].p_in_class = fdr.term[i];
    all[terms[i]].flagged = fdr.flagged[i];
  }
}

void check_arm(const AdverseTable& table, int arm) {
  require(arm >= 0 && static_cast<std::size_t>(arm) < table.n.size(), "stats.adverse.arm",
          fmt::format("there is no arm {}; the table has {}", arm, table.n.size()),
          ErrorKind::unanswerable);
  require(table.n[static_cast<std::size_t>(arm)] > 0, "stats.adverse.arm",
          fmt::format("arm {} has nobody at risk", arm), ErrorKind::unanswerable);
}

}  // namespace

AdverseIncidence adverse_incidence(const AdverseCount& count, int n, double exposure_days,
                                   double level, ExactTails tails) {
  const Rate first = rate_of(count.participants, count.person_days, level, tails);
  const Rate all = rate_of(count.events, exposure_days, level, tails);
  return {.risk = count.participants / static_cast<double>(n),
          .risk_interval = clopper_pearson(count.participants, n, level),
          .rate = first.value,
          .rate_interval = first.interval,
          .event_rate = all.value,
          .event_rate_interval = all.interval};
}

std::vector<AdverseComparison> compare_arms(const AdverseTable& table,
                                            const AdverseCompareOptions& how) {
  check_arm(table, how.arm);
  check_arm(table, how.reference);
  const auto one = static_cast<std::size_t>(how.arm), two = static_cast<std::size_t>(how.reference);
  std::vector<AdverseComparison> all;
  std::vector<std::size_t> classes, terms;
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const AdverseRow& row = table.rows[i];
    const AdverseCount &ours = row.arms[one], &theirs = row.arms[two];
    const auto count = [](int whole) { return static_cast<double>(whole); };
    all.push_back(compare({count(ours.participants), count(table.n[one]),
                           count(theirs.participants), count(table.n[two])},
                          {count(ours.participants), ours.person_days / days_a_year,
                           count(theirs.participants), theirs.person_days / days_a_year},
                          how));
    if (row.is_system()) classes.push_back(i);
    if (row.is_term()) terms.push_back(i);
  }
  adjust(all, classes);
  adjust(all, terms);
  flag(all, terms, table, how);
  return all;
}

}  // namespace entact
