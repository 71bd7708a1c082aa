#include "entact/answer/nca_profiles.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "entact/io/csv_table.h"

namespace entact {
namespace {

using Numbers = std::vector<double>;

std::vector<NcaProfile> profiles_of(const std::string& text, const NcaColumns& columns = {}) {
  const CsvTable csv = read_csv(text);
  return nca_profiles({.table = to_table(csv, {.value_missing = {"."}}).table,
                       .file = "pk.csv",
                       .lines = csv.lines},
                      columns);
}

std::string refusal(const std::string& text, const NcaColumns& columns = {}) {
  try {
    static_cast<void>(profiles_of(text, columns));
  } catch (const Error& error) {
    return error.code() + " " + error.what();
  }
  return "";
}

TEST(NcaProfiles, count_time_from_the_dose_on_its_own_row) {
  const auto found = profiles_of(
      "ID,TIME,DV,AMT\nA,1,5,.\nA,2,.,80\nA,3,7,.\nA,4,.,.\nA,6,BLQ,.\nB,0,.,40\nB,1,2,.\n");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].dose, 80);
  EXPECT_EQ(found[0].t_h, (Numbers{0, 1, 4}));
  EXPECT_EQ(found[0].concentration, (Numbers{5, 7, 0}));  // 0: below quantification
  EXPECT_EQ(found[0].rows, (std::vector<std::size_t>{0, 2, 4}));
  EXPECT_EQ(found[0].missing, 1);
  EXPECT_EQ(found[1].participant, "B");
  EXPECT_EQ(found[1].dose, 40);
}

TEST(NcaProfiles, take_a_dose_beside_the_concentrations) {
  const auto found = profiles_of("USUBJID,AFRLT,AVAL,DOSE\n7,0,0,75\n7,30,9,75\n7,90,4,75\n",
                                 {.time_unit = "min"});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].dose, 75);
  EXPECT_EQ(found[0].t_h, (Numbers{0, 0.5, 1.5}));
  EXPECT_TRUE(std::isnan(profiles_of("ID,TIME,CONC\n1,0,1\n1,2,3\n")[0].dose));
}

// Rows of two periods lie between each other; each period is a course, in order of appearance.
TEST(NcaProfiles, tell_courses_apart_by_group) {
  const auto found =
      profiles_of("ID,TIME,DV,PERIOD\nA,0,1,2\nA,0,3,1\nA,2,2,2\nA,2,5,1\n", {.group = {"PERIOD"}});
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].group, (std::vector<std::string>{"2"}));
  EXPECT_EQ(found[0].concentration, (Numbers{1, 2}));
  EXPECT_EQ(found[1].concentration, (Numbers{3, 5}));
}

// As in NONMEM: only EVID 0 holds an observation, and only EVID 1 and 4 a dose.
TEST(NcaProfiles, take_concentrations_from_samples_alone) {
  const auto found = profiles_of(
      "ID,TIME,DV,AMT,EVID\nA,0,0,80,1\nA,0,2,0,0\nA,1,7,0,0\nA,2,-99,9,2\nA,3,4,0,0\n"
      "B,0,3,0,0\nB,0,0,40,4\nB,1,6,0,.\n");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].dose, 80);
  EXPECT_EQ(found[0].t_h, (Numbers{0, 1, 3}));  // a sample at the time of the dose is one
  EXPECT_EQ(found[0].concentration, (Numbers{2, 7, 4}));
  EXPECT_EQ(found[0].missing, 0);
  EXPECT_EQ(found[1].dose, 40);
  EXPECT_EQ(found[1].concentration, (Numbers{3, 6}));
  const std::string twice = "ID,TIME,DV,AMT,EVID\nA,0,0,80,1\nA,1,7,0,0\nA,12,0,80,1\nA,13,9,0,0\n";
  EXPECT_NE(refusal(twice).find("pk.csv:4:4 (AMT): participant A, time 12 h: a second dose"),
            std::string::npos)
      << refusal(twice);
  // The dose's own row says when, whatever stands beside the samples.
  const auto beside = profiles_of("ID,TIME,DV,DOSE,EVID\nA,5,.,80,1\nA,6,7,80,0\nA,7,4,80,0\n");
  EXPECT_EQ(beside[0].t_h, (Numbers{1, 2}));
  EXPECT_NE(refusal("ID,TIME,DV,EVID\nA,0,1,5\n").find("pk.csv:2:4 (EVID)"), std::string::npos);
}

TEST(NcaProfiles, heed_mdv_before_they_read_the_cell) {
  const auto found = profiles_of("ID,TIME,DV,MDV\nA,0,-99,1\nA,1,7,0\nA,2,high,1\nA,3,2,0\n");
  EXPECT_EQ(found[0].concentration, (Numbers{7, 2}));
  EXPECT_EQ(found[0].missing, 2);
}

