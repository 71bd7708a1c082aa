#pragma once

#include "entact/answer/answer.h"
#include "entact/answer/harms.h"

namespace entact {

/// `entact harms`: the adverse events counted in both arms of trials of MDMA, with risk difference
/// and ratio. JSON result: `{compared, higher, lower, harms: [...]}`, one object an event with its
/// counts by trial, both effects (or null) and their intervals; CSV has the same rows.
///
/// @param base  as of the day asked for
Answer harms_answer(const EvidenceBase& base, const Selection& selection);

}  // namespace entact
