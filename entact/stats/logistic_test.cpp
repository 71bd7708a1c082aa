#include "entact/stats/logistic.h"

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

void note(const std::string& quantity, double ours, double theirs) {
  specimen::note_disagreement("R glm, polished; Firth's objective in R", quantity, ours, theirs);
}

// glm's fit is polished in the reference: its own covariance is one step behind, 1e-8 off.
TEST(Logistic, agrees_with_glm_and_the_penalised_maximum) {
  const json all = read_reference("responders/expected.json");
  const Table table = table_from(read_reference("responders/input.json"));
  for (const json& row : all["models"]) {
    const Design design = make_design(parse_formula(row["formula"].get<std::string>()), table);
    const LogisticFit fit = fit_logistic(design.x, design.y);
    const LogisticFit firth = fit_logistic(design.x, design.y, {.firth = true});
    EXPECT_TRUE(fit.fit.converged && firth.fit.converged);
    EXPECT_LT(fit.gradient, 1e-9);
    EXPECT_LT(firth.gradient, 1e-6);
    EXPECT_NEAR(fit.log_likelihood, row["log_likelihood"], 1e-10);
    for (Index j = 0; j < fit.beta.size(); ++j) {
      const auto at = static_cast<std::size_t>(j);
      const double se = row["se"][at];
      note("coefficient", fit.beta[j], row["beta"][at]);
      note("standard error", std::sqrt(fit.vcov(j, j)), se);
      note("coefficient, Firth", firth.beta[j], row["firth"][at]);
      EXPECT_NEAR(fit.beta[j], row["beta"][at], 1e-9 * se);
      EXPECT_NEAR(std::sqrt(fit.vcov(j, j)) / se, 1, 1e-8);
      EXPECT_NEAR(firth.beta[j], row["firth"][at], 1e-7 * se);
      EXPECT_NEAR(std::sqrt(firth.vcov(j, j)) / row["firth_se"][at].get<double>(), 1, 1e-7);
    }
  }
}

MatrixXd two_groups(Index n1, Index n2) {
  MatrixXd x = MatrixXd::Ones(n1 + n2, 2);
  x.col(1).head(n1).setOnes();
  x.col(1).tail(n2).setZero();
  return x;
}

VectorXd events(Index x1, Index n1, Index x2, Index n2) {
  VectorXd y = VectorXd::Zero(n1 + n2);
  y.head(x1).setOnes();
  y.segment(n1, x2).setOnes();
  return y;
}

TEST(Logistic, of_two_groups_is_the_log_odds_ratio) {
  const LogisticFit fit = fit_logistic(two_groups(12, 15), events(4, 12, 9, 15));
  EXPECT_NEAR(fit.beta[1], std::log(4.0 / 8 / (9.0 / 6)), 1e-12);
  EXPECT_NEAR(fit.vcov(1, 1), 1 / 4.0 + 1 / 8.0 + 1 / 9.0 + 1 / 6.0, 1e-12);
}

// In a saturated table of two groups Firth's penalty adds 1/2 to each cell, events 0 included.
TEST(Logistic, penalty_adds_one_half_to_each_cell) {
  const LogisticFit fit = fit_logistic(two_groups(10, 12), events(0, 10, 5, 12), {.firth = true});
  EXPECT_NEAR(fit.beta[1], std::log(0.5 / 10.5 / (5.5 / 7.5)), 1e-8);
  EXPECT_FALSE(fit.separated);
}

TEST(Logistic, certifies_separation) {
  const LogisticFit empty_cell = fit_logistic(two_groups(10, 12), events(0, 10, 5, 12));
  EXPECT_TRUE(empty_cell.separated);
  EXPECT_EQ(empty_cell.infinite, std::vector<int>{1});
  EXPECT_FALSE(empty_cell.fit.converged);
  EXPECT_NE(empty_cell.fit.reservations.at(0).find("separated"), std::string::npos);
  const json row = read_reference("responders/expected.json")["separated"];
  const auto n = static_cast<Index>(row["y"].size());
  MatrixXd x = MatrixXd::Ones(n, 2);
  VectorXd y(n);
  for (Index i = 0; i < n; ++i) {
    x(i, 1) = row["x"][static_cast<std::size_t>(i)];
    y[i] = row["y"][static_cast<std::size_t>(i)];
  }
  EXPECT_TRUE(fit_logistic(x, y).separated);  // complete: all fitted
  const LogisticFit firth = fit_logistic(x, y, {.firth = true});
  EXPECT_NEAR(firth.beta[1], row["firth"]["beta"][1], 1e-6);
  y[3] = 1;  // now they overlap
  EXPECT_FALSE(fit_logistic(x, y).separated);
}

// A strong but finite effect is not taken for separation.
TEST(Logistic, does_not_cry_separation_at_large_effects) {
  const LogisticFit fit = fit_logistic(two_groups(4000, 4000), events(3999, 4000, 1, 4000));
  EXPECT_FALSE(fit.separated);
  EXPECT_NEAR(fit.beta[1], 2 * std::log(3999), 1e-8);
}

TEST(Logistic, refuses_what_is_no_yes_or_no) {
  const MatrixXd x = two_groups(3, 3);
  EXPECT_THROW(fit_logistic(x, VectorXd::Constant(6, 2)), Error);
  EXPECT_THROW(fit_logistic(x, VectorXd::Ones(6)), Error);
  EXPECT_NO_THROW(fit_logistic(x, VectorXd::Ones(6), {.firth = true}));
  EXPECT_THROW(fit_logistic(x, VectorXd::Ones(5)), Error);
}

}  // namespace
}  // namespace entact
