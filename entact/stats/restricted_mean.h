#pragma once

#include "entact/base/estimate.h"
#include "entact/stats/kaplan_meier.h"

namespace entact {

/// Mean time without the event in the first `tau` units of time: the area under the curve.
struct RestrictedMean {
  double tau = 0;
  double value = 0;
  double se = 0;
  double low = 0, high = 0;  ///< Wald, at the level of the curve
};

/// @throws Error "stats.restricted_mean.tau" (usage) if tau is not positive; (unanswerable) if
/// follow-up ends before tau with participants still without the event
/// @cost   O(t)
/// @source Irwin 1949, J Hyg 47:188 [irwin1949]; Royston and Parmar 2013, BMC Med Res Methodol
/// 13:152 [royston2013]
/// @checked reference/survival (R survival, print(rmean = tau))
RestrictedMean restricted_mean(const SurvivalCurve& curve, double tau);

/// Difference a - b of two independent groups, in units of time.
/// @throws Error "stats.restricted_mean.tau" (usage) if the two have another tau
Estimate restricted_mean_difference(const RestrictedMean& a, const RestrictedMean& b);

/// Log of the ratio a / b, by the delta method.
Estimate restricted_mean_ratio(const RestrictedMean& a, const RestrictedMean& b);

}  // namespace entact
