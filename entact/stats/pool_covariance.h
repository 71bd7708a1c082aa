#pragma once

#include <span>

#include "entact/stats/block_covariance.h"
#include "entact/stats/pool.h"

namespace entact {

/// Pools estimates whose sampling errors covary: arms that share a control, several effects of a
/// trial, a covariance matrix that somebody published.
///
///     y ~ N(theta 1, V + tau2 I)
///
/// One between-effect variance, the same and independent for all effects; where effects of a study
/// should also share a study effect, fit_multilevel says more. Within each block of V = U D U' the
/// rotated effects U'y are independent with variances D + tau2, so every estimator, test and
/// interval of `pool` holds as it stands; but for Sidik and Jonkman's, whose first step depends on
/// the axes.
///
/// @param yi   length k
/// @param v    k x k, from block_covariance, shared_arm_covariance, assumed_covariance ...
/// @return as `pool`; weights are those of the mean, 1'M^-1 over its sum, and may be negative where
/// an effect follows nearly from others
/// @throws as `pool`; "stats.pool.length" if lengths differ, "stats.pool.covariance" (usage) for
/// method SJ, "stats.pool.kr" for test kr
/// @cost   O(sum of n^3) once, then as `pool`
/// @source Berkey et al. 1998, Stat Med 17:2537 [berkey1998]; Jackson, Riley and White 2011, Stat
/// Med 30:2481 [jackson2011]
/// @checked reference/multilevel (metafor rma.mv)
Pooled pool_with_covariance(std::span<const double> yi, const BlockCovariance& v,
                            const PoolOptions& how = {});

/// Meta-regression: y ~ N(X beta, V + tau2 I). Without R2 for the common-effect model.
Pooled pool_with_covariance(std::span<const double> yi, const BlockCovariance& v,
                            const Moderators& moderators, const PoolOptions& how = {});

}  // namespace entact
