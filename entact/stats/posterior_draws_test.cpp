#include "entact/stats/posterior_draws.h"

#include <gtest/gtest.h>

#include <Eigen/LU>
#include <cmath>
#include <fstream>

#include "entact/base/error.h"
#include "entact/stats/imputation_specimen.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

ImputationSpecimen specimen(bool by_arm = false) {
  std::ifstream in(std::string(ENTACT_SOURCE_DIR) + "/reference/impute/input.json");
  return imputation_specimen(nlohmann::json::parse(in), ImputationStrategy::mar, by_arm);
}

struct Summary {
  VectorXd mean{}, sd{};
};

template <class Value>
Summary summary_of(const PosteriorDraws& posterior, Value value) {
  const auto n = static_cast<double>(posterior.draws.size());
  VectorXd sum = value(posterior.draws.front()) * 0, squares = sum;
  for (const auto& draw : posterior.draws) {
    sum += value(draw);
    squares += value(draw).cwiseAbs2();
  }
  return {sum / n, (squares / n - (sum / n).cwiseAbs2()).cwiseSqrt()};
}

VectorXd beta_of(const ImputationParameters& draw) { return draw.beta; }

// Without missing values and with the same covariates at each visit the posterior of Sigma is
// inverse Wishart with m + 2 + n - q degrees of freedom and scale S + residual cross-products of
// least squares visit by visit; its mean is scale/(df - m - 1).
TEST(PosteriorDraws, without_missing_values_the_posterior_is_the_closed_form) {
  auto s = specimen();
  for (Index i = 0; i < 100; ++i)
    for (Index v = 0; v < 3; ++v)
      if (std::isnan(s.data.y(i, v))) s.data.y(i, v) = -10 + 0.1 * static_cast<double>(i);
  const PosteriorDraws posterior = posterior_draws(s.data, {.draws = 8000, .burn_between = 2});
  const AncovaVisit design = specimen_visits(s).front();
  const MatrixXd hat =
      design.x * (design.x.transpose() * design.x).inverse() * design.x.transpose();
  const MatrixXd residual = s.data.y - hat * s.data.y;
  const MatrixXd cross = residual.transpose() * residual;
  const MatrixXd reml = cross / 97;
  EXPECT_LT((posterior.reml.covariance[0] - reml).norm(), 1e-7 * reml.norm());
  const MatrixXd expected = (reml + cross) / (5 + 100 - 3 - 4);
  const auto covariance = [](const ImputationParameters& draw) {
    return VectorXd(draw.covariance[0].reshaped());
  };
  const Summary seen = summary_of(posterior, covariance);
  for (Index k = 0; k < 9; ++k)
    EXPECT_NEAR(seen.mean(k), expected.reshaped()(k), 5 * seen.sd(k) / std::sqrt(6000.0)) << k;
  EXPECT_LT(posterior.worst_r_hat, 1.01);
}

TEST(PosteriorDraws, coefficients_centre_on_reml_with_its_standard_errors) {
  for (const bool by_arm : {false, true}) {
    const auto s = specimen(by_arm);
    const PosteriorDraws posterior = posterior_draws(s.data, {.draws = 4000, .burn_between = 3});
    const Summary seen = summary_of(posterior, beta_of);
    const VectorXd se = posterior.reml.beta_vcov.diagonal().cwiseSqrt();
    for (Index j = 0; j < se.size(); ++j) {
      // The likelihood of beta is nearly normal; REML is its centre to within a tenth of its width.
      EXPECT_NEAR(seen.mean(j), posterior.reml.beta(j), 0.1 * se(j)) << j;
      // and t-like, so a little wider than REML's standard error
      EXPECT_NEAR(seen.sd(j) / se(j), 1.02, 0.06) << j;
    }
    EXPECT_TRUE(posterior.fit.reservations.empty());
    EXPECT_GT(posterior.least_ess, 1600);
  }
}

TEST(PosteriorDraws, draws_depend_on_the_seed_and_not_on_the_threads) {
  const auto s = specimen();
  const auto one = posterior_draws(s.data, {.draws = 10, .seed = 4});
  const auto two = posterior_draws(s.data, {.draws = 10, .seed = 4, .threads = 2});
  const auto other = posterior_draws(s.data, {.draws = 10, .seed = 5});
  ASSERT_EQ(one.draws.size(), 10U);
  for (std::size_t i = 0; i < 10; ++i) {
    EXPECT_EQ(one.draws[i].beta, two.draws[i].beta);
    EXPECT_EQ(one.draws[i].covariance[0], two.draws[i].covariance[0]);
    EXPECT_NE(one.draws[i].beta, other.draws[i].beta);
  }
}

TEST(PosteriorDraws, few_draws_cannot_be_diagnosed_and_say_so) {
  const auto s = specimen();
  EXPECT_EQ(posterior_draws(s.data, {.draws = 4}).fit.reservations.size(), 1U);
  EXPECT_THROW(posterior_draws(s.data, {.draws = 0}), Error);
  EXPECT_THROW(posterior_draws(s.data, {.burn_between = 0}), Error);
}

}  // namespace
}  // namespace entact
