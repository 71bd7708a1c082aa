#pragma once

// [conclusion] of TRIAL.toml: would one more trial change what a pooled answer of the evidence base
// says? And what came of it, as JSON, text and a table.

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "entact/answer/trial_run.h"
#include "entact/evidence/evidence_base.h"

namespace entact {

/// Reads [conclusion]: `pool`, an analysis of the evidence base.
std::optional<TrialPool> read_conclusion(const TomlTable& document);

/// Puts the published trials of the file's pool into the file, pooled as `entact pool --analysis`
/// pools them; nothing happens to a file without [conclusion].
///
/// @throws Error with the place in the file: "evidence.analysis.unknown" (usage) naming the
///         analyses there are, "evidence.analysis.shown"; "answer.trial.pool" (usage) for an
///         analysis without a trial, with several effects of one trial, or of a measure that a
///         virtual trial does not give
void join_published(TrialFile& file, const EvidenceBase& base);

/// Of one case.
nlohmann::ordered_json conclusion_json(const ConclusionCharacteristics& found);
/// Of the pool as it stands.
nlohmann::ordered_json published_json(const PublishedPool& published);
std::string conclusion_text(const PublishedPool& published, const ConclusionCharacteristics& found);

}  // namespace entact
