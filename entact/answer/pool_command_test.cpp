#include "entact/answer/pool_command.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "entact/base/error.h"

namespace entact {
namespace {

using Json = nlohmann::json;

/// The six randomised trials of PTSD: means and standard deviations at the primary endpoint
/// (Metapsy data-ptsd-mdmactr 26.0.1).
constexpr const char* six_trials =
    "study,m1i,sd1i,n1i,m2i,sd2i,n2i,year\nMP1,25.5,26.6735824365607,12,59.1,26.5872149726142,8,"
    "2011\nMP2,50.8,19.7,8,66.5,7.6,4,2013\n"
    "MP8,45.3,33.8,12,76,23.4,7,2018\nMP12,64.3,33.6,12,73.3,24.5,6,2018\nMAPP1,19.6,13."
    "6095554666565,42,29.9,12.7738013136263,37,2021\n"
    "MAPP2,15.8,12.2588743365776,52,23.3,12.9614813968157,42,2023\n";

Json result_of(const std::string& csv, const PoolRequest& request) {
  return Json::parse(pool_answer(pool_data(read_csv(csv), request.columns), request).result_json);
}

std::string code_of(const std::string& csv, const PoolRequest& request) {
  try {
    result_of(csv, request);
  } catch (const Error& error) {
    return error.code();
  }
  return "none";
}

TEST(PoolCommand, result_has_the_keys_of_the_contract) {
  const Json result = result_of(six_trials, {.columns = {.measure = "SMD"}});
  for (const char* key :
       {"k",      "estimate", "se",          "statistic",    "df",         "p",
        "ci_low", "ci_high",  "pi_low",      "pi_high",      "pi_hts_low", "pi_hts_high",
        "tau2",   "tau2_se",  "tau2_ci_low", "tau2_ci_high", "i2",         "h2",
        "i2_q",   "h2_q",     "q",           "q_df",         "q_p",        "coefficients",
        "studies"})
    EXPECT_TRUE(result.contains(key)) << key;
  EXPECT_EQ(result["studies"].size(), 6U);
  double weights = 0;
  for (const Json& study : result["studies"]) weights += study["weight"].get<double>();
  EXPECT_NEAR(weights, 100, 1e-10);
}

TEST(PoolCommand, effects_given_and_computed_from_means_agree) {
  const Json from_means = result_of(six_trials, {.columns = {.measure = "SMD"}, .test = "knha"});
  std::string given = "yi,vi\n", with_sei = "yi,sei\n";
  for (const Json& study : from_means["studies"]) {
    given += study["yi"].dump() + "," + study["vi"].dump() + "\n";
    with_sei += study["yi"].dump() + "," + Json(std::sqrt(study["vi"].get<double>())).dump() + "\n";
  }
  EXPECT_DOUBLE_EQ(result_of(given, {.test = "knha"})["estimate"].get<double>(),
                   from_means["estimate"].get<double>());
  EXPECT_NEAR(result_of(with_sei, {.test = "knha"})["ci_low"].get<double>(),
              from_means["ci_low"].get<double>(), 1e-12);
}

TEST(PoolCommand, ratios_carry_their_back_transformed_values) {
  const Json result = result_of("ai,n1i,ci,n2i\n37,42,23,37\n45,52,29,42\n31,42,18,39\n",
                                {.columns = {.measure = "RR"}});
  EXPECT_EQ(result["scale"], "log");
  EXPECT_DOUBLE_EQ(result["estimate_ratio"].get<double>(),
                   std::exp(result["estimate"].get<double>()));
}

TEST(PoolCommand, infinite_degrees_of_freedom_are_text) {
  EXPECT_EQ(result_of(six_trials, {.columns = {.measure = "SMD"}, .test = "z"})["df"], "inf");
}

TEST(PoolCommand, moderators_may_be_numbers_or_factors) {
  const Json slope = result_of(six_trials, {.columns = {.measure = "SMD", .mods = "year"}});
  ASSERT_EQ(slope["coefficients"].size(), 2U);
  EXPECT_EQ(slope["coefficients"][1]["term"], "year");
  const Json factor =
      result_of("yi,vi,arm\n1,1,a\n2,1,b\n3,1,c\n4,1,a\n", {.columns = {.mods = "~ arm"}});
  ASSERT_EQ(factor["coefficients"].size(), 3U);
  EXPECT_EQ(factor["coefficients"][1]["term"], "armb");
  EXPECT_NEAR(factor["coefficients"][0]["estimate"].get<double>(), 2.5,
              1e-12);  // mean of the two in a
}

TEST(PoolCommand, subgroups_are_what_their_studies_alone_give) {
  const Json result = result_of("yi,vi,g\n1,1,a\n2,1,a\n4,1,b\n6,2,b\n",
                                {.columns = {.subgroup = "g"}, .method = "FE", .test = "z"});
  const Json alone = result_of("yi,vi\n4,1\n6,2\n", {.method = "FE", .test = "z"});
  ASSERT_EQ(result["subgroups"]["groups"].size(), 2U);
  EXPECT_DOUBLE_EQ(result["subgroups"]["groups"][1]["estimate"].get<double>(),
                   alone["estimate"].get<double>());
  // Q between of 1.5 (variance 1/2) and 14/3 (variance 2/3): (14/3 - 3/2)^2 / (1/2 + 2/3)
  EXPECT_NEAR(result["subgroups"]["q_between"].get<double>(), 361.0 / 42.0, 1e-12);
}

TEST(PoolCommand, rows_with_missing_values_are_left_out_and_named) {
  const PoolData data = pool_data(read_csv("yi,vi,slab\n1,1,a\nNA,1,b\n2,,c\n3,1,d\n"), {});
  EXPECT_EQ(data.yi.size(), 2U);
  ASSERT_EQ(data.notes.size(), 2U);
  EXPECT_EQ(data.notes[0], "line 3 (b) is left out: a value is missing");
}

TEST(PoolCommand, bad_input_has_a_code_for_each_fault) {
  EXPECT_EQ(code_of("a,b\n1,2\n", {}), "answer.pool.columns");
  EXPECT_EQ(code_of("yi,vi\n1,x\n", {}), "answer.pool.number");
  EXPECT_EQ(code_of("yi,vi\n1,-1\n2,1\n", {}), "answer.pool.variance");
  EXPECT_EQ(code_of(six_trials, {.columns = {.measure = "RR"}}), "answer.pool.measure");
  EXPECT_EQ(code_of(six_trials, {.columns = {.measure = "SMD", .mods = "dose"}}),
            "answer.pool.moderator");
  EXPECT_EQ(code_of(six_trials, {.columns = {.measure = "SMD"}, .method = "XX"}),
            "stats.pool.method");
  EXPECT_EQ(code_of("yi,vi\n", {}), "stats.pool.few");
}

TEST(PoolCommand, words_name_the_model_that_ran) {
  EXPECT_EQ(model_words({.method = Tau2Method::common, .test = PoolTest::z}),
            "common effect, z interval");
  EXPECT_EQ(result_of(six_trials,
                      {.columns = {.measure = "SMD"}, .method = "DL", .test = "knha"})["model"],
            "random effects, DL, Hartung-Knapp interval without floor");
  EXPECT_EQ(result_of("yi,vi\n-1,0.1\n", {})["model"], "one trial, z interval");
}

}  // namespace
}  // namespace entact
