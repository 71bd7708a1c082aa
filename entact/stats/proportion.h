#pragma once

#include "entact/base/estimate.h"

namespace entact {

// One group: how often, and how often at most. Every function
//   @param events  0 <= events <= n; not necessarily whole
//   @throws Error "stats.proportion.counts" if the counts are impossible,
//           "stats.proportion.level" unless 0 < level < 1
//   @source Brown, Cai and DasGupta 2001, Stat Sci 16:101 [brown2001]

/// @throws Error "stats.proportion.counts" unless 0 <= events <= n, n > 0, both finite
void check_counts(double events, double n);

/// @throws Error "stats.proportion.level" unless 0 < level < 1
void check_level(double level);

/// Exact two-sided interval: coverage is never below `level`, often well above it.
///
///     low = B(a/2; x, n - x + 1),   high = B(1 - a/2; x + 1, n - x),   a = 1 - level
///
/// @source Clopper and Pearson 1934, Biometrika 26:404 [clopper1934]
/// @checked reference/effect_size (R binom.test)
Interval clopper_pearson(double events, double n, double level = 0.95);

/// Score interval without continuity correction: coverage close to `level` on average.
/// @source Wilson 1927, J Am Stat Assoc 22:209 [wilson1927]
/// @checked reference/effect_size (R prop.test)
Interval wilson(double events, double n, double level = 0.95);

/// Equal-tailed posterior interval under the prior Beta(1/2, 1/2); as Brown, Cai and DasGupta
/// advise the lower end is 0 if events = 0, the upper 1 if events = n.
Interval jeffreys(double events, double n, double level = 0.95);

/// Exact one-sided upper bound of a risk when none of n persons had the event.
///
///     1 - (1 - level)^(1/n),   close to 3 / n at level 0.95: the "rule of three"
///
/// @source Hanley and Lippman-Hand 1983, JAMA 249:1743 [hanley1983]
double upper_bound_no_events(double n, double level = 0.95);

/// Fewest persons in whom an event of this risk shows at least once with probability `chance`.
///
///     ceil(log(1 - chance) / log(1 - risk)),   close to 3 m for a 1-in-m harm and chance 0.95
///
/// @param risk  per person, 0 < risk <= 1; a 1-in-m harm is 1.0 / m
/// @throws Error "stats.proportion.risk" unless 0 < risk <= 1; "stats.proportion.level" unless
///         0 < chance < 1
double persons_to_see(double risk, double chance = 0.95);

/// Probability that n persons show at least one event of this risk: 1 - (1 - risk)^n.
double chance_to_see(double risk, double n);

}  // namespace entact
