#include "entact/answer/ancova_command.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "entact/io/csv_table.h"
#include "entact/io/file.h"
#include "entact/stats/agreement_specimen.h"

namespace entact {
namespace {

using nlohmann::json;

const std::string folder = std::string(ENTACT_SOURCE_DIR) + "/reference/ancova/";

AncovaRequest by_visit() {
  return {.formula = "CHG ~ BASE + ARM", .by = "AVISIT", .reference = {"PLACEBO"}};
}

void note(const std::string& quantity, double ours, double theirs) {
  specimen::note_disagreement("R lm and emmeans", quantity, ours, theirs);
}

// emmeans prints the means in the order MDMA, PLACEBO; ours begins with the reference.
TEST(AncovaCommand, gives_the_means_and_differences_of_emmeans_at_each_visit) {
  const json ours = json::parse(ancova_file(folder + "input.csv", by_visit()).result_json);
  const json expected = json::parse(read_file(folder + "expected.json"))["visits"];
  for (std::size_t v = 0; v < 3; ++v) {
    for (std::size_t arm = 0; arm < 2; ++arm) {
      const json& mean = ours["lsmeans"][2 * v + arm];
      EXPECT_EQ(mean["visit"], expected[v]["visit"]);
      EXPECT_EQ(mean["arm"], arm == 0 ? "PLACEBO" : "MDMA");
      note("least-squares mean", mean["estimate"], expected[v]["estimate"][1 - arm]);
      note("its standard error", mean["se"], expected[v]["se"][1 - arm]);
      EXPECT_NEAR(mean["estimate"], expected[v]["estimate"][1 - arm], 1e-10);
      EXPECT_NEAR(mean["se"], expected[v]["se"][1 - arm], 1e-10);
      EXPECT_NEAR(mean["ci_low"], expected[v]["low"][1 - arm], 1e-9);
      EXPECT_NEAR(mean["ci_high"], expected[v]["high"][1 - arm], 1e-9);
    }
    const json& contrast = ours["contrasts"][v];
    EXPECT_EQ(contrast["label"], "MDMA - PLACEBO");
    note("difference", contrast["estimate"], expected[v]["contrast"]["estimate"]);
    note("its p", contrast["p"], expected[v]["contrast"]["p"]);
    EXPECT_NEAR(contrast["estimate"], expected[v]["contrast"]["estimate"], 1e-10);
    EXPECT_NEAR(contrast["se"], expected[v]["contrast"]["se"], 1e-10);
    EXPECT_EQ(contrast["df"], expected[v]["contrast"]["df"]);
    EXPECT_NEAR(contrast["p"], expected[v]["contrast"]["p"], 1e-10);
  }
  EXPECT_EQ(ours["fits"][0]["n_subjects"], ours["fits"][0]["n_observations"]);
  EXPECT_TRUE(ours["fits"][0]["fit"]["converged"].get<bool>());
}

// Exact values of lm to all digits that R prints.
TEST(AncovaCommand, keeps_the_identity_of_complete_data) {
  AncovaRequest request = by_visit();
  request.reference = {"PBO"};
  const json ours = json::parse(ancova_file(folder + "complete.csv", request).result_json);
  const json expected = json::parse(read_file(folder + "identity.json"))["exact"];
  for (std::size_t v = 0; v < 3; ++v) {
    EXPECT_EQ(ours["contrasts"][v]["visit"], expected[v]["visit"]);
    EXPECT_NEAR(ours["contrasts"][v]["estimate"], expected[v]["est"], 1e-12);
    EXPECT_NEAR(ours["contrasts"][v]["se"], expected[v]["se"], 1e-12);
    EXPECT_EQ(ours["contrasts"][v]["df"], expected[v]["df"]);
    EXPECT_NEAR(ours["contrasts"][v]["p"], expected[v]["p"], 1e-12);
  }
}

TrialTable table_of(const std::string& text) {
  const CsvTable csv = read_csv(text, {.file = "x.csv"});
  return {to_table(csv).table, "x.csv", csv.lines, {}};
}

TEST(AncovaCommand, takes_arms_coded_in_numbers_as_arms) {
  const TrialTable data = table_of("ARM,CHG\n1,2\n1,4\n2,7\n2,9\n3,1\n3,2\n");
  const json ours = json::parse(ancova_answer(data, {.formula = "CHG ~ ARM"}).result_json);
  EXPECT_EQ(ours["contrasts"].size(), 2u);
  EXPECT_EQ(ours["contrasts"][0]["label"], "2 - 1");
  EXPECT_NEAR(ours["contrasts"][0]["estimate"], 5, 1e-13);  // 8 - 3
}

TEST(AncovaCommand, reports_a_level_that_one_arm_lacks) {
  const TrialTable data =
      table_of("ARM,SITE,CHG\nA,x,2\nA,x,4\nA,y,5\nA,y,7\nB,x,1\nB,x,2\nB,x,4\n");
  const Answer answer = ancova_answer(data, {.formula = "CHG ~ ARM * SITE"});
  const json ours = json::parse(answer.result_json);
  EXPECT_EQ(ours["fits"][0]["aliased"], json({"ARMB:SITEy"}));
  EXPECT_TRUE(ours["lsmeans"][1]["estimate"].is_null());
  EXPECT_NE(answer.reservations[0].find("'ARMB:SITEy' follows from"), std::string::npos);
}

TEST(AncovaCommand, names_the_visit_that_has_no_answer) {
  try {
    ancova_answer(table_of("ARM,AVISIT,CHG\nA,1,2\nA,2,4\nB,1,5\nA,1,1\nA,2,3\n"),
                  {.formula = "CHG ~ ARM", .by = "AVISIT"});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "stats.design.one_level");
    EXPECT_EQ(std::string(error.what()).rfind("AVISIT 2: factor 'ARM' has only", 0), 0u);
  }
}

TEST(AncovaCommand, says_what_its_standard_errors_take_for_granted) {
  AncovaRequest request = by_visit();
  request.by.clear();
  const Answer once = ancova_file(folder + "input.csv", request);
  ASSERT_EQ(once.reservations.size(), 1u);
  EXPECT_NE(once.reservations[0].find("rows in one fit"), std::string::npos);
  request.cluster = {"USUBJID"};
  const Answer clustered = ancova_file(folder + "input.csv", request);
  EXPECT_TRUE(clustered.reservations.empty());
  EXPECT_EQ(json::parse(clustered.result_json)["model"],
            "ordinary least squares, cr2 standard errors clustered by USUBJID");
}

TEST(AncovaCommand, writes_one_row_for_each_number_it_names) {
  const Answer answer = ancova_file(folder + "input.csv", by_visit());
  EXPECT_EQ(std::count(answer.csv.begin(), answer.csv.end(), '\n'), 1 + 3 * (3 + 2 + 1));
  EXPECT_NE(answer.text.find("MDMA - PLACEBO"), std::string::npos);
}

void expect_refused(AncovaRequest request, const std::string& code, const std::string& words) {
  try {
    ancova_file(folder + "input.csv", request);
    ADD_FAILURE() << code << " was answered";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code) << error.what();
    EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
  }
}

