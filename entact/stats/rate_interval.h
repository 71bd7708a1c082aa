#pragma once

#include "entact/base/estimate.h"

namespace entact {

// Events over person-time, as Poisson counts: how often in one group, and how much more often in
// one group than in another. Time is in any unit; a rate is events per that unit. Every function
//   @param events  >= 0, finite; first events of persons, or all events
//   @throws Error "stats.rate.counts" if a count is negative or a time is not positive,
//           "stats.proportion.level" unless 0 < level < 1
//   @checked reference/rates (R poisson.test, and the definitions evaluated in R)

/// How an interval of discrete counts treats the observed count itself.
enum class ExactTails {
  exact,  ///< counts it whole in both tails: coverage is never below the level
  mid_p,  ///< counts half of it: coverage close to the level on average
};

/// Rate of one group. Exact:
///
///     low = Q(a/2; 2 x) / (2 T),   high = Q(1 - a/2; 2 x + 2) / (2 T),   Q chi-squared, a = 1 -
///     level
///
/// With mid_p the means at which P(X > x) + P(X = x) / 2 and P(X < x) + P(X = x) / 2 are a/2.
/// @source Garwood 1936, Biometrika 28:437 [garwood1936]
Interval poisson_rate(double events, double time, double level = 0.95,
                      ExactTails tails = ExactTails::exact);

/// Events and person-time of two independent groups; 1 is treatment, 2 is control.
struct TwoRates {
  double events1 = 0;
  double time1 = 0;
  double events2 = 0;
  double time2 = 0;
};

/// @throws Error "stats.rate.counts" unless events >= 0 and 0 < time in both groups
void check_counts(const TwoRates& counts);

/// Rate ratio by the exact conditional method: given all x events, x1 is binomial with probability
/// r T1 / (r T1 + T2), whose Clopper-Pearson (or mid-p) limits become those of r. The low end is 0
/// where group 1 has no event, the high end infinite where group 2 has none.
/// @source Przyborowski and Wilenski 1940, Biometrika 31:313 [przyborowski1940]
Interval exact_rate_ratio(const TwoRates& counts, double level = 0.95,
                          ExactTails tails = ExactTails::exact);

/// The same from the score test: Wilson limits of the same binomial.
Interval score_rate_ratio(const TwoRates& counts, double level = 0.95);

/// Score statistic of the hypothesis that rate 1 exceeds rate 2 by `difference`; standard normal if
/// it does. The variance r1 / T1 + r2 / T2 is at the restricted maximum of the likelihood:
///
///     T r2^2 + (T d - x) r2 - x2 d = 0,   r1 = r2 + d,   T = T1 + T2,   x = x1 + x2
///
/// @source Miettinen and Nurminen 1985, Stat Med 4:213 [miettinen1985]
double score_z_rate_difference(const TwoRates& counts, double difference);

/// Values of the rate difference that the score test does not reject.
Interval score_rate_difference(const TwoRates& counts, double level = 0.95);

}  // namespace entact
