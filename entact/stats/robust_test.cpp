#include "entact/stats/robust.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>

#include "entact/base/error.h"
#include "entact/num/distributions.h"
#include "entact/stats/assumed_covariance.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using nlohmann::json;

json read(const std::string& file) {
  std::ifstream in(std::string(ENTACT_SOURCE_DIR) + "/reference/multilevel/" + file);
  return json::parse(in);
}

VectorXd vector(const json& values) {
  if (!values.is_array()) return VectorXd::Constant(1, values.get<double>());
  VectorXd v(static_cast<Index>(values.size()));
  for (Index i = 0; i < v.size(); ++i) v[i] = values[static_cast<std::size_t>(i)].get<double>();
  return v;
}

std::vector<std::string> labels(const json& values) {
  std::vector<std::string> text;
  for (const json& value : values)
    text.push_back(value.is_string() ? value.get<std::string>() : value.dump());
  return text;
}

MultilevelData two_levels(const json& input, const std::string& group,
                          const std::vector<VectorXd>& x) {
  MultilevelData data{.y = vector(input["yi"]), .label = labels(input[group])};
  data.x = MatrixXd::Ones(data.y.size(), static_cast<Index>(x.size()) + 1);
  for (std::size_t j = 0; j < x.size(); ++j) data.x.col(static_cast<Index>(j) + 1) = x[j];
  data.v = diagonal_covariance(input["vi"].get<std::vector<double>>());
  std::vector<std::string> effect;
  for (Index i = 0; i < data.y.size(); ++i) effect.push_back(std::to_string(i));
  const std::vector<std::string> names{group, "effect"};
  const std::vector<std::vector<std::string>> columns{data.label, effect};
  data.levels = nested_levels(names, columns);
  return data;
}

// Schools in districts with variances held at 0.05 and 0.02, as in the reference.
MultilevelData schools(bool moderators) {
  const json input = read("input.json")["konstantopoulos"];
  std::vector<VectorXd> x;
  if (moderators)
    x = {(vector(input["district"]).array() > 60).cast<double>(),
         vector(input["school"]).array() - 2};
  MultilevelData data = two_levels(input, "district", x);
  data.levels[0].sigma2 = 0.05, data.levels[1].sigma2 = 0.02;
  return data;
}

MultilevelData trials(double rho, const std::string& moderator = "") {
  const json input = read("input.json")["mdma"];
  std::vector<VectorXd> x;
  if (!moderator.empty()) x = {vector(input[moderator])};
  MultilevelData data = two_levels(input, "study", x);
  data.v = constant_correlation(input["vi"].get<std::vector<double>>(), data.label, rho);
  return data;
}

double at(const json& values, Index i) { return vector(values)[i]; }

// All coefficients' se, df, p and interval; relative, as they are of all sizes.
void expect_tests(const RobustFit& fit, const json& expected, double tolerance) {
  for (Index i = 0; i < fit.beta.size(); ++i) {
    const RobustTest test = robust_test(fit, VectorXd::Unit(fit.beta.size(), i));
    EXPECT_NEAR(test.se / at(expected["se"], i), 1, tolerance);
    const Index df = expected["df"].is_array() ? i : 0;
    EXPECT_NEAR(test.df / at(expected["df"], df), 1, tolerance);
    EXPECT_NEAR(test.p / at(expected["p"], i), 1, 10 * tolerance);
    EXPECT_NEAR(test.low, at(expected["lo"], i), 10 * tolerance * test.se);
    EXPECT_NEAR(test.high, at(expected["hi"], i), 10 * tolerance * test.se);
  }
}

constexpr RobustOptions cr0{.type = RobustType::cr0, .df = RobustDf::satterthwaite};
constexpr RobustOptions cr1p{.type = RobustType::cr1, .df = RobustDf::satterthwaite};
constexpr RobustOptions cr1{.type = RobustType::cr1};

void expect_all_types(const MultilevelFit& model, std::span<const std::string> cluster,
                      const json& expected, double tolerance) {
  expect_tests(cluster_robust(model, cluster, cr0), expected["CR0"], tolerance);
  expect_tests(cluster_robust(model, cluster, cr1p), expected["CR1p"], tolerance);
  expect_tests(cluster_robust(model, cluster), expected["CR2"], tolerance);
  expect_tests(cluster_robust(model, cluster, cr1), expected["metafor"], tolerance);
}

// Variances are held in the reference: rounding only.
TEST(Robust, agrees_with_clubsandwich_and_metafor_at_fixed_variances) {
  const json expected = read("expected.json")["konstantopoulos"];
  const MultilevelData plain = schools(false), moderated = schools(true);
  expect_all_types(fit_multilevel(plain), plain.label, expected["robust_fixed"], 1e-11);
  expect_all_types(fit_multilevel(moderated), moderated.label, expected["moderators_robust"],
                   1e-10);
}

