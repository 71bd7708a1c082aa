#pragma once

#include "entact/base/estimate.h"
#include "entact/stats/two_by_two.h"

namespace entact {

// Tests of two arms that need no large numbers. Counts must be whole. Every function
//   @throws Error "stats.two_by_two.counts" if the counts are impossible or not whole

/// What conditioning on both margins says of the odds ratio.
struct FisherExact {
  double p = 1;           ///< two-sided: tables no more likely than the one seen
  double odds_ratio = 1;  ///< conditional maximum likelihood; 0 or infinite at an end
  Interval interval{};    ///< of the odds ratio, exact
};

/// Fisher's exact test; interval by inverting the two one-sided tests.
/// @cost   O(table) for each of about 100 evaluations
/// @source Fisher 1935, J R Stat Soc 98:39 [fisher1935]; Cornfield 1956 [cornfield1956]
/// @checked reference/responders (R's fisher.test)
FisherExact fisher_exact(const TwoByTwo& counts, double level = 0.95);

/// Unconditional exact test of equal risks, two-sided: the largest probability, over the common
/// risk, of a pooled z at least as far from 0 as the one seen. More powerful than Fisher's.
///
/// @cost   O(1000 (n1 + n2)); the maximum is taken over 1,000 risks and refined around the three
///         highest
/// @throws Error "stats.exact.size" (unanswerable) over 20,000 persons
/// @source Barnard 1945, Nature 156:177 [barnard1945]; Suissa and Shuster 1985, J R Stat Soc A
///         148:317 [suissa1985]
/// @checked reference/responders (the definition in R)
double barnard_exact_p(const TwoByTwo& counts);

}  // namespace entact
