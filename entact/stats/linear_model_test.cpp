#include "entact/stats/linear_model.h"

#include <gtest/gtest.h>

#include <cmath>

#include "entact/base/error.h"
#include "entact/stats/agreement_specimen.h"
#include "entact/stats/design_matrix.h"
#include "entact/stats/design_oracle.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using nlohmann::json;

struct Example {
  Design design{};
  VectorXd weights{};
  std::vector<std::string> site{}, pair{};
};

Example example(const json& row) {
  Table table = table_from(read_reference("ancova/input.json"));
  const bool all_visits = row["formula"].get<std::string>().find("AVISIT") != std::string::npos;
  if (!all_visits) {
    const auto visit = table.text("AVISIT");
    table = rows_where(table, [&](std::size_t i) { return visit[i] == "WEEK 3"; });
  }
  Example e{.design = make_design(parse_formula(row["formula"].get<std::string>()), table)};
  e.weights.resize(e.design.y.size());
  for (std::size_t i = 0; i < e.design.rows.size(); ++i) {
    const std::size_t at = e.design.rows[i];
    e.weights[static_cast<Index>(i)] = row["weighted"] ? table.numbers("W")[at] : 1;
    e.site.push_back(table.text("SITEID")[at]);
    e.pair.push_back(table.text("PAIR")[at]);
  }
  return e;
}

// Worst relative disagreement is 2e-9, of interaction coefficients close to 0 with p near 1.
void expect_tests(const LinearFit& fit, const json& expected, const std::string& what) {
  for (Index i = 0; i < fit.beta.size(); ++i) {
    const LinearTest test = linear_test(fit, VectorXd::Unit(fit.beta.size(), i));
    const auto at = static_cast<std::size_t>(i);
    const double se = expected["se"][at];
    EXPECT_NEAR(test.value, expected["estimate"][at], 1e-9 * se) << what;
    EXPECT_NEAR(test.se / se, 1, 1e-9) << what;
    EXPECT_NEAR(test.df / expected["df"][at].get<double>(), 1, 1e-8) << what;
    EXPECT_NEAR(test.p, expected["p"][at], 1e-9) << what;
    EXPECT_NEAR(test.low, expected["low"][at], 1e-8 * se) << what;
    EXPECT_NEAR(test.high, expected["high"][at], 1e-8 * se) << what;
    const std::string r = "R lm, sandwich, clubSandwich";
    specimen::note_disagreement(r, "standard error", test.se, se);
    specimen::note_disagreement(r, "df", test.df, expected["df"][at]);
    specimen::note_disagreement(r, "p", test.p, expected["p"][at]);
  }
}

TEST(LinearModel, agrees_with_lm_sandwich_and_clubsandwich) {
  const json all = read_reference("ancova/expected.json");
  for (const json& row : all["fits"]) {
    const Example e = example(row);
    for (const char* name :
         {"classical", "hc0", "hc1", "hc2", "hc3", "cr0", "cr1", "cr1s", "cr2"}) {
      LinearOptions how{.covariance = linear_covariance(name), .weights = e.weights};
      if (is_clustered(how.covariance)) how.clusters = {e.site};
      const LinearFit fit = fit_linear(e.design.x, e.design.y, how);
      expect_tests(fit, row[name], row["formula"].get<std::string>() + " " + name);
      EXPECT_NEAR(fit.sigma / row["sigma"].get<double>(), 1, 1e-12);
      if (row.contains("r_squared")) {
        EXPECT_NEAR(fit.r_squared, row["r_squared"], 1e-12);
      }
    }
  }
}

TEST(LinearModel, agrees_with_clubsandwich_on_joint_tests) {
  const json all = read_reference("ancova/expected.json");
  for (const json& row : all["fits"]) {
    const Example e = example(row);
    if (row["cr2_joint"]["F"].is_null()) continue;
    const LinearFit fit = fit_linear(
        e.design.x, e.design.y,
        {.covariance = LinearCovariance::cr2, .weights = e.weights, .clusters = {e.site}});
    const Index p = fit.beta.size();
    if (row["cr2_joint"]["df2"].get<double>() <= 0) continue;
    const WaldTest test = linear_wald_test(fit, MatrixXd::Identity(p, p).bottomRows(p - 1));
    EXPECT_NEAR(test.statistic / row["cr2_joint"]["F"].get<double>(), 1, 1e-8);
    EXPECT_NEAR(test.df2 / row["cr2_joint"]["df2"].get<double>(), 1, 1e-8);
    EXPECT_NEAR(test.p, row["cr2_joint"]["p"], 1e-9);
  }
}

