#include "entact/stats/two_by_two.h"

#include <fmt/format.h>

#include <cmath>
#include <string_view>

#include "entact/base/error.h"

namespace entact {
namespace {

struct Prepared {
  TwoByTwo counts{};
  std::string note{};
};

bool has_zero_cell(const TwoByTwo& t) {
  return t.events1 == 0 || t.events2 == 0 || t.events1 == t.n1 || t.events2 == t.n2;
}

std::string what_is_absent(const TwoByTwo& t) {
  if (t.events1 == 0 && t.events2 == 0) return "no event in either arm";
  if (t.events1 == t.n1 && t.events2 == t.n2) return "every person of both arms had the event";
  return {};
}

Prepared apply(const ZeroCellRule& rule, const TwoByTwo& t) {
  check_counts(t);
  require(rule.add >= 0 && std::isfinite(rule.add), "stats.two_by_two.counts",
          fmt::format("the number added to cells must be finite and >= 0; saw {}", rule.add));
  Prepared out{t, what_is_absent(t)};
  const bool add = rule.to == ZeroCells::all || (rule.to == ZeroCells::only0 && has_zero_cell(t));
  if (!add || rule.add == 0) return out;
  out.counts = {t.events1 + rule.add, t.n1 + 2 * rule.add, t.events2 + rule.add,
                t.n2 + 2 * rule.add};
  out.note += fmt::format("{}{} added to every cell", out.note.empty() ? "" : "; ", rule.add);
  return out;
}

Effect finished(double yi, double vi, Measure measure, const Prepared& from) {
  const TwoByTwo& t = from.counts;
  require(std::isfinite(yi) && std::isfinite(vi) && vi > 0, "stats.two_by_two.zero_cell",
          fmt::format("{}/{} against {}/{} has no finite {} without an addition to its zero cells",
                      t.events1, t.n1, t.events2, t.n2, to_text(measure)),
          ErrorKind::unanswerable);
  return {.yi = yi, .vi = vi, .measure = measure, .note = from.note};
}

}  // namespace

void check_counts(const TwoByTwo& t) {
  const auto arm = [](double events, double n, std::string_view which) {
    require(std::isfinite(n) && n > 0, "stats.two_by_two.counts",
            fmt::format("the {} arm must have persons; saw n {}", which, n));
    require(events >= 0 && events <= n, "stats.two_by_two.counts",
            fmt::format("events of the {} arm must lie between 0 and its persons; saw {} of {}",
                        which, events, n));
  };
  arm(t.events1, t.n1, "treatment");
  arm(t.events2, t.n2, "control");
}

Effect log_risk_ratio(const TwoByTwo& counts, const ZeroCellRule& rule) {
  const Prepared from = apply(rule, counts);
  const TwoByTwo& t = from.counts;
  return finished(std::log(t.events1 / t.n1) - std::log(t.events2 / t.n2),
                  1 / t.events1 - 1 / t.n1 + 1 / t.events2 - 1 / t.n2, Measure::log_risk_ratio,
                  from);
}

Effect log_odds_ratio(const TwoByTwo& counts, const ZeroCellRule& rule) {
  const Prepared from = apply(rule, counts);
  const TwoByTwo& t = from.counts;
  const double others1 = t.n1 - t.events1, others2 = t.n2 - t.events2;
  return finished(std::log(t.events1 / others1) - std::log(t.events2 / others2),
                  1 / t.events1 + 1 / others1 + 1 / t.events2 + 1 / others2,
                  Measure::log_odds_ratio, from);
}

Effect risk_difference(const TwoByTwo& counts, const ZeroCellRule& rule) {
  const Prepared from = apply(rule, counts);
  const TwoByTwo& t = from.counts;
  const double p1 = t.events1 / t.n1, p2 = t.events2 / t.n2;
  return finished(p1 - p2, p1 * (1 - p1) / t.n1 + p2 * (1 - p2) / t.n2, Measure::risk_difference,
                  from);
}

Excess excess(const TwoByTwo& t) {
  check_counts(t);
  const double n = t.n1 + t.n2, events = t.events1 + t.events2;
  require(n > 1, "stats.two_by_two.counts",
          fmt::format("a table needs more than one person; saw {}", n));
  return {.observed_minus_expected = t.events1 - events * t.n1 / n,
          .variance = events * (n - events) * (t.n1 / n) * (t.n2 / n) / (n - 1)};
}

Effect peto_log_odds_ratio(const TwoByTwo& counts, const ZeroCellRule& rule) {
  const Prepared from = apply(rule, counts);
  const Excess e = excess(from.counts);
  return finished(e.observed_minus_expected / e.variance, 1 / e.variance,
                  Measure::peto_log_odds_ratio, from);
}

Effect arcsine_difference(const TwoByTwo& counts) {
  const Prepared from = apply({ZeroCells::none, 0}, counts);
  return finished(std::asin(std::sqrt(counts.events1 / counts.n1)) -
                      std::asin(std::sqrt(counts.events2 / counts.n2)),
                  1 / (4 * counts.n1) + 1 / (4 * counts.n2), Measure::arcsine_difference, from);
}

}  // namespace entact
