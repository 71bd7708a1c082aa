#pragma once

#include <vector>

#include "entact/trial/interim.h"

namespace entact {

/// Spread of the estimand's outcomes at its visit among the first participants, arms unknown: the
/// change around its regression on the baseline, or responders around their share.
struct BlindedSpread {
  double variance = 0;
  double seen = 1;  ///< share of the participants with an outcome
};
BlindedSpread blinded_spread(const VirtualTrial& trial, const ConductedTrial& made, int first,
                             const TrialEstimand& estimand);

/// Participants in all by Kieser and Friede's formula, at the level and inflation of the looks, as
/// blinded_size(): those of the two sides and of other arms, with what is lost to follow-up.
int blinded_trial_size(const VirtualTrial& trial, const BlindedSpread& spread,
                       const TrialEstimand& estimand, const InterimPlan& plan);

/// Shares of the next participants among `arms` by the rule, from the first ones' outcomes, which
/// count as benefit. No change (empty) where an arm has fewer than two outcomes.
///
/// @param arms     those in the trial, control arms included
/// @param seen     participants analysed; of `planned`
std::vector<double> adapted_shares(const VirtualTrial& trial, const ConductedTrial& made, int seen,
                                   int planned, const TrialEstimand& estimand,
                                   const std::vector<int>& arms, const AllocationRule& rule);

}  // namespace entact
