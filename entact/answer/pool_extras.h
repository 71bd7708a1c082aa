#pragma once

#include <string>

#include "entact/answer/pool_data.h"
#include "entact/stats/pool.h"

namespace entact {

/// What `entact pool` adds on request, as JSON text of one object each.

/// Leave-one-out, cumulative pooling, influence, Egger, rank correlation, trim and fill, PET and
/// PEESE: `--diagnostics`. What needs more studies than there are is null.
std::string diagnostics_json(const PoolData& data, const PoolOptions& how);

/// Each subgroup pooled by itself and the test between them: `--subgroup COLUMN`. Keys:
/// groups[{name, k, estimate, ...}], q_between, df, p.
std::string subgroups_json(const PoolData& data, const PoolOptions& how);

/// Bayesian mean by quadrature with a half-normal prior of this scale for tau and a flat one for
/// mu: `--bayes SCALE`. Keys: prior, tau_scale, median, mean, sd, low, high, tau_median, tau_low,
/// tau_high, predictive_low, predictive_high, p_below_0.
std::string bayes_json(const PoolData& data, double tau_scale, double level);

}  // namespace entact
