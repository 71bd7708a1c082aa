#include <fmt/format.h>

#include <map>

#include "entact/evidence/cell_checks.h"
#include "entact/evidence/check.h"

namespace entact {
namespace {

/// The first day that the date may mean.
Date earliest(Date date) {
  if (date.known() && date.month == 0) date.month = 1;
  if (date.known() && date.day == 0) date.day = 1;
  return date;
}

/// True if `a` is after `b` whatever the two dates mean; unknown dates are after nothing.
bool surely_after(Date a, Date b) { return a.known() && b.known() && earliest(a) > latest(b); }

void check_future(const EvidenceBase& base, const Row& row, const char* column,
                  std::vector<Issue>& issues) {
  if (row.table().has(column) && surely_after(row.date(column), base.newest))
    issues.push_back(
        issue_at(row, column, severity_for(row), "evidence.check.future",
                 fmt::format("no later than the newest source, {}", to_text(base.newest)),
                 "Mend the date, or add the source that is newer"));
}

void check_first_public(const EvidenceBase& base, const Row& row, std::vector<Issue>& issues) {
  const Source* const source = base.source(row.text("source"));
  if (source != nullptr && surely_after(row.date("first_public"), source->published))
    issues.push_back(issue_at(row, "first_public", Issue::Severity::warning,
                              "evidence.check.first_public",
                              fmt::format("no later than its source {}, published {}", source->id,
                                          to_text(source->published)),
                              "Mend the date, or the date of the source"));
}

void check_sources(const EvidenceBase& base, std::vector<Issue>& issues) {
  for (const Row& row : base.table("sources").rows())
    if (surely_after(row.date("published"), row.date("retracted_on")))
      issues.push_back(issue_at(row, "retracted_on", Issue::Severity::error,
                                "evidence.check.retraction",
                                "a report is retracted after it was published", "Mend the date"));
}

std::map<std::string, Date, std::less<>> check_periods(const EvidenceBase& base,
                                                       std::vector<Issue>& issues) {
  std::map<std::string, Date, std::less<>> starts;
  for (const Row& study : base.table("studies").rows()) {
    if (surely_after(study.date("start"), study.date("end")))
      issues.push_back(issue_at(study, "start", severity_for(study), "evidence.check.period",
                                fmt::format("a study starts before it ends, {}", study.text("end")),
                                "Mend one of the dates"));
    starts.emplace(study.text("study_id"), study.date("start"));
  }
  return starts;
}

/// Tables whose rows are results of people in a study.
bool holds_results(const FactTable& table) {
  return table.name() == "continuous" || table.name() == "binary" || table.name() == "contrasts" ||
         table.name() == "adverse_events";
}

}  // namespace

std::vector<Issue> check_dates(const EvidenceBase& base) {
  std::vector<Issue> issues;
  check_sources(base, issues);
  const auto starts = check_periods(base, issues);
  for (const auto& [name, table] : base.tables) {
    if (!table.schema().holds_facts()) continue;
    for (const Row& row : table.rows()) {
      check_future(base, row, "first_public", issues);
      check_future(base, row, "date", issues);
      check_future(base, row, "judged_on", issues);
      check_first_public(base, row, issues);
      if (!holds_results(table)) continue;
      const auto start = starts.find(row.text("study_id"));
      if (start != starts.end() && surely_after(start->second, row.date("first_public")))
        issues.push_back(issue_at(
            row, "first_public", severity_for(row), "evidence.check.too_early",
            fmt::format("no result is public before its study starts, {}", to_text(start->second)),
            "Mend one of the dates"));
    }
  }
  return issues;
}

}  // namespace entact
