// Which uncertain factors a model's answer varies with, over their whole range. A design says where
// to evaluate the model, in units in which each factor is uniform on (0, 1); the caller evaluates
// it there, all points at once if it can; then the indices come from the answers.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace entact {

/// Points at which to evaluate a model, row by row.
struct SensitivityDesign {
  std::ptrdiff_t n_factors = 0;
  std::ptrdiff_t n_base = 0;     ///< rows of A and B, or trajectories
  std::vector<double> points{};  ///< [point][factor]
  [[nodiscard]] std::ptrdiff_t n_points() const {
    return n_factors > 0 ? static_cast<std::ptrdiff_t>(points.size()) / n_factors : 0;
  }
};

/// An estimate with its interval.
struct SensitivityIndex {
  double value = 0, low = 0, high = 0;
};

struct SobolIndices {
  std::vector<SensitivityIndex> first{};  ///< share of variance from the factor alone
  std::vector<SensitivityIndex> total{};  ///< with all its interactions
  double mean = 0, variance = 0;
  std::ptrdiff_t n_left_out = 0;  ///< base rows of which an answer is not finite
};

struct SobolOptions {
  double level = 0.95;
  int bootstrap = 500;  ///< resamples of base rows for the intervals
  std::uint64_t seed = 1;
};

/// Two independent matrices A and B of n_base rows, then for each factor A with that factor's
/// column from B: n_base (n_factors + 2) points.
/// @throws Error "num.sensitivity.size" (usage) unless n_factors >= 1 and n_base >= 2
SensitivityDesign sobol_design(std::ptrdiff_t n_factors, std::ptrdiff_t n_base, std::uint64_t seed);

/// First-order and total indices:
///
///     first_i = mean(f(B) (f(AB_i) - f(A))) / V,   total_i = mean((f(A) - f(AB_i))^2) / (2 V)
///
/// with percentile intervals of the bootstrap over base rows.
///
/// @param answers  one for each point of the design, in its order; not finite: the base row is left
///                 out
/// @throws Error "num.sensitivity.answers" if their number differs from the design's, or fewer than
///         two base rows are left; "num.sensitivity.constant" (unanswerable) if all are equal
/// @source Saltelli and others 2010, Comput Phys Commun 181:259 [saltelli2010]; Jansen 1999, Comput
///         Phys Commun 117:35 [jansen1999]
/// @checked global_sensitivity_test.cpp (Ishigami and g-function, in closed form)
SobolIndices sobol_indices(const SensitivityDesign& design, std::span<const double> answers,
                           const SobolOptions& how = {});

/// What changing one factor at a time does, over trajectories.
struct MorrisEffects {
  std::vector<double> mean{};                 ///< of the effects, a factor
  std::vector<SensitivityIndex> magnitude{};  ///< mean of their absolute values (mu*)
  std::vector<double> sd{};                   ///< large against mu*: curved, or interacting
  std::ptrdiff_t n_left_out = 0;              ///< effects that are not finite
};

/// Trajectories on a grid of `levels`, each factor moved once in random order and direction:
/// n_trajectories (n_factors + 1) points.
/// @param levels  even
/// @throws Error "num.sensitivity.size" (usage)
/// @source Morris 1991, Technometrics 33:161 [morris1991]
SensitivityDesign morris_design(std::ptrdiff_t n_factors, std::ptrdiff_t n_trajectories,
                                std::uint64_t seed, int levels = 4);

/// Elementary effects, for a unit of each factor's range; intervals of mu* by the normal law.
/// @throws Error "num.sensitivity.answers"
/// @source Campolongo, Cariboni, Saltelli 2007, Environ Model Softw 22:1509 [campolongo2007]
MorrisEffects morris_effects(const SensitivityDesign& design, std::span<const double> answers,
                             double level = 0.95);

}  // namespace entact
