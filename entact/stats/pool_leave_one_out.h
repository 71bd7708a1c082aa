#pragma once

#include <span>
#include <vector>

#include "entact/stats/pool.h"

namespace entact {

/// Pools k times, each time without one study: does the answer hang on a single study?
///
/// @param yi, vi  length k >= 3
/// @return length k; element i is the pool of all studies but i
/// @throws Error "stats.pool.few" (unanswerable) if k < 3, and as pool()
/// @cost   k times pool()
/// @checked reference/diagnostics (metafor, each subset)
std::vector<Pooled> pool_leave_one_out(std::span<const double> yi, std::span<const double> vi,
                                       const PoolOptions& how = {});

}  // namespace entact
