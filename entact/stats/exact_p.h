#pragma once

#include "entact/stats/rate_interval.h"
#include "entact/stats/two_by_two.h"

namespace entact {

// Exact tests of no difference between two arms, given all events. Two-sided p of either kind:
//   exact  probability of all outcomes that are no likelier than the one seen (within 1e-7), as R's
//          fisher.test and poisson.test
//   mid_p  twice the smaller tail, in which the outcome seen counts half; at most 1

/// Fisher's exact test of the events of two arms; 1 where no arm, or every person, has the event.
///
/// @throws Error "stats.two_by_two.counts" if the counts are impossible or not whole
/// @cost   O(events)
/// @source Fisher 1935, J R Stat Soc 98:39 [fisher1935]
/// @checked reference/rates (R fisher.test)
double fisher_p(const TwoByTwo& counts, ExactTails tails = ExactTails::exact);

/// Exact conditional test of rate1 / rate2 = ratio; 1 where there is no event.
///
/// @param ratio  > 0
/// @throws Error "stats.rate.counts" if the counts are impossible or not whole, or ratio <= 0
/// @source Przyborowski and Wilenski 1940, Biometrika 31:313 [przyborowski1940]
/// @checked reference/rates (R poisson.test)
double exact_rate_p(const TwoRates& counts, double ratio = 1, ExactTails tails = ExactTails::exact);

}  // namespace entact
