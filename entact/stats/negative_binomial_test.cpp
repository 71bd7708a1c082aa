#include "entact/stats/negative_binomial.h"

#include <gtest/gtest.h>

#include <cmath>

#include "entact/base/error.h"
#include "entact/stats/agreement_specimen.h"
#include "entact/stats/count_specimen.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

CountData trial() { return count_specimen(counts_reference(), ImputationStrategy::mar); }

TEST(NegativeBinomial, fits_are_those_of_glmmtmb_mass_and_an_own_likelihood) {
  const auto reference = counts_reference();
  const CountData d = trial();
  const CountFit fit = fit_negative_binomial(d.x, d.events, d.exposure);
  EXPECT_TRUE(fit.fit.converged);
  const auto& own = reference["own"];
  for (std::size_t j = 0; j < 4; ++j) {
    const auto at = static_cast<Index>(j);
    // R's differences leave an error of about 1e-9 in the information
    specimen::note_disagreement("R MASS and Newton", "negative binomial", fit.theta[at],
                                own["theta"][j].get<double>());
    EXPECT_NEAR(fit.theta[at], own["theta"][j].get<double>(), 1e-7);
    for (std::size_t k = 0; k < 4; ++k)
      EXPECT_NEAR(fit.vcov(at, static_cast<Index>(k)), own["vcov"][j][k].get<double>(), 1e-7);
  }
  EXPECT_NEAR(fit.log_likelihood, reference["MASS"]["log_likelihood"].get<double>(), 1e-9);
  EXPECT_NEAR(fit.dispersion, reference["MASS"]["dispersion"].get<double>(), 1e-6);
  for (std::size_t j = 0; j < 3; ++j)
    EXPECT_NEAR(std::sqrt(fit.vcov(static_cast<Index>(j), static_cast<Index>(j))),
                reference["glmmTMB"]["se"][j].get<double>(), 1e-6);
}

TEST(NegativeBinomial, without_dispersion_it_is_glm) {
  const auto reference = counts_reference()["poisson"];
  const CountData d = trial();
  const CountFit fit = fit_poisson(d.x, d.events, d.exposure);
  for (std::size_t j = 0; j < 3; ++j) {
    const auto at = static_cast<Index>(j);
    EXPECT_NEAR(fit.beta[at], reference["beta"][j].get<double>(), 1e-9);
    EXPECT_NEAR(std::sqrt(fit.vcov(at, at)), reference["se"][j].get<double>(), 1e-8);
  }
  EXPECT_NEAR(fit.log_likelihood, reference["log_likelihood"].get<double>(), 1e-9);
}

TEST(NegativeBinomial, derivatives_are_those_of_finite_differences) {
  const CountData d = trial();
  for (const double log_k : {-12.0, -5.0, -3.5, -0.6, 1.5}) {
    VectorXd theta(4);
    theta << -1, -0.4, 0.2, log_k;
    const CountObjective exact = count_objective(d.x, d.events, d.exposure, theta);
    for (Index j = 0; j < 4; ++j) {
      const double h = 1e-4;
      VectorXd up = theta, down = theta;
      up[j] += h, down[j] -= h;
      const CountObjective above = count_objective(d.x, d.events, d.exposure, up),
                           below = count_objective(d.x, d.events, d.exposure, down);
      EXPECT_NEAR(exact.score[j], (above.value - below.value) / (2 * h), 1e-4);
      for (Index i = 0; i < 4; ++i)
        EXPECT_NEAR(exact.information(i, j), -(above.score[i] - below.score[i]) / (2 * h), 1e-4);
    }
  }
}

// The mean of one group is events over time; the likelihood at k -> 0 is Poisson's.
TEST(NegativeBinomial, counts_that_vary_little_are_poisson_with_a_reservation) {
  VectorXd events(6), exposure(6);
  events << 3, 4, 3, 4, 3, 4;
  exposure.setConstant(2);
  const MatrixXd one = MatrixXd::Ones(6, 1);
  const CountFit fit = fit_negative_binomial(one, events, exposure);
  EXPECT_EQ(fit.dispersion, 0);
  EXPECT_EQ(fit.fit.reservations.size(), 1U);
  EXPECT_NEAR(fit.beta[0], std::log(21.0 / 12), 1e-12);
  EXPECT_NEAR(fit.vcov(0, 0), 1.0 / 21, 1e-12);
  VectorXd theta(2);
  theta << fit.beta[0], -25;
  EXPECT_NEAR(count_objective(one, events, exposure, theta).value, fit.log_likelihood, 1e-8);
}

std::string code_of(const MatrixXd& x, const VectorXd& events, const VectorXd& exposure) {
  try {
    fit_negative_binomial(x, events, exposure);
  } catch (const Error& error) {
    return error.code();
  }
  return "";
}

TEST(NegativeBinomial, what_has_no_estimate_is_refused) {
  const CountData d = trial();
  VectorXd events = d.events;
  events[0] = 1.5;
  EXPECT_EQ(code_of(d.x, events, d.exposure), "stats.count.value");
  events[0] = -1;
  EXPECT_EQ(code_of(d.x, events, d.exposure), "stats.count.value");
  EXPECT_EQ(code_of(d.x, d.events, 0 * d.exposure), "stats.count.value");
  EXPECT_EQ(code_of(d.x, d.events.head(9), d.exposure), "stats.count.shape");
  MatrixXd twice = d.x;
  twice.col(1) = 2 * twice.col(0);
  EXPECT_EQ(code_of(twice, d.events, d.exposure), "stats.count.rank");
  events = d.events.cwiseProduct((1 - d.x.col(1).array()).matrix());  // nobody of one arm
  EXPECT_EQ(code_of(d.x, events, d.exposure), "stats.count.rank");
}

}  // namespace
}  // namespace entact
