#include "entact/stats/assumed_covariance.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "entact/base/error.h"

namespace entact {
namespace {

using Eigen::MatrixXd;
using nlohmann::json;

json read(const std::string& file) {
  std::ifstream in(std::string(ENTACT_SOURCE_DIR) + "/reference/multilevel/" + file);
  return json::parse(in);
}

MatrixXd matrix(const json& rows) {
  MatrixXd m(rows.size(), rows.size());
  for (Eigen::Index i = 0; i < m.rows(); ++i)
    for (Eigen::Index j = 0; j < m.cols(); ++j) m(i, j) = rows[i][j].get<double>();
  return m;
}

std::vector<StudyEffect> invented_trials() {
  const json a = read("input.json")["arms"];
  std::vector<StudyEffect> effects;
  for (std::size_t i = 0; i < a["yi"].size(); ++i)
    effects.push_back({.study = a["study"][i],
                       .variance = a["vi"][i],
                       .outcome = a["outcome"][i],
                       .occasion = a["occasion"][i],
                       .time = a["week"][i],
                       .treatment = a["treatment"][i],
                       .control = a["control"][i],
                       .n_treatment = a["n_treatment"][i],
                       .n_control = a["n_control"][i]});
  return effects;
}

// The same formula evaluated twice: nothing but rounding may differ.
constexpr double rounding = 1e-14;

TEST(AssumedCovariance, agrees_with_vcalc_on_outcomes_occasions_and_arms) {
  auto effects = invented_trials();
  for (StudyEffect& e : effects) e.time = 0;
  const MatrixXd v = dense_covariance(
      assumed_covariance(effects, {.between_occasions = 0.7, .between_outcomes = 0.4}));
  EXPECT_LT((v - matrix(read("expected.json")["vcalc"]["arms"])).cwiseAbs().maxCoeff(), rounding);
}

TEST(AssumedCovariance, agrees_with_vcalc_on_time) {
  auto effects = invented_trials();
  for (StudyEffect& e : effects) e.occasion.clear();
  const MatrixXd v = dense_covariance(
      assumed_covariance(effects, {.between_outcomes = 0.4, .per_time_unit = 0.95}));
  EXPECT_LT((v - matrix(read("expected.json")["vcalc"]["time"])).cwiseAbs().maxCoeff(), rounding);
}

TEST(AssumedCovariance, agrees_with_vcalc_on_one_correlation) {
  const json a = read("input.json")["arms"];
  const MatrixXd v = dense_covariance(constant_correlation(
      a["vi"].get<std::vector<double>>(), a["study"].get<std::vector<std::string>>(), 0.5));
  EXPECT_LT((v - matrix(read("expected.json")["vcalc"]["constant"])).cwiseAbs().maxCoeff(),
            rounding);
}

StudyEffect against(const std::string& treatment, const std::string& control, double variance) {
  return {.study = "Ash 2002", .variance = variance, .treatment = treatment, .control = control};
}

TEST(AssumedCovariance, of_equal_arms_with_one_control_is_half) {
  const std::vector<StudyEffect> effects{against("high", "placebo", 1),
                                         against("low", "placebo", 4)};
  EXPECT_NEAR(dense_covariance(assumed_covariance(effects, {}))(0, 1), 0.5 * 2, 1e-15);
}

TEST(AssumedCovariance, changes_sign_where_the_arm_changes_sides) {
  const std::vector<StudyEffect> effects{against("high", "placebo", 1),
                                         against("placebo", "low", 1)};
  EXPECT_NEAR(dense_covariance(assumed_covariance(effects, {}))(0, 1), -0.5, 1e-15);
}

TEST(AssumedCovariance, ignores_the_order_of_rows) {
  std::vector<StudyEffect> effects{{.study = "A", .variance = 1, .occasion = "1"},
                                   {.study = "B", .variance = 2},
                                   {.study = "A", .variance = 4, .occasion = "2"}};
  const MatrixXd v = dense_covariance(assumed_covariance(effects, {.between_occasions = 0.25}));
  EXPECT_EQ(v, (MatrixXd{{1, 0, 0.5}, {0, 2, 0}, {0.5, 0, 4}}));
}

std::string code_of(const std::vector<StudyEffect>& effects, const AssumedCorrelation& assumed) {
  try {
    assumed_covariance(effects, assumed);
  } catch (const Error& error) {
    return error.code() + ": " + error.what();
  }
  return "";
}

TEST(AssumedCovariance, names_the_study_whose_correlations_cannot_hold) {
  // Three effects cannot all correlate at -0.6: the smallest possible is -1/2.
  const std::vector<StudyEffect> effects{{.study = "Low", .variance = 1},
                                         {.study = "Ito", .variance = 1, .occasion = "1"},
                                         {.study = "Ito", .variance = 1, .occasion = "2"},
                                         {.study = "Ito", .variance = 1, .occasion = "3"}};
  EXPECT_TRUE(
      code_of(effects, {.between_occasions = -0.6}).starts_with("stats.covariance.definite: Ito:"));
  EXPECT_EQ(code_of(effects, {.between_occasions = -0.4}), "");
}

TEST(AssumedCovariance, refuses_the_same_effect_twice) {
  const std::vector<StudyEffect> effects{against("high", "placebo", 1),
                                         against("high", "placebo", 1)};
  EXPECT_TRUE(code_of(effects, {}).starts_with("stats.covariance.definite: Ash 2002:"));
}

TEST(AssumedCovariance, refuses_assumptions_out_of_range) {
  EXPECT_TRUE(code_of({}, {.between_occasions = 1.1}).starts_with("stats.assumed.correlation"));
  EXPECT_TRUE(code_of({}, {.between_outcomes = -2}).starts_with("stats.assumed.correlation"));
  EXPECT_TRUE(code_of({}, {.per_time_unit = -0.1}).starts_with("stats.assumed.correlation"));
}

TEST(AssumedCovariance, refuses_arms_that_make_no_contrast) {
  EXPECT_TRUE(code_of({against("high", "high", 1)}, {}).starts_with("stats.assumed.arms"));
  EXPECT_TRUE(code_of({against("high", "", 1)}, {}).starts_with("stats.assumed.arms"));
  EXPECT_TRUE(code_of({against("high", "placebo", 1), against("", "", 1)}, {})
                  .starts_with("stats.assumed.arms"));
  StudyEffect empty_arm = against("high", "placebo", 1);
  empty_arm.n_control = 0;
  EXPECT_TRUE(code_of({empty_arm}, {}).starts_with("stats.assumed.arms"));
}

TEST(ConstantCorrelation, needs_a_study_for_each_variance) {
  const std::vector<double> variances{1, 2};
  const std::vector<std::string> study{"A"};
  try {
    constant_correlation(variances, study, 0.5);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "stats.assumed.length");
  }
}

}  // namespace
}  // namespace entact
