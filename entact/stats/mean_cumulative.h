#pragma once

#include <span>

#include "entact/stats/survival_data.h"

namespace entact {

/// Mean number of events a participant has had by a time, where events recur.
struct MeanCumulative {
  std::vector<double> time{};     ///< length t, distinct event times
  std::vector<double> at_risk{};  ///< participants, length t
  std::vector<double> events{};
  std::vector<double> mean{};
  std::vector<double> se{};  ///< robust: participants may differ in how often they have events
  std::vector<double> low{}, high{};  ///< on the log scale
  double level = 0.95;
};

/// Nelson's estimate with the robust variance of Lawless and Nadeau.
///
///     M(t) = sum_{s <= t} d(s) / n(s)
///     var M(t) = sum_i [sum_{s <= t} (d_i(s) - d(s) / n(s)) at_risk_i(s) / n(s)]^2
///
/// Assumes that leaving the study says nothing about the events to come. A death ends a
/// participant's rows: M is then the mean among those alive, summed, not what one can expect.
///
/// @param participant  length n, from 0; a participant's rows do not overlap
/// @throws Error "stats.mean_cumulative.weight" (usage) with weights; "stats.mean_cumulative.rows"
/// (input) if rows of one participant overlap; as check_survival. Without events the curve is empty
/// @cost   O(n log n)
/// @source Nelson 1988, J Qual Technol 20:24 [nelson1988]; Lawless and Nadeau 1995, Technometrics
/// 37:158 [lawless1995]
/// @checked direct sums; reference/survival (R survival survfit with id)
MeanCumulative mean_cumulative(const SurvivalData& data, std::span<const int> participant,
                               double level = 0.95);

}  // namespace entact
