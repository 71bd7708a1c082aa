#pragma once

#include <vector>

#include "entact/trial/group_sequential.h"

namespace entact {

/// What a trial knew at the look at which it stopped.
struct SequentialStop {
  /// 1 / se^2 of the effect at each look up to this one; its length says which look it is.
  std::vector<double> information{};
  double z = 0;  ///< effect / se at this look
};

/// Inference after a group-sequential trial, on the scale of the effect.
struct SequentialEstimate {
  double p = 1;                ///< of no effect, as the design: one- or two-sided
  double median_unbiased = 0;  ///< effect at which this result or a higher one has probability 1/2
  double low = 0;
  double high = 0;
  double level = 0.95;
};

/// P, estimate and interval by the stagewise ordering: a rejection is the more extreme the earlier
/// it comes, and within a look the larger z.
///
///     p(effect) = sum over j < m of P(stop at j, z_j >= upper_j) + P(reach m, z_m >= z)
///
/// The ends of the interval are the effects at which p is (1 - level) / 2 and (1 + level) / 2.
/// Futility bounds count only where they bind.
///
/// @param level  of the two-sided interval, in (0, 1)
/// @throws Error "trial.sequential_inference.look" (usage) unless there are 1 .. looks information
///         values; "trial.sequential_inference.level" (usage); as SequentialDensity
/// @cost   some 10 ms
/// @source Tsiatis, Rosner and Mehta 1984, Biometrics 40:797 [tsiatis1984]; Jennison and Turnbull
///         2000, ch. 8 [jennison2000]
/// @checked reference/group_sequential (rpact getFinalPValue, getFinalConfidenceInterval)
SequentialEstimate stagewise_estimate(const GroupSequentialDesign& design,
                                      const SequentialStop& stop, double level = 0.95);

struct RepeatedInterval {
  double low = 0;
  double high = 0;
};

/// Interval that holds at every look at once, stopped or not: effect +- upper_k se. Of a one-sided
/// design at alpha its level is 1 - 2 alpha, of a two-sided one 1 - alpha.
///
/// @throws as stagewise_estimate()
/// @source Jennison and Turnbull 1989, J R Stat Soc B 51:305 [jennison1989]
RepeatedInterval repeated_interval(const GroupSequentialDesign& design, const SequentialStop& stop);

/// P(reject for the upper side at a later look), given z at look k, 1-based, and what is to come.
///
/// @param drift  mean of z at the last look from here on; z sqrt(1 / rate) continues the trend
/// @throws as stagewise_estimate()
/// @source Jennison and Turnbull 2000, ch. 10 [jennison2000]
/// @checked reference/group_sequential (rpact getConditionalPower)
double conditional_power(const GroupSequentialDesign& design, int look, double z, double drift);

}  // namespace entact
