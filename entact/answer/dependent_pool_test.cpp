#include "entact/answer/dependent_pool.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "entact/answer/dependent_analysis.h"
#include "entact/answer/pool_analysis.h"
#include "entact/base/error.h"
#include "entact/io/file.h"

namespace entact {
namespace {

using Json = nlohmann::json;

const std::filesystem::path source = ENTACT_SOURCE_DIR;

Json reference(const char* file) {
  return Json::parse(read_file(source / "reference/multilevel" / file));
}

/// The 15 effects of the oracle as the file that a user would have.
std::string mdma_csv() {
  const Json mdma = reference("input.json")["mdma"];
  std::string csv = "trial,yi,vi,n_dosing,cumulative_mg\n";
  for (std::size_t i = 0; i < mdma["yi"].size(); ++i)
    csv += mdma["study"][i].get<std::string>() + "," + mdma["yi"][i].dump() + "," +
           mdma["vi"][i].dump() + "," + mdma["n_dosing"][i].dump() + "," +
           mdma["cumulative_mg"][i].dump() + "\n";
  return csv;
}

Json result_of(const std::string& csv, const PoolRequest& request) {
  return Json::parse(dependent_answer(dependent_data(read_csv(csv), request), request).result_json);
}

std::string code_of(const std::string& csv, const PoolRequest& request) {
  try {
    result_of(csv, request);
  } catch (const Error& error) {
    return error.code();
  }
  return "none";
}

PoolRequest by_trial(std::optional<double> rho, const std::string& mods = {}) {
  return {.columns = {.mods = mods, .id = "trial"}, .rho = rho};
}

double at(const Json& json, const char* key) { return json.at(key).get<double>(); }

/// At `row` of the oracle's vectors, or the oracle's number itself.
double at(const Json& json, const char* key, std::size_t row) {
  return json.at(key).is_array() ? json.at(key)[row].get<double>() : json.at(key).get<double>();
}

/// The oracle stops up to 9e-6 of a variance short of the maximum (README), which moves what
/// follows from it by less than 1e-5 of itself.
void expect_coefficient(const Json& ours, const Json& oracle, std::size_t row) {
  const Json& robust = oracle["robust"]["CR2"];
  const auto near = [](double ours_is, double theirs, const char* what) {
    EXPECT_NEAR(ours_is, theirs, 2e-5 * std::abs(theirs)) << what;
  };
  near(at(ours, "estimate"), at(oracle, "beta", row), "estimate");
  near(at(ours["model_based"], "se"), at(oracle, "se", row), "model-based se");
  near(at(ours, "se"), at(robust, "se", row), "robust se");
  near(at(ours, "df"), at(robust, "df", row), "robust df");
  near(at(ours, "p"), at(robust, "p", row), "robust p");
  near(at(ours, "ci_low"), at(robust, "lo", row), "low");
  near(at(ours, "ci_high"), at(robust, "hi", row), "high");
}

TEST(DependentPool, agrees_with_metafor_and_clubsandwich_for_every_correlation) {
  const Json oracle = reference("expected.json")["mdma"];
  for (const double rho : {0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9}) {
    SCOPED_TRACE(rho);
    const Json ours = result_of(mdma_csv(), by_trial(rho));
    const Json theirs = oracle["rho" + std::to_string(rho).substr(0, 3)];
    expect_coefficient(ours, theirs, 0);
    EXPECT_NEAR(at(ours["sigma2"], "study"), theirs["sigma2"][0].get<double>(), 2e-6);
    EXPECT_NEAR(at(ours["sigma2"], "effect"), theirs["sigma2"][1].get<double>(), 2e-6);
    EXPECT_EQ(ours["clusters"], 6);
    EXPECT_EQ(ours["k"], 15);
    EXPECT_EQ(ours["model"], "correlated and hierarchical effects, REML, CR2 robust interval");
  }
}

TEST(DependentPool, agrees_with_the_oracle_on_slopes) {
  const Json oracle = reference("expected.json")["mdma"];
  for (const char* name : {"n_dosing", "cumulative_mg"}) {
    SCOPED_TRACE(name);
    const Json ours = result_of(mdma_csv(), by_trial(0.6, name));
    for (std::size_t row : {0, 1}) expect_coefficient(ours["coefficients"][row], oracle[name], row);
    EXPECT_EQ(ours["coefficients"][1]["term"], name);
  }
}

TEST(DependentPool, a_file_of_covariances_is_the_correlation_that_made_it) {
  const std::filesystem::path file =
      std::filesystem::temp_directory_path() / "entact_dependent_pool_cov.csv";
  const DependentData data = dependent_data(read_csv(mdma_csv()), by_trial(0.6));
  const Eigen::MatrixXd v = dense_covariance(data.covariance);
  const auto write = [&](const std::string& header, double factor) {
    std::ofstream out(file);
    out.precision(17);
    out << header;
    for (Eigen::Index i = 0; i < v.rows(); ++i)
      for (Eigen::Index j = 0; j < v.cols(); ++j)
        out << factor * v(i, j) << (j + 1 < v.cols() ? "," : "\n");
  };
  const Json by_rho = result_of(mdma_csv(), by_trial(0.6));
  for (const char* column : {"trial", ""}) {
    write("", 1);
    const PoolRequest request{.columns = {.id = column}, .cov = file.string()};
    const Json by_file = result_of(mdma_csv(), request);
    EXPECT_NEAR(at(by_file, "estimate"), at(by_rho, "estimate"), 1e-12);
    EXPECT_NEAR(at(by_file, "se"), at(by_rho, "se"), 1e-12);
    EXPECT_EQ(by_file["clusters"], 6);
    EXPECT_TRUE(by_file["rho"].is_null());
    write("a,b,c\n", 1);
    EXPECT_NEAR(at(result_of(mdma_csv(), request), "se"), at(by_rho, "se"), 1e-12);
    write("", 1.1);  // variances unlike those of the table
    EXPECT_EQ(code_of(mdma_csv(), request), "answer.pool.covariance");
  }
  EXPECT_EQ(code_of("yi,vi\n1,1\n2,1\n", {.cov = file.string()}), "answer.pool.covariance");
  std::filesystem::remove(file);
}

TEST(DependentPool, without_robust_the_model_speaks_alone) {
  PoolRequest request = by_trial(0.6);
  request.robust = "none";
  const Json ours = result_of(mdma_csv(), request);
  EXPECT_EQ(ours["se"], ours["model_based"]["se"]);
  EXPECT_EQ(ours["df"], 14);
  EXPECT_EQ(ours["model"], "correlated and hierarchical effects, REML, t interval");
  request.test = "z";
  EXPECT_EQ(result_of(mdma_csv(), request)["df"], "inf");
}

TEST(DependentPool, one_effect_a_study_leaves_one_variance) {
  const Json ours = result_of("trial,yi,vi\na,1,1\nb,2,1\nc,6,1\n", by_trial({}));
  EXPECT_TRUE(ours["sigma2"]["effect"].is_null());
  EXPECT_NEAR(at(ours, "estimate"), 3, 1e-12);            // equal weights: the mean
  EXPECT_NEAR(at(ours["sigma2"], "study"), 6, 1e-6);      // sample variance 7 less the known 1
  EXPECT_NEAR(at(ours, "se"), std::sqrt(7.0 / 3), 1e-6);  // that of the mean of three
  EXPECT_NEAR(at(ours, "df"), 2, 1e-6);
}

TEST(DependentPool, refuses_what_it_cannot_answer) {
  EXPECT_EQ(code_of(mdma_csv(), by_trial({})), "answer.pool.dependent");
  EXPECT_EQ(code_of(mdma_csv(), {.columns = {.id = "nowhere"}, .rho = 0.6}), "answer.pool.columns");
  EXPECT_EQ(code_of(mdma_csv(), {.columns = {.id = "trial"}, .rho = 0.6, .cov = "x.csv"}),
            "answer.pool.covariance");
  PoolRequest request = by_trial(0.6);
  request.robust = "cr9";
  EXPECT_EQ(code_of(mdma_csv(), request), "answer.pool.robust");
  request = by_trial(0.6);
  request.method = "DL";
  EXPECT_EQ(code_of(mdma_csv(), request), "answer.pool.method");
  request = by_trial(0.6);
  request.test = "knha";
  EXPECT_EQ(code_of(mdma_csv(), request), "answer.pool.test");
  request = by_trial(0.6);
  request.diagnostics = true;
  EXPECT_EQ(code_of(mdma_csv(), request), "answer.pool.independent_only");
}

class ShippedDependent : public testing::Test {
 protected:
  EvidenceBase base = load_evidence(source / "data").base;
  Json pooled(const char* analysis, const PoolRequest& request) {
    return Json::parse(pool_analysis(base, analysis, {}, request).result_json);
  }
};

TEST_F(ShippedDependent, visits_need_a_correlation_and_shared_arms_do_not) {
  EXPECT_THROW(pooled("ptsd_caps_smd_all_times", {}), Error);
  const Json visits = pooled("ptsd_caps_smd_all_times", {.rho = 0.6});
  EXPECT_EQ(visits["k"], 15);
  EXPECT_EQ(visits["clusters"], 6);
  EXPECT_EQ(visits["rho"], 0.6);
  const Json arms = pooled("ptsd_caps_smd_all_arms", {});
  EXPECT_EQ(arms["k"], 8);
  EXPECT_TRUE(arms["rho"].is_null());
  EXPECT_LT(at(arms, "estimate"), 0);
}

TEST_F(ShippedDependent, the_command_gives_the_numbers_of_the_section) {
  const PoolRequest request{.columns = {.mods = "dosing_sessions_n"}, .rho = 0.6};
  const auto answer = dependent_pooled(base, "ptsd_caps_by_sessions", request, {});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->command,
            "entact pool --analysis ptsd_caps_by_sessions --rho 0.6 --mods dosing_sessions_n "
            "--robust cr2 --format json");
  const Json result = pooled("ptsd_caps_by_sessions", request);
  EXPECT_EQ(at(result["coefficients"][1], "estimate"), answer->pooled.coefficients[1].value);
  EXPECT_EQ(at(result["coefficients"][1]["model_based"], "p"), answer->pooled.model_based[1].p);
  EXPECT_EQ(result["studies"][0]["dosing_sessions_n"], 1);
}

TEST_F(ShippedDependent, moderators_of_independent_effects_are_a_meta_regression) {
  const Json result = pooled("ptsd_caps_smd", {.columns = {.mods = "cumulative_dose_mg"}});
  ASSERT_EQ(result["coefficients"].size(), 2U);
  EXPECT_EQ(result["coefficients"][1]["term"], "cumulative_dose_mg");
  EXPECT_THROW(pooled("ptsd_caps_smd", {.columns = {.mods = "colour"}}), Error);
}

TEST_F(ShippedDependent, members_without_the_moderator_are_left_out_by_name) {
  AnalysisInput input = analysis_input(base, "ptsd_caps_smd");
  input.members[0].dosing_sessions_n = std::nan("");
  const std::size_t before = input.left_out.size();
  const AnalysisInput with = with_moderators(input, "dosing_sessions_n");
  EXPECT_EQ(with.members.size(), input.members.size() - 1);
  ASSERT_EQ(with.left_out.size(), before + 1);
  EXPECT_EQ(with.left_out.back().reason, "dosing_sessions_n is not on record");
}

}  // namespace
}  // namespace entact
