#pragma once

#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "entact/base/estimate.h"

namespace entact {

enum class TauPrior {
  half_normal,  ///< density proportional to exp(-tau^2 / (2 scale^2))
  half_cauchy,  ///< density proportional to 1/(1 + (tau/scale)^2)
  uniform,      ///< flat on [0, inf); needs three studies to be proper
};

struct PoolBayesOptions {
  TauPrior tau_prior = TauPrior::half_normal;
  double tau_scale = 0.5;  ///< of half_normal and half_cauchy; 0.5 suits log odds ratios and SMDs
  double mu_mean = 0;
  double mu_sd = std::numeric_limits<double>::infinity();  ///< infinite: a flat prior on mu
  double level = 0.95;
  bool studies = true;  ///< shrunken effects of the studies as well
};

/// A posterior distribution of one number. Mean and sd are infinite where the integral is.
struct Posterior {
  double median = 0, mean = 0, sd = 0;
  Interval central{};                  ///< equal tails
  std::optional<Interval> shortest{};  ///< highest density; not for single studies
};

struct PooledBayes {
  PoolBayesOptions how{};
  Posterior mu{};                    ///< the mean of the study effects
  Posterior tau{};                   ///< their standard deviation
  Posterior predictive{};            ///< the effect in a new study
  double p_mu_below_0 = 0;           ///< P(mu < 0)
  double p_predictive_below_0 = 0;   ///< P(effect in a new study < 0)
  std::vector<Posterior> studies{};  ///< shrunken effects, length k if asked for, if asked for
  Fit fit{};
};

/// Bayesian random-effects mean by quadrature over tau; no simulation, the same on every run.
///
///     y_i ~ N(theta_i, v_i),  theta_i ~ N(mu, tau^2),  mu ~ N(mu_mean, mu_sd^2) or flat, tau ~
///     prior
///
/// Given tau all is normal in closed form, so every posterior is a mixture of normals over the
/// quadrature nodes of tau. Works from k = 1 where the posterior is proper, and is meant for few
/// studies (k = 2) above all.
///
/// @param yi, vi  length k, as pool()
/// @throws Error as pool() on bad input; "stats.pool.option" (usage) on a scale or sd that is not
///         positive; "stats.pool.improper" (unanswerable) if the posterior is not a distribution
/// @cost   some 1,500 evaluations of O(k); 3 ms at k = 13, and 0.1 ms a study
/// @source Roever 2020, J Stat Softw 93(6) [roever2020]; Friede et al. 2017, Res Synth Methods 8:79
/// [friede2017]
/// @checked reference/pool (nested integration in R; bayesmeta, versions in its README)
PooledBayes pool_bayes(std::span<const double> yi, std::span<const double> vi,
                       const PoolBayesOptions& how = {});

/// P(mu < x) and P(new effect < x) for any x, where 0 is not the question.
struct PosteriorBelow {
  double mu = 0, predictive = 0;
};
/// @throws Error as pool_bayes()
PosteriorBelow posterior_below(std::span<const double> yi, std::span<const double> vi, double x,
                               const PoolBayesOptions& how = {});

/// Posterior median, sd and central interval of mu as an Estimate; no p-value.
Estimate to_estimate(const PooledBayes& pooled, const Estimand& estimand, bool log_scale = false);

}  // namespace entact
