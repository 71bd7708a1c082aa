#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "entact/evidence/cell_checks.h"
#include "entact/evidence/check.h"

namespace entact {
namespace {

/// Half a unit of the last decimal that a number is written with: 62.2 -> 0.05, 39 -> 0.5.
double rounding(const std::string& text) {
  const std::size_t point = text.find('.');
  const double decimals =
      point == std::string::npos ? 0 : static_cast<double>(text.size() - point - 1);
  return 0.5 * std::pow(10.0, -decimals);
}

void check_not_above(const Row& row, const char* part, const char* whole, const char* code,
                     std::vector<Issue>& issues) {
  if (row.number(part) > row.number(whole))
    issues.push_back(
        issue_at(row, part, severity_for(row), code,
                 fmt::format("{} is at most {}, here {}", part, whole, row.text(whole)),
                 "Read both counts again in the source"));
}

void check_percent(const Row& row, const char* count, std::vector<Issue>& issues) {
  const double percent = 100 * row.number(count) / row.number("n");
  const double off = std::abs(percent - row.number("percent_reported"));
  if (off > rounding(row.text("percent_reported")) + 1e-9)
    issues.push_back(issue_at(
        row, "percent_reported", severity_for(row), "evidence.check.percent",
        fmt::format("the percentage is that of the counts: {} of {} is {:.2f}", row.text(count),
                    row.text("n"), percent),
        "Read the counts again, or say in a conflict group that the source contradicts itself"));
}

/// Arms among which a study's participants were divided; others repeat people or hold none.
bool divides_participants(const Row& arm) {
  const std::string& role = arm.text("role");
  return arm.used() && role != "follow_up" && role != "pooled" && role != "subgroup" &&
         role != "anchor_group";
}

void check_arm_total(const EvidenceBase& base, const Row& study, std::vector<Issue>& issues) {
  if (study.text("record_kind") != "trial" || !study.has("n_randomised")) return;
  const Rows arms =
      base.table("arms").where("study_id", study.text("study_id")).where(divides_participants);
  double sum = 0;
  for (const Row& arm : arms) sum += arm.number("n_randomised");
  const double total = study.number("n_randomised");
  if (arms.empty() || std::isnan(sum) || sum == total) return;
  issues.push_back(
      issue_at(study, "n_randomised", sum > total ? severity_for(study) : Issue::Severity::warning,
               "evidence.check.arm_total",
               fmt::format("the arms' n_randomised add up to the study's; theirs is {}", sum),
               sum > total ? "Mend the wrong one, or give the conflict a group"
                           : "Add the arm that is missing, or say why people are in no arm"));
}

}  // namespace

std::vector<Issue> check_counts(const EvidenceBase& base) {
  std::vector<Issue> issues;
  for (const Row& row : base.table("binary").rows()) {
    check_not_above(row, "events", "n", "evidence.check.events", issues);
    check_percent(row, "events", issues);
  }
  for (const Row& row : base.table("adverse_events").rows()) {
    check_not_above(row, "participants", "n", "evidence.check.participants", issues);
    check_percent(row, "participants", issues);
  }
  for (const Row& row : base.table("arms").rows()) {
    check_not_above(row, "n_treated", "n_randomised", "evidence.check.flow", issues);
    check_not_above(row, "n_completed", "n_randomised", "evidence.check.flow", issues);
    check_not_above(row, "n_completed", "n_treated", "evidence.check.flow", issues);
  }
  for (const Row& study : base.table("studies").rows()) check_arm_total(base, study, issues);
  return issues;
}

}  // namespace entact
