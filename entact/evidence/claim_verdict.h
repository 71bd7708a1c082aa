#pragma once

#include <optional>
#include <string_view>

#include "entact/evidence/certainty.h"
#include "entact/evidence/claim_expression.h"

namespace entact {

/// What the evidence says of a statement.
enum class Verdict { not_studied, not_supported, partly, supported, contradicted };
/// "not studied", "not supported", "partly", "supported", "contradicted".
std::string_view to_text(Verdict verdict);

/// Whether each condition of a claim holds.
struct ClaimConditions {
  Truth studied = Truth::unknown;
  Truth contradicted = Truth::unknown;
  Truth supported = Truth::unknown;
  Truth partly = Truth::unknown;
};

/// The verdict and the condition that decided it.
struct ClaimDecision {
  Verdict verdict = Verdict::not_studied;
  std::string_view decided_by{};      ///< column of claims.csv: "studied_if", ...; "" if none held
  bool lowered_by_certainty = false;  ///< supported, but less certain than the floor asks
};

/// Exactly one verdict, by the first of these that applies:
///
/// 1. studied is not yes: not studied
/// 2. contradicted is yes: contradicted
/// 3. supported is yes: supported, or partly if the certainty is below the floor (or unknown where
///    there is a floor)
/// 4. partly is yes: partly
/// 5. not supported
///
/// Unknown is never yes, so what is not on record neither supports nor contradicts.
ClaimDecision decide(const ClaimConditions& conditions, std::optional<Certainty> certainty,
                     std::optional<Certainty> floor);

}  // namespace entact
