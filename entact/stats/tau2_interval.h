#pragma once

#include "entact/base/estimate.h"
#include "entact/stats/pool_model.h"

namespace entact {

/// Q-profile interval of the between-study variance: the tau2 at which Q(tau2) is a quantile of
/// chi-squared with k - p degrees of freedom.
///
///     Q(low) = chi2_{1 - a/2},  Q(high) = chi2_{a/2},  a = 1 - level
///
/// Exact under the normal model, whatever estimated tau2. Both ends are 0 if the studies agree more
/// closely than chance would have it.
///
/// @throws Error "stats.pool.few" (unanswerable) unless k > p
/// @cost   O(k) per iteration, typically 4 to 8 iterations an end
/// @source Viechtbauer 2007, Stat Med 26:37 [viechtbauer2007]
/// @checked reference/pool (metafor confint)
Interval q_profile_interval(PoolModel& model, double level);

/// Profile-likelihood interval of the between-study variance: where the (restricted)
/// log-likelihood lies half a chi-squared quantile below its maximum.
///
/// @param tau2        the maximiser: of the restricted likelihood if `restricted`
/// @return low is 0 if the likelihood at 0 is not that far below
/// @throws Error "stats.pool.few" (unanswerable) unless k > p
/// @source Hardy and Thompson 1996, Stat Med 15:619 [hardy1996]
/// @checked reference/pool (metafor confint, type "PL")
Interval profile_likelihood_interval(PoolModel& model, double tau2, bool restricted, double level);

}  // namespace entact
