#pragma once

#include <optional>

#include "entact/base/estimate.h"

namespace entact {

/// Persons to treat for one more (or one fewer) event than under control.
struct NumberNeeded {
  double value = 0;          ///< 1 / |risk difference|
  double low = 0;            ///< 1 / the end of the interval farther from 0
  double high = 0;           ///< 1 / the end nearer to 0
  bool more_events = false;  ///< true: one more event; whether that is benefit, the outcome says
  double baseline_risk = 0;  ///< the control risk for which it holds
};

/// Number needed to treat from a risk difference, or nothing where its interval holds 0: then the
/// number runs through infinity to harm and no pair of ends describes it.
///
/// @param risk_difference  treatment - control, inside `interval`
/// @param interval         of the risk difference, in [-1, 1]
/// @param baseline_risk    risk under control to which the difference belongs, in [0, 1]
/// @throws Error "stats.number_needed.range" if a number breaks its range, the estimate lies
///         outside its interval, or baseline_risk + risk_difference is no risk
/// @source Altman 1998, BMJ 317:1309 [altman1998]
std::optional<NumberNeeded> number_needed(double risk_difference, const Interval& interval,
                                          double baseline_risk);

/// Risk difference that a risk ratio means at a baseline risk p0: p0 (ratio - 1), no more than
/// 1 - p0.
double risk_difference_from_risk_ratio(double ratio, double baseline_risk);

/// Risk difference that an odds ratio means at a baseline risk p0:
///     p0 ratio / (1 - p0 + p0 ratio) - p0
double risk_difference_from_odds_ratio(double ratio, double baseline_risk);

}  // namespace entact