// Variances are estimated: metafor's own are short of the maximum by up to 9e-6 of themselves
// (multilevel_test.cpp), and the df follow the weights.
TEST(Robust, agrees_with_clubsandwich_on_trials_at_every_correlation) {
  const json expected = read("expected.json")["mdma"];
  for (int tenths = 0; tenths < 10; ++tenths) {
    const MultilevelData data = trials(tenths / 10.0);
    expect_all_types(fit_multilevel(data), data.label,
                     expected["rho0." + std::to_string(tenths)]["robust"], 2e-5);
  }
}

TEST(Robust, agrees_with_clubsandwich_on_slopes) {
  const json expected = read("expected.json")["mdma"];
  const MultilevelData sessions = trials(0.6, "n_dosing"), dose = trials(0.6, "cumulative_mg");
  expect_all_types(fit_multilevel(sessions), sessions.label, expected["n_dosing_zero"]["robust"],
                   1e-9);
  expect_all_types(fit_multilevel(dose), dose.label, expected["cumulative_mg"]["robust"], 1e-8);
}

// The more sessions the larger the effect, by the model with p = 0.01; six trials do not carry
// that.
TEST(Robust, takes_back_the_slope_that_the_model_believes_in) {
  const MultilevelData data = trials(0.6, "n_dosing");
  const MultilevelFit model = fit_multilevel(data, {.test = MultilevelTest::residual_t});
  const Estimate believed = multilevel_estimate(model, VectorXd::Unit(2, 1));
  EXPECT_NEAR(two_sided_p(believed.value / believed.se, believed.df), 0.01, 0.002);
  const RobustTest robust = robust_test(cluster_robust(model, data.label), VectorXd::Unit(2, 1));
  EXPECT_NEAR(robust.p, 0.107340789409538, 1e-8);  // clubSandwich, n_dosing in expected.json
  EXPECT_TRUE(robust.df_too_few());
  const Estimate said = robust_estimate(cluster_robust(model, data.label), VectorXd::Unit(2, 1));
  EXPECT_NE(said.fit.reservations.back().find("1.2 degrees of freedom"), std::string::npos);
}

TEST(Robust, joint_test_agrees_with_clubsandwich) {
  const MultilevelData data = schools(true);
  const RobustFit fit = cluster_robust(fit_multilevel(data), data.label);
  const json konstantopoulos = read("expected.json")["konstantopoulos"];
  for (const auto& [name, rows] : {std::pair{"moderators_htz", 2}, {"moderators_htz_all", 3}}) {
    const json& expected = konstantopoulos[name];
    const WaldTest test = robust_wald_test(fit, MatrixXd::Identity(3, 3).bottomRows(rows));
    EXPECT_NEAR(test.statistic / expected["F"].get<double>(), 1, 1e-10);
    EXPECT_NEAR(test.df2 / expected["df_denom"].get<double>(), 1, 1e-10);
    EXPECT_NEAR(test.p / expected["p"].get<double>(), 1, 1e-9);
  }
}

TEST(Robust, joint_test_with_m_minus_p_agrees_with_metafor) {
  const MultilevelData data = schools(true);
  const WaldTest test = robust_wald_test(cluster_robust(fit_multilevel(data), data.label, cr1),
                                         MatrixXd::Identity(3, 3).bottomRows(2));
  const json expected = read("expected.json")["konstantopoulos"]["moderators_robust"]["metafor"];
  EXPECT_NEAR(test.statistic / expected["QM"].get<double>(), 1, 1e-11);
  EXPECT_NEAR(test.p / expected["QMp"].get<double>(), 1, 1e-11);
  EXPECT_EQ(test.df2, 8);
}

TEST(Robust, joint_test_of_one_contrast_is_its_t_test_squared) {
  const MultilevelData data = schools(true);
  const RobustFit fit = cluster_robust(fit_multilevel(data), data.label);
  const VectorXd contrast{{1, 1, -1}};
  const RobustTest single = robust_test(fit, contrast);
  const WaldTest joint = robust_wald_test(fit, contrast.transpose());
  EXPECT_NEAR(joint.statistic, single.statistic * single.statistic, 1e-12);
  EXPECT_NEAR(joint.df2, single.df, 1e-9);
  EXPECT_NEAR(joint.p, single.p, 1e-10);
}

