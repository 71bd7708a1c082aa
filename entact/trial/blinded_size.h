#pragma once

#include <cstdint>

#include "entact/trial/sample_size.h"

namespace entact {

/// The sample size is chosen anew when the first participants have been seen, from the spread of
/// their outcomes without knowing their arms.
struct BlindedSize {
  double difference = 0;  ///< assumed; not 0
  double power = 0.9;
  TwoArmTest test{};
  double first = 0;   ///< participants seen by then, both arms together; at least 3
  double most = 1e6;  ///< participants in all, at most
  /// The arms' difference inflates the blinded variance by difference^2 ratio / (1 + ratio)^2: take
  /// that out, as if the assumed difference were true.
  bool adjusted = false;
};

/// Participants in all, both arms together, given the variance of all outcomes around one mean.
///
/// @return at least how.first, at most how.most
/// @throws Error "trial.blinded_size.domain" (usage) for options or a variance that are none; as
///         size_for_means()
/// @source Kieser and Friede 2003, Stat Med 22:3571 [kieser2003]
double blinded_size(const BlindedSize& how, double variance);

struct SimulatedBlinded {
  std::int64_t replicates = 0;
  double power = 0;  ///< share that Student's t test of all participants rejects, as how.test
  double expected_size = 0;
  double size_sd = 0;
};

/// Normal outcomes with this true difference and standard deviation, many times.
///
/// @param threads  as parallel_for(); the result does not depend on it
/// @throws as blinded_size()
/// @cost   about 10 microseconds a replicate
SimulatedBlinded simulate_blinded(const BlindedSize& how, const TwoMeansDesign& truth,
                                  std::int64_t replicates, std::uint64_t seed, int threads = 1);

}  // namespace entact
