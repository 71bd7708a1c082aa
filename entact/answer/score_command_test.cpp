#include "entact/answer/score_command.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "entact/base/error.h"
#include "entact/io/dataset.h"

namespace entact {
namespace {

using Json = nlohmann::json;

const EvidenceBase& shipped() {
  static const LoadedEvidence loaded = load_evidence(ENTACT_SOURCE_DIR "/data");
  return loaded.base;
}

Answer scored(const std::string& text, const ScoreRequest& request) {
  return score_answer(shipped(), read_csv(text, {.file = "answers.csv"}), request);
}

Json result(const std::string& text, const ScoreRequest& request) {
  return Json::parse(scored(text, request).result_json);
}

/// "code: message" of the refusal, or nothing.
std::string refusal(const std::string& text, const ScoreRequest& request) {
  try {
    scored(text, request);
  } catch (const Error& error) {
    return error.code() + ": " + error.what();
  }
  return "";
}

bool says(const std::vector<std::string>& sentences, const std::string& words) {
  return std::any_of(sentences.begin(), sentences.end(), [&](const std::string& sentence) {
    return sentence.find(words) != std::string::npos;
  });
}

/// A wide file of an instrument's items named PREFIX1..PREFIXn.
std::string wide(int items, const std::vector<std::string>& rows, const std::string& prefix = "Q") {
  std::string text = "USUBJID,AVISIT";
  for (int i = 1; i <= items; ++i) text += fmt::format(",{}{}", prefix, i);
  text += "\n";
  for (const std::string& row : rows) text += row + "\n";
  return text;
}

const std::string gad = wide(7, {"P1,Baseline,3,3,3,3,3,3,2", "P1,Week 8,1,1,1,1,0,0,0",
                                 "P2,Baseline,2,2,2,2,2,2,3", "P2,Week 8,2,2,2,2,2,,3"});

ScoreRequest gad_request() {
  return {.instrument = "GAD-7", .columns = {.prefix = "Q"}, .baseline = "Baseline"};
}

TEST(ScoreCommand, gives_totals_bands_and_thresholds_by_their_facts) {
  const Json rows = result(gad, gad_request())["rows"];
  EXPECT_EQ(rows[0]["total"], 20);
  EXPECT_EQ(rows[0]["band"], "15-21");
  EXPECT_EQ(rows[0]["cut_off.10.ravansanji_gad7"], "yes");
  EXPECT_EQ(result(gad, gad_request())["bands"][3]["band"], "15-21");
  EXPECT_EQ(rows[1]["total"], 4);
  EXPECT_EQ(rows[1]["band"], "0-4");
  EXPECT_EQ(rows[1]["chg"], -16);
  EXPECT_EQ(rows[1]["pchg"], -80);
  EXPECT_EQ(rows[1]["reliable_change.6.bischoff2020"], "yes");
  EXPECT_EQ(rows[1]["remission_rule.5.general_knowledge"], "yes");
}

TEST(ScoreCommand, sums_up_each_visit) {
  const Json visits = result(gad, gad_request())["by_visit"];
  ASSERT_EQ(visits.size(), 2U);
  EXPECT_EQ(visits[0]["mean"], 17.5);  // 20 and 15
  EXPECT_EQ(visits[0]["sd"].get<double>(), std::sqrt(12.5));
  EXPECT_EQ(visits[1]["scored"], 1);
  EXPECT_EQ(visits[1]["n"], 2);
  EXPECT_TRUE(visits[1]["sd"].is_null());
  const Json met = visits[1]["thresholds"]["reliable_change.6.bischoff2020"];
  EXPECT_EQ(met["yes"], 1);
  EXPECT_EQ(met["no"], 0);
}

TEST(ScoreCommand, leaves_a_total_missing_where_no_rule_makes_up_for_an_item) {
  const Answer answer = scored(gad, gad_request());
  const Json rows = Json::parse(answer.result_json)["rows"];
  EXPECT_TRUE(rows[3]["total"].is_null());
  EXPECT_TRUE(rows[3]["chg"].is_null());
  EXPECT_TRUE(rows[3]["band"].is_null());
  EXPECT_EQ(rows[3]["rule"], "not scored: 1 of 7 missing, at most 0 may be");
  EXPECT_TRUE(says(answer.reservations, "1 of 4 assessments have too many missing items"));
}

TEST(ScoreCommand, prorates_as_far_as_the_rule_on_record_goes) {
  const ScoreRequest request{.instrument = "PHQ-9", .columns = {.items = "Q1..Q9"}};
  const Json rows =
      result(wide(9, {"P1,W1,1,1,1,1,1,1,1,,", "P2,W1,1,1,1,1,1,1,,,"}), request)["rows"];
  EXPECT_EQ(rows[0]["total"], 9);  // seven ones stand for nine
  EXPECT_EQ(rows[0]["rule"], "prorated: 2 of 9 missing");
  EXPECT_TRUE(rows[1]["total"].is_null());
  EXPECT_EQ(rows[1]["missing"], 3);
}

TEST(ScoreCommand, states_each_fact_and_says_which_are_recalled) {
  const Answer pcl = scored(wide(20, {"P1,W1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0"}),
                            {.instrument = "PCL-5", .columns = {.prefix = "Q"}});
  EXPECT_FALSE(says(pcl.reservations, "recalled"));
  const Json facts = Json::parse(pcl.result_json)["facts"];
  EXPECT_GE(facts.size(), 20U + 5U + 4U);
  for (const Json& fact : facts) {
    EXPECT_EQ(fact["verified"], "page") << fact;
    EXPECT_FALSE(fact["source"].get<std::string>().empty());
  }
  EXPECT_EQ(pcl.evidence_sha256, shipped().sha256);
  const Answer bdi = scored(wide(21, {"P1,W1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0"}),
                            {.instrument = "BDI (first edition)", .columns = {.prefix = "Q"}});
  EXPECT_TRUE(says(bdi.reservations, "unverified: 22 of the "));
}

TEST(ScoreCommand, applies_criteria_f_and_g_where_the_file_has_them_and_says_where_not) {
  const std::string least = "P1,W1,2,0,0,0,0,2,0,2,2,0,0,0,0,0,2,2,0,0,0,0";
  const ScoreRequest request{.instrument = "CAPS-5", .columns = {.items = "Q1..Q20"}};
  const Answer without = scored(wide(20, {least}), request);
  EXPECT_EQ(Json::parse(without.result_json)["rows"][0]["ptsd"], "yes");
  EXPECT_TRUE(says(without.reservations, "ptsd: the file has no item F"));
  std::string header = wide(20, {});
  header.pop_back();
  const std::string with = header + ",F,G-distress\n" + least + ",0,2\n";
  const Answer answer = scored(with, request);
  EXPECT_EQ(Json::parse(answer.result_json)["rows"][0]["ptsd"], "no");
  EXPECT_FALSE(says(answer.reservations, "no item F"));
}

TEST(ScoreCommand, leaves_a_total_inside_a_range_of_cut_points_unclear) {
  const std::string seven = ",4,4,4,4,4,4,4";  // 28
  const std::string zeros = ",0,0,0,0,0,0,0,0,0,0,0";
  const Json rows =
      result(wide(20, {"P1,W1" + seven + ",2,0" + zeros, "P2,W1" + seven + ",3,0" + zeros,
                       "P3,W1" + seven + ",4,1" + zeros}),
             {.instrument = "PCL-5", .columns = {.prefix = "Q"}})["rows"];
  const char* cut = "diagnosis_rule.31-33.pcl5_comorbidity";
  EXPECT_EQ(rows[0][cut], "no");       // 30
  EXPECT_EQ(rows[1][cut], "unclear");  // 31
  EXPECT_EQ(rows[2][cut], "yes");      // 33
}

TEST(ScoreCommand, counts_remission_only_with_loss_of_the_diagnosis) {
  const std::string sick = ",4,0,0,0,0,4,0,4,4,0,0,0,0,0,4,4,0,0,0,0";
  const std::string mild = ",2,0,0,0,0,2,0,2,1,0,0,0,0,0,2,2,0,0,0,0";   // 11, one D symptom
  const std::string still = ",2,0,0,0,0,2,0,2,2,0,0,0,0,0,2,2,0,0,0,0";  // 12, PTSD
  const Json rows =
      result(wide(20, {"P1,B" + sick, "P1,E" + mild, "P2,B" + sick, "P2,E" + still}),
             {.instrument = "CAPS-5", .columns = {.prefix = "Q"}, .baseline = "B"})["rows"];
  const char* remission = "remission_rule.11.general_knowledge";
  EXPECT_EQ(rows[1][remission], "yes");
  EXPECT_EQ(rows[1]["lost_ptsd"], "yes");
  EXPECT_EQ(rows[3][remission], "no");
  EXPECT_EQ(rows[3]["lost_ptsd"], "no");
  EXPECT_EQ(rows[0]["lost_ptsd"], "no");
}

TEST(ScoreCommand, computes_the_reliable_change_index_with_the_files_own_spread) {
  ScoreRequest request = gad_request();
  request.sd = "baseline";
  request.reliability = "0.75";
  const std::string text = wide(7, {"P1,Baseline,3,3,3,3,3,3,2", "P1,Week 8,1,1,1,1,0,0,0",
                                    "P2,Baseline,2,2,2,2,2,2,2", "P2,Week 8,2,2,2,2,2,2,3"});
  const Json rows = result(text, request)["rows"];
  const double spread = std::sqrt(18.0) * std::sqrt(0.5);  // baselines 20 and 14: sd = sqrt(18)
  EXPECT_NEAR(rows[1]["rci"].get<double>(), -16 / spread, 1e-12);
  EXPECT_EQ(rows[1]["rci_class"], "improved");
  EXPECT_EQ(rows[3]["rci_class"], "unchanged");
  request.reliability = "score.gad7.reliability.alpha.general_knowledge";
  EXPECT_NEAR(result(text, request)["rows"][1]["rci"].get<double>(),
              -16 / (std::sqrt(18.0) * std::sqrt(2 * 0.08)), 1e-12);
  request.reliability = "alpha";
  EXPECT_TRUE(refusal(text, request).starts_with("answer.score.reliability"));
}

TEST(ScoreCommand, takes_rules_of_ones_own_beside_those_on_record) {
  ScoreRequest request = gad_request();
  request.response = {"50%", "17"};
  request.cut = 8;
  const Json rows = result(gad, request)["rows"];
  EXPECT_EQ(rows[1]["response.50pct"], "yes");
  EXPECT_EQ(rows[1]["response.17"], "no");
  EXPECT_EQ(rows[0]["cut.8"], "yes");
  EXPECT_EQ(rows[1]["cut.8"], "no");
  request.response = {"half"};
  EXPECT_TRUE(refusal(gad, request).starts_with("answer.score.response"));
}

TEST(ScoreCommand, reads_a_long_file_to_the_same_rows) {
  std::string text = "USUBJID,AVISIT,PARAMCD,AVAL\n";
  const CsvTable csv = read_csv(gad);
  for (std::size_t item = 2; item < 9; ++item)  // items outermost: order of rows does not matter
    for (const auto& row : csv.rows)
      if (!row[item].empty())
        text += fmt::format("{},{},{},{}\n", row[0], row[1], csv.header[item], row[item]);
  text += "P1,Baseline,WEIGHT,71.5\n";
  EXPECT_EQ(result(text, gad_request())["rows"], result(gad, gad_request())["rows"]);
  EXPECT_NE(refusal(text + "P1,Baseline,Q1,3\n", gad_request()).find("answers.csv:30:3 (PARAMCD)"),
            std::string::npos);
  EXPECT_NE(refusal(text + "P9,Baseline,Q1,4\n", gad_request()).find("answers.csv:30:4 (Q1)"),
            std::string::npos);
}

TEST(ScoreCommand, does_not_depend_on_the_order_of_rows) {
  CsvTable csv = read_csv(gad);
  const Json forward = result(gad, gad_request())["rows"];
  std::reverse(csv.rows.begin(), csv.rows.end());
  const Json backward = result(write_csv(csv.header, csv.rows), gad_request())["rows"];
  for (std::size_t r = 0; r < forward.size(); ++r)
    EXPECT_EQ(forward[r], backward[forward.size() - 1 - r]);
}

TEST(ScoreCommand, refuses_answers_with_their_place_rule_and_value) {
  for (const char* wrong : {"4", "-1", "1.5"}) {
    const std::string said =
        refusal(wide(7, {"P1,W1,0,0,0,0,0,0,0", fmt::format("P2,W1,0,0,{},0,0,0,0", wrong)}),
                {.instrument = "GAD-7", .columns = {.prefix = "Q"}});
    EXPECT_TRUE(said.starts_with("answer.score.range")) << said;
    EXPECT_NE(said.find("answers.csv:3:5 (Q3): item item3 of GAD-7 is a whole number from 0 to 3"),
              std::string::npos)
        << said;
    EXPECT_NE(said.find(fmt::format("saw \"{}\"", wrong)), std::string::npos) << said;
  }
  const std::string words = refusal(wide(7, {"P1,W1,0,0,0,0,0,0,often"}),
                                    {.instrument = "GAD-7", .columns = {.prefix = "Q"}});
  EXPECT_TRUE(words.starts_with("answer.score.number: answers.csv:2:9 (Q7)")) << words;
}

TEST(ScoreCommand, refuses_what_does_not_fit_the_file) {
  const ScoreRequest request = gad_request();
  const auto code = [&](const std::string& text, const ScoreRequest& asked) {
    const std::string said = refusal(text, asked);
    return said.substr(0, said.find(':'));
  };
  EXPECT_EQ(code(gad + "P1,Baseline,0,0,0,0,0,0,0\n", request), "answer.score.duplicate");
  ScoreRequest wrong = request;
  wrong.columns = {.items = "Q1..Q6"};
  EXPECT_EQ(code(gad, wrong), "answer.score.items");
  wrong.columns = {.items = "Q2..Q8"};
  EXPECT_EQ(code(gad, wrong), "answer.score.column");
  wrong.columns = {.prefix = "GAD"};
  EXPECT_EQ(code(gad, wrong), "answer.score.column");
  wrong.columns = {.prefix = "Q", .id = "SUBJECT"};
  EXPECT_EQ(code(gad, wrong), "answer.score.column");
  wrong = request;
  wrong.baseline = "Screening";
  EXPECT_EQ(code(gad, wrong), "answer.score.baseline");
  wrong = request;
  wrong.instrument = "TEAPOT";
  EXPECT_EQ(code(gad, wrong), "evidence.instrument.unknown");
  wrong = request;
  wrong.sd = "5";
  wrong.reliability = "0.8";
  wrong.level = 1;
  EXPECT_EQ(code(gad, wrong), "answer.score.level");
}

TEST(ScoreCommand, has_no_index_of_eq5d_without_a_value_set) {
  const std::string text = "USUBJID,mobility,selfcare,activities,pain,anxiety\nP1,2,1,3,1,5\n";
  const Answer answer = scored(text, {.instrument = "EQ-5D-5L"});
  const Json row = Json::parse(answer.result_json)["rows"][0];
  EXPECT_EQ(row["level_sum"], 12);
  EXPECT_EQ(row["profile"], 21315);
  EXPECT_FALSE(row.contains("vas"));
  EXPECT_TRUE(says(answer.reservations, "value set"));
  try {
    scored(text, {.instrument = "EQ-5D-5L", .score = "index"});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "answer.score.score");
    EXPECT_EQ(error.kind(), ErrorKind::unanswerable);
  }
}

TEST(ScoreCommand, has_an_index_of_eq5d_by_a_value_set) {
  const std::string text =
      "USUBJID,AVISIT,mobility,selfcare,activities,pain,anxiety\nP1,B,2,1,3,1,5\n"
      "P2,B,1,1,1,1,1\nP3,B,1,1,,1,1\n";
  const ValueSet set{.name = "values.csv", .value = {{21315, 0.4}, {11111, 1}}};
  const ScoreRequest request{.instrument = "EQ-5D-5L", .values = set};
  const Answer answer = scored(text, request);
  EXPECT_FALSE(says(answer.reservations, "--value-set"));
  const Json json = Json::parse(answer.result_json);
  EXPECT_EQ(json["rows"][0]["index"], 0.4);
  EXPECT_TRUE(json["rows"][2]["index"].is_null());
  EXPECT_EQ(json["value_set"]["by_visit"][0]["n"], 2);
  EXPECT_NEAR(json["value_set"]["by_visit"][0]["mean"].get<double>(), 0.7, 1e-15);
  EXPECT_NEAR(json["value_set"]["by_visit"][0]["sd"].get<double>(), std::sqrt(0.18), 1e-15);
  const std::string lacking =
      refusal("USUBJID,mobility,selfcare,activities,pain,anxiety\nP9,2,1,3,1,4\n", request);
  for (const char* part : {"answer.score.value_set", "21314", "P9", "values.csv"})
    EXPECT_NE(lacking.find(part), std::string::npos) << lacking;
  EXPECT_EQ(refusal(wide(7, {"P1,V,1,1,1,1,1,1,1"}),
                    {.instrument = "GAD-7", .columns = {.prefix = "Q"}, .values = set})
                .rfind("answer.score.value_set", 0),
            0U);
}

// Without a value set the reservation and the refusal say how to give one.
TEST(ScoreCommand, says_how_to_give_a_value_set) {
  const std::string text = "USUBJID,mobility,selfcare,activities,pain,anxiety\nP1,2,1,3,1,5\n";
  EXPECT_TRUE(says(scored(text, {.instrument = "EQ-5D-5L"}).reservations, "--value-set FILE"));
  EXPECT_NE(refusal(text, {.instrument = "EQ-5D-5L", .score = "index"}).find("--value-set FILE"),
            std::string::npos);
}

// The same answers in a transport file and in Dataset-JSON give the same scores.
TEST(ScoreCommand, reads_any_format_of_a_dataset) {
  Table table;
  table.add({.name = "USUBJID", .values = std::vector<std::string>{"P1", "P2"}});
  for (int i = 1; i <= 7; ++i)
    table.add({.name = fmt::format("Q{}", i),
               .values = std::vector<double>{static_cast<double>(i % 4), i == 3 ? NAN : 1}});
  const ScoreRequest request{.instrument = "GAD-7", .columns = {.prefix = "Q"}};
  std::vector<Json> results;
  for (const char* name : {"gad.csv", "gad.xpt", "gad.json"}) {
    const std::string path = testing::TempDir() + name;
    write_dataset(path, table);
    results.push_back(Json::parse(score_file(shipped(), path, request).result_json));
    std::filesystem::remove(path);
  }
  EXPECT_EQ(results[0]["rows"].size(), 2U);
  EXPECT_EQ(results[0], results[1]);
  EXPECT_EQ(results[0], results[2]);
}

TEST(ScoreCommand, takes_items_that_were_not_asked_as_no) {
  const std::string text =
      "USUBJID,ideation1,ideation2,ideation3,ideation4,ideation5\nP1,1,0,,,\nP2,1,1,,0,0\n";
  const Json rows = result(text, {.instrument = "C-SSRS"})["rows"];
  EXPECT_EQ(rows[0]["ideation"], 1);
  EXPECT_EQ(rows[0]["rule"], "complete; 3 not asked, taken as 0");
  EXPECT_TRUE(rows[1]["ideation"].is_null());
}

TEST(ScoreCommand, writes_csv_of_the_same_rows) {
  const Answer answer = scored(gad, gad_request());
  const CsvTable csv = read_csv(answer.csv);
  const Json rows = Json::parse(answer.result_json)["rows"];
  ASSERT_EQ(csv.rows.size(), rows.size());
  EXPECT_EQ(csv.header.size(), rows[0].size());
  const auto total = static_cast<std::size_t>(csv.find("total"));
  EXPECT_EQ(csv.rows[0][total], "20");
  EXPECT_EQ(csv.rows[3][total], "");
}

TEST(ScoreCommand, lists_what_can_be_scored_and_why_the_rest_cannot) {
  const Json list = Json::parse(score_list(shipped()).result_json);
  EXPECT_GE(list.size(), 23U);
  for (const Json& one : list) {
    const auto facts =
        one["page"].get<int>() + one["secondary"].get<int>() + one["recalled"].get<int>();
    EXPECT_EQ(one["scored"].get<bool>(), one["why_not"] == "") << one;
    EXPECT_EQ(one["scored"].get<bool>(), facts > 0) << one;
  }
}

TEST(ExpandedNames, count_up_with_their_zeros) {
  EXPECT_EQ(expanded_names("A08..A11,X"),
            (std::vector<std::string>{"A08", "A09", "A10", "A11", "X"}));
  for (const char* wrong : {"A..B", "A1..B2", "A3..A1", "A1,,A2", "", "A1..A5000"})
    EXPECT_THROW(expanded_names(wrong), Error) << wrong;
}

}  // namespace
}  // namespace entact
