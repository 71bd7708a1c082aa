#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <map>
#include <set>

#include "entact/evidence/cell_checks.h"
#include "entact/evidence/check.h"

namespace entact {
namespace {

struct RowKey {
  const char* table = "";
  std::initializer_list<const char*> columns{};
};

/// What makes two rows say the same thing of the same people.
const std::initializer_list<RowKey> row_keys{
    {"studies", {"study_id"}},
    {"arms", {"study_id", "arm_id"}},
    {"doses", {"study_id", "arm_id", "session", "locator"}},
    {"continuous",
     {"study_id", "arm_id", "instrument", "instrument_reported", "population", "population_detail",
      "week", "time_point", "phase_of_follow_up", "statistic"}},
    {"binary",
     {"study_id", "arm_id", "outcome", "definition", "week", "time_point", "phase_of_follow_up"}},
    {"contrasts",
     {"study_id", "arm_treatment", "arm_control", "outcome", "outcome_reported", "instrument",
      "statistic", "week", "time_point", "measure", "model", "estimand"}},
    {"adverse_events",
     {"study_id", "arm_id", "term", "class", "window", "window_detail", "severity",
      "phase_of_follow_up"}},
    {"risk_of_bias", {"study_id", "outcome", "rater", "tool", "domain"}},
    {"instrument_items", {"instrument", "item_code", "locator"}}};

bool quotes_others(const EvidenceBase& base, const Row& row) {
  const Rows studies = base.table("studies").where("study_id", row.text("study_id"));
  return !studies.empty() && studies[0].text("record_kind") != "trial";
}

void check_duplicates(const EvidenceBase& base, const RowKey& key, std::vector<Issue>& issues) {
  std::map<std::string, std::string> first;
  for (const Row& row : base.table(key.table).used()) {
    std::string text;
    for (const char* column : key.columns) text += row.text(column) + '\x1f';
    if (row.table().has("estimate") && quotes_others(base, row)) text += row.text("estimate");
    const auto [same, added] = first.emplace(std::move(text), row.id());
    if (!added)
      issues.push_back(
          issue_at(row, "fact_id", Issue::Severity::error, "evidence.check.duplicate",
                   fmt::format("two used rows never say the same thing; {} does too", same->second),
                   "Mark one `used = no`, or say in which column they differ"));
  }
}

using Arms = std::set<std::pair<std::string, std::string>>;

void check_arm(const Row& row, const char* column, const Arms& arms, std::vector<Issue>& issues) {
  if (row.table().has(column) && row.has(column) &&
      !arms.contains({row.text("study_id"), row.text(column)}))
    issues.push_back(issue_at(row, column, Issue::Severity::error, "evidence.check.arm",
                              fmt::format("an arm of {} in arms.csv", row.text("study_id")),
                              "Add the arm, or mend its name"));
}

void check_arms(const EvidenceBase& base, std::vector<Issue>& issues) {
  Arms arms;
  for (const Row& arm : base.table("arms").rows())
    arms.emplace(arm.text("study_id"), arm.text("arm_id"));
  for (const auto& [name, table] : base.tables)
    if (table.has("study_id"))
      for (const Row& row : table.rows())
        for (const char* column : {"arm_id", "arm_treatment", "arm_control"})
          check_arm(row, column, arms, issues);
}

void check_part_of(const EvidenceBase& base, std::vector<Issue>& issues) {
  for (const Row& study : base.table("studies").used()) {
    const std::vector<std::string> parts = study.list("part_of");
    if (std::find(parts.begin(), parts.end(), study.text("study_id")) != parts.end())
      issues.push_back(issue_at(study, "part_of", Issue::Severity::error, "evidence.check.part_of",
                                "a study is not part of itself", "Take it out of the list"));
    if (study.text("record_kind") == "pooled_report" && parts.empty())
      issues.push_back(issue_at(study, "part_of", Issue::Severity::warning,
                                "evidence.check.part_of",
                                "a pooled report names the trials whose people it holds",
                                "Name them, so that nobody counts twice"));
  }
}

}  // namespace

std::vector<Issue> check_rows(const EvidenceBase& base) {
  std::vector<Issue> issues;
  for (const RowKey& key : row_keys) check_duplicates(base, key, issues);
  check_arms(base, issues);
  check_part_of(base, issues);
  return issues;
}

}  // namespace entact
