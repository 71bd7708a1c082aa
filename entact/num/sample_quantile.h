#pragma once

#include <span>

namespace entact {

/// The quantile of rank p (n - 1), linear between order statistics: type 7, R's default.
///
/// @param sorted  from the least
/// @return NaN of nothing
/// @source Hyndman and Fan 1996, Am Stat 50:361 [hyndman1996]
double sample_quantile(std::span<const double> sorted, double p);

}  // namespace entact
