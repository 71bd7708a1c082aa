#pragma once

#include <span>

#include "entact/stats/risk_order.h"

namespace entact {

/// Share of the comparable pairs in which the one with the higher risk has the event first; pairs
/// of equal risk count half. A pair is comparable if one has the event while the other is at risk
/// in the same stratum, and does not have it at the same time.
struct Concordance {
  double value = 0;  ///< NaN if no pair is comparable
  double se = 0;     ///< infinitesimal jackknife, by cluster if there is one
  double concordant = 0, discordant = 0, tied = 0;  ///< weighted pairs
};

/// @param risk     length n by row, higher is worse: a linear predictor
/// @param cluster  length n by row, from 0; empty: each row by itself
/// @throws Error "stats.survival.length" if lengths differ
/// @cost   O(n log n)
/// @source Harrell, Lee and Mark 1996, Stat Med 15:361 [harrell1996]; Therneau and Watson 2015,
/// Mayo Clinic Technical Report 85 [therneau2015]
/// @checked all pairs one by one; reference/survival (R survival)
Concordance concordance(const SurvivalData& data, std::span<const double> risk,
                        std::span<const int> cluster = {});

}  // namespace entact
