#include "entact/evidence/evidence_base.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <fstream>

namespace entact {
namespace {

using Files = std::map<std::string, std::string>;

Files sound_files() {
  return {{"schema.csv",
           "table,column,type,required,vocabulary,unit,references,min,max,description\n"
           "sources,source_id,id,yes,,,,,,Key\n"
           "sources,title,text,no,,,,,,Title\n"
           "sources,published,date,no,,,,,,Day\n"
           "sources,retracted_on,date,no,,,,,,Day\n"
           "studies,fact_id,id,yes,,,,,,Key\n"
           "studies,study_id,id,yes,,,,,,Study\n"
           "studies,part_of,list,no,,,studies.study_id,,,Contains\n"
           "studies,randomised,yes_no,no,,,,,,Randomised\n"
           "studies,source,id,yes,,,sources.source_id,,,Source\n"
           "studies,locator,text,yes,,,,,,Place\n"
           "studies,verified,text,yes,verified,,,,,How seen\n"
           "binary,fact_id,id,yes,,,,,,Key\n"
           "binary,study_id,id,yes,,,studies.study_id,,,Study\n"
           "binary,week,number,no,,weeks,,0,520,Week\n"
           "binary,events,integer,no,,,,0,,Events\n"
           "binary,first_public,date,no,,,,,,Day\n"
           "binary,source,id,yes,,,sources.source_id,,,Source\n"
           "binary,locator,text,yes,,,,,,Place\n"
           "binary,verified,text,yes,verified,,,,,How seen\n"},
          {"vocabulary.csv",
           "list,value,meaning\nverified,page,read\nverified,secondary,cited\n"
           "verified,recalled,seen in neither\n"},
          {"sources.csv",
           "source_id,title,published,retracted_on\nsmith2021,A trial,2021-05-10,\n"
           "jones2019,Pooled,2019,2024-08-10\n"},
          {"studies.csv",
           "fact_id,study_id,part_of,randomised,source,locator,verified\n"
           "study.a,A,,yes,smith2021,p 1,page\nstudy.p,P,A;B,no,jones2019,p 1,page\n"
           "study.b,B,,yes,smith2021,p 2,page\n"},
          {"binary.csv",
           "fact_id,study_id,week,events,first_public,source,locator,verified\n"
           "bin.a,A,18,21,2021-05,smith2021,Table 2,page\n"
           "bin.p,P,52,,,jones2019,Table 1,secondary\n"}};
}

/// The sound base with one text of one file replaced.
LoadedEvidence with(const std::string& file, const std::string& from, const std::string& to) {
  Files files = sound_files();
  std::string& text = files.at(file);
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  text.replace(at, from.size(), to);
  return read_evidence(files);
}

void expect_one(const LoadedEvidence& loaded, const std::string& code, const std::string& file,
                long line, long column) {
  ASSERT_EQ(loaded.issues.size(), 1U) << code;
  const Issue& issue = loaded.issues.front();
  EXPECT_EQ(issue.code, code) << to_text(issue);
  EXPECT_EQ(issue.file, file);
  EXPECT_EQ(issue.line, line) << code;
  EXPECT_EQ(issue.column, column) << code;
  EXPECT_EQ(issue.severity, Issue::Severity::error);
}

TEST(EvidenceBase, reads_a_sound_base_without_issues) {
  const LoadedEvidence loaded = read_evidence(sound_files());
  for (const Issue& issue : loaded.issues) ADD_FAILURE() << to_text(issue);
  EXPECT_EQ(loaded.base.table("binary").where("study_id", "A")[0].number("events"), 21);
  EXPECT_EQ(loaded.base.newest, (Date{2021, 5, 10}));
  EXPECT_EQ(loaded.base.as_of, loaded.base.newest);
}

TEST(EvidenceBase, finds_facts_and_sources_by_id) {
  const LoadedEvidence loaded = read_evidence(sound_files());
  const EvidenceBase& base = loaded.base;
  ASSERT_TRUE(base.fact("bin.p").has_value());
  EXPECT_EQ(base.fact("bin.p")->number("week"), 52);
  EXPECT_FALSE(base.fact("bin.x").has_value());
  EXPECT_EQ(base.facts.size(), 5U);
  ASSERT_NE(base.source("jones2019"), nullptr);
  EXPECT_EQ(base.source("jones2019")->retracted_on, (Date{2024, 8, 10}));
  EXPECT_EQ(base.source("nobody"), nullptr);
  EXPECT_EQ(base.find("sources", "smith2021")->text("title"), "A trial");
  EXPECT_TRUE(base.retracted(*base.fact("bin.p")));
  EXPECT_FALSE(base.retracted(*base.fact("bin.a")));
}

TEST(EvidenceBase, keeps_rows_valid_when_it_is_moved) {
  LoadedEvidence loaded = read_evidence(sound_files());
  const Row row = *loaded.base.fact("bin.a");
  const EvidenceBase moved = std::move(loaded.base);
  EXPECT_EQ(row.text("locator"), "Table 2");
  EXPECT_EQ(&row.table(), &moved.table("binary"));
}

TEST(EvidenceBase, refuses_a_table_it_does_not_have) {
  const LoadedEvidence loaded = read_evidence(sound_files());
  try {
    (void)loaded.base.table("teapots");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "evidence.base.no_table");
  }
}

TEST(EvidenceBase, reports_each_fault_of_a_cell_with_its_place) {
  const std::string file = "binary.csv";
  expect_one(with(file, "A,18,", "A,eighteen,"), "evidence.base.type", file, 2, 3);
  expect_one(with(file, ",21,", ",21.5,"), "evidence.base.type", file, 2, 4);
  expect_one(with(file, "2021-05,", "2021-13,"), "evidence.base.type", file, 2, 5);
  expect_one(with(file, "bin.a", "Bin.a"), "evidence.base.type", file, 2, 1);
  expect_one(with(file, "bin.a", "bin a"), "evidence.base.type", file, 2, 1);
  expect_one(with(file, "Table 2", ""), "evidence.base.required", file, 2, 7);
  expect_one(with(file, ",page", ",seen"), "evidence.base.vocabulary", file, 2, 8);
  expect_one(with(file, "A,18,", "A,-1,"), "evidence.base.range", file, 2, 3);
  expect_one(with(file, "A,18,", "A,521,"), "evidence.base.range", file, 2, 3);
  expect_one(with(file, "bin.a,A", "bin.a,Q"), "evidence.base.reference", file, 2, 2);
  expect_one(with(file, "bin.p", "bin.a"), "evidence.base.duplicate", file, 3, 1);
  expect_one(with("studies.csv", "A;B", "A;C"), "evidence.base.reference", "studies.csv", 3, 3);
  expect_one(with("studies.csv", "A;B", ";"), "evidence.base.type", "studies.csv", 3, 3);
  expect_one(with("studies.csv", "yes,smith", "true,smith"), "evidence.base.type", "studies.csv", 2,
             4);
  expect_one(with("studies.csv", "study.p,", "bin.p,"), "evidence.base.duplicate", "studies.csv", 3,
             1);
}

TEST(EvidenceBase, reports_faults_of_the_header) {
  const std::string file = "binary.csv";
  expect_one(with(file, "week,events", "events,week"), "evidence.base.column_order", file, 1, 3);
  const LoadedEvidence renamed = with(file, "first_public", "known_since");
  ASSERT_EQ(renamed.issues.size(), 2U);
  EXPECT_EQ(renamed.issues[0].code, "evidence.base.missing_column");
  EXPECT_EQ(renamed.issues[0].name, "first_public");
  EXPECT_EQ(renamed.issues[1].code, "evidence.base.unknown_column");
  EXPECT_EQ(renamed.issues[1].column, 5);
  EXPECT_EQ(renamed.base.table("binary").row(0).number("events"), 21);
}

TEST(EvidenceBase, reports_missing_unlisted_and_broken_files_and_reads_the_rest) {
  Files files = sound_files();
  files.erase("binary.csv");
  expect_one(read_evidence(files, "data"), "evidence.base.no_file", "data/binary.csv", 0, 0);
  files = sound_files();
  files["notes.csv"] = "a\n1\n";
  expect_one(read_evidence(files), "evidence.base.unlisted", "notes.csv", 0, 0);
  const LoadedEvidence broken = with("binary.csv", "Table 2,page", "Table 2");
  ASSERT_EQ(broken.issues.size(), 1U);
  EXPECT_EQ(broken.issues[0].code, "io.csv.few_fields");
  EXPECT_EQ(broken.base.table("studies").size(), 3U);
}

TEST(EvidenceBase, refuses_a_base_without_schema) {
  Files files = sound_files();
  files.erase("vocabulary.csv");
  try {
    (void)read_evidence(files);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "evidence.base.no_schema");
  }
}