TEST(NcaProfiles, see_a_second_dose_without_evid) {
  const std::string twice = "ID,TIME,DV,AMT\nA,0,0,80\nA,1,7,0\nA,12,0,80\nA,13,9,0\n";
  EXPECT_NE(refusal(twice).find("pk.csv:4:4 (AMT): participant A, time 12 h: a second dose"),
            std::string::npos)
      << refusal(twice);
}

TEST(NcaProfiles, see_the_doses_that_addl_adds) {
  const std::string head = "ID,TIME,DV,AMT,EVID,ADDL,II\nA,0,.,80,1,2,12\nA,1,7,.,0,.,.\n";
  EXPECT_EQ(profiles_of(head + "A,12,3,.,0,.,.\n")[0].t_h, (Numbers{1, 12}));  // at its time
  EXPECT_NE(refusal(head + "A,13,9,.,0,.,.\n").find("pk.csv:4:2 (TIME): participant A, time 13 h"),
            std::string::npos);
}

// The last sample before the dose stands for the concentration at it, unless one was taken then.
TEST(NcaProfiles, carry_the_last_sample_before_the_dose_to_it) {
  const auto found = profiles_of(
      "ID,TIME,DV,AMT\nA,-24,9,.\nA,-1,BLQ,.\nA,0,.,80\nA,1,7,.\nA,2,3,.\n"
      "B,-1,5,.\nB,0,.,80\nB,0,4,.\nB,1,7,.\nC,-1,5,.\nC,0,.,80\n");
  EXPECT_EQ(found[0].t_h, (Numbers{0, 1, 2}));
  EXPECT_EQ(found[0].concentration, (Numbers{0, 7, 3}));
  EXPECT_EQ(found[0].predose_h, -1);
  EXPECT_EQ(found[0].before_dose, 1);
  EXPECT_EQ(found[1].concentration, (Numbers{4, 7}));
  EXPECT_TRUE(std::isnan(found[1].predose_h));
  EXPECT_EQ(found[1].before_dose, 1);
  EXPECT_TRUE(found[2].t_h.empty());  // nothing after the dose, so no course
}

TEST(NcaProfiles, know_how_long_an_infusion_lasts) {
  const auto hours = [](const std::string& column, const std::string& value,
                        const NcaColumns& how = {}) {
    return profiles_of("ID,TIME,DV,AMT," + column + "\nA,0,.,80," + value + "\nA,1,7,.,.\n", how)[0]
        .infusion_h;
  };
  EXPECT_EQ(hours("RATE", "40"), 2);
  EXPECT_EQ(hours("RATE", "40", {.time_unit = "d"}), 48);
  EXPECT_EQ(hours("RATE", "0"), 0);
  EXPECT_EQ(hours("RATE", "."), 0);
  EXPECT_TRUE(std::isnan(hours("RATE", "-2")));
  EXPECT_EQ(hours("ADOSEDUR", "1.5"), 1.5);
  EXPECT_EQ(hours("LASTS", "1.5"), 0);
  EXPECT_EQ(hours("LASTS", "30", {.duration = "LASTS", .time_unit = "min"}), 0.5);
  EXPECT_EQ(profiles_of("ID,TIME,DV,AMT,RATE,DUR\nA,0,.,80,40,3\nA,1,7,.,.,.\n")[0].infusion_h, 3);
  EXPECT_EQ(profiles_of("ID,TIME,AVAL,DOSE,DUR\nA,0,0,80,2\nA,1,7,80,2\n")[0].infusion_h, 2);
}

TEST(NcaProfiles, refuse_with_line_participant_and_time) {
  const std::string head = "ID,TIME,DV,AMT\nA,0,.,80\n";
  const auto expect = [](const std::string& seen, const std::string& words) {
    EXPECT_NE(seen.find(words), std::string::npos) << seen;
  };
  expect(refusal(head + "A,1,-3,.\n"), "pk.csv:3:3 (DV): participant A, time 1 h");
  expect(refusal(head + "A,1,soon,.\n"), "BLQ or <LIMIT; saw 'soon'");
  expect(refusal(head + "A,2,3,.\nA,2,4,.\n"), "times of a course increase");
  expect(refusal(head + "A,3,.,40\n"), "a second dose");
  expect(refusal("ID,TIME,DV,AMT\nA,0,1,80\nA,1,2,40\n"), "saw 40 after 80");
  expect(refusal("ID,TIME,DV,AMT\nA,0,1,-5\n"), "a dose is not negative");
  expect(refusal("ID,TIME,DV\n,0,1\n"), "answer.nca.row");
  expect(refusal("ID,TIME,DV,AMT,RATE\nA,0,.,80,-3\n"), "pk.csv:2:5 (RATE): participant A, time 0");
  expect(refusal("ID,TIME,DV,AMT,DUR\nA,0,.,80,-1\n"), "a duration is above 0");
  expect(refusal("ID,TIME,DV\nA,0,1\n", {.duration = "DUR"}), "--duration");
  expect(refusal("ID,HOUR,DV\nA,0,1\n"), "--time");
  expect(refusal("ID,TIME,DV\nA,0,1\n", {.time_unit = "s"}), "answer.nca.unit");
}

}  // namespace
}  // namespace entact
