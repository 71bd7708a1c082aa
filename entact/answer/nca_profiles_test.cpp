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
  EXPECT_EQ(found[0].t_h, (Numbers{1, 4}));
  EXPECT_EQ(found[0].concentration, (Numbers{7, 0}));  // 0: below quantification
  EXPECT_EQ(found[0].rows, (std::vector<std::size_t>{2, 4}));
  EXPECT_EQ(found[0].missing, 1);
  EXPECT_EQ(found[0].before_dose, 1);
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
  expect(refusal("ID,HOUR,DV\nA,0,1\n"), "--time");
  expect(refusal("ID,TIME,DV\nA,0,1\n", {.time_unit = "s"}), "answer.nca.unit");
}

}  // namespace
}  // namespace entact
