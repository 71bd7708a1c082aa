#pragma once

#include "entact/stats/effect_size.h"

namespace entact {

/// What is added where events are 0 or n, so that a logarithm is finite and a variance positive.
struct ProportionRule {
  double add = 0.5;  ///< to the events and to the non-events
};

/// One group's proportion on the scale named by `measure`:
///
///     PR   p                           p (1 - p) / n
///     PLN  log p                       1/x - 1/n
///     PLO  log(p / (1 - p))            1/x + 1/(n - x)
///     PAS  asin sqrt p                 1 / (4 n)
///     PFT  (asin sqrt(x / (n + 1)) + asin sqrt((x + 1) / (n + 1))) / 2      1 / (4 n + 2)
///
/// with p = x / n. As in metafor the addition is made for PR, PLN and PLO where x is 0 or n, and
/// never for the two arcsine scales, which need none; a note says so where it was made.
///
/// @param events  x, 0 <= x <= n, not necessarily whole
/// @throws Error "stats.proportion.counts" if the counts are impossible;
///         "stats.effect_size.measure" (usage) if `measure` is not of one proportion;
///         "stats.two_by_two.zero_cell" (unanswerable) if add is 0 and a logarithm is infinite
/// @source Freeman and Tukey 1950, Ann Math Stat 21:607 [freeman1950]
/// @checked reference/effect_size (metafor escalc)
Effect proportion_effect(double events, double n, Measure measure, const ProportionRule& rule = {});

/// The proportion that a value on the scale of `measure` means: the inverse of proportion_effect.
///
/// @param n  size of the group, used by PFT only (Miller's inverse; for a pooled value give the
///           harmonic mean of the sizes). Values outside the range of PFT for n give 0 or 1.
/// @throws Error "stats.effect_size.measure" (usage) if `measure` is not of one proportion
/// @source Miller 1978, Am Stat 32:138 [miller1978]
double proportion_from_effect(double value, Measure measure, double n = 0);

}  // namespace entact
