#pragma once

#include <optional>
#include <string>
#include <vector>

#include "entact/answer/answer.h"
#include "entact/answer/score_file.h"
#include "entact/answer/value_set.h"
#include "entact/evidence/evidence_base.h"

namespace entact {

/// `entact score`: answers to an instrument's items become scores, diagnoses and classes.
struct ScoreRequest {
  std::string instrument{};
  ScoreColumns columns{};
  std::string score{};                  ///< the main score by name; empty: the instrument's own
  std::string baseline{};               ///< the visit that changes are from; empty: no changes
  std::vector<std::string> response{};  ///< rules of improvement besides those on record: 10, 50%
  std::optional<double> cut{};          ///< cut point of the main score, besides those on record
  std::string sd{};                     ///< for the reliable change index: a number, or `baseline`
  std::string reliability{};            ///< a number, or the fact_id of one on record
  double level = 0.95;                  ///< of the reliable change index, two sides
  std::optional<ValueSet> values{};     ///< a country's, for the index of a profile
};

/// Scores a file of answers.
///
/// JSON result: `instrument`, `score` (the main one), `assessments`, `participants`, `by_visit[]`
/// (n, scored, prorated, mean, sd, min, max of the main score; diagnoses that are met; thresholds
/// met, not met and unclear), `value_set` (file, profiles, by_visit[]: n, mean, sd of the index),
/// `thresholds[]` (the column, and the fact behind it), `facts[]`
/// (everything that the scores rest on, with source, locator and verification), `not_applied[]`,
/// and `rows[]`, an object an assessment. CSV has the rows. Columns of a row, where they apply: the
/// participant, the visit; every score; `n_...` items present; each diagnosis (yes, no, empty where
/// what is missing could decide); `band`; each threshold on the score by the end of its fact_id;
/// `index` of the profile by the value set; `missing` items and the `rule` that was applied; with a
/// baseline `base`, `chg`, `pchg`, each threshold on change, `lost_...` diagnoses, `rci` (of the
/// change), `rci_class`.
///
/// @throws Error "answer.score.score" (unanswerable) if the instrument has no such score on record,
/// "answer.score.baseline" if no assessment is at that visit, "answer.score.response",
/// "answer.score.reliability", "answer.score.level" (usage); as read_score_file and
/// instrument_on_record
Answer score_answer(const EvidenceBase& base, const CsvTable& csv, const ScoreRequest& request);

/// Reads a dataset of any format (dataset_file.h) and scores it.
Answer score_file(const EvidenceBase& base, const std::string& path, const ScoreRequest& request);

/// `entact score --list`: which instruments can be scored, and what that rests on. JSON result:
/// `[{instrument, scored, why_not, page, secondary, recalled}]`, the last three the number of facts
/// by verification.
Answer score_list(const EvidenceBase& base);

}  // namespace entact
