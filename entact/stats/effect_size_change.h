#pragma once

#include "entact/stats/effect_size.h"

namespace entact {

/// One arm measured before and after, and how the two measurements correlate.
struct BeforeAfter {
  double mean_before = 0;
  double sd_before = 0;
  double mean_after = 0;
  double sd_after = 0;
  double n = 0;
  double r = 0;  ///< correlation of before and after, in [-1, 1]
};

// Change of one arm. It has no comparator: it mixes the treatment with time, expectation and
// regression to the mean, and the note of each result says so. Every function
//   @throws Error "stats.effect_size.arm" if a number is not finite, sd < 0, n < 1 or |r| > 1;
//           "stats.effect_size.spread" (unanswerable) if the SD divided by is 0
//   @source Becker 1988, Br J Math Stat Psychol 41:257 [becker1988]
//   @checked reference/effect_size (metafor escalc, which subtracts the other way round)

/// mean_after - mean_before, vi = sd_change^2 / n (MC).
Effect mean_change(const BeforeAfter& arm);

/// Change in SDs of the change, J(n-1) (after - before) / sd_change; vi = 1/n + yi^2/(2n) (SMCC).
Effect standardised_change_by_change(const BeforeAfter& arm);

/// Change in SDs before treatment, J(n-1) (after - before) / sd_before;
/// vi = 2 (1 - r) / n + yi^2 / (2 n) (SMCR).
Effect standardised_change_by_before(const BeforeAfter& arm);

/// log(mean_after / mean_before) with the delta-method variance (ROMC).
/// @throws Error "stats.effect_size.ratio" unless both means lie on the same side of 0
Effect log_ratio_of_change(const BeforeAfter& arm);

/// Difference of the change of two arms, from their means and SDs before and after.
///
///     yi = (after1 - before1) - (after2 - before2),   vi = vi1 + vi2 of the mean changes
Effect difference_in_change(const BeforeAfter& treatment, const BeforeAfter& control);

/// The same in SDs before treatment, each arm by its own (Becker's difference of two SMCR).
Effect standardised_difference_in_change(const BeforeAfter& treatment, const BeforeAfter& control);

}  // namespace entact
