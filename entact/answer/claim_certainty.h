#pragma once

#include <optional>
#include <string>
#include <vector>

#include "entact/answer/claim_predicates.h"

namespace entact {

/// The certainty that the engine proposes for one analysis, with the facts it looked at.
struct ClaimCertainty {
  std::string analysis{};
  std::string title{};
  CertaintyFacts facts{};
  CertaintyProposal proposal{};
};

/// What is known of an answer, gathered from the evidence base.
///
/// Ratings of bias are those of its studies (overall, each rater); a review of MDMA that was rated
/// high as a whole counts as a rater who did not say which. Guesses count if the studies they come
/// from carry half of the weight. For harms, findings on conduct and data count; for other outcomes
/// findings on conduct and on the selection of participants. Where the outcome is the main one of
/// trials in the condition, finished randomised trials of MDMA there whose results enter no pooled
/// answer at all count as unreported; who else measured a secondary outcome is not on record. A
/// secondary outcome in trials of another condition is indirect. Of results that are shown and not
/// pooled the answer starts low.
///
/// @return nothing if no result is in the analysis
std::optional<CertaintyFacts> certainty_facts(const ClaimContext& context,
                                              const std::string& analysis);

/// The proposal for the first of these analyses in which something is on record.
std::optional<ClaimCertainty> certainty_of(const ClaimContext& context,
                                           const std::vector<std::string>& analyses);

/// The proposal for one analysis, or nothing if no result is in it: the one certainty that every
/// section shows.
std::optional<CertaintyProposal> proposed_certainty(const Findings& findings,
                                                    const std::string& analysis);

}  // namespace entact
