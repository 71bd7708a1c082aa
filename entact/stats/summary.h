#pragma once

#include <limits>
#include <span>

#include "entact/base/estimate.h"

namespace entact {

/// Values of one group. What has no answer (sd of one value) is NaN.
struct Summary {
  int n = 0;
  double mean = std::numeric_limits<double>::quiet_NaN();
  double sd = std::numeric_limits<double>::quiet_NaN();
  double median = std::numeric_limits<double>::quiet_NaN();
  double least = std::numeric_limits<double>::quiet_NaN();
  double most = std::numeric_limits<double>::quiet_NaN();
  Interval mean_interval{};  ///< by Student's t; NaN of fewer than two values
};

/// NaN is a missing value and does not count.
/// @throws Error "stats.proportion.level" unless 0 < level < 1
/// @checked summary_test.cpp (R: mean, sd, median, t.test)
Summary summarise(std::span<const double> values, double level = 0.95);

/// Difference of two means, first less second, without assuming equal variances.
/// @return df of Satterthwaite; NaN where a group has fewer than two values, or neither varies
/// @source Welch 1947, Biometrika 34:28 [welch1947]
/// @checked summary_test.cpp (R: t.test)
Estimate welch_difference(const Summary& first, const Summary& second, double level = 0.95);

}  // namespace entact
