#pragma once

#include <span>

#include "entact/base/estimate.h"
#include "entact/stats/two_by_two.h"

namespace entact {

/// A common effect of k tables made from the counts themselves, without a variance per study.
struct PooledCounts {
  Estimate estimate{};  ///< log scale for ratios; df infinite
  int studies = 0;      ///< k given
  int informative = 0;  ///< those that carry weight in the estimate
  double q = 0;         ///< Cochran's Q around the estimate
  int q_df = 0;         ///< studies in Q - 1
  double q_p = 1;
};

/// Mantel-Haenszel risk ratio; needs no addition to zero cells, and none is made.
///
///     log(R / S),  R = sum x1 n2 / N,  S = sum x2 n1 / N
///
/// Q uses the studies' own effects, with 1/2 added where a cell is 0 and tables without any event,
/// or without any non-event, left out.
/// @param tables  length k >= 1
/// @throws Error "stats.two_by_two.counts" if counts are impossible or there is no table;
///         "stats.two_by_two.no_events" (unanswerable) if an arm has no event in any table
/// @source Greenland and Robins 1985, Biometrics 41:55 [greenland1985]
/// @checked reference/effect_size (metafor rma.mh)
PooledCounts mantel_haenszel_risk_ratio(std::span<const TwoByTwo> tables);

/// Mantel-Haenszel odds ratio with the variance of Robins, Breslow and Greenland; Q as above.
/// @throws as mantel_haenszel_risk_ratio
/// @source Robins, Breslow and Greenland 1986, Biometrics 42:311 [robins1986]
PooledCounts mantel_haenszel_odds_ratio(std::span<const TwoByTwo> tables);

/// Which variance the Mantel-Haenszel risk difference takes.
enum class RiskDifferenceVariance {
  sato,              ///< consistent for few large and for many sparse tables; metafor's
  greenland_robins,  ///< consistent for few large tables; meta's and RevMan's
};

/// Mantel-Haenszel risk difference; tables without events count too.
/// @throws Error "stats.two_by_two.counts" as above; "stats.two_by_two.no_events" (unanswerable)
///         if the variance is 0
/// @source Greenland and Robins 1985; Sato 1989, Biometrics 45:1323 [sato1989]
PooledCounts mantel_haenszel_risk_difference(
    std::span<const TwoByTwo> tables,
    RiskDifferenceVariance variance = RiskDifferenceVariance::sato);

/// Peto's one-step log odds ratio, sum(O - E) / sum V. For rare events in arms of similar size.
/// @throws Error "stats.two_by_two.no_events" (unanswerable) if sum V = 0
/// @source Yusuf et al. 1985, Prog Cardiovasc Dis 27:335 [yusuf1985]
/// @checked reference/effect_size (metafor rma.peto)
PooledCounts peto_odds_ratio(std::span<const TwoByTwo> tables);

/// A chi-squared statistic with its degrees of freedom and p.
struct ChiSquared {
  double statistic = 0;
  int df = 0;
  double p = 1;
};

/// Cochran-Mantel-Haenszel test that the common odds ratio is 1, 1 df.
/// @param continuity  subtract 1/2 from |sum(O - E)|, as R does; the difference stops at 0
/// @source Mantel and Haenszel 1959, J Natl Cancer Inst 22:719 [mantel1959]
ChiSquared mantel_haenszel_test(std::span<const TwoByTwo> tables, bool continuity = true);

/// Breslow and Day's test that all odds ratios equal the Mantel-Haenszel one.
/// @source Breslow and Day 1980, Statistical Methods in Cancer Research I, 4.4 [breslow1980]
/// @checked reference/responders (the definition in R)
ChiSquared breslow_day_test(std::span<const TwoByTwo> tables);

/// The same with Tarone's correction for having estimated the common ratio; df = informative tables
/// - 1.
/// @source Tarone 1985, Biometrika 72:91 [tarone1985]
ChiSquared tarone_test(std::span<const TwoByTwo> tables);

}  // namespace entact
