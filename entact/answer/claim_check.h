#pragma once

#include <optional>
#include <string>
#include <vector>

#include "entact/answer/claim_certainty.h"
#include "entact/answer/claim_predicates.h"
#include "entact/evidence/claim_verdict.h"

namespace entact {

/// The four conditions of a claim, as bits of AskedQuantity::asked_in.
enum ClaimCondition : unsigned {
  asks_studied = 1,
  asks_contradicted = 2,
  asks_supported = 4,
  asks_partly = 8
};

/// A quantity and the conditions that asked for it.
struct AskedQuantity {
  FoundQuantity found{};
  unsigned asked_in = 0;
};

/// One claim with everything that decided it.
struct CheckedClaim {
  Row row;
  ClaimConditions conditions{};
  ClaimDecision decision{};
  std::optional<Certainty> floor{};
  std::optional<ClaimCertainty> certainty{};  ///< none where nothing was studied
  std::vector<AskedQuantity> quantities{};    ///< each once, in the order of the conditions

  /// The rule that decided, in the words of the claims table.
  [[nodiscard]] std::string rule() const;
};

/// The claims of the evidence base in the order of the table, each with exactly one verdict.
///
/// A claim may ask for the certainty and verdict of others.
/// @throws Error "answer.claim.cycle" if claims ask for one another in a circle;
///         "answer.claim.unknown" if there is no claim of that name; "evidence.claim.*" and
///         "answer.claim.*" with claim and column where a condition cannot be read
std::vector<CheckedClaim> check_claims(const Findings& findings);

}  // namespace entact
