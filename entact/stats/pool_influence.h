#pragma once

#include <span>
#include <vector>

#include "entact/stats/pool.h"

namespace entact {

/// What one study does to the pooled answer. (i) marks the pool without study i; theta is the
/// pooled value, w = 1 / (v + tau2), s2 the factor of the test (1 unless Hartung-Knapp).
struct StudyInfluence {
  double rstudent = 0;          ///< (y_i - theta(i)) / sqrt(s2(i) (v_i + tau2(i)) + se(i)^2)
  double dffits = 0;            ///< (theta - theta(i)) / sqrt(s2(i) hat_i (v_i + tau2(i)))
  double cook = 0;              ///< (theta - theta(i))^2 / se^2
  double covariance_ratio = 0;  ///< se(i)^2 / se^2; below 1 the study makes the answer less sure
  double tau2_deleted = 0;      ///< tau2(i)
  double q_deleted = 0;         ///< Q(i)
  double hat = 0;               ///< w_i / sum w, the study's share of the answer
  double dfbetas = 0;           ///< (theta - theta(i)) / sqrt(s2(i) / sum 1 / (v_j + tau2(i)))
  /// |dffits| > 3 / sqrt(k - 1), or P(chi2_1 < cook) > 1/2, or hat > 3 / k, or |dfbetas| > 1.
  bool influential = false;
};

/// Case deletion diagnostics of a pool without moderators.
///
/// @param yi, vi  length k >= 3
/// @return length k, in the order of the studies
/// @throws Error "stats.pool.few" (unanswerable) if k < 3, and as pool()
/// @cost   k + 1 times pool()
/// @source Viechtbauer and Cheung 2010, Res Synth Methods 1:112 [viechtbauer2010influence]
/// @checked reference/diagnostics (metafor influence)
std::vector<StudyInfluence> pool_influence(std::span<const double> yi, std::span<const double> vi,
                                           const PoolOptions& how = {});

}  // namespace entact
