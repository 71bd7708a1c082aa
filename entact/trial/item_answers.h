#pragma once

#include <vector>

#include "entact/scales/instrument.h"
#include "entact/trial/participant.h"

namespace entact {

/// Log-scale SD of the propensities: assumed, no published CAPS-5 item covariances are on record.
constexpr double usual_spread = 0.6;

/// Answers to an instrument's items that add up to a participant's totals.
///
/// Each participant has a propensity for every item, log-normal, the same at every visit; points
/// go one by one to an item drawn by propensity times the room that it has left. So items of one
/// person agree over time, totals are kept exactly, and clusters and diagnoses follow by the
/// instrument's own rules. Items outside the total that a diagnosis asks for follow the total, at
/// twice its share of the maximum; others are missing.
///
/// @param instrument  items of the total from 0 up; the total is the sum of items `in_total`
/// @param totals      whole numbers by visit; NaN: not seen, all answers NaN
/// @return totals x items
/// @cost   O(total x items) a visit: some microseconds for CAPS-5
std::vector<std::vector<double>> item_answers(const Instrument& instrument, const TrialKey& key,
                                              std::uint32_t participant,
                                              const std::vector<double>& totals,
                                              double spread = usual_spread);

/// Whether a participant who met the instrument's first diagnosis at the baseline meets it no
/// longer with this score at a visit.
/// @param visit  index; the answers are those of item_answers for baseline and all visits
bool loses_diagnosis(const Instrument& instrument, const Participant& person, int visit,
                     double score);

}  // namespace entact
