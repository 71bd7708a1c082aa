#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "entact/evidence/cell_checks.h"
#include "entact/evidence/check.h"

namespace entact {
namespace {

struct ScoreRange {
  double min = 0;
  double max = 0;
  [[nodiscard]] double width() const { return max - min; }
};

using ScoreRanges = std::map<std::string, ScoreRange, std::less<>>;

/// The first used row of each instrument that gives both ends.
ScoreRanges score_ranges(const EvidenceBase& base) {
  ScoreRanges ranges;
  for (const Row& row : base.table("instruments").used())
    if (row.has("min") && row.has("max"))
      ranges.try_emplace(row.text("instrument"), ScoreRange{row.number("min"), row.number("max")});
  return ranges;
}

void check_value(const Row& row, const ScoreRange& range, std::vector<Issue>& issues) {
  const double value = row.number("value");
  const bool change = row.text("statistic").ends_with("mean_change");
  const double low = change ? -range.width() : range.min;
  const double high = change ? range.width() : range.max;
  if (value < low || value > high)
    issues.push_back(
        issue_at(row, "value", severity_for(row), "evidence.check.score",
                 fmt::format("a {} of {} lies between {} and {}", change ? "change" : "mean",
                             row.text("instrument"), low, high),
                 "Check the instrument, its version and the sign"));
}

/// No n numbers between a and b have a larger SD than half at each end.
void check_sd(const Row& row, const ScoreRange& range, std::vector<Issue>& issues) {
  const bool change = row.text("statistic").ends_with("mean_change");
  const double n = row.number("n");
  const double small = n > 1 ? std::sqrt(n / (n - 1)) : 1;
  const double most = (change ? range.width() : range.width() / 2) * small;
  if (row.number("sd") > most)
    issues.push_back(issue_at(row, "sd", severity_for(row), "evidence.check.score_sd",
                              fmt::format("the SD of {} is at most {:.4g}, half at each end",
                                          row.text("instrument"), most),
                              "Check whether it is a variance or belongs to another scale"));
}

void check_difference(const Row& row, const ScoreRange& range, std::vector<Issue>& issues) {
  if (row.text("measure") == "MD" && std::abs(row.number("estimate")) > range.width())
    issues.push_back(issue_at(
        row, "estimate", severity_for(row), "evidence.check.score",
        fmt::format("a difference of {} is at most {}", row.text("instrument"), range.width()),
        "Check the instrument and its version"));
}

}  // namespace

std::vector<Issue> check_scores(const EvidenceBase& base) {
  std::vector<Issue> issues;
  const ScoreRanges ranges = score_ranges(base);
  for (const Row& row : base.table("continuous").rows())
    if (const auto range = ranges.find(row.text("instrument")); range != ranges.end()) {
      check_value(row, range->second, issues);
      check_sd(row, range->second, issues);
    }
  for (const Row& row : base.table("contrasts").rows())
    if (const auto range = ranges.find(row.text("instrument")); range != ranges.end())
      check_difference(row, range->second, issues);
  return issues;
}

}  // namespace entact
