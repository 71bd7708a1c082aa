#pragma once

#include "entact/base/estimate.h"
#include "entact/stats/two_by_two.h"

namespace entact {

// Intervals of two arms that keep their level in small groups and at 0 or n events. Ratios are
// given as ratios, not logs, because their ends may be 0 or infinity. Every function
//   @throws Error "stats.two_by_two.counts" if the counts are impossible;
//           "stats.proportion.level" unless 0 < level < 1
//   @checked reference/effect_size (statsmodels, and the definition evaluated in R)

/// Which variance the score statistic takes.
enum class ScoreVariance {
  miettinen_nurminen,  ///< times N / (N - 1)
  asymptotic,          ///< without: Mee's difference, Koopman's ratio, Cornfield's odds ratio
};

/// Risk difference by Newcombe's hybrid of two Wilson intervals (his method 10).
///
///     low  = d - sqrt((p1 - l1)^2 + (u2 - p2)^2),   high = d + sqrt((u1 - p1)^2 + (p2 - l2)^2)
///
/// @source Newcombe 1998, Stat Med 17:873 [newcombe1998]
Interval newcombe_risk_difference(const TwoByTwo& counts, double level = 0.95);

/// Values of the risk difference that the score test does not reject: roots of score_z = +-z.
/// @source Miettinen and Nurminen 1985, Stat Med 4:213 [miettinen1985]; Mee 1984, Biometrics
/// 40:1175 [mee1984]
/// @cost   about 20 evaluations of the statistic a limit
Interval score_risk_difference(const TwoByTwo& counts, double level = 0.95,
                               ScoreVariance variance = ScoreVariance::miettinen_nurminen);

/// The same for the risk ratio; 0 or infinity where an arm has no event.
/// @source Koopman 1984, Biometrics 40:513 [koopman1984]
Interval score_risk_ratio(const TwoByTwo& counts, double level = 0.95,
                          ScoreVariance variance = ScoreVariance::miettinen_nurminen);

/// The same for the odds ratio; 0 or infinity where an arm has no event or only events.
Interval score_odds_ratio(const TwoByTwo& counts, double level = 0.95,
                          ScoreVariance variance = ScoreVariance::miettinen_nurminen);

/// Wald intervals: estimate +- z se, on the log scale for ratios (given as ratios). Nothing is
/// added to zero cells: the difference may have width 0, the ratios are refused.
/// @throws Error "stats.two_by_two.zero_cell" (unanswerable) if a ratio has no finite variance
Interval wald_risk_difference(const TwoByTwo& counts, double level = 0.95);
Interval wald_risk_ratio(const TwoByTwo& counts, double level = 0.95);
Interval wald_odds_ratio(const TwoByTwo& counts, double level = 0.95);

/// Score statistic of the hypothesis that the difference is `value`, -1 < value < 1; standard
/// normal if it is, positive if the data lie above it. The variance is that of the restricted
/// maximum of the likelihood. For non-inferiority: one-sided p = P(Z > z) at value = -margin.
double score_z_risk_difference(const TwoByTwo& counts, double value,
                               ScoreVariance variance = ScoreVariance::miettinen_nurminen);
/// Its variance: that of the difference at the risks that fit best among those `value` apart.
double score_variance_risk_difference(const TwoByTwo& counts, double value,
                                      ScoreVariance variance = ScoreVariance::miettinen_nurminen);
/// The same for the risk ratio, value > 0; 0 where no arm has an event.
double score_z_risk_ratio(const TwoByTwo& counts, double value,
                          ScoreVariance variance = ScoreVariance::miettinen_nurminen);
/// The same for the odds ratio, value > 0; 0 where no arm has an event, or all have.
double score_z_odds_ratio(const TwoByTwo& counts, double value,
                          ScoreVariance variance = ScoreVariance::miettinen_nurminen);

}  // namespace entact
