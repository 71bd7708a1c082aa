#pragma once

#include <string>

#include "entact/answer/survival_command.h"
#include "entact/stats/relapse.h"

namespace entact {

/// `entact relapse`: how long response lasts, from a table with one row a visit.
struct RelapseRequest {
  std::string parameter{};        ///< PARAMCD, if the dataset holds several
  std::string score = "AVAL";     ///< column
  std::string baseline = "BASE";  ///< column, the same in every row of a participant
  std::string time = "ADY";       ///< column with the time of each assessment
  ResponseRule rule{};
  /// What is asked of the times: covariates, by, strata, reference, ties, rmst, test, trend, times,
  /// level, where and participant. Ties are many, so the command asks for `exact`.
  SurvivalRequest survival{};
};

/// Time from the first response to its loss, among responders, analysed as `entact survival` does.
///
/// JSON keys of the result: those of survival_answer(), and response{rule, score, baseline, time,
/// participants, responders, never, lost}. The covariates of a participant are those of the row of
/// the first response. Rows that ABLFL marks as baseline are no assessment.
///
/// @throws Error "answer.relapse.column" (usage) if a column is not there;
/// "answer.relapse.baseline"
///         if a participant has no baseline, or two; "answer.relapse.twice" if one is assessed
///         twice at a time, each naming the line; as time_from_response and survival_answer
Answer relapse_answer(const SurvivalFile& file, const RelapseRequest& request);

/// Reads the file and answers.
Answer relapse_file(const std::string& path, const RelapseRequest& request);

}  // namespace entact
