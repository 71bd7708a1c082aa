#pragma once

#include <string>
#include <vector>

#include "entact/answer/claim_predicates.h"

namespace entact {

/// The trials whose people a study record holds: those it is part of, else itself.
std::vector<std::string> trials_behind(const EvidenceBase& base, const std::string& study);

struct FollowedPersons {
  double persons = 0;
  std::vector<std::string> facts{};  ///< that say so
};

/// How many people the follow-ups of an analysis hold, nobody twice: for each trial the largest
/// number that a report gives (where the shown fact has none, the sum over arms of what was counted
/// in week 52 or later); of a report on several trials only whom the others do not hold. Reports
/// that are not admitted, retracted ones above all, do not count.
FollowedPersons count_followed(const ClaimContext& context, const std::string& analysis);

}  // namespace entact
