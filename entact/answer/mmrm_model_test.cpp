#include "entact/answer/mmrm_model.h"

#include <gtest/gtest.h>

#include "entact/io/csv_table.h"

namespace entact {
namespace {

TrialTable table_of(const std::string& text) {
  const CsvTable csv = read_csv(text, {.file = "x.csv"});
  return {to_table(csv).table, "x.csv", csv.lines, {}};
}

const std::string header = "USUBJID,PARAMCD,TRTP,SEX,AVISIT,AVISITN,AVAL\n";
const std::string rows = header +
                         "P1,A,M,F,late,2,5\nP1,A,M,F,early,1,4\nP2,A,P,M,late,2,3\n"
                         "P2,A,P,M,early,1,7\nP3,B,P,M,early,1,9\nP3,A,P,F,early,1,8\n";

MmrmRows rows_for(MmrmRequest request) {
  request.parameter = "A";
  return mmrm_rows(table_of(rows), request, parse_formula(request.formula));
}

TEST(MmrmModel, takes_the_rows_of_a_parameter_with_their_lines) {
  const MmrmRows found = rows_for({.formula = "AVAL ~ TRTP*AVISIT + us(AVISIT | USUBJID)"});
  EXPECT_EQ(found.data.table.rows(), 5U);
  EXPECT_EQ(found.data.lines, (std::vector<long>{2, 3, 4, 5, 7}));
  EXPECT_EQ(found.arm, "TRTP");  // by its name, among the terms
  EXPECT_EQ(found.design.levels.at("AVISIT"), (std::vector<std::string>{"early", "late"}));
}

TEST(MmrmModel, an_arm_is_one_of_the_terms_or_none) {
  EXPECT_EQ(rows_for({.formula = "AVAL ~ SEX + us(AVISIT | USUBJID)"}).arm, "");
  EXPECT_EQ(rows_for({.formula = "AVAL ~ SEX + us(AVISIT | USUBJID)", .arm = "SEX"}).arm, "SEX");
  const MmrmRows named =
      rows_for({.formula = "AVAL ~ TRTP + us(AVISIT | USUBJID)", .reference = {"P", "SEX=M"}});
  EXPECT_EQ(named.design.reference.at("TRTP"), "P");
  EXPECT_EQ(named.design.reference.at("SEX"), "M");
}

TEST(MmrmModel, a_slope_starts_where_it_is_told) {
  const MmrmRows late = rows_for(
      {.formula = "AVAL ~ AVISITN + us(AVISIT | USUBJID)", .slope = "AVISITN", .slope_from = 2});
  EXPECT_EQ(late.data.table.numbers("AVISITN"), (std::vector<double>{2, 2}));
  EXPECT_EQ(late.data.lines, (std::vector<long>{2, 4}));
}

std::string refusal(const std::string& csv, const MmrmRequest& request) {
  try {
    const ModelFormula formula = parse_formula(request.formula);
    fit_mmrm_rows(mmrm_rows(table_of(csv), request, formula), formula, request);
  } catch (const Error& error) {
    return error.code() + ": " + error.what();
  }
  return "";
}

TEST(MmrmModel, names_participant_visit_and_lines_of_a_second_measurement) {
  const std::string twice = header + "P1,A,M,F,early,1,4\nP1,A,M,F,early,1,5\nP2,A,P,M,late,2,3\n";
  const std::string words = refusal(twice, {.formula = "AVAL ~ AVISIT + us(AVISIT | USUBJID)"});
  EXPECT_EQ(words.rfind("answer.mmrm.twice", 0), 0U) << words;
  for (const char* part : {"x.csv:3", "x.csv:2", "P1", "early"})
    EXPECT_NE(words.find(part), std::string::npos) << words;
}

TEST(MmrmModel, refuses_a_formula_without_a_covariance) {
  EXPECT_EQ(
      refusal(rows, {.formula = "AVAL ~ TRTP", .parameter = "A"}).rfind("answer.mmrm.formula", 0),
      0U);
}

}  // namespace
}  // namespace entact
