#pragma once

#include <vector>

#include "entact/trial/trial_analysis.h"

namespace entact {

/// Participants from `first` up to `last` in some of the arms, as a trial that has only those arms.
struct TrialCohort {
  VirtualTrial trial{};
  ConductedTrial made{};
  std::vector<int> place{};  ///< of each arm of the whole in the cohort's; -1: not there
  std::vector<double> n{};   ///< by arm of the whole
};

/// @param in  by arm of the whole: wanted; those that nobody of these is in are left out as well
TrialCohort cohort_of(const VirtualTrial& trial, const ConductedTrial& made, int first, int last,
                      const std::vector<char>& in);

/// The hypotheses' answers in a cohort, of those wanted whose arms are all there; else failed ones.
std::vector<TrialAnswer> cohort_answers(const TrialCohort& cohort,
                                        const std::vector<TrialEstimand>& hypotheses,
                                        const std::vector<char>& wanted);

}  // namespace entact
