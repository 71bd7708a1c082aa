#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "entact/scales/score.h"

namespace entact {

/// What became of a score since the baseline, by assessment; NaN where either is missing.
struct ScoreChange {
  std::vector<double> baseline{};
  std::vector<double> change{};       ///< score less baseline
  std::vector<double> percent{};      ///< change in percent of the baseline; NaN if that is 0
  std::vector<double> improvement{};  ///< change in the direction that is better
};

/// @param score     length n
/// @param baseline  length n: the row that holds the participant's baseline, -1 if none does
ScoreChange change_since(const std::vector<double>& score,
                         const std::vector<std::ptrdiff_t>& baseline, bool higher_better);

/// Whether each score meets a threshold on the score itself; with `loses`, whether the diagnosis
/// was there at baseline and is gone, too.
std::vector<Decision> meets(const ScoreThreshold& threshold, const std::vector<double>& score);
std::vector<Decision> meets(const ScoreThreshold& threshold, const std::vector<double>& score,
                            const std::vector<DecisionColumn>& diagnoses,
                            const std::vector<std::ptrdiff_t>& baseline);

/// Whether each improvement meets a threshold on change, in points or in percent of the baseline.
std::vector<Decision> improved(const ScoreThreshold& threshold, const ScoreChange& change);

/// Whether a diagnosis that was there at baseline is gone; `no` too where it was never there.
std::vector<Decision> lost(const std::vector<Decision>& diagnosis,
                           const std::vector<std::ptrdiff_t>& baseline);

/// Reliable change index: the change over the standard error of a difference between two
/// measurements.
///
///     RCI = change / (sd sqrt(2 (1 - r)))
///
/// @param change       in points of the score
/// @param sd           of the score at baseline, > 0
/// @param reliability  r in [0, 1)
/// @throws Error "scales.change.sd" or "scales.change.reliability" (usage)
/// @source Jacobson and Truax 1991, J Consult Clin Psychol 59:12 [jacobson1991]
double reliable_change_index(double change, double sd, double reliability);

/// Beyond measurement error: improved, worsened or neither.
enum class ReliableChange : std::int8_t { improved, unchanged, worsened, missing };
std::string_view to_text(ReliableChange change);  ///< "" for missing
/// @param rci       of the improvement
/// @param quantile  normal quantile: 1.96 for two sides at 0.95
ReliableChange reliable_change(double rci, double quantile);

}  // namespace entact
