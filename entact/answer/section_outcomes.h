#pragma once

// The parts of section 7, Outcomes; for the section_outcomes*.cpp files alone.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "entact/answer/effect_numbers.h"
#include "entact/answer/fact_words.h"
#include "entact/answer/findings.h"
#include "entact/answer/prose_writer.h"

namespace entact::outcomes {

using Blocks = std::vector<Block>;

/// Persons who reached an end point in the phase 3 trials, arm by arm.
struct PhaseThree {
  std::string analysis_id{};
  std::string name{};  ///< "response"
  std::vector<std::string> studies{};
  std::vector<std::string> facts{};      ///< treatment, control, treatment, ...
  EffectRequest difference{};            ///< RD; pooled by Mantel-Haenszel where there are several
  EffectRequest treatment{}, control{};  ///< PR of each arm, trials added up
};

/// The members of an analysis of counts that are phase 3 trials; nothing where there are none.
std::optional<PhaseThree> phase_three(const EvidenceBase& base, const Selection& selection,
                                      std::string_view analysis_id, const std::string& name);

/// How many used thresholds there are, of one kind or (empty) of all, as a Number.
std::string threshold_count(DocumentBuilder& builder, std::string_view kind);

Blocks scale_blocks(DocumentBuilder& builder);  ///< instruments, rules, thresholds
/// People out of 100, and pooled outcomes beside severity.
Blocks people_blocks(DocumentBuilder& builder, const Findings& findings,
                     const Selection& selection);
Blocks beside_blocks(DocumentBuilder& builder, const Findings& findings);  ///< other treatments

}  // namespace entact::outcomes
