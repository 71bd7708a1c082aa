#pragma once

#include <string>

#include "entact/answer/answer.h"
#include "entact/evidence/listing.h"

namespace entact {

/// `entact evidence list`: rows of one table, or their number or sum. JSON result: an array of
/// objects by column name; for
/// --count `[{"count": ...}]`, for --sum the sum and how many rows report it.
Answer list_answer(const EvidenceBase& base, const FactListing& listing);

/// `entact evidence show`: one fact, source, claim, study or analysis with its whole trail.
/// @throws Error "evidence.trail.unknown" (usage)
Answer show_answer(const EvidenceBase& base, const std::string& id);

}  // namespace entact
