#include "entact/answer/mmrm_command.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "entact/base/error.h"
#include "entact/io/file.h"

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

// R nlme's gls, reference/mmrm/slope.R: REML with the same unstructured covariance. Its search
// stops where the log likelihood agrees to 1e-10 and the slopes to 7e-7.
TEST(MmrmCommand, gives_slopes_by_arm_as_r_nlme_does) {
  const json theirs = json::parse(read_file(reference + "slope.json"));
  MmrmRequest r = request("CHG ~ BASE + ARM * VISITN + us(AVISIT | USUBJID)");
  r.slope = "VISITN";
  for (const char* part : {"all", "beyond"}) {
    if (part == std::string("beyond")) r.slope_from = 2;
    const json result = result_of(r), expected = theirs[part];
    EXPECT_NEAR(result["log_likelihood"].get<double>(), expected["log_likelihood"], 1e-7);
    const char* names[] = {"PBO", "MDMA", "difference"};
    for (std::size_t k = 0; k < 3; ++k) {
      const json& slope = result["slopes"][k];
      EXPECT_NEAR(slope["estimate"].get<double>(), expected[names[k]][0], 3e-6) << names[k];
      EXPECT_NEAR(slope["se"].get<double>(), expected[names[k]][1], 3e-6) << names[k];
    }
    EXPECT_EQ(result["slopes"][2]["label"], "MDMA - PBO");
  }
}

// R nlme's gls with corExp, reference/mmrm/free_times.R: everybody has days of his own.
TEST(MmrmCommand, takes_days_of_each_participants_own) {
  const json theirs = json::parse(read_file(reference + "free_times.json"))["REML"];
  MmrmRequest r = request("CHG ~ BASE + ARM * ADY + sp_exp(ADY | USUBJID)");
  r.df = "kenward-roger";
  r.slope = "ADY";
  const json result = result_of(r, "free_times.csv");
  EXPECT_EQ(result["n_subjects"], 80);
  EXPECT_TRUE(result["fit"]["converged"].get<bool>());
  EXPECT_NEAR(result["log_likelihood"].get<double>(), theirs["log_likelihood"], 1e-7);
  EXPECT_EQ(result["coefficients"][1]["term"], "BASE");
  EXPECT_NEAR(result["coefficients"][1]["estimate"].get<double>(), theirs["estimate"][1], 1e-6);
  EXPECT_TRUE(result["covariance"].empty());
  EXPECT_EQ(result["parameters"][0]["name"], "variance");
  EXPECT_NEAR(result["parameters"][0]["value"].get<double>(), theirs["variance"], 1e-4);
  EXPECT_NEAR(result["parameters"][1]["value"].get<double>(), theirs["range"], 2e-4);
  EXPECT_EQ(result["lsmeans"].size(), 2U);
  EXPECT_EQ(result["slopes"].size(), 3U);
  EXPECT_GT(result["contrasts"][0]["df"].get<double>(), 60);
}

// Two visits without gaps: the slope is each participant's difference, compared by a pooled t test.
TEST(MmrmCommand, slope_between_two_visits_is_a_t_test_of_differences) {
  TrialTable data = read_trial_table(reference + "mapp_like_complete.csv");
  MmrmRequest r = request("CHG ~ ARM * VISITN + us(AVISIT | USUBJID)");
  r.df = "kenward-roger";
  r.slope = "VISITN";
  r.slope_from = 2;
  const json slope = json::parse(mmrm_answer(data, r).result_json)["slopes"][2];
  std::map<std::string, std::pair<std::string, double>> own;  // participant: arm, difference
  const auto id = level_column(data, "USUBJID"), arm = level_column(data, "ARM");
  const auto &visit = number_column(data, "VISITN"), &change = number_column(data, "CHG");
  for (std::size_t i = 0; i < id.size(); ++i)
    if (visit[i] >= 2) {
      own[id[i]].first = arm[i];
      own[id[i]].second += (visit[i] == 3 ? 1 : -1) * change[i];
    }
  std::map<std::string, std::array<double, 3>> sums;  // n, sum, squares
  for (const auto& [name, one] : own) {
    auto& s = sums[one.first];
    s[0] += 1, s[1] += one.second, s[2] += one.second * one.second;
  }
  const auto &a = sums["MDMA"], &b = sums["PBO"];
  const double pooled = (a[2] - a[1] * a[1] / a[0] + b[2] - b[1] * b[1] / b[0]) / (a[0] + b[0] - 2);
  EXPECT_NEAR(slope["estimate"].get<double>(), a[1] / a[0] - b[1] / b[0], 1e-9);
  EXPECT_NEAR(slope["se"].get<double>(), std::sqrt(pooled * (1 / a[0] + 1 / b[0])), 1e-8);
  EXPECT_NEAR(slope["df"].get<double>(), a[0] + b[0] - 2, 1e-4);
}

TEST(MmrmCommand, refuses_a_slope_without_its_column_or_rows) {
  const auto code = [](const std::string& slope, std::optional<double> from) {
    MmrmRequest r = request("CHG ~ BASE + ARM * VISITN + us(AVISIT | USUBJID)");
    r.slope = slope;
    r.slope_from = from;
    try {
      result_of(r);
    } catch (const Error& error) {
      return error.code();
    }
    return std::string();
  };
  EXPECT_EQ(code("", 2), "answer.mmrm.slope");
  EXPECT_EQ(code("VISITN", 9), "answer.mmrm.slope");
  EXPECT_EQ(code("BASE", {}), "answer.mmrm.slope");  // the same in both arms
  EXPECT_EQ(code("ARM", {}), "stats.marginal.column");
  EXPECT_EQ(code("WEEK", {}), "stats.marginal.column");
}

// Two arms and two levels: F is the square of the product term's t in the model written out.
TEST(MmrmCommand, tests_an_interaction_in_one_model) {
  TrialTable data = read_trial_table(reference + "mapp_like.csv");
  std::vector<std::string> group;
  for (const std::string& id : level_column(data, "USUBJID"))
    group.push_back((id.back() - '0') % 2 == 0 ? "F" : "M");
  data.table.add({.name = "SEX", .values = group});
  MmrmRequest r = request(usual);
  r.interaction = "SEX";
  const json result = json::parse(mmrm_answer(data, r).result_json);
  const json& tests = result["interaction"]["tests"];
  ASSERT_EQ(tests.size(), 3U);
  EXPECT_EQ(tests[2]["visit"], "V4");
  MmrmRequest written = request("CHG ~ BASE + ARM * AVISIT * SEX + us(AVISIT | USUBJID)");
  written.reference.push_back("AVISIT=V4");
  const json by_hand = json::parse(mmrm_answer(data, written).result_json);
  for (const json& c : by_hand["coefficients"])
    if (c["term"] == "ARMMDMA:SEXM") {
      EXPECT_NEAR(tests[2]["f"].get<double>(), std::pow(c["t"].get<double>(), 2), 1e-8);
      EXPECT_NEAR(tests[2]["p"].get<double>(), c["p"].get<double>(), 1e-8);
      EXPECT_NEAR(tests[2]["df2"].get<double>(), c["df"].get<double>(), 1e-5);
    }
  EXPECT_EQ(result["contrasts"],
            json::parse(mmrm_answer(data, request(usual)).result_json)["contrasts"]);
  r.interaction = "ARM";
  EXPECT_THROW(mmrm_answer(data, r), Error);
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
  EXPECT_NE(answer.text.find("Satterthwaite degrees of freedom"), std::string::npos);
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
  EXPECT_EQ(code_of(request("CHG ~ ARM + vc(AVISIT | USUBJID)")), "stats.formula.covariance");
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
