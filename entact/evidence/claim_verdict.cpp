#include "entact/evidence/claim_verdict.h"

#include <array>

namespace entact {

std::string_view to_text(Verdict verdict) {
  constexpr std::array<std::string_view, 5> words{"not studied", "not supported", "partly",
                                                  "supported", "contradicted"};
  return words[static_cast<std::size_t>(verdict)];
}

ClaimDecision decide(const ClaimConditions& conditions, std::optional<Certainty> certainty,
                     std::optional<Certainty> floor) {
  if (conditions.studied != Truth::yes) return {Verdict::not_studied, "studied_if"};
  if (conditions.contradicted == Truth::yes) return {Verdict::contradicted, "contradicted_if"};
  if (conditions.supported == Truth::yes) {
    const bool lowered = floor && (!certainty || *certainty < *floor);
    return {lowered ? Verdict::partly : Verdict::supported, "supported_if", lowered};
  }
  if (conditions.partly == Truth::yes) return {Verdict::partly, "partly_if"};
  return {Verdict::not_supported, ""};
}

}  // namespace entact
