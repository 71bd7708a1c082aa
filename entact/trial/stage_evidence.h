#pragma once

#include <vector>

#include "entact/trial/adaptive_trial.h"
#include "entact/trial/trial_cohort.h"

namespace entact {

/// What the looks of an adaptive trial have seen so far of each hypothesis, stage by stage.
class StageEvidence {
 public:
  /// @param plan, tools  are referred to
  StageEvidence(const InterimPlan& plan, const AdaptiveTools& tools,
                std::vector<TrialEstimand> hypotheses);

  /// The next look.
  /// @param cohort  participants since the last one; all so far where the size rule pools
  /// @param kept    by hypothesis: its arm is in the trial
  void add(const TrialCohort& cohort, const std::vector<char>& kept);

  /// One-sided statistic so far, or when the arm was dropped; positive for benefit.
  [[nodiscard]] double z(std::size_t h) const { return combined_[h]; }
  [[nodiscard]] const std::vector<double>& all_z() const { return combined_; }
  /// What the drift is multiplied by to be an effect; NaN without an answer.
  [[nodiscard]] double unit(std::size_t h) const { return unit_[h]; }
  /// Look at which it was first rejected; 0: not.
  [[nodiscard]] std::size_t rejected(std::size_t h) const { return rejected_[h]; }
  /// Of the last look's cohort.
  [[nodiscard]] const TrialAnswer& answer(std::size_t h) const { return answers_[h]; }

 private:
  [[nodiscard]] bool pooled() const { return plan_.size && plan_.size->pooled; }
  [[nodiscard]] double rate() const { return plan_.design.rates[z_.size() - 1]; }
  void combine(const std::vector<double>& unit, const std::vector<char>& kept);
  void test();

  const InterimPlan& plan_;
  const AdaptiveTools& tools_;
  std::vector<TrialEstimand> hypotheses_;
  std::vector<TrialAnswer> answers_{};
  std::vector<std::vector<double>> z_{}, shares_{};  ///< by stage
  std::vector<double> sum_, inverse_, combined_, unit_;
  std::vector<std::size_t> rejected_;
};

}  // namespace entact
