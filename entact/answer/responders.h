#pragma once

#include <optional>
#include <string>
#include <vector>

#include "entact/answer/document_builder.h"
#include "entact/answer/effect_command.h"
#include "entact/answer/findings.h"

namespace entact {

/// Counts of two arms, the difference of their risks, and the request that gives it.
struct ArmCounts {
  std::string title{};
  std::string study_id{};
  std::vector<std::string> facts{};  ///< treatment, then control; pairs where trials are joined
  EffectRequest request{};
  EffectResult result{};
  std::string words{};  ///< measure and interval
};

/// Risk differences of an analysis' members, each with its Miettinen-Nurminen interval.
std::vector<ArmCounts> responder_counts(const EvidenceBase& base, const PooledAnswer& answer);

/// MAPP1 and MAPP2 joined by Mantel-Haenszel; nothing unless both are there.
std::optional<ArmCounts> phase3_together(const std::vector<ArmCounts>& trials);

/// The difference as people of 1000, and its interval.
struct DifferenceNumbers {
  std::string estimate{}, low{}, high{};  ///< Number ids
};
DifferenceNumbers difference_numbers(DocumentBuilder& builder, const ArmCounts& counts);

/// Number needed to treat with its interval and control risk, or that there is none.
Prose needed_prose(DocumentBuilder& builder, const ArmCounts& counts);

/// The share of one arm that had the event, as a Number id.
std::string arm_risk(DocumentBuilder& builder, const EvidenceBase& base, const std::string& fact,
                     const std::string& label);

}  // namespace entact
