#include "entact/stats/cox.h"

#include <gtest/gtest.h>

#include <cmath>

#include "entact/base/error.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

double walk(int i, int step) {
  const double u = i * step * 0.6180339887498949;
  return u - std::floor(u);
}

CoxData made(int n) {
  CoxData data{.x = MatrixXd(n, 2), .names = {"arm", "age"}};
  for (int i = 1; i <= n; ++i) {
    const double arm = i % 2, age = 20 + 40 * walk(i, 3);
    data.x.row(i - 1) << arm, age;
    data.survival.stop.push_back(
        std::ceil(-40 * std::log(walk(i, 7)) * std::exp(0.6 * arm - 0.02 * age)));
    data.survival.event.push_back(walk(i, 11) < 0.7 ? 1 : 0);
  }
  return data;
}

std::string code_of(const CoxData& data, const CoxOptions& how = {}) {
  try {
    fit_cox(data, how);
  } catch (const Error& error) {
    return error.code();
  }
  return "";
}

TEST(Cox, ends_where_the_gradient_is_0) {
  const CoxFit fit = fit_cox(made(120));
  EXPECT_TRUE(fit.fit.converged);
  EXPECT_LT(fit.gradient, 1e-8);  // twice the rise to be had is below 1e-20 of the likelihood
  EXPECT_GT(fit.likelihood_ratio.statistic, 0);
}

// Shifting a covariate changes nothing, scaling it scales its coefficient, the order of the rows
// does not matter, an increasing change of time neither.
TEST(Cox, is_invariant_where_it_should_be) {
  const CoxData data = made(120);
  const CoxFit fit = fit_cox(data);
  CoxData changed = data;
  changed.x.col(1) = (data.x.col(1).array() + 1e4) / 10;
  for (double& t : changed.survival.stop) t = t * t + 1;
  const CoxFit scaled = fit_cox(changed);
  EXPECT_NEAR(scaled.beta(0), fit.beta(0), 1e-9);
  EXPECT_NEAR(scaled.beta(1), 10 * fit.beta(1), 1e-9);
  CoxData turned = data;
  std::reverse(turned.survival.stop.begin(), turned.survival.stop.end());
  std::reverse(turned.survival.event.begin(), turned.survival.event.end());
  turned.x = data.x.colwise().reverse();
  EXPECT_LT((fit_cox(turned).beta - fit.beta).norm(), 1e-12);
}

TEST(Cox, a_weight_is_a_repeated_row_with_breslow) {
  CoxData data = made(60), repeated = data;
  for (int i = 0; i < 60; ++i) data.survival.weight.push_back(i < 20 ? 2 : 1);
  repeated.x.conservativeResize(80, 2);
  repeated.x.bottomRows(20) = data.x.topRows(20);
  for (std::size_t i = 0; i < 20; ++i) {
    repeated.survival.stop.push_back(data.survival.stop[i]);
    repeated.survival.event.push_back(data.survival.event[i]);
  }
  const CoxOptions breslow{.ties = CoxTies::breslow};
  const CoxFit a = fit_cox(data, breslow), b = fit_cox(repeated, breslow);
  EXPECT_LT((a.beta - b.beta).norm(), 1e-12);
  EXPECT_LT((a.vcov - b.vcov).norm(), 1e-12);
}

// Rows cut at some time, both parts in the participant's cluster: the same model and sandwich.
TEST(Cox, cutting_rows_changes_nothing) {
  CoxData data = made(60), cut = data;
  const Index n = 60;
  cut.x.conservativeResize(2 * n, 2);
  cut.x.bottomRows(n) = data.x;
  cut.survival = {};
  for (int part = 0; part < 2; ++part)
    for (std::size_t i = 0; i < 60; ++i) {
      const double stop = data.survival.stop[i], half = stop / 3;
      cut.survival.start.push_back(part == 0 ? 0 : half);
      cut.survival.stop.push_back(part == 0 ? half : stop);
      cut.survival.event.push_back(part == 0 ? 0 : data.survival.event[i]);
      cut.cluster.push_back(static_cast<int>(i));
    }
  const CoxFit a = fit_cox(data, {.robust = true}), b = fit_cox(cut, {.robust = true});
  EXPECT_LT((a.beta - b.beta).norm(), 1e-11);
  EXPECT_LT((a.vcov - b.vcov).norm(), 1e-11);
  EXPECT_EQ(b.clusters, 60);
}

TEST(Cox, leaves_out_constant_and_dependent_covariates_and_names_them) {
  CoxData data = made(80);
  data.names = {"arm", "one", "age", "placebo"};
  const MatrixXd x = data.x;
  data.x.resize(80, 4);
  data.x << x.col(0), VectorXd::Constant(80, 7), x.col(1), VectorXd::Ones(80) - x.col(0);
  const CoxFit fit = fit_cox(data), without = fit_cox(made(80));
  EXPECT_EQ(fit.aliased, (std::vector<std::string>{"one", "placebo"}));
  EXPECT_LT((fit.beta - without.beta).norm(), 1e-12);
  EXPECT_EQ(fit.fit.reservations.size(), 2U);
}

// Within strata that follow arm nothing compares the arms.
TEST(Cox, refuses_when_nothing_varies_within_a_risk_set) {
  CoxData data = made(80);
  data.x = MatrixXd(data.x.col(0));
  data.names = {"arm"};
  for (Index i = 0; i < 80; ++i) data.survival.stratum.push_back(static_cast<int>(data.x(i, 0)));
  EXPECT_EQ(code_of(data), "stats.cox.constant");
}

// Nobody on treatment has the event: the hazard ratio is 0, and no number says so.
TEST(Cox, answers_monotone_likelihood_with_a_reservation) {
  for (const CoxTies ties : {CoxTies::efron, CoxTies::breslow, CoxTies::exact, CoxTies::discrete}) {
    CoxData data = made(80);
    for (Index i = 0; i < 80; ++i)
      if (data.x(i, 0) == 1) data.survival.event[static_cast<std::size_t>(i)] = 0;
    const CoxFit fit = fit_cox(data, {.ties = ties});
    EXPECT_FALSE(fit.fit.converged);
    ASSERT_EQ(fit.fit.reservations.size(), 1U);
    EXPECT_EQ(fit.fit.reservations[0].rfind("arm: the likelihood still rises", 0), 0U);
    EXPECT_TRUE(std::isfinite(fit.likelihood_ratio.statistic));
    EXPECT_LT(fit.score.p, 0.05);
  }
}

TEST(Cox, refuses_what_it_cannot_fit) {
  CoxData none = made(20);
  none.survival.event.assign(20, 0);
  EXPECT_EQ(code_of(none), "stats.cox.events");
  CoxData missing = made(20);
  missing.x(3, 1) = NAN;
  EXPECT_EQ(code_of(missing), "stats.cox.value");
  CoxData unnamed = made(20);
  unnamed.names.pop_back();
  EXPECT_EQ(code_of(unnamed), "stats.cox.shape");
  CoxData weighted = made(20);
  weighted.survival.weight.assign(20, 1.5);
  EXPECT_EQ(code_of(weighted, {.ties = CoxTies::exact}), "stats.cox.weight");
  EXPECT_EQ(code_of(made(20), {.ties = CoxTies::exact, .robust = true}), "stats.cox.robust");
  EXPECT_EQ(code_of(made(20), {.level = 1.5}), "stats.survival.level");
}

}  // namespace
}  // namespace entact
