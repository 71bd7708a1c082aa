#pragma once

// The parts of section 5, Long-term safety; for the section_safety*.cpp files alone.

#include <string>
#include <string_view>
#include <vector>

#include "entact/answer/effect_numbers.h"
#include "entact/answer/fact_words.h"
#include "entact/answer/findings.h"
#include "entact/answer/harms.h"
#include "entact/answer/prose_writer.h"

namespace entact::safety {

/// What every part needs: where numbers go, the base, and its adverse events sorted.
struct Topic {
  DocumentBuilder& builder;
  const EvidenceBase& base;
  const Selection& selection;
  const Harms& harms;
};
using Blocks = std::vector<Block>;

/// Persons followed for a year or more, one entry a trial.
struct FollowUp {
  std::string trial{};
  std::vector<Row> rows{};  ///< arms of one visit, each with its number of persons
};
std::vector<FollowUp> long_follow_ups(const EvidenceBase& base, const Selection& selection);
/// Asks whether a harm of 1 in 1000 would show in them.
EffectRequest see_request(const std::vector<FollowUp>& follow_ups);
std::vector<std::string> facts_of(const std::vector<FollowUp>& follow_ups);

/// All serious adverse events of a trial together, not one kind of them.
bool serious_in_total(const Harm& harm);
/// Asks for the exact one-sided upper bound of rows with counts, added up where there are several.
EffectRequest bound_request(const std::vector<Row>& rows);

Blocks compared_blocks(const Topic& topic);         ///< figure, icons and table of all pairs
Blocks serious_blocks(const Topic& topic);          ///< serious events, zeros and their bounds
Blocks special_blocks(const Topic& topic);          ///< suicidality, heart and circulation
Blocks abuse_blocks(const Topic& topic);            ///< abuse, tolerance, dependence, craving
Blocks discontinuation_blocks(const Topic& topic);  ///< who stopped; published pooled results
Blocks follow_up_blocks(const Topic& topic);        ///< beyond the endpoint
Blocks remainder_blocks(const Topic& topic);        ///< counts in one arm, counts left out

// Words (section_safety_words.cpp).

/// Added up over the trials where there are several.
Prose arm_count(const Topic& topic, const Harm& harm, bool treatment);
/// "more often with MDMA", "less often with MDMA" or "no clear difference", from the interval.
std::string difference_words(const EffectResult& difference);
/// Event, counts, difference and ratio of one harm in a sentence.
Prose harm_sentence(const Topic& topic, const Harm& harm);
/// What the control arms of a harm got: "inactive placebo".
std::string comparator_of(const Topic& topic, const Harm& harm);
/// The conduct findings whose words hold `word`, as one caution each.
Blocks conduct_cautions(const Topic& topic, std::string_view word);

}  // namespace entact::safety
