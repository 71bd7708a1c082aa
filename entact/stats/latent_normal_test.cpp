// Binary outcomes: known parameters, probit regression by R, and what sequential logistic
// imputation by mice and an own R program gives (reference/impute/binary.R).
#include "entact/stats/latent_normal.h"

#include <gtest/gtest.h>

#include <Eigen/LU>
#include <cmath>
#include <fstream>

#include "entact/base/error.h"
#include "entact/stats/imputation.h"
#include "entact/stats/imputation_specimen.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using nlohmann::json;

const json& reference() {
  static const json read = [] {
    std::ifstream in(std::string(ENTACT_SOURCE_DIR) + "/reference/impute/binary.json");
    return json::parse(in);
  }();
  return read;
}

/// 400 participants at the first `visits` of three.
ImputationSpecimen specimen(ImputationStrategy strategy, Index visits = 3) {
  ImputationSpecimen s{.arm = reference()["arm"], .base = reference()["base"]};
  const auto n = static_cast<Index>(s.arm.size());
  s.data.y.resize(n, visits);
  for (Index i = 0; i < n; ++i) {
    const auto at = static_cast<std::size_t>(i);
    s.data.participants.push_back("B" + std::to_string(i));
    s.data.first_affected.push_back(
        std::min(static_cast<int>(visits), reference()["first_affected"][at].get<int>()));
    for (Index v = 0; v < visits; ++v) {
      const auto& cell = reference()["y"][at][static_cast<std::size_t>(v)];
      s.data.y(i, v) = cell.is_null() ? std::nan("") : cell.get<double>();
    }
  }
  for (Index v = 0; v < visits; ++v) s.data.visits.push_back("V" + std::to_string(v + 1));
  s.data.strategy.assign(s.arm.size(), strategy);
  s.data.binary = true;
  add_specimen_designs(s);
  return s;
}

// Columns of the specimen at one visit: intercept, base, arm.
TEST(LatentNormal, at_one_visit_it_is_probit_regression) {
  const auto s = specimen(ImputationStrategy::mar, 1);
  const LatentDraws found =
      latent_draws(s.data, {.draws = 2000, .burn_in = 100, .burn_between = 1});
  const json& probit = reference()["probit"];  // intercept, arm, base
  const std::vector<std::size_t> order{0, 2, 1};
  for (Index j = 0; j < 3; ++j) {
    double sum = 0, squares = 0;
    for (const auto& draw : found.posterior.draws) {
      sum += draw.beta[j] / 2000;
      squares += draw.beta[j] * draw.beta[j] / 2000;
    }
    const std::size_t k = order[static_cast<std::size_t>(j)];
    const double se = probit["se"][k];
    // The posterior is nearly normal at n = 400, and 2000 draws of it are correlated.
    EXPECT_NEAR(sum, probit["beta"][k].get<double>(), 0.2 * se);
    EXPECT_NEAR(std::sqrt(squares - sum * sum) / se, 1, 0.1);
  }
}

TEST(LatentNormal, correlations_of_visits_are_found_again) {
  const auto s = specimen(ImputationStrategy::mar);
  const LatentDraws found = latent_draws(s.data, {.draws = 400, .burn_in = 100, .burn_between = 2});
  MatrixXd mean = MatrixXd::Zero(3, 3);
  for (const auto& draw : found.posterior.draws) {
    EXPECT_EQ(draw.covariance[0].diagonal(), VectorXd::Ones(3));
    mean += draw.covariance[0] / 400;
  }
  const json& truth = reference()["truth"]["correlation"];
  // A tetrachoric correlation of 400 has a standard error near 0.06.
  EXPECT_NEAR(mean(1, 0), truth[0].get<double>(), 0.18);
  EXPECT_NEAR(mean(2, 0), truth[1].get<double>(), 0.18);
  EXPECT_NEAR(mean(2, 1), truth[2].get<double>(), 0.18);
}

PooledImputation last_difference(const ImputationSpecimen& s, int draws = 300) {
  const Imputations made = impute(s.data, {.draws = draws, .burn_in = 100, .burn_between = 3});
  const auto analysis = responder_analysis({specimen_visits(s)[2]}, {"PBO", "MDMA"}, 0,
                                           {.threshold = 1, .below = false});
  return pool_imputations(s.data, made, analysis).front();
}

