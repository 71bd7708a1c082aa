#include "entact/stats/relapse.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "entact/base/error.h"

namespace entact {
namespace {

bool responds(const ResponseRule& rule, double value, double baseline) {
  const double sign = rule.higher_is_better ? -1 : 1;
  const double better = sign * (baseline - value);
  if (rule.at_most && !(sign * value <= sign * *rule.at_most)) return false;
  if (rule.change && !(better >= *rule.change)) return false;
  return !rule.share || better >= *rule.share * std::abs(baseline);
}

bool loses(const ResponseRule& rule, double value, double baseline) {
  if (responds(rule, value, baseline)) return false;
  if (!rule.lost_from) return true;
  return rule.higher_is_better ? value <= *rule.lost_from : value >= *rule.lost_from;
}

void check(std::span<const Assessment> assessments, std::span<const double> baseline,
           const ResponseRule& rule) {
  require(rule.at_most || rule.change || rule.share, "stats.relapse.rule",
          "response needs a criterion: a score, a change or a share of baseline", ErrorKind::usage);
  require(rule.confirmed >= 1, "stats.relapse.rule",
          fmt::format("a loss is shown by at least one assessment, saw {}", rule.confirmed),
          ErrorKind::usage);
  for (const Assessment& a : assessments)
    if (a.participant < 0 || a.participant >= static_cast<int>(baseline.size()) ||
        std::isnan(baseline[static_cast<std::size_t>(a.participant)]))
      throw Error("stats.relapse.participant",
                  fmt::format("participant {} has no baseline", a.participant + 1));
}

/// The assessments that have a value, by participant and time.
std::vector<Assessment> sorted(std::span<const Assessment> assessments) {
  std::vector<Assessment> kept;
  for (const Assessment& a : assessments)
    if (!std::isnan(a.value)) kept.push_back(a);
  std::sort(kept.begin(), kept.end(), [](const Assessment& a, const Assessment& b) {
    return a.participant != b.participant ? a.participant < b.participant : a.time < b.time;
  });
  for (std::size_t i = 1; i < kept.size(); ++i)
    if (kept[i].participant == kept[i - 1].participant && kept[i].time == kept[i - 1].time)
      throw Error("stats.relapse.twice", fmt::format("participant {} is assessed twice at {}",
                                                     kept[i].participant + 1, kept[i].time));
  return kept;
}

/// First of `confirmed` assessments in a row that show the loss; the end if there is none. Losses
/// at the very end count only if they are confirmed.
std::ptrdiff_t lost_at(std::span<const Assessment> after, double baseline,
                       const ResponseRule& rule) {
  int row = 0;
  for (std::size_t i = 0; i < after.size(); ++i) {
    row = loses(rule, after[i].value, baseline) ? row + 1 : 0;
    if (row == rule.confirmed) return static_cast<std::ptrdiff_t>(i) + 1 - rule.confirmed;
  }
  return static_cast<std::ptrdiff_t>(after.size());
}

void add_participant(TimeFromResponse& result, std::span<const Assessment> own, double baseline,
                     const ResponseRule& rule) {
  const auto response = std::find_if(own.begin(), own.end(), [&](const Assessment& a) {
    return responds(rule, a.value, baseline);
  });
  if (response == own.end()) {
    ++result.never;
    return;
  }
  const auto after = own.subspan(static_cast<std::size_t>(response - own.begin()) + 1);
  const std::ptrdiff_t lost = lost_at(after, baseline, rule);
  const bool event = lost < static_cast<std::ptrdiff_t>(after.size());
  const double end = event ? after[static_cast<std::size_t>(lost)].time : own.back().time;
  result.participant.push_back(response->participant);
  result.response_at.push_back(response->time);
  result.data.stop.push_back(end - response->time);
  result.data.event.push_back(event ? 1 : 0);
}

}  // namespace

TimeFromResponse time_from_response(std::span<const Assessment> assessments,
                                    std::span<const double> baseline, const ResponseRule& rule) {
  check(assessments, baseline, rule);
  const std::vector<Assessment> all = sorted(assessments);
  TimeFromResponse result;
  for (std::size_t from = 0; from < all.size();) {
    std::size_t to = from;
    while (to < all.size() && all[to].participant == all[from].participant) ++to;
    add_participant(result, std::span(all).subspan(from, to - from),
                    baseline[static_cast<std::size_t>(all[from].participant)], rule);
    from = to;
  }
  require(!result.participant.empty(), "stats.relapse.none",
          "no participant responds, so there is no response to be lost", ErrorKind::unanswerable);
  return result;
}

}  // namespace entact
