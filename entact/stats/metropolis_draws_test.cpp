#include "entact/stats/metropolis_draws.h"

#include <gtest/gtest.h>

#include <Eigen/Cholesky>
#include <Eigen/LU>
#include <cmath>
#include <fstream>

#include "entact/base/error.h"
#include "entact/stats/covariance_prior.h"
#include "entact/stats/imputation_reml.h"
#include "entact/stats/imputation_specimen.h"
#include "entact/stats/mmrm_likelihood.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

ImputationData trial(CovarianceKind kind, bool by_arm = false) {
  std::ifstream in(std::string(ENTACT_SOURCE_DIR) + "/reference/impute/input.json");
  ImputationData data =
      imputation_specimen(nlohmann::json::parse(in), ImputationStrategy::mar, by_arm).data;
  data.covariance = kind;
  return data;
}

VectorXd flat(const ImputationParameters& draw) {
  const Index p = draw.beta.size();
  VectorXd all(p + 9);
  all.head(p) = draw.beta;
  all.tail(9) = draw.covariance[0].reshaped();
  return all;
}

struct Summary {
  VectorXd mean{}, sd{};
};
Summary summary_of(const PosteriorDraws& posterior) {
  const auto n = static_cast<double>(posterior.draws.size());
  VectorXd sum = 0 * flat(posterior.draws.front()), squares = sum;
  for (const auto& draw : posterior.draws) {
    sum += flat(draw);
    squares += flat(draw).cwiseAbs2();
  }
  return {sum / n, (squares / n - (sum / n).cwiseAbs2()).cwiseSqrt()};
}

// The same posterior by two samplers: means differ by their Monte Carlo errors, whose effective
// sample sizes they state; standard deviations by sqrt(1 / 2 ess).
TEST(MetropolisDraws, agree_with_gibbs_sampling_where_both_can) {
  const ImputationData data = trial(CovarianceKind::us);
  const PosteriorOptions how{.draws = 6000, .burn_between = 3};
  const PosteriorDraws gibbs = posterior_draws(data, how), metropolis = metropolis_draws(data, how);
  EXPECT_TRUE(metropolis.fit.reservations.empty());
  const Summary a = summary_of(gibbs), b = summary_of(metropolis);
  const double error = std::sqrt(1 / gibbs.least_ess + 1 / metropolis.least_ess);
  for (Index k = 0; k < a.mean.size(); ++k) {
    EXPECT_NEAR(a.mean[k], b.mean[k], 4 * error * a.sd[k]) << k;
    EXPECT_NEAR(b.sd[k] / a.sd[k], 1, 4 * error) << k;
  }
}

// Compound symmetry has two parameters: the posterior by a grid over log variance and correlation,
// with the prior written in these, against the draws of v and rho.
TEST(MetropolisDraws, of_compound_symmetry_are_those_of_quadrature) {
  const ImputationData data = trial(CovarianceKind::cs);
  ImputationReml reml(data);
  const MmrmFit fit = reml.fit();
  MmrmLikelihood likelihood(reml.model().sums(), reml.model().covariance(), true);
  likelihood.set_response(reml.response());
  const double s = fit.covariance[0](0, 0);
  double total = 0, v_sum = 0, rho_sum = 0, rho_squares = 0;
  for (int i = 0; i <= 80; ++i)
    for (int j = 1; j < 150; ++j) {
      const double log_v = std::log(s) + 0.02 * (i - 40), rho = -0.5 + 0.01 * j,
                   v = std::exp(log_v);
      const double share = (rho + 0.5) / 1.5;  // theta's logistic curve runs from -1/2 to 1
      const Eigen::Vector2d theta(log_v / 2, std::log(share / (1 - share)));
      const double log_posterior = -likelihood.value(theta) - fit.log_likelihood  //
                                   - 1.5 * log_v - s / (2 * v) + 0.5;
      const double weight = std::exp(log_posterior);
      total += weight;
      v_sum += weight * v;
      rho_sum += weight * rho;
      rho_squares += weight * rho * rho;
    }
  const double rho_mean = rho_sum / total;
  const double rho_sd = std::sqrt(rho_squares / total - rho_mean * rho_mean);
  const PosteriorDraws posterior = metropolis_draws(data, {.draws = 4000, .burn_between = 4});
  double v = 0, v_squares = 0, rho = 0, squares = 0;
  for (const auto& draw : posterior.draws) {
    const MatrixXd& c = draw.covariance[0];
    v += c(0, 0) / 4000, v_squares += c(0, 0) * c(0, 0) / 4000;
    rho += c(1, 0) / c(0, 0) / 4000, squares += c(1, 0) * c(1, 0) / c(0, 0) / c(0, 0) / 4000;
  }
  const double error = 4 / std::sqrt(posterior.least_ess);
  EXPECT_NEAR(v, v_sum / total, error * std::sqrt(v_squares - v * v));
  EXPECT_NEAR(rho, rho_mean, error * rho_sd);
  EXPECT_NEAR(std::sqrt(squares - rho * rho) / rho_sd, 1, error);
}

