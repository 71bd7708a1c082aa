#include "entact/answer/impute_command.h"
#include "entact/stats/agreement_specimen.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "entact/answer/impute_words.h"
#include "entact/base/error.h"
#include "entact/io/csv_table.h"
#include "entact/io/file.h"

namespace entact {
namespace {

using Json = nlohmann::json;

const std::string& trial_path() {
  static const std::string path =
      std::string(ENTACT_SOURCE_DIR) + "/reference/impute/mapp_like.csv";
  return path;
}

Table trial() { return to_table(read_csv(read_file(trial_path()))).table; }
Table events(const std::string& csv) { return to_table(read_csv(csv)).table; }

ImputeRequest request() {
  return {.formula = "CHG ~ BASE * AVISIT + ARM * AVISIT + us(AVISIT | USUBJID)",
          .analysis = "ancova: CHG ~ BASE + ARM",
          .reference = "PBO",
          .strategy = {"JR"},
          .method = "condmean",
          .draws = 20,
          .threads = 1};
}

Json result_of(const ImputeRequest& how, const Table& ice = {}) {
  return Json::parse(impute_answer(trial(), ice, how).result_json);
}

std::string code_of(const ImputeRequest& how, const Table& ice = {}) {
  try {
    result_of(how, ice);
  } catch (const Error& error) {
    return error.code();
  }
  return "none";
}

Json oracle() {
  return Json::parse(read_file(std::string(ENTACT_SOURCE_DIR) + "/reference/impute/expected.json"));
}

TEST(ImputeCommand, numbers_are_those_of_the_reference) {
  const Json result = result_of(request());
  const Json expected = oracle()["conditional_mean"]["JR"];
  ASSERT_EQ(result["results"].size(), 9U);
  for (std::size_t k = 0; k < 9; ++k) {
    specimen::note_disagreement("an own R program (jump to reference)", "conditional mean estimate",
                                result["results"][k]["estimate"], expected["estimate"][k]);
    specimen::note_disagreement("an own R program (jump to reference)", "jackknife standard error",
                                result["results"][k]["se"], expected["jackknife_se"][k]);
    EXPECT_NEAR(result["results"][k]["estimate"].get<double>(),
                expected["estimate"][k].get<double>(), 1e-6);
    EXPECT_NEAR(result["results"][k]["se"].get<double>(), expected["jackknife_se"][k].get<double>(),
                1e-5);
  }
  EXPECT_EQ(result["results"][6]["label"], "MDMA - PBO");
  EXPECT_EQ(result["model"], "conditional mean imputation, jackknife, 100 samples");
}

TEST(ImputeCommand, result_has_the_keys_of_the_contract) {
  ImputeRequest how = request();
  how.method = "bayes";
  how.tipping = {"MDMA=0:10:5", "PBO=0:0:1"};
  const Json result = result_of(how);
  for (const char* key : {"method",      "model",
                          "formula",     "analysis",
                          "level",       "seed",
                          "n_subjects",  "visits",
                          "visit_order", "arms",
                          "reference",   "n_missing",
                          "events",      "intercurrent_events",
                          "results",     "imputation_model",
                          "prior",       "diagnostics",
                          "tipping",     "fit"})
    EXPECT_TRUE(result.contains(key)) << key;
  for (const char* key : {"label", "visit", "arm", "comparator", "summary", "estimate", "se", "df",
                          "ci_low", "ci_high", "p", "missing_share", "estimand"})
    EXPECT_TRUE(result["results"][0].contains(key)) << key;
  EXPECT_EQ(result["results"][0]["estimand"]["intercurrent_events"],
            "treatment policy: jump to reference");
  EXPECT_EQ(result["tipping"]["cells"].size(), 3U);
  EXPECT_EQ(result["tipping"]["cells"][0]["estimate"], result["results"][6]["estimate"]);
  EXPECT_TRUE(result["tipping"]["figure"].contains("layer"));
}

TEST(ImputeCommand, reservations_say_what_the_variance_means_and_what_the_event_was) {
  ImputeRequest how = request();
  how.method = "bayes";
  const Answer answer = impute_answer(trial(), {}, how);
  ASSERT_GE(answer.reservations.size(), 2U);
  EXPECT_NE(answer.reservations[0].find("dropout"), std::string::npos);
  EXPECT_NE(answer.reservations[1].find("information-anchored"), std::string::npos);
}

TEST(ImputeCommand, events_have_strategies_of_their_own_by_reason_or_by_default) {
  const Table ice = events(
      "USUBJID,AVISIT,REASON,STRATEGY\nS00001,V3,lost,\nS00002,V4,adverse event,\n"
      "S00003,V2,lost,MAR\n");
  ImputeRequest how = request();
  how.strategy = {"CIR", "adverse event=CR"};
  const Json counted = result_of(how, ice)["events"];
  std::string seen;
  for (const Json& row : counted) seen += row["strategy"].get<std::string>() + " ";
  EXPECT_EQ(seen, "CIR CR MAR ");
  how.strategy = {};
  EXPECT_EQ(code_of(how, ice), "answer.impute.strategy");
}

TEST(ImputeCommand, composite_events_are_failures_and_named_so) {
  const Table ice = events("USUBJID,AVISIT\nS00001,V2\n");
  ImputeRequest how = request();
  how.strategy = {"COMPOSITE"};
  how.failure = 20;
  const Json result = result_of(how, ice);
  EXPECT_EQ(result["intercurrent_events"], "composite: the event counts as failure");
  how.failure = 70;  // S00001 is one of 50 treated
  const double more = result_of(how, ice)["results"][8]["estimate"].get<double>() -
                      result["results"][8]["estimate"].get<double>();
  EXPECT_NEAR(more, 1, 0.1);
}

TEST(ImputeCommand, shifts_in_words_and_in_a_table_agree) {
  const std::string folder = testing::TempDir();
  std::string csv = "USUBJID,AVISIT,DELTA\n";
  const Table table = trial();
  for (std::size_t row = 0; row < table.rows(); ++row)
    if (table.text("ARM")[row] == "MDMA" && table.text("AVISIT")[row] == "V4")
      csv += table.text("USUBJID")[row] + ",V4,3\n";
  write_file_atomically(folder + "shift.csv", csv);
  ImputeRequest words = request(), file = request();
  words.delta = {"MDMA@V4=3"};
  file.delta = {folder + "shift.csv"};
  const Json from_file = Json::parse(impute_file(trial_path(), file).result_json);
  EXPECT_EQ(result_of(words)["results"][6], from_file["results"][6]);
  EXPECT_GT(from_file["results"][6]["estimate"].get<double>(),
            result_of(request())["results"][6]["estimate"].get<double>());
  EXPECT_EQ(result_of(words)["intercurrent_events"],
            "treatment policy: jump to reference, imputed values shifted");
}

TEST(ImputeCommand, responders_are_risks) {
  ImputeRequest how = request();
  how.analysis = "responders <= -15: CHG ~ BASE + ARM";
  const Json result = result_of(how);
  EXPECT_EQ(result["results"][6]["summary"], "standardised risk difference");
  EXPECT_NEAR(result["results"][6]["estimate"].get<double>(),
              oracle()["responders"]["difference"].get<double>(), 1e-6);
}

// With every covariate crossed with visit the mixed model is covariance analysis by visit.
TEST(ImputeCommand, a_mixed_model_may_be_the_analysis) {
  ImputeRequest how = request();
  how.tipping = {"MDMA=2:2:1"};
  const Json ancova = result_of(how);
  how.analysis = "mmrm: " + how.formula;
  const Json mmrm = result_of(how);
  for (std::size_t k = 0; k < 9; ++k)
    EXPECT_NEAR(mmrm["results"][k]["se"].get<double>(), ancova["results"][k]["se"].get<double>(),
                1e-7);
  EXPECT_NEAR(mmrm["tipping"]["cells"][0]["estimate"].get<double>(),
              ancova["tipping"]["cells"][0]["estimate"].get<double>(), 1e-9);
}

TEST(ImputeCommand, bad_words_have_a_code_for_each_fault) {
  const auto with = [](auto change) {
    ImputeRequest how = request();
    change(how);
    return code_of(how);
  };
  EXPECT_EQ(with([](auto& how) { how.analysis = "CHG ~ ARM"; }), "answer.impute.analysis");
  EXPECT_EQ(with([](auto& how) { how.analysis = "anova: CHG ~ ARM"; }), "answer.impute.analysis");
  EXPECT_EQ(with([](auto& how) { how.analysis = "responders <= x: CHG ~ ARM"; }),
            "answer.impute.analysis");
  EXPECT_EQ(with([](auto& how) { how.reference = ""; }), "answer.impute.arm");
  EXPECT_EQ(with([](auto& how) { how.strategy = {"JR", "CR"}; }), "answer.impute.strategy");
  EXPECT_EQ(with([](auto& how) { how.delta = {"MDMA"}; }), "answer.impute.delta");
  EXPECT_EQ(with([](auto& how) { how.delta = {"MDMA=x"}; }), "answer.impute.delta");
  EXPECT_EQ(with([](auto& how) { how.delta = {"DRUG=1"}; }), "answer.impute.delta");
  EXPECT_EQ(with([](auto& how) { how.estimand = "per protocol"; }), "answer.impute.estimand");
  for (const char* axis : {"MDMA=0:1", "MDMA=0:1:0", "MDMA=1:0:1", "0:1:1"})
    EXPECT_EQ(with([&](auto& how) { how.tipping = {axis}; }), "answer.impute.tipping");
  EXPECT_EQ(with([](auto& how) { how.method = "bayes", how.resample = "jackknife"; }),
            "stats.impute.pair");
  EXPECT_EQ(with([](auto& how) { how.resample = "rubin"; }), "stats.impute.pair");
}

TEST(ImputeCommand, csv_has_a_row_a_result) {
  const Answer answer = impute_answer(trial(), {}, request());
  const CsvTable csv = read_csv(answer.csv);
  EXPECT_EQ(csv.rows.size(), 9U);
  EXPECT_EQ(csv.rows[6][0], "V4");
  EXPECT_EQ(csv.rows[6][10], "");  // the jackknife has no missing share
}

TEST(ImputeCommand, retrieved_dropouts_are_counted_and_fall_back_where_too_few) {
  const std::string folder = std::string(ENTACT_SOURCE_DIR) + "/reference/impute/";
  const Table table = to_table(read_csv(read_file(folder + "retrieved.csv"))).table;
  std::string ice = "USUBJID,AVISIT\n";
  const auto& ids = table.text("USUBJID");
  const auto& first = table.text("ICEVISIT");
  for (std::size_t row = 0; row < table.rows(); row += 3)
    if (!first[row].empty()) ice += ids[row] + "," + first[row] + "\n";
  ImputeRequest how = request();
  how.formula = "CHG ~ BASE * AVISIT + ARM * AVISIT + ARM:POSTICE + us(AVISIT | USUBJID)";
  how.strategy = {"RETRIEVED"};
  const Json expected = Json::parse(read_file(folder + "retrieved.json"))["shift"];
  const Json result = Json::parse(impute_answer(table, events(ice), how).result_json);
  EXPECT_NEAR(result["results"][6]["estimate"].get<double>(), expected["estimate"][2].get<double>(),
              1e-5);
  EXPECT_EQ(result["intercurrent_events"], "treatment policy: as those followed after the event");
  EXPECT_EQ(result["retrieved"].size(), 6U);
  how.least_retrieved = 6;
  how.fallback = "J2R";
  const Answer back = impute_answer(table, events(ice), how);
  ASSERT_EQ(back.reservations.size(), 1U);
  EXPECT_NE(back.reservations[0].find("fall-back, jump to reference"), std::string::npos);
}

TEST(ImputeCommand, binary_outcomes_have_their_own_model_and_shifts_of_log_odds) {
  Table table = trial();
  std::vector<double> response;
  for (const double change : table.numbers("CHG"))
    response.push_back(std::isnan(change) ? change : (change <= -15 ? 1.0 : 0.0));
  table.add({.name = "RESP", .values = response});
  ImputeRequest how = request();
  how.formula = "RESP ~ BASE * AVISIT + ARM * AVISIT + us(AVISIT | USUBJID)";
  how.analysis = "responders >= 1: RESP ~ BASE + ARM";
  how.method = "bayes";
  how.binary = true;
  how.burn_in = 20;
  how.burn_between = 1;
  const Json result = Json::parse(impute_answer(table, {}, how).result_json);
  EXPECT_NEAR(result["imputation_model"]["covariance"][0][0][0].get<double>(), 1, 1e-12);
  EXPECT_NE(result["prior"].get<std::string>().find("latent"), std::string::npos);
  EXPECT_LT(std::abs(result["results"][6]["estimate"].get<double>()), 1);
  how.delta = {"MDMA=1"};
  how.tipping = {"MDMA=-2:1:1"};
  const Answer answer = impute_answer(table, {}, how);
  const Json shifted = Json::parse(answer.result_json);
  EXPECT_GT(shifted["results"][6]["estimate"], result["results"][6]["estimate"]);
  EXPECT_NE(shifted["intercurrent_events"].get<std::string>().find("log odds"), std::string::npos);
  const Json& cells = shifted["tipping"]["cells"];
  ASSERT_EQ(cells.size(), 4U);
  for (std::size_t k = 1; k < 4; ++k) EXPECT_GE(cells[k]["estimate"], cells[k - 1]["estimate"]);
  EXPECT_EQ(cells[2]["estimate"], result["results"][6]["estimate"]);  // shifted by 0
  EXPECT_EQ(cells[3]["se"], shifted["results"][6]["se"]);
  EXPECT_NE(answer.text.find("shifts of the log odds"), std::string::npos);
  EXPECT_EQ(shifted["tipping"]["kind"], "log_odds");
  EXPECT_EQ(shifted["tipping"]["axis"], "Shift of the log odds of imputed values");
}

}  // namespace
}  // namespace entact
