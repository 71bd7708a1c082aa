#pragma once

#include <optional>
#include <vector>

#include "entact/trial/operating.h"

namespace entact {

/// The simulated trial's effect as the pool measures effects: a mean difference is the first
/// estimand's own estimate; a standardised one is Hedges' g of the scores seen at its visit;
/// a risk ratio, odds ratio or risk difference is of the responders seen there, by the trial's
/// rule of response. Several arms on one side count as one.
///
/// @param result  of one replicate
/// @return nothing if the replicate has no such effect
std::optional<Effect> simulated_effect(const TrialSimulation& simulation, Measure measure,
                                       const std::vector<double>& result);

/// Adds up what pools say that each hold the published trials and one simulated trial more.
///
/// @cost  a pool of k + 1 studies a replicate: 5 microseconds at k = 6
class ConclusionTally {
 public:
  /// @param simulation  with its published pool; outlives the tally
  explicit ConclusionTally(const TrialSimulation& simulation);
  void take(const std::vector<double>& result);
  [[nodiscard]] ConclusionCharacteristics finish() const;

 private:
  struct Sum {
    double n = 0, sum = 0, squares = 0;
    void add(double value) { n += 1, sum += value, squares += value * value; }
    [[nodiscard]] SimulatedValue mean() const;
  };
  void count(Conclusion conclusion);

  const TrialSimulation& simulation_;
  ConclusionCharacteristics found_{};
  std::vector<double> yi_{}, vi_{};  ///< with the new trial at the end
  double counts_[3]{}, changed_ = 0, replicates_ = 0;
  Sum estimate_{}, half_width_{};
};

}  // namespace entact
