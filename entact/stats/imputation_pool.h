#pragma once

#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "entact/base/estimate.h"
#include "entact/stats/imputed_analysis.h"

namespace entact {

/// How results of many completed data sets become one.
enum class PoolingRule {
  rubin,                 ///< mean, within plus between variance, Barnard and Rubin's t
  jackknife,             ///< result of all participants, variance from leaving each one out
  bootstrap_normal,      ///< result of all, variance over bootstrap samples
  bootstrap_percentile,  ///< result of all, quantiles of bootstrap samples
};

/// One pooled answer. What does not exist is NaN.
struct PooledImputation {
  double estimate = 0;
  double se = std::numeric_limits<double>::quiet_NaN();
  double df = std::numeric_limits<double>::infinity();
  double low = 0, high = 0;
  double p = 1;
  double within = std::numeric_limits<double>::quiet_NaN();   ///< Rubin: mean of the variances
  double between = std::numeric_limits<double>::quiet_NaN();  ///< Rubin: variance of the estimates
  /// Rubin: share of the variance that comes from what is missing, (1 + 1/M) between / total.
  double missing_share = std::numeric_limits<double>::quiet_NaN();
};

/// Rubin's rules with the degrees of freedom of Barnard and Rubin.
///
///     T = W + (1 + 1/M) B,  1/df = 1/df_old + 1/df_obs
///
/// @param estimates  of M >= 2 completed data sets; their least df counts where they differ
/// @throws Error "stats.impute.few" (usage) if M < 2; "stats.impute.option" (usage) on a level
///         outside (0, 1)
/// @source Barnard and Rubin 1999, Biometrika 86:948 [barnard1999]
/// @checked imputation_pool_test.cpp (R mice)
PooledImputation pool_rubin(std::span<const AnalysisEstimate> estimates, double level = 0.95);

/// The jackknife: se^2 = (n - 1)/n sum (e_i - mean)^2, normal interval around the result of all.
///
/// @param of_all     result of all participants
/// @param estimates  of the n >= 2 data sets that leave one participant out
/// @throws as pool_rubin()
/// @source Efron and Tibshirani 1994, An Introduction to the Bootstrap, ch. 11 [efron1994]
PooledImputation pool_jackknife(double of_all, std::span<const double> estimates,
                                double level = 0.95);

/// Normal interval with the standard deviation of the bootstrap estimates.
/// @throws, @source as pool_jackknife()
PooledImputation pool_bootstrap_normal(double of_all, std::span<const double> estimates,
                                       double level = 0.95);

/// Quantiles of B bootstrap estimates at (B + 1) p, interpolated (type 6 in R), and
/// p = 2 min(1 + number below 0, 1 + number above 0)/(B + 1), at most 1; no standard error.
/// @throws, @source as pool_jackknife()
PooledImputation pool_bootstrap_percentile(double of_all, std::span<const double> estimates,
                                           double level = 0.95);

}  // namespace entact
