#pragma once

namespace entact {

// Standard deviations and errors from what papers print instead. Every function
//   @throws Error "stats.effect_size.conversion" if a number is not finite or breaks its rule
//   @source Cochrane Handbook for Systematic Reviews of Interventions, chapter 6 [cochrane6]

/// SD of n persons from the standard error of their mean: se sqrt(n); se >= 0, n >= 1.
double sd_from_se(double se, double n);

/// Standard error of the mean of n persons: sd / sqrt(n).
double se_from_sd(double sd, double n);

/// Standard error from a two-sided interval on the additive scale: (high - low) / (2 q).
///
/// @param df     of the t quantile q; infinity for intervals made with the normal
/// @param level  coverage, in (0, 1)
double se_from_interval(double low, double high, double df, double level = 0.95);

/// Standard error of a log ratio from the interval of the ratio itself; 0 < low <= high.
double se_from_ratio_interval(double low, double high, double level = 0.95);

/// SD of n persons from the interval of their mean, with t of n - 1 degrees of freedom; n >= 2.
double sd_from_interval(double low, double high, double n, double level = 0.95);

/// Standard error of a difference from its t (or z) statistic: |difference / t|, t not 0.
double se_from_t(double difference, double t);

/// Standard error of a difference from its two-sided p, 0 < p < 1; df infinity for a z test.
/// A p printed as "<0.001" gives an upper bound of the standard error, not the standard error.
double se_from_p(double difference, double p, double df);

/// Pooled within-arm SD: sqrt(((n1-1) sd1^2 + (n2-1) sd2^2) / (n1 + n2 - 2)); n1 + n2 > 2.
double pooled_sd(double sd1, double n1, double sd2, double n2);

/// SD of after - before: sqrt(sd_before^2 + sd_after^2 - 2 r sd_before sd_after); -1 <= r <= 1.
double sd_of_change(double sd_before, double sd_after, double r);

/// Inverse of sd_of_change: the correlation that the three standard deviations imply. An answer
/// outside [-1, 1] is refused: the three cannot belong to one group.
double correlation_from_sds(double sd_before, double sd_after, double sd_change);

/// Mean, SD and size of one group of persons.
struct ArmMean {
  double mean = 0;
  double sd = 0;
  double n = 0;
};

/// One group made of two, with the exact mean and SD of the joined persons.
ArmMean combine_groups(const ArmMean& a, const ArmMean& b);

}  // namespace entact
