#include "entact/stats/tau_posterior.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "entact/num/distributions.h"

namespace entact {
namespace {

// exp(-tau^2/(2 s^2)): half-normal, P(tau <= x) = 2 Phi(x/s) - 1, mean s sqrt(2/pi).
TauPosterior half_normal(double s, double scale) {
  return {[s](double tau) { return TauEvaluation{-0.5 * tau * tau / (s * s), 0, 1}; }, scale};
}

TEST(TauPosterior, integrates_the_half_normal_at_any_guess_of_its_scale) {
  for (const double scale : {0.01, 0.3, 1.0, 30.0}) {
    const TauPosterior posterior = half_normal(0.5, scale);
    EXPECT_TRUE(posterior.converged());
    double mass = 0, mean = 0;
    for (const TauNode& n : posterior.nodes()) mass += n.mass, mean += n.mass * n.tau;
    EXPECT_NEAR(mass, 1, 1e-13);
    EXPECT_NEAR(mean, 0.5 * std::sqrt(2 / std::acos(-1.0)), 1e-12);
    for (const double p : {0.01, 0.5, 0.99}) {
      const double x = posterior.quantile(p);
      EXPECT_NEAR(x, 0.5 * normal_quantile(0.5 + p / 2), 1e-11);
      EXPECT_NEAR(posterior.cdf(x), p, 1e-12);
    }
    EXPECT_NEAR(posterior.density(0.2), 4 * normal_density(0.4), 1e-12);
  }
}

TEST(TauPosterior, integrates_a_tail_like_a_power) {
  // 1/(1 + tau^2): half-Cauchy, P(tau <= x) = 2 atan(x)/pi.
  const TauPosterior posterior(
      [](double tau) {
        return TauEvaluation{-std::log1p(tau * tau), 0, 1};
      },
      0.4);
  for (const double x : {0.1, 1.0, 10.0, 1e4})
    EXPECT_NEAR(posterior.cdf(x), 2 * std::atan(x) / std::acos(-1.0), 1e-12);
  EXPECT_NEAR(posterior.quantile(0.975), std::tan(0.975 * std::acos(-1.0) / 2), 1e-9);
}

TEST(TauPosterior, finds_a_peak_a_millionth_as_wide_as_its_place) {
  const TauPosterior posterior(
      [](double tau) {
        const double z = (tau - 0.7) / 7e-7;
        return TauEvaluation{-0.5 * z * z, 0, 1};
      },
      0.3);
  EXPECT_TRUE(posterior.converged());
  EXPECT_NEAR(posterior.quantile(0.5), 0.7, 1e-13);
  EXPECT_NEAR(posterior.quantile(0.975), 0.7 + 7e-7 * normal_quantile(0.975), 1e-13);
}

}  // namespace
}  // namespace entact
