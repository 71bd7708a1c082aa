#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "entact/evidence/cell_checks.h"
#include "entact/evidence/check.h"

namespace entact {
namespace {

/// One included member with the facts that it names.
struct Member {
  Row row;
  std::map<std::string, Row> facts{};  ///< by the column that names them
};

/// Collects the faults of one analysis.
class AnalysisCheck {
 public:
  AnalysisCheck(const EvidenceBase& base, const Row& analysis)
      : base_(base),
        pooled_(analysis.text("measure") != "none"),
        standardised_(analysis.text("measure") == "SMD") {
    for (const Row& row : base.table("analysis_members").where("analysis_id", analysis.id())) {
      if (!row.yes("include")) continue;
      Member member{.row = row};
      for (const char* column : {"fact_treatment", "fact_control", "fact_contrast"})
        if (const auto fact = base.fact(row.text(column))) member.facts.emplace(column, *fact);
      members_.push_back(std::move(member));
    }
  }

  std::vector<Issue> run() {
    for (const Member& member : members_) check_facts(member);
    if (!pooled_) return std::move(issues_);
    for (const Member& member : members_)
      for (const auto& [column, fact] : member.facts) check_fact(member.row, column, fact);
    check_uniform();
    check_twice();
    return std::move(issues_);
  }

 private:
  void add(const Row& row, std::string_view column, std::string_view reason, std::string rule,
           std::string remedy) {
    issues_.push_back(issue_at(row, column, Issue::Severity::error,
                               fmt::format("evidence.check.{}", reason), std::move(rule),
                               std::move(remedy)));
  }

  /// A member names a contrast, or both arms; outside pooled numbers one arm is enough.
  void check_facts(const Member& member) {
    const bool both =
        member.facts.contains("fact_treatment") && member.facts.contains("fact_control");
    const bool one = !pooled_ && !member.facts.empty();
    if (!both && !one && !member.facts.contains("fact_contrast"))
      add(member.row, "slab", "member", "an included member names a contrast or both arms",
          "Name its facts, or set include = no");
    for (const auto& [column, fact] : member.facts) check_belongs(member.row, column, fact);
  }

  void check_belongs(const Row& row, const std::string& column, const Row& fact) {
    const auto same = [&](const char* here, const char* there) {
      if (!row.has(here) || !fact.table().has(there) || row.text(here) == fact.text(there)) return;
      add(row, column, "member",
          fmt::format("{} of the fact is {} of the member: {}, not {}", there, here, row.text(here),
                      fact.text(there)),
          "Name the fact that belongs here");
    };
    same("study_id", "study_id");
    same("week", "week");
    same("instrument", "instrument");
    if (column == "fact_treatment") same("arm_treatment", "arm_id");
    if (column == "fact_control") same("arm_control", "arm_id");
    same("arm_treatment", "arm_treatment");
    same("arm_control", "arm_control");
  }

  void check_fact(const Row& row, const std::string& column, const Row& fact) {
    if (fact.citation().verified == Verification::recalled)
      add(row, column, "recalled", "no pooled number uses a recalled fact", "Set include = no");
    if (!fact.used())
      add(row, column, "unused", "no pooled number uses a fact marked used = no",
          "Name the fact in use, or set include = no");
    if (base_.retracted(fact))
      add(row, column, "retracted", "no pooled number uses a retracted report", "Set include = no");
  }

  static std::string cell(const Row& fact, std::string_view column) {
    return fact.table().has(column) ? fact.text(column) : std::string();
  }

  /// `change`, `endpoint`, or nothing where the fact is neither.
  static std::string stage(const Row& fact) {
    const std::string statistic = cell(fact, "statistic");
    if (statistic == "change" || statistic.ends_with("mean_change")) return "change";
    return statistic == "endpoint" || statistic == "mean" ? "endpoint" : "";
  }

  /// Reports the first member whose word differs from that of the members before it.
  template <typename Word>
  void check_same(const char* reason, const std::string& rule, const std::string& remedy,
                  const Word& word) {
    std::string first;
    for (const Member& member : members_)
      for (const auto& [column, fact] : member.facts) {
        const std::string here = word(fact);
        if (first.empty()) first = here;
        if (here.empty() || here == first) continue;
        add(member.row, column, reason, fmt::format("{}; here {} beside {}", rule, here, first),
            remedy);
        return;
      }
  }

  void check_uniform() {
    if (standardised_)
      check_same("statistics", "endpoints and changes are not standardised together",
                 "Choose one of the two", stage);
    else
      check_same("instruments", "points are pooled within one instrument", "Pool as SMD",
                 [](const Row& fact) { return cell(fact, "instrument"); });
    check_same("directions", "one direction is better in all members", "Turn the sign round",
               [](const Row& fact) { return cell(fact, "better"); });
  }

  void check_twice() {
    std::set<std::string> studies;
    for (const Member& member : members_) studies.insert(member.row.text("study_id"));
    for (const std::string& study : studies) {
      const Rows listed = base_.table("studies").where("study_id", study);
      if (listed.empty()) continue;
      for (const std::string& part : listed[0].list("part_of"))
        if (studies.contains(part)) report_twice(study, part);
    }
  }

  void report_twice(const std::string& report, const std::string& part) {
    const auto member = std::find_if(members_.begin(), members_.end(), [&](const Member& one) {
      return one.row.text("study_id") == report;
    });
    add(member->row, "study_id", "twice",
        fmt::format("nobody counts twice: it holds the people of {}, a member too", part),
        "Include one of the two");
  }

  const EvidenceBase& base_;
  bool pooled_;
  bool standardised_;
  std::vector<Member> members_{};
  std::vector<Issue> issues_{};
};

}  // namespace

std::vector<Issue> check_members(const EvidenceBase& base) {
  std::vector<Issue> issues;
  for (const Row& analysis : base.table("analyses").rows()) {
    std::vector<Issue> found = AnalysisCheck(base, analysis).run();
    std::move(found.begin(), found.end(), std::back_inserter(issues));
  }
  return issues;
}

}  // namespace entact
