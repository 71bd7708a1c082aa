#pragma once

#include <functional>
#include <vector>

#include "entact/trial/operating.h"

namespace entact {

struct SampleSizeQuestion {
  double power = 0.9;
  int low = 20, high = 1000;
  double precision = 0.01;  ///< standard error of power at the answer
  ReplicateOptions how{};
  std::function<Replicates(const Replicates&)> wrap{};  ///< around each run; empty: none
};

/// One size that was tried.
struct TriedSize {
  int n = 0;
  double replicates = 0;
  SimulatedValue power{};
};

struct SampleSize {
  int n = 0;               ///< the smallest with the power asked for, by the fitted curve
  int low = 0, high = 0;   ///< 95% limits from the curve's standard error
  SimulatedValue power{};  ///< simulated at n
  bool bracketed = true;   ///< the power lies between those of the ends of the range
  std::vector<TriedSize> tried{};
};

/// The smallest number of participants with a stated power of the first estimand, by bisection that
/// knows of its noise: at each size replicates are added only until the power is off the target by
/// three standard errors or known to `precision`, then a probit curve in sqrt(n) through all sizes
/// tried gives the answer and its limits.
///
/// All sizes use the same people (common random numbers), so the curve is smoother than its parts.
///
/// @param at  the simulation with n participants
/// @return n rounded up to an even number; bracketed false if the range does not hold it
SampleSize find_sample_size(const std::function<TrialSimulation(int n)>& at,
                            const SampleSizeQuestion& question);

}  // namespace entact