// With one effect a cluster and equal variances, CR2 of the mean is s^2 / m with m - 1 df.
TEST(Robust, of_a_plain_mean_is_the_t_test) {
  WorkingModel model{.y = VectorXd{{1.0, 4.0, 2.0, 9.0}}, .x = MatrixXd::Ones(4, 1)};
  model.marginal = diagonal_covariance(std::vector<double>(4, 0.7));
  const std::vector<std::string> cluster{"a", "b", "c", "d"};
  const RobustTest test = robust_test(cluster_robust(model, cluster), VectorXd::Ones(1));
  const double squares = 9 + 0 + 4 + 25;  // about the mean 4
  EXPECT_NEAR(test.value, 4, 1e-14);
  EXPECT_NEAR(test.se, std::sqrt(squares / 3 / 4), 1e-14);
  EXPECT_NEAR(test.df, 3, 1e-12);
  EXPECT_NEAR(test.seen, 1, 1e-12);
}

TEST(Robust, does_not_depend_on_the_scale_of_the_working_model) {
  const MultilevelData data = schools(true);
  MultilevelFit model = fit_multilevel(data);
  const RobustFit before = cluster_robust(model, data.label);
  for (CovarianceBlock& block : model.marginal.blocks) block.value *= 1e6;
  const RobustFit after = cluster_robust(model, data.label);
  EXPECT_LT((after.vcov - before.vcov).cwiseAbs().maxCoeff(), 1e-14);
  const VectorXd contrast = VectorXd::Unit(3, 1);
  EXPECT_NEAR(robust_test(after, contrast).df, robust_test(before, contrast).df, 1e-9);
}

// Clusters may be wider than the blocks of the model.
TEST(Robust, clusters_what_the_model_takes_as_independent) {
  WorkingModel model{.y = VectorXd{{1.0, 3.0, 2.0, 6.0}}, .x = MatrixXd::Ones(4, 1)};
  model.marginal = diagonal_covariance(std::vector<double>(4, 1.0));
  const std::vector<std::string> cluster{"a", "b", "a", "b"};
  const RobustFit fit = cluster_robust(model, cluster, {.type = RobustType::cr0});
  // residuals -2, 0, -1, 3; sums by cluster -3 and 3; (9 + 9) / 4^2
  EXPECT_NEAR(fit.vcov(0, 0), 18.0 / 16, 1e-15);
}

std::string code_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    return error.code();
  }
  return "";
}

TEST(Robust, refuses_what_it_cannot_answer) {
  const MultilevelData data = schools(false);
  const MultilevelFit model = fit_multilevel(data);
  std::vector<std::string> split = data.label;
  split[0] = "elsewhere";
  EXPECT_EQ(code_of([&] { cluster_robust(model, split); }), "stats.robust.cluster");
  split.pop_back();
  EXPECT_EQ(code_of([&] { cluster_robust(model, split); }), "stats.robust.length");
  const std::vector<std::string> one(56, "all");
  EXPECT_EQ(code_of([&] { cluster_robust(model, one); }), "stats.robust.few");
  const RobustFit fit = cluster_robust(model, data.label);
  EXPECT_EQ(code_of([&] { robust_test(fit, VectorXd::Ones(2)); }), "stats.robust.length");
  EXPECT_EQ(code_of([&] { robust_wald_test(fit, MatrixXd::Ones(1, 2)); }), "stats.robust.length");
}

TEST(Robust, refuses_a_contrast_that_one_cluster_settles) {
  WorkingModel model{.y = VectorXd{{1.0, 3.0, 2.0, 6.0}}, .x = MatrixXd::Ones(4, 2)};
  model.x.col(1) = VectorXd{{0.0, 0.0, 0.0, 1.0}};
  model.marginal = diagonal_covariance(std::vector<double>(4, 1.0));
  const std::vector<std::string> cluster{"a", "b", "c", "d"};
  const RobustFit fit = cluster_robust(model, cluster);
  // The scatter of a, b and c still shows, 1/3 of the expected 1 + 1/3.
  EXPECT_NEAR(robust_test(fit, VectorXd::Unit(2, 1)).seen, 0.25, 1e-12);
  EXPECT_NE(robust_estimate(fit, VectorXd::Unit(2, 1)).fit.reservations.back().find("25 %"),
            std::string::npos);
  model.x.col(0) = VectorXd{{1.0, 1.0, 1.0, 0.0}};  // now the second mean is d's alone
  const RobustFit apart = cluster_robust(model, cluster);
  EXPECT_EQ(code_of([&] { robust_test(apart, VectorXd::Unit(2, 1)); }), "stats.robust.identified");
  EXPECT_EQ(code_of([&] { robust_wald_test(apart, MatrixXd::Identity(2, 2)); }),
            "stats.robust.identified");
  EXPECT_EQ(code_of([&] {
              cluster_robust(WorkingModel{model.y.head(2), model.x.topRows(2),
                                          diagonal_covariance(std::vector<double>(2, 1.0))},
                             std::span(cluster).first(2), cr1);
            }),
            "stats.robust.few");
}

}  // namespace
}  // namespace entact
