#include "entact/answer/evidence_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <tuple>

#include "entact/evidence/check.h"
#include "entact/io/csv.h"

namespace entact {
namespace {

using Json = nlohmann::ordered_json;

std::string severity_text(const Issue& issue) {
  return issue.severity == Issue::Severity::error ? "error" : "warning";
}

std::string file_name(const Issue& issue) {
  return std::filesystem::path(issue.file).filename().string();
}

Json json_of(const Issue& issue) {
  return {{"severity", severity_text(issue)},
          {"code", issue.code},
          {"file", file_name(issue)},
          {"line", issue.line},
          {"column", issue.column},
          {"name", issue.name},
          {"rule", issue.rule},
          {"value", issue.value},
          {"remedy", issue.remedy}};
}

Json json_of(const EvidenceCheck& check) {
  Json issues = Json::array();
  for (const Issue& issue : check.issues) issues.push_back(json_of(issue));
  return {{"facts", check.facts},
          {"sources", check.sources},
          {"recalled", check.recalled},
          {"retracted", check.retracted},
          {"errors", check.errors},
          {"warnings", check.warnings},
          {"issues", issues}};
}

std::string text_of(const EvidenceCheck& check) {
  std::string text;
  for (const Issue& issue : check.issues)
    text += fmt::format("{} [{} {}]\n", to_text(issue), severity_text(issue), issue.code);
  return text + fmt::format(
                    "{} facts from {} sources; {} recalled, {} from a retracted source\n"
                    "{} errors, {} warnings\n",
                    check.facts, check.sources, check.recalled, check.retracted, check.errors,
                    check.warnings);
}

std::string csv_of(const EvidenceCheck& check) {
  std::vector<std::vector<std::string>> rows;
  for (const Issue& issue : check.issues)
    rows.push_back({severity_text(issue), issue.code, file_name(issue), std::to_string(issue.line),
                    std::to_string(issue.column), issue.name, issue.rule, issue.value,
                    issue.remedy});
  return write_csv(
      {"severity", "code", "file", "line", "column", "name", "rule", "value", "remedy"}, rows);
}

}  // namespace

EvidenceCheck check_of(const LoadedEvidence& loaded) {
  const EvidenceBase& base = loaded.base;
  EvidenceCheck check{.facts = base.facts.size(), .sources = base.sources.size()};
  for (const auto& [id, place] : base.facts) {
    const Row row = base.table(place.table).row(place.row);
    check.recalled += row.citation().verified == Verification::recalled ? 1 : 0;
    check.retracted += base.retracted(row) ? 1 : 0;
  }
  check.issues = loaded.issues;
  const std::vector<Issue> more = check_evidence(base);
  check.issues.insert(check.issues.end(), more.begin(), more.end());
  std::sort(check.issues.begin(), check.issues.end(), [](const Issue& a, const Issue& b) {
    return std::tie(a.file, a.line, a.column, a.code, a.rule) <
           std::tie(b.file, b.line, b.column, b.code, b.rule);
  });
  for (const Issue& issue : check.issues)
    ++(issue.severity == Issue::Severity::error ? check.errors : check.warnings);
  return check;
}

Answer check_answer(const EvidenceBase& base, const EvidenceCheck& check) {
  return {.result_json = json_of(check).dump(),
          .text = text_of(check),
          .csv = csv_of(check),
          .evidence_sha256 = base.sha256};
}

}  // namespace entact
