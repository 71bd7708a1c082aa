#pragma once

#include <limits>
#include <string>
#include <vector>

#include "entact/evidence/fact_table.h"
#include "entact/stats/effect_size.h"
#include "entact/stats/two_by_two.h"

namespace entact {

/// How effects are computed from facts.
struct EffectChoice {
  Measure measure = Measure::mean_difference;
  bool negative_favours_treatment = true;  ///< differences of scores are turned to this
  SmdVariance smd_variance = SmdVariance::large_sample;
  ZeroCellRule zero_cells{};
};

/// The effect of one comparison, or why there is none.
struct MemberEffect {
  Effect effect{};
  double n_treatment = std::numeric_limits<double>::quiet_NaN();
  double n_control = std::numeric_limits<double>::quiet_NaN();
  /// What each arm contributes to vi where the effect is a difference of independent arms, else
  /// NaN.
  double treatment_variance = std::numeric_limits<double>::quiet_NaN();
  double control_variance = std::numeric_limits<double>::quiet_NaN();
  std::vector<std::string> notes{};  ///< what was done to the facts, for people
  std::string fault{};               ///< empty if `effect` stands
};

/// Effect of two arms' means (rows of `continuous`) or counts (rows of `binary` or
/// `adverse_events`).
///
/// A missing SD is computed from the standard error or, with t of n - 1 degrees of freedom, from
/// the 95% interval. Where higher is better and negative shall favour treatment the difference
/// changes its sign. Each such step is a note. For ratios the effect is treatment over control
/// whatever is better.
MemberEffect effect_of_arms(const Row& treatment, const Row& control, const EffectChoice& how);

/// Effect of a published contrast of the same measure. Its standard error is the published one, or
/// that of its 95% interval (normal; on the log scale for ratios), or that of an exact p-value; a
/// bound of p gives none. A published SMD stands as it is, whether it is Cohen's d or Hedges' g.
MemberEffect effect_of_contrast(const Row& contrast, const EffectChoice& how);

}  // namespace entact
