#include "entact/answer/evidence_check.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "entact/evidence/specimen_base.h"

namespace entact {
namespace {

using Json = nlohmann::json;

/// More events than people: an error; the same on an unused row: a warning; one recalled fact.
SpecimenBase specimen() {
  SpecimenBase rows(ENTACT_SOURCE_DIR "/data");
  rows.add_trial("ONE");
  const std::string binary = "|study_id=ONE|arm_id=mdma|outcome=response|week=18|n=20";
  rows.add("binary", "fact_id=bin.one|events=21" + binary);
  rows.add("binary", "fact_id=bin.two|events=22|used=no|why=older" + binary);
  rows.add("binary", "fact_id=bin.three|events=3|week=8|verified=recalled" + binary);
  return rows;
}

TEST(EvidenceCheck, counts_errors_and_warnings_apart) {
  const EvidenceCheck check = check_of(specimen().load());
  EXPECT_EQ(check.errors + check.warnings, check.issues.size());
  EXPECT_EQ(check.facts, 6U);    // a study, two arms, three counts
  EXPECT_EQ(check.sources, 1U);  // smith2021
  EXPECT_EQ(check.recalled, 1U);
  EXPECT_EQ(check.retracted, 0U);
  const auto is_events = [](const Issue& issue) { return issue.code == "evidence.check.events"; };
  std::vector<Issue> events;
  std::copy_if(check.issues.begin(), check.issues.end(), std::back_inserter(events), is_events);
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].severity, Issue::Severity::error);
  EXPECT_EQ(events[1].severity, Issue::Severity::warning);
}

TEST(EvidenceCheck, flags_facts_of_a_retracted_source) {
  SpecimenBase rows = specimen();
  rows.add("sources",
           "source_id=gone|kind=journal|label=Gone|title=G|published=2020|retracted_on=2022");
  rows.add("binary",
           "fact_id=bin.gone|study_id=ONE|arm_id=mdma|outcome=remission|week=18|events=1|n=20|"
           "source=gone");
  EXPECT_EQ(check_of(rows.load()).retracted, 1U);
}

TEST(EvidenceCheck, says_each_issue_in_a_line_and_in_a_csv_row) {
  const LoadedEvidence loaded = specimen().load();
  const EvidenceCheck check = check_of(loaded);
  const Answer answer = check_answer(loaded.base, check);
  const auto lines = [](const std::string& text) {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  };
  EXPECT_EQ(lines(answer.text), check.issues.size() + 2);  // facts; errors and warnings
  EXPECT_EQ(lines(answer.csv), check.issues.size() + 1);   // header
  const Json json = Json::parse(answer.result_json);
  EXPECT_EQ(json["issues"].size(), check.issues.size());
  EXPECT_EQ(json["errors"].get<std::size_t>(), check.errors);
}

TEST(EvidenceCheck, names_files_without_their_folder_in_json) {
  LoadedEvidence loaded = specimen().load();
  loaded.issues.push_back({.code = "x", .file = "/some/where/binary.csv", .line = 2, .rule = "r"});
  const Json json = Json::parse(check_answer(loaded.base, check_of(loaded)).result_json);
  bool seen = false;
  for (const Json& issue : json["issues"]) {
    EXPECT_EQ(issue["file"].get<std::string>().find('/'), std::string::npos);
    seen = seen || issue["code"] == "x";
  }
  EXPECT_TRUE(seen);
}

TEST(EvidenceCheck, finds_no_error_in_the_base_that_ships) {
  const LoadedEvidence loaded = load_evidence(ENTACT_SOURCE_DIR "/data");
  const EvidenceCheck check = check_of(loaded);
  EXPECT_EQ(check.errors, 0U) << check_answer(loaded.base, check).text;
  EXPECT_EQ(check.facts, loaded.base.facts.size());
  EXPECT_GT(check.retracted, 0U);  // one pooled report is retracted
}

}  // namespace
}  // namespace entact
