#pragma once

#include "entact/trial/adaptive_plan.h"

namespace entact {

/// What is known when the size of a trial is reconsidered.
struct SizeLook {
  double rate = 0.5;       ///< t, of the participants planned, seen by now
  int planned = 0;         ///< participants
  double z = 0;            ///< statistic so far
  double drift = 0;        ///< mean of z at the size planned, as believed from here on
  double critical = 1.96;  ///< of the last look
};

/// P(rejection at the last look | z) with n participants in all, n_2 of them to come:
///
///     combined  Phi(drift sqrt(n_2 / planned) - (c - sqrt(t) z) / sqrt(1 - t))
///     pooled    Phi(drift sqrt(n_2 / planned) - (c sqrt(n) - sqrt(n_1) z) / sqrt(n_2))
///
/// They agree at n = planned.
///
/// @source Cui, Hung and Wang 1999, Biometrics 55:853 [cui1999]
double conditional_power_at(const SizeLook& look, int n, bool pooled);

/// Participants in all: those planned if conditional power is below rule.promising, has been
/// reached, or falls with every one more (a trend the wrong way); else the fewest, up to rule.most,
/// that reach rule.power.
///
/// Combined stages keep the level whatever the size depends on. Pooled they do where the size grows
/// only at a conditional power of at least a half.
///
/// @source Mehta and Pocock 2011, Stat Med 30:3267 [mehta2011]; Chen, DeMets and Lan 2004, Stat Med
///         23:1023 [chen2004]
int reconsidered_size(const SizeRule& rule, const SizeLook& look);

}  // namespace entact
