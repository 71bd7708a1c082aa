#pragma once

#include <vector>

#include "entact/trial/group_sequential.h"
#include "entact/trial/sequential_density.h"

namespace entact {

/// What the bounds are to spend; a part of group_sequential().
struct BoundsRequest {
  const GroupSequentialOptions& options;
  std::vector<double> alpha{};  ///< cumulative, one side, a look; empty unless spending
  std::vector<double> beta{};   ///< cumulative, a look; empty without beta spending
};

struct SequentialBounds {
  std::vector<double> upper{};
  std::vector<double> lower{};
  std::vector<double> alpha_spent{};  ///< cumulative, one side
  std::vector<double> beta_spent{};   ///< cumulative at the drift
  double power = 0;                   ///< at the drift, upper side
};

/// Bounds look by look at a drift. Efficacy bounds are those in `upper`, from the first look; the
/// looks it leaves out spend `alpha`, or at the last look what is left of it.
///
/// Where a futility bound would pass the efficacy bound it stays there, and no trial goes on.
///
/// @throws Error "trial.group_sequential.exhausted" if nothing is left for the last look
SequentialBounds bounds_at(const BoundsRequest& request, double drift,
                           const std::vector<double>& upper);

/// Statistics at which a trial goes on.
std::vector<GoOn> staying(int sides, double upper, double lower);

}  // namespace entact
