#include "entact/answer/mmrm_command.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "entact/base/error.h"

namespace entact {
namespace {

using nlohmann::json;

const std::string reference = std::string(ENTACT_SOURCE_DIR) + "/reference/mmrm/";

MmrmRequest request(const std::string& formula) {
  MmrmRequest r;
  r.formula = formula;
  r.reference = {"PBO"};
  return r;
}

const std::string usual = "CHG ~ BASE + ARM * AVISIT + us(AVISIT | USUBJID)";

json result_of(const MmrmRequest& r, const std::string& file = "mapp_like.csv") {
  return json::parse(mmrm_file(reference + file, r).result_json);
}

// R mmrm 0.3.18, polished: reference/mmrm/expected.json, mapp_like us krlin.
TEST(MmrmCommand, prints_what_r_mmrm_prints) {
  MmrmRequest r = request(usual);
  r.df = "kenward-roger";
  const json result = result_of(r);
  EXPECT_NEAR(result["log_likelihood"].get<double>(), -865.643410304457, 1e-9);
  EXPECT_NEAR(result["aic"].get<double>(), 1743.28682060891, 1e-8);
  EXPECT_EQ(result["n_subjects"], 100);
  EXPECT_EQ(result["n_observations"], 272);
  EXPECT_EQ(result["coefficients"][1]["term"], "BASE");
  EXPECT_NEAR(result["coefficients"][1]["estimate"].get<double>(), -0.514274641314609, 1e-11);
  EXPECT_NEAR(result["coefficients"][1]["se"].get<double>(), 0.0850451282019142, 1e-11);
  EXPECT_NEAR(result["coefficients"][1]["df"].get<double>(), 97.6074155635236, 1e-7);
  EXPECT_EQ(result["contrasts"][0]["label"], "MDMA - PBO");
  EXPECT_EQ(result["contrasts"][0]["visit"], "V2");
  EXPECT_NEAR(result["contrasts"][0]["estimate"].get<double>(), -1.67145995345427, 1e-10);
  EXPECT_NEAR(result["contrasts"][0]["ci_low"].get<double>(), -3.94851274999495, 1e-8);
  EXPECT_NEAR(result["lsmeans"][0]["estimate"].get<double>(), -6.28526400873399, 1e-10);
  EXPECT_EQ(result["terms"].size(), 4U);
  EXPECT_LT(result["fit"]["gradient"].get<double>(), 1e-6);
  EXPECT_EQ(result["fit"]["converged"], true);
}

// Nine participants at six visits: us has 21 covariances, the residuals span fewer.
TEST(MmrmCommand, falls_back_in_the_stated_order_and_says_so) {
  TrialTable data = read_trial_table(reference + "rm6.csv");
  std::vector<std::string> few;
  for (int i = 1; i <= 9; ++i) few.push_back("P000" + std::to_string(i));
  data = rows_with(data, "USUBJID", few);
  MmrmRequest r = request("Y ~ AVISIT + us(AVISIT | USUBJID)");
  r.reference.clear();
  r.fallback = {"cs"};
  const Answer answer = mmrm_answer(data, r);
  const json result = json::parse(answer.result_json);
  ASSERT_EQ(result["tried"].size(), 2U);
  EXPECT_EQ(result["structure"], "cs");
  EXPECT_NE(result["tried"][0]["reason"], "");
  const std::string all = json(answer.reservations).dump();
  EXPECT_NE(all.find("covariance us was given up"), std::string::npos) << all;
}

TEST(MmrmCommand, an_asked_contrast_is_that_of_its_means) {
  MmrmRequest r = request(usual);
  r.contrasts = {"last = MDMA@V4 - PBO@V4", "gain = MDMA@V4 - PBO@V4 - MDMA@V2 + PBO@V2"};
  const json all = result_of(r)["contrasts"];
  ASSERT_EQ(all.size(), 5U);
  EXPECT_EQ(all[3]["label"], "last");
  EXPECT_NEAR(all[3]["estimate"].get<double>(), all[2]["estimate"].get<double>(), 1e-12);
  EXPECT_NEAR(all[3]["df"].get<double>(), all[2]["df"].get<double>(), 1e-8);
  EXPECT_NEAR(all[4]["estimate"].get<double>(),
              all[2]["estimate"].get<double>() - all[0]["estimate"].get<double>(), 1e-11);
  r.contrasts = {"x = MDMA@V9"};
  EXPECT_THROW(result_of(r), Error);
}

TEST(MmrmCommand, compares_structures_by_their_likelihood) {
  MmrmRequest r = request("Y ~ ARM + us(AVISIT | USUBJID)");
  r.reference = {"A"};
  r.where = {"USUBJID=P0001"};
  EXPECT_THROW(result_of(r, "rm6.csv"), Error);  // one arm: no answer by any structure
  r.where.clear();
  r.formula = "Y ~ ARM * AVISIT + us(AVISIT | USUBJID)";
  r.compare = {"toeph", "ar1h"};
  const json result = result_of(r, "rm6.csv");
  ASSERT_EQ(result["tried"].size(), 1U);
  ASSERT_EQ(result["compare"].size(), 3U);
  const json& toeph = result["compare"][1];
  EXPECT_EQ(toeph["lr_df"], 10);
  EXPECT_NEAR(toeph["lr"].get<double>(),
              2 * (result["log_likelihood"].get<double>() - toeph["log_likelihood"].get<double>()),
              1e-9);
  EXPECT_GT(toeph["lr"].get<double>(), 0);
}

// PBO is not seen at the last visit: that mean alone has no data.
TEST(MmrmCommand, only_the_mean_without_data_is_not_estimable) {
  TrialTable data = read_trial_table(reference + "mapp_like.csv");
  const auto& arm = data.table.text("ARM");
  const auto& visit = data.table.text("AVISIT");
  for (Column& column : data.table.columns)
    if (column.name == "CHG")
      for (std::size_t row = 0; row < arm.size(); ++row)
        if (arm[row] == "PBO" && visit[row] == "V4")
          std::get<std::vector<double>>(column.values)[row] = std::nan("");
  const json result = json::parse(mmrm_answer(data, request(usual)).result_json);
  for (const json& mean : result["lsmeans"])
    EXPECT_EQ(mean["estimate"].is_null(), mean["arm"] == "PBO" && mean["visit"] == "V4")
        << mean.dump();
}

TEST(MmrmCommand, normal_scores_follow_the_order_of_whitened_residuals) {
  MmrmRequest r = request(usual);
  r.residuals = true;
  const json list = result_of(r)["residuals"];
  ASSERT_EQ(list.size(), 272U);
  double squares = 0, scores = 0;
  for (const json& one : list) {
    squares += std::pow(one["normalized"].get<double>(), 2);
    scores += one["normal_score"].get<double>();
    for (const json& other : list) {
      const bool before = one["normalized"].get<double>() < other["normalized"].get<double>();
      ASSERT_TRUE(!before ||
                  one["normal_score"].get<double>() < other["normal_score"].get<double>());
    }
  }
  EXPECT_NEAR(scores, 0, 1e-9);
  // r'V^-1 r is near n - p; exactly so only with one common scale.
  EXPECT_NEAR(squares, 272 - 7, 3);
}

TEST(MmrmCommand, writes_text_and_csv) {
  const Answer answer = mmrm_file(reference + "mapp_like.csv", request(usual));
  EXPECT_NE(answer.text.find("Least-squares means"), std::string::npos);
  EXPECT_EQ(answer.csv.substr(0, 16), "kind,visit,label");
  EXPECT_NE(answer.text.find("satterthwaite degrees of freedom"), std::string::npos);
}

std::string code_of(const MmrmRequest& r, const std::string& file = "mapp_like.csv") {
  try {
    static_cast<void>(mmrm_file(reference + file, r));
  } catch (const Error& error) {
    return error.code();
  }
  return "";
}

TEST(MmrmCommand, refuses_with_a_code_what_it_cannot_do) {
  EXPECT_EQ(code_of(request("CHG ~ BASE + ARM")), "answer.mmrm.formula");
  EXPECT_EQ(code_of(request("CHG ~ BASE + DOSE + us(AVISIT | USUBJID)")), "base.table.column");
  EXPECT_EQ(code_of(request("AVISIT ~ ARM + us(AVISIT | USUBJID)")), "answer.table.number");
  EXPECT_EQ(code_of(request("CHG ~ ARM + us(ARM | USUBJID)")), "answer.mmrm.twice");
  EXPECT_EQ(code_of(request("CHG ~ ARM + vc(AVISIT | USUBJID)")), "answer.mmrm.formula");
  MmrmRequest r = request(usual);
  r.df = "KR";
  EXPECT_EQ(code_of(r), "stats.mmrm.df");
  r = request(usual);
  r.where = {"ARM"};
  EXPECT_EQ(code_of(r), "answer.mmrm.where");
  r = request(usual);
  r.level = 95;
  EXPECT_EQ(code_of(r), "answer.mmrm.level");
  r = request(usual);
  r.weights = "CHG";
  EXPECT_EQ(code_of(r), "answer.mmrm.weight");
}

}  // namespace
}  // namespace entact
