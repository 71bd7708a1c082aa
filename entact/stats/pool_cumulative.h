#pragma once

#include <span>
#include <vector>

#include "entact/stats/pool.h"

namespace entact {

/// Pools the first study, the first two, ..., all k, in the order given (usually by date).
///
/// The first study alone is taken as it is, by the common-effect model and test z, and its fit says
/// so. Intervals are those of one look each: they do not allow for looking k times.
///
/// @param yi, vi  length k >= 1, in order
/// @return length k; element i is the pool of studies 0..i
/// @throws Error as pool()
/// @cost   k times pool()
/// @source Lau et al. 1992, N Engl J Med 327:248 [lau1992]
/// @checked reference/diagnostics (metafor, each prefix)
std::vector<Pooled> pool_cumulative(std::span<const double> yi, std::span<const double> vi,
                                    const PoolOptions& how = {});

/// pool(), except that one study alone is taken as it is (common effect, z) whatever the options
/// ask, with a reservation that says so.
Pooled pool_even_one(std::span<const double> yi, std::span<const double> vi,
                     const PoolOptions& how = {});

}  // namespace entact
