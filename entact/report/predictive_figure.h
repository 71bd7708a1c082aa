#pragma once

#include <string>
#include <vector>

namespace entact {

/// An observed quantile in a bin of time beside the simulated ones.
struct PredictiveRow {
  std::string quantile{};  ///< "5%": bands of one name are one colour
  double x = 0;
  double observed = 0;
  double simulated = 0;
  double low = 0, high = 0;
};

/// An observation, or a residual.
struct PredictivePoint {
  double x = 0, y = 0;
};

/// Visual predictive check as a Vega-Lite specification: a band of simulated quantiles for each
/// name with their dashed median, solid lines of the observed ones, grey points. Without rows it
/// is a scatter of the points around a line at 0.
/// @source Bergstrand et al. 2011, AAPS J 13:143 [bergstrand2011]
std::string predictive_figure(const std::vector<PredictiveRow>& rows,
                              const std::vector<PredictivePoint>& points,
                              const std::string& x_title, const std::string& y_title);

}  // namespace entact
