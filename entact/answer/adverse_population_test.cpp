#include <gtest/gtest.h>

#include <cmath>

#include "entact/answer/adverse_data.h"
#include "entact/base/error.h"
#include "entact/io/csv_table.h"

namespace entact {
namespace {

StudyFile study(const std::string& text) {
  const CsvTable csv = read_csv(text, {.file = "adsl.csv"});
  return {.name = "adsl.csv", .table = to_table(csv).table, .lines = csv.lines};
}

const std::string subjects =
    "USUBJID,TRT01A,TRT01AN,SAFFL,TRTSDT,TRTEDT\n"
    "P1,MDMA,2,Y,2025-01-10,2025-01-19\nP2,PLACEBO,1,Y,2025-01-01,2025-01-01\n"
    "P3,MDMA,2,N,,\n";

std::string code_of(const std::string& text, const AdverseColumns& columns = {}) {
  try {
    safety_population(study(text), columns);
  } catch (const Error& error) {
    return error.code();
  }
  return "";
}

TEST(SafetyPopulation, has_arms_in_the_order_of_their_numbers) {
  const SafetyPopulation people = safety_population(study(subjects), {});
  EXPECT_EQ(people.arms, (std::vector<std::string>{"PLACEBO", "MDMA"}));
  EXPECT_EQ(people.arm_order, "lowest TRT01AN");
  EXPECT_EQ(people.ids, (std::vector<std::string>{"P1", "P2"}));
  EXPECT_EQ(people.index.at("P3"), -1);
  ASSERT_EQ(people.notes.size(), 1U);
  EXPECT_EQ(people.notes[0].rfind("1 participants of ADSL", 0), 0U);
}

// From the first to the last day of treatment, both counted.
TEST(SafetyPopulation, counts_days_at_risk_from_the_dates_or_a_column) {
  const SafetyPopulation dates = safety_population(study(subjects), {});
  EXPECT_EQ(dates.participants[0].exposure_days, 10);
  EXPECT_EQ(dates.participants[1].exposure_days, 1);
  EXPECT_EQ(dates.exposure_words, "TRTSDT to TRTEDT");
  const SafetyPopulation named =
      safety_population(study("USUBJID,TRT01P,WEEKS\nP1,A,3\nP2,B,4\n"), {.exposure = "WEEKS"});
  EXPECT_EQ(named.participants[1].exposure_days, 4);
  EXPECT_EQ(named.arm_order, "first by name");
  EXPECT_TRUE(std::isnan(
      safety_population(study("USUBJID,ARM\nP1,A\nP2,B\n"), {}).participants[0].exposure_days));
}

TEST(SafetyPopulation, names_what_is_wrong_with_adsl) {
  EXPECT_EQ(code_of("USUBJID,ARM\nP1,A\nP1,B\n"), "answer.adverse.twice");
  EXPECT_EQ(code_of("USUBJID,ARM\nP1,A\nP2,\n"), "answer.adverse.arm");
  EXPECT_EQ(code_of("USUBJID,ARM,SAFFL\nP1,A,Y\nP2,B,N\n"), "answer.adverse.nobody");
  EXPECT_EQ(code_of("USUBJID,ARM,SAFFL\nP1,A,yes\n"), "answer.adverse.flag");
  EXPECT_EQ(code_of("USUBJID,ARM,D\nP1,A,-1\nP2,B,1\n", {.exposure = "D"}),
            "answer.adverse.exposure");
  EXPECT_EQ(code_of("USUBJID\nP1\n"), "answer.study.column");
}

// Study days have no day 0; sessions stand in order and once.
TEST(SafetyPopulation, takes_sessions_by_study_day) {
  SafetyPopulation people = safety_population(study(subjects), {});
  add_sessions(people, study("USUBJID,ADY\nP1,22\nP1,1\nP3,1\n"));
  EXPECT_EQ(people.participants[0].session_days, (std::vector<double>{0, 21}));
  EXPECT_EQ(days_since_first(-1), -1);
  EXPECT_THROW(add_sessions(people, study("USUBJID,ADY\nP1,22\n")), Error);
  EXPECT_THROW(add_sessions(people, study("USUBJID,ADY\nP9,1\n")), Error);
}

}  // namespace
}  // namespace entact
