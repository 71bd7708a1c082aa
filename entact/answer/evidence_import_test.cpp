#include "entact/answer/evidence_import.h"

#include <gtest/gtest.h>

#include "entact/evidence/specimen_base.h"

namespace entact {
namespace {

namespace fs = std::filesystem;

/// One comparison with means of both arms and an instrument that no vocabulary has.
constexpr const char* data_set =
    "study,condition_arm1,condition_arm2,outcome_type,instrument,time_weeks,"
    "n_arm1,mean_arm1,sd_arm1,n_arm2,mean_arm2,sd_arm2,.id\n"
    "Doe 2020,mdma,pcb,msd,no-such-scale,18,42,19.6,13.5,37,31.5,12.2,doe_a\n";

class EvidenceImport : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) /
              testing::UnitTest::GetInstance()->current_test_info()->name();
    fs::create_directories(folder_);
    write_file_atomically(file(), data_set);
  }
  void TearDown() override { fs::remove_all(folder_); }
  fs::path file() const { return folder_ / "doe.csv"; }
  DraftRows draft() const {
    const SpecimenBase rows(ENTACT_SOURCE_DIR "/data");
    return import_metapsy(rows.load().base, file(), {.source_id = "doe_data"});
  }
  fs::path folder_{};
};

TEST_F(EvidenceImport, names_the_file_in_every_issue) {
  const DraftRows made = draft();
  ASSERT_FALSE(made.issues.empty());
  for (const Issue& issue : made.issues) EXPECT_EQ(issue.file, file().string());
}

TEST_F(EvidenceImport, prints_one_table_as_plain_csv_or_all_with_their_names) {
  const DraftRows made = draft();
  const CsvTable means = read_csv(draft_text(made, "continuous"));
  EXPECT_EQ(means.rows.size(), made.rows.at("continuous"));
  const std::string all = draft_text(made);
  for (const auto& [table, rows] : made.rows)
    EXPECT_NE(all.find("# " + table + ".csv: " + std::to_string(rows) + " rows\n"),
              std::string::npos);
}

TEST_F(EvidenceImport, refuses_a_table_without_rows) {
  try {
    draft_text(draft(), "jurisdictions");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "answer.import.table");
    EXPECT_EQ(error.kind(), ErrorKind::usage);
  }
}

TEST_F(EvidenceImport, writes_a_file_for_each_table) {
  const DraftRows made = draft();
  const auto files = write_drafts(made, folder_ / "new" / "drafts");
  EXPECT_EQ(files.size(), made.files.size());
  for (const fs::path& each : files)
    EXPECT_EQ(read_file(each), made.files.at(each.stem().string()));
}

TEST_F(EvidenceImport, refuses_a_folder_that_is_a_file) {
  try {
    write_drafts(draft(), file());
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "answer.import.folder");
  }
}

}  // namespace
}  // namespace entact
