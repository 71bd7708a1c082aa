#include "entact/answer/responders_command.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "entact/io/csv_table.h"
#include "entact/io/file.h"

namespace entact {
namespace {

using nlohmann::json;

const std::string folder = std::string(ENTACT_SOURCE_DIR) + "/reference/responders/";

TrialTable table_of(const std::string& text) {
  const CsvTable csv = read_csv(text, {.file = "x.csv"});
  return {to_table(csv).table, "x.csv", csv.lines, {}};
}

RespondersRequest full() {
  return {
      .response = "RESP", .reference = "PLACEBO", .strata = "SITEID", .covariates = "BASE + SEX"};
}

TEST(RespondersCommand, gives_the_numbers_of_the_reference) {
  const json ours = json::parse(responders_file(folder + "input.csv", full()).result_json);
  const json expected = json::parse(read_file(folder + "expected.json"));
  const json& model = expected["models"][1];
  const json& comparison = ours["comparisons"][0];
  EXPECT_EQ(comparison["label"], "MDMA - PLACEBO");
  const double mdma = model["risk"][0], placebo = model["risk"][1];
  EXPECT_NEAR(comparison["standardised"]["rd"]["estimate"], mdma - placebo, 1e-9);
  const double variance = model["robust"][0][0].get<double>() +
                          model["robust"][1][1].get<double>() -
                          2 * model["robust"][0][1].get<double>();
  EXPECT_NEAR(comparison["standardised"]["rd"]["se"], std::sqrt(variance), 1e-9);
  EXPECT_NEAR(comparison["standardised"]["rr"]["ratio"], mdma / placebo, 1e-9);
  EXPECT_NEAR(comparison["stratified"]["or"]["ratio"], expected["cmh"]["or"], 1e-12);
  EXPECT_NEAR(comparison["stratified"]["cmh"]["statistic"], expected["cmh"]["plain"], 1e-12);
  EXPECT_NEAR(comparison["stratified"]["rd_score"]["ci_low"], expected["mn"][0], 1e-9);
  EXPECT_EQ(ours["arms"][0]["events"], 27);
  EXPECT_EQ(ours["model"]["estimation"], "ml");
  EXPECT_FALSE(ours["model"]["fit"]["separated"].get<bool>());
}

// The same persons respond by the threshold, from which the column was made.
TEST(RespondersCommand, takes_a_threshold_for_the_column) {
  RespondersRequest request{.threshold = "CHG<=-10", .reference = "PLACEBO"};
  const json by_threshold = json::parse(responders_file(folder + "input.csv", request).result_json);
  const json by_column = json::parse(
      responders_file(folder + "input.csv", {.response = "RESP", .reference = "PLACEBO"})
          .result_json);
  EXPECT_EQ(by_threshold["comparisons"], by_column["comparisons"]);
  request.missing = "nonresponse";
  const json counted = json::parse(responders_file(folder + "input.csv", request).result_json);
  EXPECT_EQ(counted["arms"][0]["n"].get<int>() + counted["arms"][1]["n"].get<int>(), 104);
  EXPECT_EQ(counted["arms"][1]["events"], by_column["arms"][1]["events"]);
}

TEST(RespondersCommand, answers_separation_with_the_penalty_and_says_so) {
  const TrialTable data = table_of(
      "ARM,RESP,SEX\nA,0,F\nA,0,M\nA,0,F\nA,0,M\nA,0,F\nB,1,F\nB,0,M\nB,1,F\nB,1,M\nB,0,F\n");
  const Answer answer = responders_answer(data, {.response = "RESP", .covariates = "SEX"});
  const json result = json::parse(answer.result_json);
  EXPECT_EQ(result["model"]["estimation"], "firth");
  ASSERT_EQ(answer.reservations.size(), 1u);
  EXPECT_NE(answer.reservations[0].find("ARMB would be infinite"), std::string::npos)
      << answer.reservations[0];
  EXPECT_TRUE(std::isfinite(result["comparisons"][0]["standardised"]["rd"]["se"].get<double>()));
  const Answer plain =
      responders_answer(data, {.response = "RESP", .covariates = "SEX", .estimation = "ml"});
  const json infinite = json::parse(plain.result_json)["model"];
  EXPECT_TRUE(infinite["fit"]["separated"].get<bool>());
  EXPECT_EQ(infinite["coefficients"][1]["estimate"], "inf");
  EXPECT_TRUE(infinite["coefficients"][1]["se"].is_null());
}

TEST(RespondersCommand, compares_each_arm_with_the_reference) {
  const TrialTable data = table_of("ARM,RESP\nA,0\nA,1\nA,0\nB,1\nB,0\nB,1\nC,1\nC,1\nC,0\n");
  const json result =
      json::parse(responders_answer(data, {.response = "RESP", .reference = "B"}).result_json);
  ASSERT_EQ(result["comparisons"].size(), 2u);
  EXPECT_EQ(result["comparisons"][0]["label"], "A - B");
  EXPECT_EQ(result["comparisons"][1]["label"], "C - B");
}

TEST(RespondersCommand, takes_arms_coded_in_numbers_as_arms) {
  const TrialTable data = table_of("ARM,R,X\n0,0,1\n0,1,2\n0,0,4\n1,1,3\n1,0,2\n1,1,1\n0,1,5\n");
  const json result = json::parse(
      responders_answer(data, {.response = "R", .reference = "1", .covariates = "X"}).result_json);
  EXPECT_EQ(result["comparisons"][0]["label"], "0 - 1");
  EXPECT_EQ(result["model"]["coefficients"][1]["term"], "ARM0");
}

TEST(RespondersCommand, reads_thresholds) {
  EXPECT_TRUE(parse_threshold("CHG<=-10").holds(-10));
  EXPECT_FALSE(parse_threshold("CHG < -10").holds(-10));
  EXPECT_TRUE(parse_threshold(" my score >= 3.5 ").holds(4));
  EXPECT_EQ(parse_threshold(" my score >= 3.5 ").column, "my score");
  EXPECT_TRUE(parse_threshold("X==1").holds(1));
  EXPECT_TRUE(parse_threshold("X!=1").holds(2));
  for (const char* wrong : {"", "CHG", "CHG=1", "<=3", "CHG<=", "CHG<=x", "CHG=<1"})
    EXPECT_THROW(parse_threshold(wrong), Error) << wrong;
}

void expect_refused(const std::string& text, const RespondersRequest& request,
                    const std::string& code, const std::string& words) {
  try {
    responders_answer(table_of(text), request);
    ADD_FAILURE() << code << " was answered";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code) << error.what();
    EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
  }
}

TEST(RespondersCommand, names_file_line_and_column_of_what_is_wrong) {
  const RespondersRequest request{.response = "R"};
  expect_refused("ARM,R\nA,1\nB,2\n", request, "answer.responders.response", "x.csv:3:2 (R)");
  expect_refused("ARM,R\nA,1\nB,yes\n", request, "answer.table.number", "x.csv:3:2 (R)");
  expect_refused("ARM,R\nA,1\nA,0\n", request, "answer.responders.arm", "holds 1 arm, 'A'");
  expect_refused("ARM,R\nA,1\nB,\n", request, "answer.responders.arm", "'B' has no row");
  expect_refused("ARM,R\nA,\nB,\n", request, "answer.table.number", "all 2 cells are missing");
  expect_refused("USUBJID,ARM,R\nP1,A,1\nP2,B,0\nP1,A,0\n", request, "answer.responders.duplicate",
                 "x.csv:4:1 (USUBJID): participant P1");
  expect_refused("GROUP,R\nA,1\nB,0\n", request, "answer.responders.request", "--arm");
  expect_refused("ARM,R\nA,1\nB,0\n", {}, "answer.responders.request", "one of the two");
  expect_refused("ARM,R\nA,1\nB,0\n", {.response = "R", .reference = "Z"}, "answer.responders.arm",
                 "there are: A, B");
  expect_refused("ARM,R\nA,1\nB,0\n", {.response = "S"}, "base.table.column", "no column 'S'");
}

}  // namespace
}  // namespace entact
