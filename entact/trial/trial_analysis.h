#pragma once

#include <cmath>
#include <limits>
#include <vector>

#include "entact/trial/conduct.h"
#include "entact/trial/trial_estimand.h"

namespace entact {

/// What came of one analysis.
enum class AnalysisState {
  answered = 0,
  reserved = 1,  ///< a search that stopped elsewhere than at a maximum: the numbers stand
  failed = 2,    ///< no numbers
};

struct TrialAnswer {
  static constexpr double none = std::numeric_limits<double>::quiet_NaN();
  double estimate = none, se = none, df = none, p = none, low = none, high = none;
  AnalysisState state = AnalysisState::failed;
  /// Observed at the estimand's visit: mean change, or share of responders, of each side.
  double treatment = none, control = none;

  [[nodiscard]] bool answered() const { return state != AnalysisState::failed && !std::isnan(p); }
};

/// Analyses one trial for each estimand, as a real one would be, by the engines of stats: an
/// unstructured MMRM with Kenward-Roger's inference, ANCOVA by least squares, responders by
/// Newcombe and the score test, jump to reference by conditional means and the jackknife.
///
/// Never throws for data that have no answer: that is a state.
///
/// @cost an MMRM 0.1 ms at n = 100, 4 visits; jump to reference some ms
std::vector<TrialAnswer> analyse_trial(const VirtualTrial& trial, const ConductedTrial& made,
                                       const std::vector<TrialEstimand>& estimands,
                                       double level = 0.95);

}  // namespace entact
