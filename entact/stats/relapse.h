#pragma once

#include <optional>
#include <span>

#include "entact/stats/survival_data.h"

namespace entact {

/// One score of one participant.
struct Assessment {
  int participant = 0;  ///< from 0
  double time = 0;      ///< after baseline
  double value = 0;     ///< missing ones (NaN) are passed over
};

/// When a participant counts as a responder and when that is lost. All criteria of response that
/// are given must hold; scores fall as people get better unless `higher_is_better`.
struct ResponseRule {
  std::optional<double> at_most{};  ///< the score itself (at least, if higher is better)
  std::optional<double> change{};   ///< improvement from baseline in points, at least
  std::optional<double> share{};    ///< improvement as a share of baseline, at least
  /// Score that must also be reached for response to be lost; without it response is lost as soon
  /// as its criteria do not hold.
  std::optional<double> lost_from{};
  int confirmed = 1;  ///< assessments in a row that must show the loss; it dates from the first
  bool higher_is_better = false;
};

/// Time from response to its loss, responders only.
struct TimeFromResponse {
  SurvivalData data{};                ///< one row a responder: stop since response, 1 if lost
  std::vector<int> participant{};     ///< of each row
  std::vector<double> response_at{};  ///< time after baseline
  std::ptrdiff_t never = 0;           ///< participants assessed who never responded
};

/// Durability of response from a longitudinal table: the clock starts at the first assessment that
/// shows response and stops at the first that shows its loss, or is censored at the last one.
///
/// Response and loss are seen at assessments only, so both happened some time before; with few
/// assessments the times are coarse and their ties need `CoxTies::exact` or `discrete`. Responders
/// are chosen by what came after randomisation: arms compared among them are not randomised
/// groups. How scores drift beyond the endpoint is a question for a mixed model, not for this.
///
/// @param baseline  of each participant, length participants
/// @throws Error "stats.relapse.rule" (usage) without a criterion of response or with confirmed <
/// 1; "stats.relapse.participant" (input) if an assessment's participant has no baseline;
/// "stats.relapse.twice" (input) if one is assessed twice at a time; "stats.relapse.none"
/// (unanswerable) if nobody responds
/// @cost   O(n log n)
TimeFromResponse time_from_response(std::span<const Assessment> assessments,
                                    std::span<const double> baseline, const ResponseRule& rule);

}  // namespace entact
