#pragma once

#include <span>
#include <string>
#include <vector>

#include "entact/stats/block_covariance.h"

namespace entact {

/// What makes two effects of one study alike. What is left empty is the same for all.
struct StudyEffect {
  std::string study{};
  double variance = 0;
  std::string outcome{};    ///< instrument or construct
  std::string occasion{};   ///< which measurement of that outcome; need not be a time
  double time = 0;          ///< when, in the unit of AssumedCorrelation::per_time_unit
  std::string treatment{};  ///< arm; empty: the same two arms for every effect of the study
  std::string control{};
  double n_treatment = 1;  ///< sizes of the arms; only their ratios count
  double n_control = 1;
};

/// Correlations between effects of one study that no report states and that must be assumed; vary
/// them and see what stands.
struct AssumedCorrelation {
  double between_occasions = 1;  ///< same outcome, other occasion; in [-1, 1]
  double between_outcomes = 1;   ///< other outcome; in [-1, 1]
  double per_time_unit = 1;      ///< factor for each unit of time between two effects; in [0, 1]
};

/// Covariance of effects under assumed correlations (correlated effects; what metafor's vcalc
/// does).
///
///     cov(i, j) = sqrt(v_i v_j) * c_ij * phi^|t_i - t_j| * a_ij     within a study, else 0
///
/// c is 1 for the same outcome and occasion, `between_occasions` or `between_outcomes` otherwise,
/// phi is `per_time_unit`, and a the correlation of two differences of independent arm means that
/// share arms: with arms T_i, C_i of sizes n,
///
///     a_ij = sum of +-1 / sqrt(n n') over shared arms
///            / sqrt((1/n_Ti + 1/n_Ci) (1/n_Tj + 1/n_Cj))
///
/// + where an arm is on the same side of both, - where it changes sides: 1/2 for one control
/// shared by equal arms. Where the arms' own data are known, shared_arm.h is exact.
///
/// @param effects  length k, any order; effects of one study need not be adjacent
/// @throws  Error "stats.assumed.correlation" if an assumption is outside its range,
///          "stats.assumed.arms" if an arm's size is not positive, both arms are the same, or only
///          some effects of a study name their arms,
///          "stats.covariance.variance", "stats.covariance.definite" naming the study
/// @cost    O(sum of cubed study sizes)
/// @source  Pustejovsky and Tipton 2022, Prev Sci 23:425 [pustejovsky2022]
/// @checked reference/multilevel (metafor vcalc)
BlockCovariance assumed_covariance(std::span<const StudyEffect> effects,
                                   const AssumedCorrelation& assumed);

/// One correlation for any two effects of a study.
///
/// @param variances  length k
/// @param study      length k
/// @param rho        in [-1, 1); negative ones must still be possible for the largest study
/// @throws  as assumed_covariance; "stats.assumed.length" if the lengths differ
BlockCovariance constant_correlation(std::span<const double> variances,
                                     std::span<const std::string> study, double rho);

}  // namespace entact
