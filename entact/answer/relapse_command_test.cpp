#include "entact/answer/relapse_command.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "entact/base/error.h"

namespace entact {
namespace {

using Json = nlohmann::json;

// The participants of relapse_test.cpp, one more of the other arm who responds at once, and the
// baseline visits that a dataset has.
const std::string visits =
    "USUBJID,ARM,AVAL,BASE,WEEK,ABLFL\n"
    "P1,A,40,40,0,Y\nP1,A,30,40,4,\nP1,A,18,40,8,\nP1,A,20,40,12,\nP1,A,26,40,16,\n"
    "P2,A,50,50,0,Y\nP2,A,20,50,4,\nP2,A,NA,50,8,\nP2,A,24,50,12,\n"
    "P3,B,45,60,4,\nP3,B,31,60,8,\nP4,B,10,40,4,\nP4,B,35,40,8,\n";

RelapseRequest half() {
  RelapseRequest request{.time = "WEEK", .rule = {.share = 0.5}};
  request.survival.ties = "exact";
  return request;
}

Answer answer_to(const std::string& csv, const RelapseRequest& request) {
  return relapse_answer(read_survival_file("v.csv", csv), request);
}

TEST(RelapseCommand, counts_responders_and_analyses_their_times) {
  RelapseRequest request = half();
  request.survival.by = "ARM";
  const Answer answer = answer_to(visits, request);
  const Json result = Json::parse(answer.result_json);
  EXPECT_EQ(result["response"]["participants"], 4);
  EXPECT_EQ(result["response"]["responders"], 3);
  EXPECT_EQ(result["response"]["never"], 1);
  EXPECT_EQ(result["response"]["lost"], 2);
  EXPECT_EQ(result["groups"][0]["rows"], 2);
  EXPECT_NE(answer.reservations.back().find("not randomised groups"), std::string::npos);
  EXPECT_EQ(answer.text.rfind("3 of 4 participants respond, 2 of them lose the response\n", 0), 0U);
}

// The same times typed by hand: weeks 8 (lost), 8 (censored) and 4 (lost).
TEST(RelapseCommand, is_the_survival_analysis_of_those_times) {
  RelapseRequest request = half();
  request.survival.covariates = "ARM";
  const Json ours = Json::parse(answer_to(visits, request).result_json);
  const Json hand =
      Json::parse(survival_answer(read_survival_file("t.csv", "ARM,t,e\nA,8,1\nA,8,0\nB,4,1\n"),
                                  {.formula = "Surv(t, e) ~ ARM", .ties = "exact"})
                      .result_json);
  EXPECT_EQ(ours["cox"], hand["cox"]);
  EXPECT_EQ(ours["test"], hand["test"]);
  EXPECT_EQ(ours["groups"], hand["groups"]);
}

TEST(RelapseCommand, says_its_rule) {
  RelapseRequest request = half();
  request.rule = {.at_most = 25, .change = 15, .lost_from = 30, .confirmed = 2};
  const Json response = Json::parse(answer_to(visits, request).result_json)["response"];
  EXPECT_EQ(response["rule"],
            "response: score at most 25 and better by at least 15 points; lost when that no longer "
            "holds and the score is 30 or more at 2 assessments in a row");
}

void expect_refused(std::string csv, const std::string& from, const std::string& to,
                    const RelapseRequest& request, const std::string& code,
                    const std::string& words) {
  csv.replace(csv.find(from), from.size(), to);
  try {
    answer_to(csv, request);
    ADD_FAILURE() << code << " was answered";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code) << error.what();
    EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
  }
}

TEST(RelapseCommand, names_line_and_participant_of_what_is_wrong) {
  expect_refused(visits, "26,40,16", "26,41,16", half(), "answer.relapse.baseline", "v.csv:6");
  expect_refused(visits, "24,50,12", "24,50,4", half(), "answer.relapse.twice", "P2");
  expect_refused(visits, "WEEK", "VISIT", half(), "answer.relapse.column", "--time");
  expect_refused(visits, "USUBJID", "PERSON", half(), "answer.relapse.column", "--participant");
  RelapseRequest never = half();
  never.rule.share = 0.99;
  expect_refused(visits, "P1", "P1", never, "stats.relapse.none", "no participant responds");
}

}  // namespace
}  // namespace entact