TEST(LinearModel, agrees_with_vcovcl_on_two_ways_of_clustering) {
  const json all = read_reference("ancova/expected.json");
  for (const json& row : all["fits"]) {
    const Example e = example(row);
    const LinearFit fit = fit_linear(
        e.design.x, e.design.y,
        {.covariance = LinearCovariance::cr1, .weights = e.weights, .clusters = {e.site, e.pair}});
    expect_tests(fit, row["two_way"], row["formula"]);
  }
}

// A nested second way adds nothing: V_2 and V_12 are one.
TEST(LinearModel, nested_clusters_are_the_outer_ones) {
  const Example e = example(read_reference("ancova/expected.json")["fits"][0]);
  std::vector<std::string> inner = e.site;
  for (std::size_t i = 0; i < inner.size(); ++i) inner[i] += i % 2 == 0 ? "a" : "b";
  const LinearFit one = fit_linear(e.design.x, e.design.y,
                                   {.covariance = LinearCovariance::cr0, .clusters = {e.site}});
  const LinearFit two = fit_linear(
      e.design.x, e.design.y, {.covariance = LinearCovariance::cr0, .clusters = {e.site, inner}});
  EXPECT_NEAR((one.vcov - two.vcov).norm(), 0, 1e-12 * one.vcov.norm());
  EXPECT_EQ(one.df, two.df);
}

TEST(LinearModel, of_two_groups_is_the_t_test_and_hc2_is_welch) {
  const MatrixXd x{{1, 0}, {1, 0}, {1, 0}, {1, 1}, {1, 1}, {1, 1}, {1, 1}};
  const VectorXd y{{1, 2, 6, 4, 9, 9, 10}};
  const LinearTest pooled = linear_test(fit_linear(x, y), VectorXd::Unit(2, 1));
  EXPECT_NEAR(pooled.se, std::sqrt((14 + 22) / 5.0 * (1 / 3.0 + 1 / 4.0)), 1e-14);
  EXPECT_EQ(pooled.df, 5);
  const LinearTest welch =
      linear_test(fit_linear(x, y, {.covariance = LinearCovariance::hc2}), VectorXd::Unit(2, 1));
  EXPECT_NEAR(welch.se, std::sqrt(14 / 2.0 / 3 + 22 / 3.0 / 4), 1e-14);
}

// Shifting and scaling the response by a covariate's multiple moves only its coefficient.
TEST(LinearModel, moves_with_its_response) {
  const Example e = example(read_reference("ancova/expected.json")["fits"][1]);
  const LinearFit before = fit_linear(e.design.x, e.design.y);
  const LinearFit after = fit_linear(e.design.x, 2 * e.design.y + 3 * e.design.x.col(1));
  const VectorXd moved = 2 * before.beta + 3 * VectorXd::Unit(before.beta.size(), 1);
  EXPECT_NEAR((after.beta - moved).norm(), 0, 1e-10);
  EXPECT_NEAR((after.vcov - 4 * before.vcov).norm(), 0, 1e-10 * after.vcov.norm());
}

void expect_refused(const MatrixXd& x, const VectorXd& y, const LinearOptions& how,
                    const std::string& code) {
  try {
    fit_linear(x, y, how);
    ADD_FAILURE() << code << " was answered";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code) << error.what();
  }
}

TEST(LinearModel, refuses_what_cannot_be_fitted) {
  const MatrixXd x{{1, 0}, {1, 0}, {1, 1}};
  const VectorXd y{{1, 2, 3}};
  const std::vector<std::string> c{"a", "a", "b"};
  using enum LinearCovariance;
  expect_refused(x.topRows(2), y.head(2), {}, "stats.linear.few");
  expect_refused(x, y.head(2), {}, "stats.linear.length");
  expect_refused(x, y * std::nan(""), {}, "stats.linear.value");
  expect_refused(x, y, {.weights = VectorXd{{1, 0, 1}}}, "stats.linear.value");
  expect_refused(x, y, {.covariance = hc3}, "stats.linear.leverage");
  expect_refused(x, y, {.covariance = cr1}, "stats.linear.clusters");
  expect_refused(x, y, {.covariance = hc1, .clusters = {c}}, "stats.linear.clusters");
  expect_refused(x, y, {.covariance = cr2, .clusters = {c, c}}, "stats.linear.clusters");
  EXPECT_THROW(linear_covariance("hc4"), Error);
}

}  // namespace
}  // namespace entact
