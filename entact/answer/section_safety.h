#pragma once

// The parts of section 5, Long-term safety; for the section_safety*.cpp files alone.

#include <string>
#include <string_view>
#include <vector>

#include "entact/answer/effect_numbers.h"
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

/// "MAPP1", "MAPP1 and MAPP2", "A, B and C".
std::string listed(const std::vector<std::string>& names);
/// "29 of 46" from two number columns of one fact.
Prose count_of(DocumentBuilder& builder, const Row& row, std::string_view events,
               std::string_view persons, const std::string& label);
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
/// The study as people know it: its short name where the label holds it in brackets, else the
/// label.
std::string study_name(const EvidenceBase& base, const std::string& study_id);
std::vector<std::string> study_names(const EvidenceBase& base,
                                     const std::vector<std::string>& study_ids);
/// The arm of a fact by its label: "placebo with therapy".
std::string arm_name(const EvidenceBase& base, const Row& row);
/// First letter in lower case, unless the word is an abbreviation.
std::string uncapitalised(std::string words);
/// Lower case contains lower case.
bool holds_word(std::string_view where, std::string_view word);

}  // namespace entact::safety
