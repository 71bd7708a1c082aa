#pragma once

#include <span>
#include <string>

#include "entact/stats/block_covariance.h"

namespace entact {

/// One effect as the difference of two independent arms, on the scale where it is one: means, log
/// risks, log odds, risks. Its variance is the sum of what the arms contribute.
struct ArmContrast {
  std::string study{};
  std::string treatment{};  ///< arm within the study
  std::string control{};
  double treatment_variance = 0;  ///< arm's contribution, see the functions below
  double control_variance = 0;
};

/// Covariance of differences that share arms: an arm that two effects share contributes its own
/// variance, positive if it is on the same side of both, else negative.
///
///     V = B diag(arm variances) B',   B the incidence of effects on arms (+1 and -1)
///
/// @param effects  length k; two effects of one study that compare the same two arms are the same
/// effect and refused
/// @throws Error "stats.shared_arm.arms" if an effect compares an arm with itself, or gives an arm
/// another variance than another effect does; "stats.covariance.variance",
/// "stats.covariance.definite" naming the study (a closed loop of contrasts, say a-b, b-c and a-c)
/// @source Gleser and Olkin 2009, The Handbook of Research Synthesis, ch. 19 [gleser2009]
BlockCovariance shared_arm_covariance(std::span<const ArmContrast> effects);

/// Contribution of an arm to the variance of a mean difference: sd^2 / n.
double mean_arm_variance(double sd, double n);
/// ... of a risk difference: p (1 - p) / n, p = events / n.
double risk_arm_variance(double events, double n);
/// ... of a log risk ratio: 1 / events - 1 / n. Infinite if there are no events.
double log_risk_arm_variance(double events, double n);
/// ... of a log odds ratio: 1 / events + 1 / (n - events). Infinite if none or all have the event.
double log_odds_arm_variance(double events, double n);

/// Which standard deviation a standardised mean difference was divided by.
enum class Standardiser {
  all_arms,  ///< pooled over all arms of the study
  pair,      ///< pooled over the two arms compared
};

/// One standardised mean difference between two arms of a study.
struct SmdContrast {
  std::string study{};
  std::string treatment{};
  std::string control{};
  double n_treatment = 0;
  double n_control = 0;
  double g = 0;         ///< d or Hedges' g
  double variance = 0;  ///< as reported; 0: by the formula below
};

/// Covariance of standardised mean differences that share arms, to first order.
///
///     V_ij = sum of +-1 / n over shared arms + g_i g_j s_ij
///     all_arms:  s_ij = 1 / (2 N),  N over all arms of the study that appear
///     pair:      s_ij = n_shared / (2 N_i N_j),  N_i = n_treatment + n_control
///
/// The first term is that of the means, the second that of the standard deviation by which both
/// are divided. On the diagonal both give 1/n_T + 1/n_C + g^2 / (2 N). With one pooled standard
/// deviation effects of a study are correlated even if they share no arm.
///
/// @throws Error "stats.shared_arm.arms" as above (an arm has one size), or if a size is not
/// positive; "stats.covariance.variance", "stats.covariance.definite" naming the study
/// @source Gleser and Olkin 2009, eq. 19.19 for all_arms [gleser2009]; pair: by the delta method,
/// since two pooled variances covary by the control's part of both
BlockCovariance shared_arm_smd(std::span<const SmdContrast> effects, Standardiser standardiser);

}  // namespace entact