TEST(EvidenceBase, has_a_hash_that_changes_with_any_byte_and_any_name) {
  const std::string hash = read_evidence(sound_files()).base.sha256;
  EXPECT_EQ(hash.size(), 64U);
  EXPECT_EQ(hash, read_evidence(sound_files()).base.sha256);
  EXPECT_NE(hash, with("binary.csv", "21,", "22,").base.sha256);
  Files files = sound_files();
  files["empty.csv"] = "";
  EXPECT_NE(hash, read_evidence(files).base.sha256);
}

TEST(EvidenceBase, loads_the_csv_files_of_a_folder) {
  const std::filesystem::path folder =
      std::filesystem::path(testing::TempDir()) / "entact_evidence_base_test";
  std::filesystem::create_directories(folder);
  for (const auto& [name, text] : sound_files()) std::ofstream(folder / name) << text;
  std::ofstream(folder / "README.md") << "not a table\n";
  const LoadedEvidence loaded = load_evidence(folder);
  std::filesystem::remove_all(folder);
  EXPECT_TRUE(loaded.issues.empty());
  EXPECT_EQ(loaded.base.sha256, read_evidence(sound_files()).base.sha256);
  EXPECT_EQ(loaded.base.table("binary").file(), (folder / "binary.csv").string());
  try {
    (void)load_evidence(folder);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "evidence.base.folder");
  }
}

}  // namespace
}  // namespace entact