TEST(AncovaCommand, names_file_line_and_column_of_what_is_wrong) {
  expect_refused({.formula = "SEX ~ ARM"}, "answer.table.number", "input.csv:2:5 (SEX)");
  expect_refused({.formula = "CHG ~ AMR"}, "base.table.column", "input.csv: no column 'AMR'");
  expect_refused({.formula = "CHG ~ ARM", .by = "AVISIT", .visits = {"WEEK 9"}},
                 "answer.table.level", "WEEK 1, WEEK 2, WEEK 3");
  expect_refused({.formula = "CHG ~ ARM + us(AVISIT | USUBJID)"}, "answer.ancova.formula",
                 "entact mmrm");
  expect_refused({.formula = "CHG ~ ARM", .arm = "SEX"}, "answer.ancova.formula", "'SEX'");
  expect_refused({.formula = "CHG ~ ARM", .margins = "some"}, "answer.table.margins", "'some'");
  expect_refused({.formula = "CHG ~ ARM", .weights = "CHG"}, "answer.ancova.weight",
                 "must be positive");
}

// F of R's anova(lm(CHG ~ BASE + ARM + SITE), lm(CHG ~ BASE + ARM * SITE)) is type III's F of the
// product in the model written out.
TEST(AncovaCommand, tests_an_interaction_in_one_model) {
  const std::string rows =
      "USUBJID,ARM,SITE,BASE,CHG\n1,A,X,1,2\n2,A,Y,2,5\n3,B,X,4,1\n4,B,Y,3,9\n5,A,X,5,3\n"
      "6,B,Y,1,7\n7,A,Z,2,2\n8,B,Z,6,6\n9,B,X,2,4\n10,A,Y,3,4\n11,A,Z,1,3\n12,B,Z,2,8\n";
  const CsvTable csv = read_csv(rows, {.file = "x.csv"});
  TrialTable data{to_table(csv).table, "x.csv", csv.lines, {}};
  const auto result = [&](const AncovaRequest& request) {
    return json::parse(ancova_answer(data, request).result_json);
  };
  const json ours = result({.formula = "CHG ~ BASE + ARM", .interaction = "SITE"})["interaction"];
  ASSERT_EQ(ours["tests"].size(), 1U);
  const json terms = result({.formula = "CHG ~ BASE + ARM * SITE"})["terms"];
  EXPECT_EQ(terms[3]["term"], "ARM:SITE");
  EXPECT_NEAR(ours["tests"][0]["f"].get<double>(), terms[3]["type3"]["f"].get<double>(), 1e-10);
  EXPECT_EQ(ours["tests"][0]["df1"], 2);
  EXPECT_EQ(ours["tests"][0]["df2"], 5);
  EXPECT_THROW(result({.formula = "CHG ~ BASE + ARM", .interaction = "ARM"}), Error);
}

}  // namespace
}  // namespace entact
