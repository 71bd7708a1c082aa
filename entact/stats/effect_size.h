#pragma once

#include <string>
#include <string_view>

#include "entact/base/estimate.h"

namespace entact {

/// What an effect size measures; the comments are the names that metafor's escalc uses.
enum class Measure {
  mean_difference,                ///< MD
  standardised_mean_difference,   ///< SMD: bias-corrected (Hedges' g)
  log_ratio_of_means,             ///< ROM
  mean_change,                    ///< MC
  standardised_change_by_change,  ///< SMCC: in SDs of the change
  standardised_change_by_before,  ///< SMCR: in SDs before treatment
  log_ratio_of_change,            ///< ROMC
  risk_difference,                ///< RD
  arcsine_difference,             ///< AS
  log_risk_ratio,                 ///< RR
  log_odds_ratio,                 ///< OR
  peto_log_odds_ratio,            ///< PETO
  proportion,                     ///< PR
  log_proportion,                 ///< PLN
  logit_proportion,               ///< PLO
  arcsine_proportion,             ///< PAS
  freeman_tukey_proportion,       ///< PFT
};

/// The short name of the field: "SMD", "RR", "PLO", ...
std::string_view to_text(Measure measure);

/// True if exp(yi) is the quantity that people read: a ratio of risks, odds or means, or a
/// proportion on the log scale. False for the logit, whose inverse is another function.
bool is_log_scale(Measure measure);

/// One study's effect on the scale where it is nearly normal, and its sampling variance.
struct Effect {
  double yi = 0;
  double vi = 0;
  Measure measure = Measure::mean_difference;
  std::string note{};  ///< what was done to the data, e.g. "0.5 added to every cell"; else empty
};

/// The effect as value and standard error; the note becomes a reservation.
Estimate to_estimate(const Effect& effect);

/// Mean, standard deviation and size of two independent arms; 1 is treatment, 2 is control.
struct TwoMeans {
  double m1 = 0;
  double sd1 = 0;
  double n1 = 0;
  double m2 = 0;
  double sd2 = 0;
  double n2 = 0;
};

/// Difference of means of two independent arms.
///
///     yi = m1 - m2,   vi = sd1^2 / n1 + sd2^2 / n2
///
/// @units  those of the outcome
/// @throws Error "stats.effect_size.arm" if a number is not finite, sd < 0 or n < 1
/// @checked reference/effect_size (metafor escalc MD)
Effect mean_difference(const TwoMeans& arms);

/// How the variance of g is estimated; the first is metafor's default.
enum class SmdVariance {
  large_sample,            ///< LS: 1/n1 + 1/n2 + g^2 / (2 (n1 + n2))
  unbiased,                ///< UB: 1/n1 + 1/n2 + (1 - (m - 2) / (m J^2)) g^2
  large_sample_corrected,  ///< LS2: J^2 (1/n1 + 1/n2 + d^2 / (2 (n1 + n2)))
};

/// Hedges' g: the mean difference in pooled standard deviations, free of small-sample bias.
///
///     d = (m1 - m2) / s_p,   g = J(m) d,   m = n1 + n2 - 2
///
/// The variant of metafor that averages g over studies (AV) is absent: a study's variance would
/// depend on the studies beside it.
///
/// @throws Error "stats.effect_size.arm" as mean_difference, and if n1 + n2 < 4;
///         "stats.effect_size.spread" (unanswerable) if both standard deviations are 0
/// @source Hedges 1981, J Educ Stat 6:107 [hedges1981]
/// @checked reference/effect_size (metafor escalc SMD)
Effect standardised_mean_difference(const TwoMeans& arms,
                                    SmdVariance variance = SmdVariance::large_sample);

/// Log of the ratio of means, for outcomes with a true zero.
///
///     yi = log(m1 / m2),   vi = sd1^2 / (n1 m1^2) + sd2^2 / (n2 m2^2)
///
/// @throws Error "stats.effect_size.arm" as mean_difference; "stats.effect_size.ratio"
///         (unanswerable) unless both means lie on the same side of 0
/// @source Hedges, Gurevitch and Curtis 1999, Ecology 80:1150 [hedges1999]
/// @checked reference/effect_size (metafor escalc ROM)
Effect log_ratio_of_means(const TwoMeans& arms);

/// Hedges' exact factor that removes the bias of a standardised mean with m degrees of freedom.
///
///     J(m) = Gamma(m / 2) / (sqrt(m / 2) Gamma((m - 1) / 2)),   about 1 - 3 / (4 m - 1)
///
/// @param m  degrees of freedom, > 1
/// @throws Error "stats.effect_size.df" unless m > 1
double hedges_correction(double m);

}  // namespace entact
