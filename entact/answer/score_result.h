#pragma once

// Between the score command's parts; not for others.

#include <string>
#include <vector>

#include "entact/answer/score_command.h"
#include "entact/base/table.h"
#include "entact/evidence/instrument_facts.h"
#include "entact/scales/score.h"

namespace entact {

/// A threshold and the column of the result that says whether it is met.
struct AppliedThreshold {
  std::string column{};
  ScoreThreshold threshold{};
};

/// One row an assessment, and what it takes to say what the columns are.
struct ScoreResult {
  InstrumentOnRecord record{};
  std::size_t main_score = 0;
  ScoreFile file{};
  Scores scores{};
  Table table{};
  std::vector<std::string> facts{};  ///< fact_ids that the scores of this file rest on
  std::vector<AppliedThreshold> applied{};
  std::vector<std::string> diagnoses{};  ///< columns
  std::vector<std::string> reservations{};
};

/// @throws as score_answer
ScoreResult score_result(const EvidenceBase& base, const CsvTable& csv,
                         const ScoreRequest& request);

/// The sentence on the facts behind the scores that were seen in no source; empty if there are
/// none.
std::string recalled_sentence(const EvidenceBase& base, const std::vector<std::string>& facts);

}  // namespace entact
