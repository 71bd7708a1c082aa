#include "entact/stats/multilevel.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "entact/base/error.h"
#include "entact/stats/assumed_covariance.h"
#include "entact/stats/tau2.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::Vector2d;
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

// Groups and, within them, units; intercept and the moderators given.
MultilevelData two_levels(const json& input, const std::string& group,
                          std::vector<VectorXd> x = {}) {
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

MultilevelData schools(bool moderators = false) {
  const json input = read("input.json")["konstantopoulos"];
  if (!moderators) return two_levels(input, "district");
  const VectorXd half = (vector(input["district"]).array() > 60).cast<double>();
  return two_levels(input, "district", {half, vector(input["school"]).array() - 2});
}

MultilevelData trials(double rho, const std::string& moderator = "") {
  const json input = read("input.json")["mdma"];
  MultilevelData data = moderator.empty() ? two_levels(input, "study")
                                          : two_levels(input, "study", {vector(input[moderator])});
  data.v = constant_correlation(input["vi"].get<std::vector<double>>(), data.label, rho);
  return data;
}

// The maximum in 50-digit arithmetic: ours to 1e-11, what double precision leaves of a variance
// whose slope is known to 1e-13.
void expect_precise(const MultilevelFit& fit, const json& expected) {
  EXPECT_TRUE(fit.fit.converged);
  EXPECT_NEAR(fit.log_likelihood, expected["ll"].get<double>(), 1e-12);
  EXPECT_NEAR(fit.beta[0] / expected["beta"].get<double>(), 1, 1e-11);
  EXPECT_NEAR(fit.se[0] / expected["se"].get<double>(), 1, 1e-11);
  const VectorXd sigma2 = vector(expected["sigma2"]);
  for (Index l = 0; l < fit.sigma2.size(); ++l)
    EXPECT_NEAR(fit.sigma2[l], sigma2[l], 1e-11 * sigma2[l]);
}

TEST(Multilevel, finds_the_maximum_that_50_digits_find) {
  const json expected = read("precise.json");
  expect_precise(fit_multilevel(schools()), expected["konstantopoulos_REML"]);
  expect_precise(fit_multilevel(schools(), {.method = MultilevelMethod::ml}),
                 expected["konstantopoulos_ML"]);
  for (const int tenths : {1, 2, 3, 4, 6, 9})
    expect_precise(fit_multilevel(trials(tenths / 10.0)),
                   expected["mdma_rho0." + std::to_string(tenths)]);
}

// nlminb works on log sigma2 with differences for slopes and stops up to 1e-5 (relative) short of
// the maximum in a variance, where ours agrees with 50 digits; the worst is rho 0.1, where it
// leaves at 1.7e-8 a variance whose maximum is at 0. Never may our likelihood be the lower (1e-12:
// rounding).
void expect_fit(const MultilevelFit& fit, const json& expected, double tolerance = 1e-5) {
  EXPECT_TRUE(fit.fit.converged);
  EXPECT_GE(fit.log_likelihood, expected["ll"].get<double>() - 1e-12);
  EXPECT_NEAR(fit.log_likelihood, expected["ll"].get<double>(), 1e-7);
  const VectorXd beta = vector(expected["beta"]), se = vector(expected["se"]);
  EXPECT_LT(((fit.beta - beta).array() / beta.array()).abs().maxCoeff(), tolerance);
  EXPECT_LT(((fit.se - se).array() / se.array()).abs().maxCoeff(), tolerance);
  const VectorXd sigma2 = vector(expected["sigma2"]);
  for (Index l = 0; l < fit.sigma2.size(); ++l)
    EXPECT_NEAR(fit.sigma2[l], sigma2[l], tolerance * sigma2[l] + (fit.sigma2[l] == 0 ? 1e-7 : 0));
  EXPECT_NEAR(fit.q_e, expected["QE"].get<double>(), 1e-10 * fit.q_e);
  EXPECT_NEAR(fit.q_e_p / expected["QEp"].get<double>(), 1, 1e-8);
}

TEST(Multilevel, agrees_with_metafor_on_schools_in_districts) {
  const json expected = read("expected.json")["konstantopoulos"];
  // Here nlminb came within 3e-8 of the maximum.
  expect_fit(fit_multilevel(schools()), expected["REML"], 1e-7);
  expect_fit(fit_multilevel(schools(), {.method = MultilevelMethod::ml}), expected["ML"], 1e-7);
  expect_fit(fit_multilevel(schools(true)), expected["moderators_reml"]);
  expect_fit(fit_multilevel(schools(true), {.method = MultilevelMethod::ml}),
             expected["moderators_ml"]);
}

TEST(Multilevel, agrees_with_metafor_on_one_level) {
  MultilevelData data = schools();
  data.levels.erase(data.levels.begin());
  expect_fit(fit_multilevel(data), read("expected.json")["konstantopoulos"]["random_one_level"]);
}

class CorrelatedAndHierarchical : public testing::TestWithParam<int> {};

TEST_P(CorrelatedAndHierarchical, agrees_with_metafor_at_every_assumed_correlation) {
  const json expected = read("expected.json")["mdma"];
  const std::string rho = "rho0." + std::to_string(GetParam());
  expect_fit(fit_multilevel(trials(GetParam() / 10.0)), expected[rho]);
}

INSTANTIATE_TEST_SUITE_P(Rho, CorrelatedAndHierarchical, testing::Range(0, 10));

TEST(Multilevel, agrees_with_metafor_on_slopes_of_session_and_dose) {
  const json expected = read("expected.json")["mdma"];
  for (const std::string moderator : {"n_dosing", "cumulative_mg"}) {
    const MultilevelFit fit = fit_multilevel(trials(0.6, moderator));
    expect_fit(fit, expected[moderator]);
    EXPECT_EQ(fit.sigma2, Vector2d(0, 0));
    EXPECT_EQ(fit.fit.reservations.size(), 2U);
    const std::vector<Index> slope{1};
    EXPECT_NEAR(wald_test(fit, slope).statistic, expected[moderator]["QM"].get<double>(), 1e-6);
    EXPECT_NEAR(wald_test(fit, slope).p, expected[moderator]["QMp"].get<double>(), 1e-8);
  }
}

// One level, every effect its own group. An imprecise outlier gives the likelihood two peaks.
MultilevelData outlier(std::vector<double> y, std::vector<double> v) {
  MultilevelData data;
  data.y = Eigen::Map<const VectorXd>(y.data(), static_cast<Index>(y.size()));
  data.x = MatrixXd::Ones(data.y.size(), 1);
  data.v = diagonal_covariance(v);
  data.levels = {{.name = "study"}};
  for (std::size_t i = 0; i < y.size(); ++i) data.levels[0].group.push_back(std::to_string(i));
  return data;
}

TEST(Multilevel, finds_the_higher_of_two_peaks_and_tells_of_the_other) {
  const MultilevelFit fit = fit_multilevel(outlier({0, 0.01, 4}, {0.001, 0.001, 1.2}));
  EXPECT_TRUE(fit.fit.converged);
  // R 4.2.2: the formula on 1e5 points of tau2 has -4.944877 at 0 and -4.423721 at 4.0409.
  EXPECT_NEAR(fit.log_likelihood, -4.423721, 1e-6);
  EXPECT_NEAR(fit.sigma2[0], 4.0409, 2e-3);
  ASSERT_EQ(fit.fit.reservations.size(), 1U);
  EXPECT_NE(fit.fit.reservations[0].find("another maximum"), std::string::npos);
}

// Outliers of every size and precision: never lower than the best of a fine grid, and the same
// tau2 as the pairwise engine, which looks for peaks in another way.
TEST(Multilevel, is_nowhere_below_a_fine_grid_of_one_variance) {
  int several = 0;
  for (const double far : {1.0, 2.0, 4.0, 8.0})
    for (const double imprecise : {0.1, 0.5, 1.2, 5.0})
      for (const auto method : {MultilevelMethod::reml, MultilevelMethod::ml}) {
        const std::vector<double> y{0, 0.01, 0.1, far}, v{0.001, 0.001, 0.004, imprecise};
        const MultilevelData data = outlier(y, v);
        const MultilevelFit fit = fit_multilevel(data, {.method = method});
        const MultilevelLikelihood likelihood(data);
        for (int i = 0; i < 400; ++i) {
          const VectorXd tau2 = VectorXd::Constant(1, i == 0 ? 0 : std::pow(10, -6 + 0.02 * i));
          EXPECT_GE(fit.log_likelihood, likelihood.at(tau2, method).log_likelihood - 1e-12);
        }
        PoolModel pairwise(y, v);
        const Tau2 tau2 = estimate_tau2(
            pairwise, method == MultilevelMethod::reml ? Tau2Method::reml : Tau2Method::ml);
        EXPECT_NEAR(fit.sigma2[0], tau2.value, 1e-9 * (tau2.value + 0.001));
        several += tau2.several_peaks;
      }
  EXPECT_GE(several, 4);  // or the data would not test it
}

// Two levels, effects within studies of which one is imprecise and far off: no point of a grid of
// both variances is higher.
TEST(Multilevel, is_nowhere_below_a_grid_of_two_variances) {
  for (const double far : {2.0, 4.0, 8.0}) {
    MultilevelData data =
        outlier({0, 0.01, 0.2, 0.1, far, far + 0.5}, {0.001, 0.001, 0.002, 0.004, 1.2, 2.0});
    data.levels[0].name = "effect";
    data.levels.push_back({.name = "study", .group = {"A", "A", "B", "B", "C", "C"}});
    const MultilevelFit fit = fit_multilevel(data);
    const MultilevelLikelihood likelihood(data);
    const auto variance = [](int i) { return i == 0 ? 0 : std::pow(10, -5 + 0.2 * i); };
    for (int i = 0; i < 36; ++i)
      for (int j = 0; j < 36; ++j) {
        const Vector2d there(variance(i), variance(j));
        EXPECT_GE(fit.log_likelihood,
                  likelihood.at(there, MultilevelMethod::reml).log_likelihood - 1e-12);
      }
  }
}

// The fit's optimality, without any oracle: slope 0 inside, not upward at the bound.
TEST(Multilevel, stands_where_the_likelihood_is_stationary) {
  for (int tenths = 0; tenths < 10; ++tenths) {
    const MultilevelData data = trials(tenths / 10.0);
    const MultilevelFit fit = fit_multilevel(data);
    const auto point = MultilevelLikelihood(data).at(fit.sigma2, MultilevelMethod::reml);
    for (Index l = 0; l < 2; ++l) {
      if (fit.sigma2[l] > 0)
        EXPECT_NEAR(point.gradient[l] * fit.sigma2[l], 0, 1e-11);
      else
        EXPECT_LE(point.gradient[l], 0);
    }
  }
}

TEST(Multilevel, moves_with_the_scale_and_place_of_the_effects) {
  MultilevelData data = schools();
  const MultilevelFit before = fit_multilevel(data);
  data.y = 10 * data.y.array() + 3;
  for (CovarianceBlock& block : data.v.blocks) block.value *= 100;
  const MultilevelFit after = fit_multilevel(data);
  EXPECT_NEAR(after.beta[0], 10 * before.beta[0] + 3, 1e-9);
  EXPECT_NEAR(after.se[0], 10 * before.se[0], 1e-9);
  EXPECT_LT((after.sigma2 - 100 * before.sigma2).cwiseAbs().maxCoeff(), 1e-7);
}

TEST(Multilevel, without_levels_is_the_equal_effects_estimate) {
  MultilevelData data{.y = Vector2d(1, 3), .x = MatrixXd::Ones(2, 1)};
  data.v = diagonal_covariance(std::vector<double>{1.0, 3.0});
  const MultilevelFit fit = fit_multilevel(data);
  EXPECT_NEAR(fit.beta[0], (1.0 + 3.0 / 3) / (1 + 1.0 / 3), 1e-15);  // weights 1 and 1/3
  EXPECT_NEAR(fit.se[0], std::sqrt(0.75), 1e-15);
  EXPECT_NEAR(fit.q_e, 4.0 / (1 + 3), 1e-15);  // (y1 - y2)^2 / (v1 + v2)
}

TEST(Multilevel, holds_variances_that_are_given) {
  MultilevelData data = schools();
  data.levels[0].sigma2 = 0.05, data.levels[1].sigma2 = 0.02;
  const json expected = read("expected.json")["konstantopoulos"]["fixed_reml"];
  const MultilevelFit fit = fit_multilevel(data);
  EXPECT_EQ(fit.sigma2, Vector2d(0.05, 0.02));
  EXPECT_NEAR(fit.log_likelihood, expected["ll"].get<double>(), 1e-11);
  EXPECT_TRUE(fit.fit.reservations.empty());
}

TEST(Multilevel, holds_a_level_of_one_group_at_zero_and_says_so) {
  MultilevelData data = schools();
  for (std::string& group : data.levels[0].group) group = "all";
  const MultilevelFit fit = fit_multilevel(data);
  EXPECT_EQ(fit.sigma2[0], 0);
  ASSERT_EQ(fit.fit.reservations.size(), 1U);
  EXPECT_NE(fit.fit.reservations[0].find("one group only"), std::string::npos);
}

TEST(Multilevel, says_that_it_did_not_converge) {
  const MultilevelFit fit = fit_multilevel(schools(), {.max_iterations = 1});
  EXPECT_FALSE(fit.fit.converged);
  EXPECT_FALSE(fit.fit.reservations.empty());
}

TEST(Multilevel, profiles_variances_as_metafor_does) {
  const json expected = read("expected.json")["konstantopoulos"]["profile_reml"];
  for (std::size_t l = 0; l < 2; ++l) {
    const Interval interval = profile_interval(schools(), l);
    // uniroot there stops at 1e-10, its likelihood is maximised with nlminb's default 1e-10
    EXPECT_NEAR(interval.low, expected[l][1].get<double>(), 1e-7);
    EXPECT_NEAR(interval.high, expected[l][2].get<double>(), 1e-7);
  }
}

TEST(Multilevel, profile_begins_at_zero_where_zero_is_likely_enough) {
  const Interval interval = profile_interval(trials(0.6), 0);
  EXPECT_EQ(interval.low, 0);
  EXPECT_GT(interval.high, 0.01);
}

TEST(Multilevel, will_not_profile_a_held_variance) {
  MultilevelData data = schools();
  data.levels[0].sigma2 = 0.05;
  EXPECT_THROW(profile_interval(data, 0), Error);
  EXPECT_THROW(profile_interval(data, 2), Error);
}

TEST(Multilevel, converts_to_an_estimate) {
  const MultilevelFit fit = fit_multilevel(schools(true), {.test = MultilevelTest::residual_t});
  const Estimate estimate = multilevel_estimate(fit, Eigen::Vector3d(1, 1, 0));
  EXPECT_EQ(estimate.value, fit.beta[0] + fit.beta[1]);
  EXPECT_NEAR(estimate.se, std::sqrt(fit.vcov(0, 0) + fit.vcov(1, 1) + 2 * fit.vcov(0, 1)), 1e-15);
  EXPECT_EQ(estimate.df, 53);
  EXPECT_THROW(multilevel_estimate(fit, Vector2d(1, 1)), Error);
}

TEST(Multilevel, predicts_a_new_school_wider_than_the_mean) {
  const MultilevelFit fit = fit_multilevel(schools());
  const Interval interval = prediction_interval(fit, VectorXd::Ones(1));
  const double half = 1.959963984540054 * std::sqrt(fit.vcov(0, 0) + fit.sigma2.sum());
  EXPECT_NEAR(interval.high, fit.beta[0] + half, 1e-12);
  EXPECT_NEAR(interval.low, fit.beta[0] - half, 1e-12);
}

TEST(Multilevel, shares_add_up_to_one_with_the_sampling_variance) {
  const MultilevelFit fit = fit_multilevel(schools());
  const VectorXd shares = variance_shares(fit);
  const double sampling = fit.typical_variance / (fit.sigma2.sum() + fit.typical_variance);
  EXPECT_NEAR(shares.sum() + sampling, 1, 1e-15);
  // Of equal variances the typical one is that variance.
  MultilevelData data = schools();
  data.v = diagonal_covariance(std::vector<double>(56, 0.02));
  EXPECT_NEAR(fit_multilevel(data).typical_variance, 0.02, 1e-15);
}

}  // namespace
}  // namespace entact
