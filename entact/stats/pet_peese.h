#pragma once

#include <span>

#include "entact/stats/egger.h"

namespace entact {

/// The effect at infinite precision by two lines, and which of them the usual rule takes.
struct PetPeese {
  FunnelRegression pet{};     ///< effects on standard errors: good if there is no effect
  FunnelRegression peese{};   ///< effects on variances: good if there is one
  bool effect_found = false;  ///< PET's limit differs from 0, one-sided p < 0.05 (two-sided < 0.1)
  /// PEESE's limit if an effect was found, else PET's.
  [[nodiscard]] const PooledCoefficient& limit() const {
    return effect_found ? peese.limit : pet.limit;
  }
};

/// Precision-effect test and precision-effect estimate with standard error.
///
/// Unreliable with few studies or much heterogeneity: a sensitivity analysis, not a correction.
/// @throws as egger_test
/// @source Stanley and Doucouliagos 2014, Res Synth Methods 5:60 [stanley2014]
/// @checked reference/diagnostics (R lm with weights 1/vi)
PetPeese pet_peese(std::span<const double> yi, std::span<const double> vi, double level = 0.95);

}  // namespace entact
