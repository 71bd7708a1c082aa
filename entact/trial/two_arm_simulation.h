#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "entact/trial/group_sequential.h"
#include "entact/trial/sample_size.h"

namespace entact {

/// The size of each stage after the first is chosen at the look before it, so that the next test
/// rejects with a given probability if the effect is the one observed, or the one assumed. With
///
///     c = (upper_(k+1) sqrt(t_(k+1)) - sum_{j <= k} w_j z_j) / w_(k+1),  w_j = sqrt(t_j - t_(j-1))
///     n = max(0, c + z(conditional_power))^2 (1 + ratio)^2 / ratio (sd / effect)^2
///
/// cut to [least, most]. Stages are combined by the inverse normal method with the planned weights
/// w_j, which keeps alpha whatever is chosen.
/// @source Lehmacher and Wassmer 1999, Biometrics 55:1286 [lehmacher1999]
struct ConditionalPowerSize {
  double conditional_power = 0.9;
  std::optional<double> difference{};  ///< assumed; none: as observed so far
  double least = 1;                    ///< participants of a stage, both arms together
  double most = 1e6;
};

/// A group-sequential trial of two arms to be run many times without a single participant: the
/// sufficient statistics of each stage are drawn.
struct TwoArmSimulation {
  GroupSequentialDesign design{};
  std::vector<double> arm1{};  ///< participants at each look, cumulative
  std::vector<double> arm2{};
  std::optional<ConditionalPowerSize> resize{};
  std::int64_t replicates = 10000;
  std::uint64_t seed = 1;
  int threads = 1;  ///< as parallel_for(); the result does not depend on it
};

/// Operating characteristics found by simulation. A share p of R replicates has the Monte Carlo
/// standard error sqrt(p (1 - p) / R).
struct SimulatedLooks {
  std::int64_t replicates = 0;
  std::vector<double> efficacy{};  ///< share that rejects for the upper side at each look
  std::vector<double> opposite{};  ///< for the lower side: 0 if one-sided
  std::vector<double> futility{};  ///< stops without rejection
  double power = 0;                ///< sum of efficacy
  double expected_size = 0;
  double size_sd = 0;
};

// Every simulator
//   @throws Error "trial.two_arm_simulation.sizes" (usage) unless both arms have one size a look,
//           positive and increasing; "trial.two_arm_simulation.resize" (usage) for a
//           re-estimation that is none, or of a two-sided design; as the truth's own checks
//   @cost   0.1 to 0.5 microseconds a replicate; memory constant
//   @checked two_arm_simulation_test.cpp (exact probabilities), reference/group_sequential
//           (time_rpact.R: rpact getSimulationMeans and getSimulationRates side by side)

/// Normal outcomes. truth.t: pooled t statistics of all participants so far, compared with the t
/// quantiles of the design's levels; else the standard deviation is known.
SimulatedLooks simulate_means(const TwoArmSimulation& trial, const TwoMeansDesign& truth);

/// Binary outcomes; sizes are rounded up to whole participants. z with the pooled variance.
SimulatedLooks simulate_proportions(const TwoArmSimulation& trial,
                                    const TwoProportionsDesign& truth);

}  // namespace entact