TEST(LatentNormal, risk_differences_are_near_those_of_sequential_logistic_regressions) {
  for (const auto& [name, strategy] : std::vector<std::pair<const char*, ImputationStrategy>>{
           {"MAR", ImputationStrategy::mar}, {"CR", ImputationStrategy::cr}}) {
    const PooledImputation found = last_difference(specimen(strategy));
    const json& theirs = reference()["sequential"][name];
    // Four Monte Carlo errors of 300 draws on both sides, and a fifth of the standard error for
    // another link and for CR's model, where arms share their regressions' other coefficients.
    const double error =
        4 * std::sqrt(2 * theirs["between"].get<double>() / 300) + 0.2 * theirs["se"].get<double>();
    EXPECT_NEAR(found.estimate, theirs["estimate"].get<double>(), error) << name;
    EXPECT_NEAR(found.se / theirs["se"].get<double>(), 1, 0.1) << name;
  }
}

TEST(LatentNormal, strategies_leave_the_reference_arm_and_what_was_seen_alone) {
  const auto mar = specimen(ImputationStrategy::mar), jr = specimen(ImputationStrategy::jr);
  const ImputationOptions how{.draws = 8, .burn_in = 20, .burn_between = 1, .chains = 2};
  const Imputations a = impute(mar.data, how), b = impute(jr.data, how);
  int differ = 0;
  for (std::size_t d = 0; d < 8; ++d)
    for (Index i = 0; i < mar.data.n(); ++i)
      for (Index v = 0; v < 3; ++v) {
        const double z = b.completed[d](i, v);
        EXPECT_TRUE(z == 0 || z == 1);
        if (!std::isnan(mar.data.y(i, v))) {
          EXPECT_EQ(z, mar.data.y(i, v));
        }
        if (mar.arm[static_cast<std::size_t>(i)] == 0) {
          EXPECT_EQ(z, a.completed[d](i, v));
        }
        differ += z != a.completed[d](i, v) ? 1 : 0;
      }
  EXPECT_GT(differ, 0);
  EXPECT_LT(last_difference(jr, 100).estimate, last_difference(mar, 100).estimate);
}

// Whoever responds once responds from then on: the data draw the correlations to 1.
TEST(LatentNormal, responses_that_only_ever_come_leave_correlations_regular) {
  auto s = specimen(ImputationStrategy::mar);
  for (Index i = 0; i < s.data.y.rows(); ++i)
    for (Index v = 1; v < 3; ++v)
      if (s.data.y(i, v - 1) == 1 && !std::isnan(s.data.y(i, v))) s.data.y(i, v) = 1;
  const LatentDraws found =
      latent_draws(s.data, {.draws = 200, .burn_in = 1000, .burn_between = 5});
  for (const auto& parameters : found.posterior.draws) {
    const MatrixXd inverse = parameters.covariance[0].inverse();
    EXPECT_GT(inverse.diagonal().minCoeff(), 0);
    EXPECT_LE(inverse.diagonal().maxCoeff(), 1000 * (1 + 1e-9));
    EXPECT_TRUE(parameters.beta.allFinite());
  }
}

TEST(LatentNormal, answers_depend_on_the_seed_and_not_on_the_threads) {
  const auto s = specimen(ImputationStrategy::cir);
  ImputationOptions how{.draws = 4, .burn_in = 5, .burn_between = 1, .chains = 2};
  const MatrixXd one = impute(s.data, how).completed[3];
  how.threads = 2;
  EXPECT_EQ(one, impute(s.data, how).completed[3]);
  how.seed = 9;
  EXPECT_NE(one, impute(s.data, how).completed[3]);
}

std::string code_of(const ImputationSpecimen& s, const ImputationOptions& how = {.draws = 2}) {
  try {
    impute(s.data, how);
  } catch (const Error& error) {
    return error.code();
  }
  return "";
}

TEST(LatentNormal, outcomes_that_are_not_binary_or_all_alike_are_refused) {
  auto s = specimen(ImputationStrategy::mar);
  EXPECT_EQ(
      code_of(s, {.method = ImputationMethod::conditional_mean, .rule = PoolingRule::jackknife}),
      "stats.impute.pair");
  s.data.y(3, 0) = 2;
  EXPECT_EQ(code_of(s), "stats.impute.binary");
  s = specimen(ImputationStrategy::mar);
  s.data.y.col(0).setOnes();
  EXPECT_EQ(code_of(s), "stats.impute.separation");
  for (Index i = 0; i < s.data.n(); ++i) s.data.y(i, 0) = s.arm[static_cast<std::size_t>(i)];
  EXPECT_EQ(code_of(s), "stats.impute.separation");
}

}  // namespace
}  // namespace entact
