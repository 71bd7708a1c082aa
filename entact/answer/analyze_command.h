#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>

#include "entact/answer/answer.h"

namespace entact {

/// `entact analyze`: a whole statistical analysis plan on a study's datasets.
struct AnalyzeRequest {
  std::string plan{};
  std::function<void(const std::string&)> progress{};  ///< told each analysis before it runs
};

/// Runs the plan.
///
/// JSON keys of the result: title, study, populations[{id, title, where, arms[{arm, n}]}],
/// analyses[{id, title, role, method, estimand, population, runs[{command, level, failure,
/// reservations[], estimate{label, visit, measure, estimate, ci_low, ci_high, p, pointer}}]}] and
/// multiplicity{method, alpha, tests[{analysis, p, adjusted_p, rejected}]}. The Document has each
/// number with the command that recomputes it in the plan's folder.
///
/// @throws as read_plan and run_plan
Answer analyze_answer(const AnalyzeRequest& request);

/// Every table of the Document as CSV, by file name: "primary-estimates.csv". Numbers in full; two
/// numbers in a cell become two columns.
std::map<std::string, std::string> document_tables(const Document& document);

}  // namespace entact
