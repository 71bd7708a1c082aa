#include "entact/answer/impute_counts.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "entact/base/error.h"
#include "entact/io/csv_table.h"
#include "entact/io/file.h"

namespace entact {
namespace {

using Json = nlohmann::json;

std::string folder() { return std::string(ENTACT_SOURCE_DIR) + "/reference/counts/"; }

Table trial() { return to_table(read_csv(read_file(folder() + "counts.csv"))).table; }

ImputeRequest request() {
  return {.formula = "EVENTS ~ BASE + TRTP",
          .analysis = "counts: EVENTS ~ BASE + TRTP",
          .reference = "PBO",
          .strategy = {"J2R"},
          .exposure = "FUTIME",
          .planned = "12",
          .draws = 500,
          .threads = 1};
}

Json result_of(const ImputeRequest& how, const Table& events = {}) {
  return Json::parse(impute_answer(trial(), events, how).result_json);
}

TEST(ImputeCounts, rate_ratios_are_those_of_the_reference) {
  const Json expected = Json::parse(read_file(folder() + "expected.json"))["imputed"];
  for (const char* strategy : {"MAR", "JR"}) {
    ImputeRequest how = request();
    how.strategy = {strategy};
    const Json row = result_of(how)["results"][0];
    EXPECT_EQ(row["label"], "MDMA / PBO");
    const double error = 4 * std::sqrt(expected[strategy]["between"].get<double>() *
                                       (1.0 / 200 + 1.0 / 500));  // of both programs' draws
    EXPECT_NEAR(row["estimate"].get<double>(), expected[strategy]["estimate"].get<double>(), error);
    EXPECT_NEAR(row["ratio"].get<double>(), std::exp(row["estimate"].get<double>()), 1e-12);
  }
}

TEST(ImputeCounts, strategies_by_participant_and_factors_are_counted_and_said) {
  const Table events = to_table(read_csv("USUBJID,STRATEGY\nN001,CR\nN002,MAR\nN003,J2R\n")).table;
  ImputeRequest how = request();
  how.draws = 5;
  how.delta = {"MDMA=1.5"};
  const Json result = result_of(how, events);
  int incomplete = 0, counted = 0;
  for (const Json& arm : result["n_incomplete"]) incomplete += arm["incomplete"].get<int>();
  for (const Json& event : result["events"]) counted += event["n"].get<int>();
  EXPECT_EQ(incomplete, counted);
  EXPECT_NE(result["intercurrent_events"].get<std::string>().find("later rates multiplied"),
            std::string::npos);
  EXPECT_NE(result["results"][0]["estimand"]["intercurrent_events"].get<std::string>().find(
                "treatment policy: jump to reference"),
            std::string::npos);
}

TEST(ImputeCounts, tables_for_people_and_machines_have_the_same_numbers) {
  ImputeRequest how = request();
  how.draws = 5;
  const Answer answer = impute_answer(trial(), {}, how);
  EXPECT_NE(answer.text.find("MDMA / PBO"), std::string::npos);
  EXPECT_NE(answer.csv.find("MDMA / PBO,MDMA,PBO,-0."), std::string::npos);
  how.analysis = "poisson: EVENTS ~ BASE + TRTP";
  EXPECT_EQ(result_of(how)["method"], "poisson");
}

// A grid is --delta at each of its points: the same random numbers, so the same answer.
TEST(ImputeCounts, a_tipping_grid_multiplies_the_later_rates) {
  ImputeRequest how = request();
  how.draws = 40;
  how.tipping = {"MDMA=1:4:1.5", "PBO=0.5:1:0.5"};
  const Answer answer = impute_answer(trial(), {}, how);
  const Json result = Json::parse(answer.result_json), cells = result["tipping"]["cells"];
  ASSERT_EQ(cells.size(), 6U);
  EXPECT_EQ(cells[3]["estimate"], result["results"][0]["estimate"]);  // both factors 1
  for (const std::size_t k : {1UL, 2UL}) {
    ImputeRequest one = how;
    one.tipping.clear();
    one.delta = {"MDMA=" + cells[k]["x"].dump(), "PBO=0.5"};
    EXPECT_EQ(result_of(one)["results"][0]["estimate"], cells[k]["estimate"]);
    EXPECT_GT(cells[k]["ratio"].get<double>(), cells[k - 1]["ratio"].get<double>());
  }
  EXPECT_LT(cells[3]["ratio"].get<double>(), cells[0]["ratio"].get<double>());  // fewer of placebo
  EXPECT_EQ(result["tipping"]["kind"], "rates");
  EXPECT_TRUE(result["tipping"]["figure"].contains("layer"));
  EXPECT_NE(answer.text.find("Tipping point of MDMA / PBO"), std::string::npos);
  ASSERT_TRUE(answer.document.has_value());
  const auto& blocks = answer.document->sections.front().blocks;
  const auto forest = std::find_if(blocks.begin(), blocks.end(), [](const Block& block) {
    const auto* figure = std::get_if<FigureBlock>(&block);
    return figure != nullptr && figure->id == "forest";
  });
  ASSERT_NE(forest, blocks.end());
  const double ratio = result["results"][0]["ratio"];
  EXPECT_NE(std::get<FigureBlock>(*forest).vega.find(fmt::format("{:.2f}", ratio)),
            std::string::npos);
}

TEST(ImputeCounts, options_that_cannot_be_meant_are_refused) {
  const auto code_of = [](auto&& change) -> std::string {
    ImputeRequest how = request();
    how.draws = 2;
    change(how);
    try {
      result_of(how);
    } catch (const Error& error) {
      return error.code();
    }
    return "";
  };
  EXPECT_EQ(code_of([](auto& how) { how.exposure = ""; }), "answer.impute.counts");
  EXPECT_EQ(code_of([](auto& how) { how.method = "condmean"; }), "answer.impute.counts");
  EXPECT_EQ(code_of([](auto& how) { how.at = "W18"; }), "answer.impute.counts");
  EXPECT_EQ(code_of([](auto& how) { how.tipping = {"MDMA=0:2:1"}; }), "answer.impute.tipping");
  EXPECT_EQ(code_of([](auto& how) { how.tipping = {"DRUG=1:2:1"}; }), "answer.impute.tipping");
  EXPECT_EQ(code_of([](auto& how) { how.strategy = {"CIR"}; }), "stats.count.strategy");
  EXPECT_EQ(code_of([](auto& how) { how.planned = "8"; }), "stats.count.value");
  EXPECT_EQ(code_of([](auto& how) { how.delta = {"MDMA@W1=2"}; }), "answer.impute.delta");
  EXPECT_EQ(code_of([](auto& how) { how.reference = "X"; }), "stats.impute.reference");
  EXPECT_EQ(code_of([](auto& how) { how.formula = "EVENTS ~ BASE"; }), "stats.impute.formula");
}

}  // namespace
}  // namespace entact
