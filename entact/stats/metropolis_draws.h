#pragma once

#include "entact/stats/imputation_data.h"
#include "entact/stats/posterior_draws.h"

namespace entact {

/// Draws from the posterior of the multivariate normal model with any covariance structure over
/// visits, by the Metropolis-Hastings algorithm.
///
///     p(theta | y) ~ L_REML(theta) p(theta),   beta | theta, y ~ N(b(theta), (X'V^-1 X)^-1)
///
/// beta has a flat prior and is integrated out, which makes the likelihood of theta the restricted
/// one exactly; the prior of theta is covariance_prior.h. A sweep proposes theta anew from a
/// multivariate t distribution (8 df) around the REML estimate, with the inverse information as
/// its scale, and then a random step (2.38 / sqrt(parameters) of the same scale). beta is drawn
/// only for the draws that are kept.
///
/// @return acceptance: the share of the first kind of proposal that was taken
/// @throws Error "stats.impute.posterior" (unanswerable) if the restricted likelihood has no
///         maximum within the parameters' range, so that there is no scale for the proposals; as
///         posterior_draws()
/// @cost   two values of the likelihood a sweep, some 30 us each at m = 4, p = 8; does not grow
///         with n
/// @source Tierney 1994, Ann Stat 22:1701 [tierney1994]
/// @checked metropolis_draws_test.cpp (Gibbs sampling of us; quadrature)
PosteriorDraws metropolis_draws(const ImputationData& data, const PosteriorOptions& how = {});

}  // namespace entact
