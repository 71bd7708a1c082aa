#pragma once

// What the options of `entact impute` say. The command itself is impute_command.h.

#include <Eigen/Core>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "entact/base/table.h"
#include "entact/stats/imputation_model.h"
#include "entact/stats/tipping_point.h"

namespace entact {

/// 'ancova: CHG ~ BASE + ARM', 'responders <= -10: CHG ~ BASE + ARM', or 'mmrm: CHG ~ BASE*AVISIT +
/// ARM*AVISIT + us(AVISIT | USUBJID)'; of counts 'counts: EVENTS ~ BASE + ARM' (negative binomial)
/// or 'poisson: EVENTS ~ BASE + ARM'.
struct AnalysisWords {
  enum class Kind { ancova, responders, mmrm, counts, poisson };
  Kind kind = Kind::ancova;
  ModelFormula formula{};
  std::optional<ResponderRule> responders{};
};
/// @throws Error "answer.impute.analysis" (usage)
AnalysisWords analysis_words(const std::string& text);

/// The strategy of events for which nothing else is said, and that of each reason.
struct StrategyWords {
  std::optional<ImputationStrategy> usual{};
  std::map<std::string, ImputationStrategy> by_reason{};
};
/// @throws Error "answer.impute.strategy" (usage) on two usual strategies
StrategyWords strategies_in(const std::vector<std::string>& words);

/// The events of a table with the columns of participant and visit, STRATEGY and REASON (either may
/// be absent, in either case of letters). An empty `visit`: they have none, as of counts.
/// @throws Error "answer.impute.strategy" (usage) if an event has no strategy
std::vector<IntercurrentEvent> events_of(const Table& table, const std::string& subject,
                                         const std::string& visit, const StrategyWords& words);

/// n x m shifts from "ARM=3" and "ARM@VISIT=3"; several add up.
/// @throws Error "answer.impute.delta" (usage) on an unknown arm or visit, or no number
Eigen::MatrixXd delta_words(const ImputationModel& model, const std::vector<std::string>& words);

/// Likewise from a table with columns of participant, visit and DELTA.
/// @throws Error "answer.impute.delta" if one is not in the data
void add_delta(const ImputationModel& model, const Table& table, Eigen::MatrixXd& delta);

/// An arm and the numbers of "ARM=FROM:TO:STEP".
struct ArmGrid {
  std::string arm{};
  std::vector<double> values{};
};
/// @throws Error "answer.impute.tipping" (usage)
ArmGrid arm_grid(const std::string& word);

/// An axis from "ARM=FROM:TO:STEP".
/// @throws Error "answer.impute.tipping" (usage)
TippingAxis tipping_axis(const ImputationModel& model, const std::string& word);

}  // namespace entact
