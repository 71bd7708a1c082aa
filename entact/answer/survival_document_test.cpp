#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>

#include "entact/answer/relapse_command.h"
#include "entact/answer/survival_command.h"

namespace entact {
namespace {

using Json = nlohmann::json;

constexpr const char* trial =
    "USUBJID,ARM,PARAM,AVAL,CNSR\n"
    "P1,PBO,Days to relapse,5,0\nP2,PBO,Days to relapse,8,0\nP3,PBO,Days to relapse,12,1\n"
    "P4,MDMA,Days to relapse,14,0\nP5,MDMA,Days to relapse,20,1\nP6,MDMA,Days to relapse,7,0\n";

Answer answer_to(const std::string& csv, const SurvivalRequest& request) {
  return survival_answer(read_survival_file("t.csv", csv), request);
}

const FigureBlock& figure_of(const Document& document) {
  for (const Block& block : document.sections.front().blocks)
    if (const auto* figure = std::get_if<FigureBlock>(&block)) return *figure;
  throw std::runtime_error("no figure");
}

// Each Number stands at its pointer in the JSON result, with the same value.
void expect_traced(const Answer& answer) {
  const Json all{{"result", Json::parse(answer.result_json)}};
  ASSERT_FALSE(answer.document->numbers.empty());
  for (const Number& number : answer.document->numbers) {
    const Json::json_pointer at(number.trail.pointer);
    ASSERT_TRUE(all.contains(at)) << number.trail.pointer;
    EXPECT_EQ(all.at(at).get<double>(), number.value) << number.trail.pointer;
  }
}

TEST(SurvivalDocument, every_number_stands_in_the_result) {
  expect_traced(answer_to(trial, {.time = "AVAL",
                                  .event = "CNSR",
                                  .covariates = "ARM",
                                  .reference = {{"ARM", "PBO"}},
                                  .trend = "order"}));
  const std::string causes = "t,c,g\n1,1,A\n2,2,A\n3,0,A\n4,1,B\n5,2,B\n6,1,B\n7,1,A\n8,2,B\n";
  expect_traced(answer_to(causes, {.formula = "Surv(t, c) ~ g", .competing = true}));
  expect_traced(
      answer_to(causes, {.formula = "Surv(t, c) ~ g", .competing = true, .model = "fine-gray"}));
}

TEST(SurvivalDocument, gives_what_was_asked_at_times_and_up_to_a_time) {
  const Answer answer =
      answer_to(trial, {.time = "AVAL", .event = "CNSR", .by = "ARM", .rmst = 10, .times = {6, 9}});
  expect_traced(answer);
  std::map<std::string, TableBlock> tables;
  for (const Block& block : answer.document->sections.front().blocks)
    if (const auto* table = std::get_if<TableBlock>(&block)) tables[table->id] = *table;
  EXPECT_EQ(tables["asked"].rows.size(), 4U);
  ASSERT_EQ(tables["rmst"].rows.size(), 3U);
  EXPECT_EQ(tables["rmst"].rows[2][0].prose.front().value, "PBO - MDMA");
  EXPECT_TRUE(tables["rmst"].rows[0].back().prose.empty());  // a mean is not tested
}

TEST(SurvivalDocument, draws_the_curves_with_who_is_at_risk) {
  const Answer answer = answer_to(trial, {.time = "AVAL", .event = "CNSR", .by = "ARM"});
  const FigureBlock& figure = figure_of(*answer.document);
  EXPECT_EQ(figure.title, "Kaplan-Meier curves");
  const Json vega = Json::parse(figure.vega);
  const Json& risk = vega["layer"][1]["data"]["values"];
  EXPECT_EQ(risk[0]["series"], "MDMA");
  EXPECT_EQ(risk[0]["at_risk"], 3);
  EXPECT_EQ(vega["layer"][0]["layer"][0]["encoding"]["x"]["title"], "Days to relapse");
  EXPECT_EQ(vega["data"]["values"][0]["share"], 1);  // from time 0
}

// Group A: mean 1/3 by 2, 2/3 by 3; the first event of B is at 4.
TEST(SurvivalDocument, shows_the_mean_number_of_events_that_recur) {
  const std::string events =
      "id,g,start,stop,event\nP1,A,0,2,1\nP1,A,2,8,0\nP2,A,0,3,1\nP2,A,3,8,0\nP3,A,0,8,0\n"
      "P4,B,0,4,1\nP4,B,4,8,0\nP5,B,0,5,0\n";
  const Answer answer = answer_to(
      events,
      {.formula = "Surv(start, stop, event) ~ g", .rmst = 5, .times = {2}, .recurrent = true});
  expect_traced(answer);
  EXPECT_EQ(answer.document->title, "Events that recur");
  const FigureBlock& figure = figure_of(*answer.document);
  const Json vega = Json::parse(figure.vega);
  EXPECT_FALSE(vega["layer"][0]["layer"][1]["encoding"]["y"]["scale"].contains("domain"));
  EXPECT_NEAR(vega["data"]["values"][2]["share"].get<double>(), 2.0 / 3, 1e-15);
  const Json risk = Json::parse(answer.result_json)["groups"][1]["risk_table"];
  EXPECT_EQ(risk[0]["at_risk"], 2);  // at 0
  EXPECT_EQ(risk[0]["mean"], 0);
  EXPECT_TRUE(risk[0]["ci_low"].is_null());
  EXPECT_EQ(risk[6]["at_risk"], 1);  // at 6
  EXPECT_EQ(risk[6]["mean"], 0.5);
  std::map<std::string, TableBlock> tables;
  for (const Block& block : answer.document->sections.front().blocks)
    if (const auto* table = std::get_if<TableBlock>(&block)) tables[table->id] = *table;
  EXPECT_EQ(tables["asked"].rows.size(), 3U);  // A by 2 and by 3, B by 4
  EXPECT_EQ(tables["ratios"].columns[1].title, "Rate ratio");
  EXPECT_EQ(tables.count("rmst"), 0U);
}

TEST(SurvivalDocument, says_how_response_is_defined) {
  RelapseRequest request{.time = "WEEK", .rule = {.share = 0.5}};
  const Answer answer = relapse_answer(
      read_survival_file("v.csv", "USUBJID,AVAL,BASE,WEEK\nP1,18,40,4\nP1,30,40,8\nP2,10,40,4\n"),
      request);
  EXPECT_EQ(answer.document->title, "How long response lasts");
  EXPECT_EQ(answer.document->sections.front().opening.front().front().value,
            "Response: better by at least 50 % of baseline; lost when that no longer holds.");
  expect_traced(answer);
}

}  // namespace
}  // namespace entact
