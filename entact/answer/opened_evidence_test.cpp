#include "entact/answer/opened_evidence.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "entact/answer/evidence_command.h"
#include "entact/answer/report.h"
#include "entact/evidence/specimen_base.h"

namespace entact {
namespace {

SpecimenBase specimen() { return SpecimenBase(ENTACT_SOURCE_DIR "/data"); }

// Rows whose study_id leads nowhere: one error each.
LoadedEvidence with_orphans(int rows) {
  SpecimenBase base = specimen();
  for (int i = 0; i < rows; ++i)
    base.add("conduct",
             "fact_id=cond.orphan" + std::to_string(i) + "|study_id=NOWHERE|domain=blinding");
  return base.load();
}

TEST(OpenedEvidence, has_no_notes_on_the_shipped_base) {
  const OpenedEvidence evidence = open_evidence(ENTACT_SOURCE_DIR "/data");
  EXPECT_TRUE(evidence.notes.empty()) << evidence.notes.front();
  EXPECT_GT(evidence.base.facts.size(), 1000U);
}

TEST(OpenedEvidence, replays_the_day_asked_for) {
  const Date day{2024, 8, 9};
  const OpenedEvidence evidence = open_evidence(ENTACT_SOURCE_DIR "/data", day);
  EXPECT_EQ(to_text(evidence.base.as_of), "2024-08-09");
  EXPECT_LT(evidence.base.facts.size(), open_evidence(ENTACT_SOURCE_DIR "/data").base.facts.size());
}

TEST(OpenedEvidence, notes_each_error_and_leaves_warnings_to_the_check) {
  LoadedEvidence loaded = specimen().load();
  loaded.issues = {
      {.severity = Issue::Severity::warning, .code = "evidence.base.range", .rule = "odd"},
      {.code = "evidence.base.type", .file = "arms.csv", .line = 3, .rule = "a whole number"}};
  const OpenedEvidence evidence = opened(std::move(loaded));
  EXPECT_EQ(evidence.notes,
            (std::vector<std::string>{"arms.csv:3: a whole number [evidence.base.type]"}));
}

TEST(OpenedEvidence, counts_the_errors_beyond_ten) {
  const LoadedEvidence loaded = with_orphans(40);
  const auto errors = static_cast<std::size_t>(
      std::count_if(loaded.issues.begin(), loaded.issues.end(),
                    [](const Issue& issue) { return issue.severity == Issue::Severity::error; }));
  ASSERT_GE(errors, 40U);
  const OpenedEvidence evidence = opened(loaded);
  ASSERT_EQ(evidence.notes.size(), 11U);
  EXPECT_NE(evidence.notes.back().find(std::to_string(errors - 10) + " more"), std::string::npos);
}

TEST(OpenedEvidence, refuses_a_base_without_one_of_its_tables) {
  std::map<std::string, std::string> files{
      {"schema.csv",
       "table,column,type,required,vocabulary,unit,references,min,max,description\n"
       "sources,source_id,id,yes,,,,,,\nbinary,fact_id,id,yes,,,,,,\n"},
      {"vocabulary.csv", "list,value,meaning\n"},
      {"sources.csv", "source_id\nsmith\n"}};
  const auto code = [&] {
    try {
      opened(read_evidence(files));
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::input);
      EXPECT_NE(std::string(error.what()).find("binary.csv"), std::string::npos) << error.what();
      return error.code();
    }
    return std::string("answered");
  };
  EXPECT_EQ(code(), "evidence.base.no_file");
  files["binary.csv"] = "fact_id\n\"bin.1\n";
  EXPECT_EQ(code(), "io.csv.unterminated");
  files["binary.csv"] = "fact_id\nbin.1\n";
  EXPECT_EQ(code(), "answered");
}

TEST(OpenedEvidence, notes_come_first_among_the_issues_of_an_answer) {
  OpenedEvidence evidence{.notes = {"a fault of the base"}};
  const Answer answer =
      with_notes({.result_json = "1", .reservations = {"a fault of the study"}}, evidence);
  const auto json = nlohmann::json::parse(envelope(answer, "entact x"));
  EXPECT_EQ(json["issues"], (nlohmann::json{"a fault of the base", "a fault of the study"}));
}

TEST(OpenedEvidence, a_report_says_what_is_wrong_with_its_base) {
  const OpenedEvidence sound = open_evidence(ENTACT_SOURCE_DIR "/data");
  EXPECT_TRUE(make_report(sound.base, {}, sound.notes).issues.empty());
  const Document document = make_report(sound.base, {}, {"arms.csv:3: a whole number"});
  EXPECT_EQ(document.issues, std::vector<std::string>{"arms.csv:3: a whole number"});
  const auto& first = std::get<ProseBlock>(document.sections.front().blocks.front());
  EXPECT_EQ(first.tone, Tone::caution);
  EXPECT_NE(first.prose.back().value.find("arms.csv:3"), std::string::npos);
}

}  // namespace
}  // namespace entact
