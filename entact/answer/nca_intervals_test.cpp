#include "entact/answer/nca_intervals.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "entact/base/error.h"
#include "entact/io/csv_table.h"

namespace entact {
namespace {

using Json = nlohmann::json;

TrialTable table_of(const std::string& text) {
  const CsvTable csv = read_csv(text);
  return {
      .table = to_table(csv, {.value_missing = {"."}}).table, .file = "pk.csv", .lines = csv.lines};
}

NcaRequest asking(std::vector<std::string> intervals, std::optional<double> tau_h = {}) {
  NcaRequest request;
  request.intervals = std::move(intervals);
  request.tau_h = tau_h;
  return request;
}

// 100 exp(-t / 10) after 50 mg, by which every part is known.
const std::string falling =
    "ID,TIME,DV,AMT\nA,0,.,50\nA,0,100,.\nA,2,81.873075307798186,.\nA,4,67.032004603563931,.\n"
    "A,8,44.932896411722156,.\nA,16,20.189651799465538,.\n";

// The ends of an interval may lie between samples.
TEST(NcaIntervals, give_the_area_of_an_exponential_between_any_hours) {
  const Json result =
      Json::parse(nca_answer(table_of(falling), asking({"0:8", "1:6.5"})).result_json);
  const Json& one = result["courses"][0];
  EXPECT_NEAR(one["auc_0_8"], 1000 * (1 - std::exp(-0.8)), 1e-9);
  EXPECT_NEAR(one["auc_1_6.5"], 1000 * (std::exp(-0.1) - std::exp(-0.65)), 1e-9);
  EXPECT_EQ(result["quantities"][14]["unit"], "ng/mL h");
  EXPECT_NEAR(result["groups"][0]["summary"]["auc_0_8"]["mean"], 1000 * (1 - std::exp(-0.8)), 1e-9);
}

TEST(NcaIntervals, describe_a_dosing_interval_at_steady_state) {
  const Answer answer = nca_answer(table_of(falling), asking({}, 8));
  const Json one = Json::parse(answer.result_json)["courses"][0];
  const double area = 1000 * (1 - std::exp(-0.8)), end = 100 * std::exp(-0.8);
  EXPECT_NEAR(one["auc_tau"], area, 1e-9);
  EXPECT_NEAR(one["cavg_tau"], area / 8, 1e-10);
  EXPECT_NEAR(one["cmax_tau"], 100, 1e-12);
  EXPECT_NEAR(one["cmin_tau"], end, 1e-10);
  EXPECT_NEAR(one["ctrough_tau"], end, 1e-10);
  EXPECT_NEAR(one["fluctuation"], (100 - end) / (area / 8), 1e-12);
  EXPECT_NEAR(one["swing"], (100 - end) / end, 1e-12);
  EXPECT_NEAR(one["clearance_tau"], 50e3 / area, 1e-9);  // 50 mg over ng/mL h, in L/h
  EXPECT_NEAR(one["accumulation"], 1 / (1 - std::exp(-0.8)), 1e-10);
  EXPECT_NE(answer.text.find("fluctuation"), std::string::npos) << answer.text;
  const std::string head = answer.csv.substr(0, answer.csv.find('\n'));
  EXPECT_NE(head.find(",volume,auc_tau,cavg_tau,"), std::string::npos) << head;
  ASSERT_TRUE(answer.document.has_value());
}

TEST(NcaIntervals, say_where_a_course_does_not_reach) {
  const std::string late = falling + "B,0,.,50\nB,1,90,.\nB,2,81,.\nB,5,60,.\nB,20,14,.\n";
  const Answer answer = nca_answer(table_of(late), asking({"0:24"}, 8));
  const Json result = Json::parse(answer.result_json);
  for (const int person : {0, 1}) EXPECT_TRUE(result["courses"][person]["auc_0_24"].is_null());
  EXPECT_TRUE(result["courses"][1]["auc_tau"].is_null());  // it begins at 1 h
  EXPECT_EQ(result["groups"][0]["summary"]["auc_tau"]["n"], 1);
  bool said = false;
  for (const std::string& each : answer.reservations)
    said = said || each.starts_with("participant A: no area from 0 to 24 h");
  EXPECT_TRUE(said);
}

// Beyond Tlast what is below quantification counts as --blq says: as 0 down to the first of them
// (AUCall), and the course ends at Tlast where it is dropped.
TEST(NcaIntervals, beyond_the_last_measurable_follow_the_rule_for_what_is_below) {
  const std::string ended = falling + "A,20,BLQ,.\nA,24,BLQ,.\n";
  NcaRequest request = asking({"0:16", "0:24"});
  const Json zero = Json::parse(nca_answer(table_of(ended), request).result_json)["courses"][0];
  EXPECT_EQ(zero["tlast_h"], 16);
  const double triangle = 4 * 20.189651799465538 / 2;
  EXPECT_NEAR(zero["auc_0_24"].get<double>() - zero["auc_0_16"].get<double>(), triangle, 1e-10);
  EXPECT_NEAR(zero["auc_last"], zero["auc_0_16"].get<double>(), 1e-10);
  request.blq = "zero,drop,drop";
  const Json dropped = Json::parse(nca_answer(table_of(ended), request).result_json)["courses"][0];
  EXPECT_TRUE(dropped["auc_0_24"].is_null());
  EXPECT_NEAR(dropped["auc_0_16"], zero["auc_0_16"].get<double>(), 1e-10);
}

TEST(NcaIntervals, are_refused_by_their_rule) {
  const auto refusal = [](const NcaRequest& request) -> std::string {
    try {
      static_cast<void>(nca_answer(table_of(falling), request));
    } catch (const Error& error) {
      return error.code() + " " + error.what();
    }
    return "";
  };
  for (const char* wrong : {"8", "8:4", "4:4", "-1:4", "0:soon", "0:4:8", "0:inf"}) {
    const std::string saw = refusal(asking({wrong}));
    EXPECT_NE(saw.find("answer.nca.option --interval is FROM:TO"), std::string::npos) << saw;
  }
  EXPECT_NE(refusal(asking({"0:4", "0:4.0"})).find("each interval once"), std::string::npos);
  for (const double wrong : {0.0, -8.0, std::nan("")})
    EXPECT_NE(refusal(asking({}, wrong)).find("--tau"), std::string::npos) << wrong;
}

}  // namespace
}  // namespace entact
