#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "entact/answer/claim_quantity.h"
#include "entact/answer/findings.h"
#include "entact/evidence/certainty.h"
#include "entact/evidence/claim_verdict.h"

namespace entact {

/// What is known of another claim.
struct ClaimOutcome {
  Verdict verdict = Verdict::not_studied;
  std::optional<Certainty> certainty{};
};

/// Where the quantities of conditions come from.
struct ClaimContext {
  const Findings* findings = nullptr;
  /// The outcome of another claim, by claim_id.
  std::function<ClaimOutcome(const std::string&)> outcome{};

  [[nodiscard]] const EvidenceBase& base() const { return *findings->base; }
  [[nodiscard]] Selection selection() const {
    return {.include_recalled = findings->options.include_recalled};
  }
};

/// What one quantity is worth; docs/claims.md lists them.
///
/// @throws Error "answer.claim.quantity" naming the quantities there are; "answer.claim.argument"
///         if an argument is missing, superfluous, or names no analysis, table, column or word of
///         the column's vocabulary
FoundQuantity find_quantity(const ClaimContext& context, const ClaimCall& call);

}  // namespace entact