TEST(MetropolisDraws, mix_well_in_every_structure) {
  for (const CovarianceKind kind :
       {CovarianceKind::cs, CovarianceKind::csh, CovarianceKind::ar1, CovarianceKind::ar1h,
        CovarianceKind::toep, CovarianceKind::toeph, CovarianceKind::ad, CovarianceKind::adh})
    for (const bool by_arm : {false, true}) {
      const PosteriorDraws posterior =
          posterior_draws(trial(kind, by_arm), {.draws = 400, .burn_in = 50, .burn_between = 5});
      EXPECT_GT(posterior.acceptance, by_arm ? 0.3 : 0.6) << name_of(kind);
      EXPECT_LT(posterior.worst_r_hat, 1.06) << name_of(kind);
      EXPECT_GT(posterior.least_ess, 200) << name_of(kind);
      const Summary seen = summary_of(posterior);
      const VectorXd se = posterior.reml.beta_vcov.diagonal().cwiseSqrt();
      for (Index j = 0; j < se.size(); ++j)  // five errors of 200 draws
        EXPECT_NEAR(seen.mean[j], posterior.reml.beta[j], 0.35 * se[j]) << name_of(kind);
    }
}

TEST(MetropolisDraws, depend_on_the_seed_and_not_on_the_threads) {
  const ImputationData data = trial(CovarianceKind::ar1h);
  const auto one = metropolis_draws(data, {.draws = 10, .seed = 4});
  const auto two = metropolis_draws(data, {.draws = 10, .seed = 4, .threads = 2});
  const auto other = metropolis_draws(data, {.draws = 10, .seed = 5});
  for (std::size_t i = 0; i < 10; ++i) {
    EXPECT_EQ(one.draws[i].beta, two.draws[i].beta);
    EXPECT_EQ(one.draws[i].covariance[0], two.draws[i].covariance[0]);
    EXPECT_NE(one.draws[i].beta, other.draws[i].beta);
  }
  EXPECT_EQ(one.acceptance, two.acceptance);
}

TEST(MetropolisDraws, refuse_a_likelihood_without_a_maximum) {
  ImputationData data = trial(CovarianceKind::ar1);
  for (Index i = 0; i < data.n(); ++i)  // correlation 1
    for (Index v = 0; v < data.m(); ++v) data.y(i, v) = static_cast<double>(i % 7);
  try {
    metropolis_draws(data);
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "stats.impute.posterior");
    EXPECT_EQ(error.kind(), ErrorKind::unanswerable);
  }
  EXPECT_THROW(metropolis_draws(trial(CovarianceKind::cs), {.draws = 0}), Error);
}

// The density in theta is that in the elements of Sigma times the Jacobian, here by differences.
TEST(CovariancePrior, of_us_is_the_inverse_wishart_of_the_elements) {
  const Covariance us{.kind = CovarianceKind::us, .visits = 3};
  MatrixXd s = MatrixXd::Identity(3, 3);
  s(1, 0) = s(0, 1) = 0.4;
  const auto by_elements = [&](const VectorXd& theta) {
    const MatrixXd sigma = covariance_at(us, theta).sigma;
    MatrixXd jacobian(6, 6);
    for (int k = 0; k < 6; ++k) {
      const double h = 1e-6;
      const VectorXd up = theta + h * VectorXd::Unit(6, k), down = theta - h * VectorXd::Unit(6, k);
      const MatrixXd slope =
          (covariance_at(us, up).sigma - covariance_at(us, down).sigma) / (2 * h);
      for (int i = 0; i < 3; ++i)
        for (int j = 0; j <= i; ++j) jacobian(packed_index(i, j), k) = slope(i, j);
    }
    const Eigen::LDLT<MatrixXd> solved(sigma);
    const double log_det = solved.vectorD().array().log().sum();
    return std::log(std::abs(jacobian.determinant())) - (5 + 3 + 1) / 2.0 * log_det -
           MatrixXd(solved.solve(s)).trace() / 2;
  };
  VectorXd a(6), b(6);
  a << 0.1, 0.3, -0.2, 0.5, 0.1, 0.2;
  b << -0.4, 0.1, 0.3, -0.2, 0.6, -0.1;
  EXPECT_NEAR(log_covariance_prior(us, a, s) - log_covariance_prior(us, b, s),
              by_elements(a) - by_elements(b), 1e-7);
}

}  // namespace
}  // namespace entact
