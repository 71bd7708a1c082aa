#pragma once

#include <cstdint>
#include <vector>

#include "entact/base/estimate.h"
#include "entact/stats/imputer.h"
#include "entact/stats/mmrm_fit.h"

namespace entact {

struct PosteriorOptions {
  int draws = 500;
  int burn_in = 200;      ///< sweeps of each chain that are thrown away
  int burn_between = 10;  ///< sweeps from one kept draw to the next
  int chains = 4;
  std::uint64_t seed = 1;
  int threads = 1;  ///< 0: as many as the machine has; the draws do not depend on it
};

/// Draws from the posterior distribution of the imputation model's parameters.
struct PosteriorDraws {
  std::vector<ImputationParameters> draws{};  ///< chain after chain
  MmrmFit reml{};                             ///< where the chains start, and the prior's centre
  double worst_r_hat = 1;                     ///< over all coefficients and covariance elements
  double least_ess = 0;
  double acceptance = 1;  ///< share of independent proposals taken; 1 of the Gibbs sampler
  Fit fit{};
};

/// Gibbs sampling of the multivariate normal model with unstructured covariance; with another
/// structure metropolis_draws() (metropolis_draws.h).
///
///     p(beta) constant,  Sigma_g ~ inverse Wishart(m + 2, S_g), S_g the REML estimate
///
/// This is the prior of rbmi 1.5 (its covariance "us", prior_cov "default"): its mean is S_g and it
/// weighs as much as m + 2 participants, so it depends on the data. A sweep draws beta given Sigma
/// with the missing outcomes integrated out, then the missing residuals of each visit pattern by
/// their cross-products alone, then Sigma from its inverse Wishart distribution; participants
/// without any informative value are left out, as they say nothing.
///
/// @return fit.reservations where R-hat exceeds 1.05 or the effective sample size is below 40 % of
///         the draws (rbmi's own rule)
/// @throws Error "stats.impute.option" (usage) on a number of draws, sweeps or chains below 1; as
///         ImputationReml; with another structure "stats.impute.posterior" as metropolis_draws()
/// @cost   some 15 us a sweep at m = 4, p = 8; does not grow with n
/// @source Schafer 1997, Analysis of Incomplete Multivariate Data, ch. 5 [schafer1997]
/// @checked posterior_draws_test.cpp (closed form without missing values; REML), reference/impute
PosteriorDraws posterior_draws(const ImputationData& data, const PosteriorOptions& how = {});

/// @throws Error "stats.impute.option" as posterior_draws()
void check_posterior_options(const PosteriorOptions& how);

/// Sets R-hat and effective sample size, the worst of all parameters, and what they reserve, from
/// draws of `chains` chains of equal length, chain after chain.
void diagnose(PosteriorDraws& found, int chains);

}  // namespace entact
