#include "entact/answer/impute_estimand.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

namespace entact {
namespace {

/// The strategies in use: those of the events, or MAR where there is none.
std::set<ImputationStrategy> strategies_used(const ImputationModel& model) {
  std::set<ImputationStrategy> used;
  for (std::size_t i = 0; i < model.data.strategy.size(); ++i)
    if (model.data.first_affected[i] < model.data.m()) used.insert(model.data.strategy[i]);
  if (used.empty()) used.insert(ImputationStrategy::mar);
  return used;
}

}  // namespace

std::vector<std::string> estimand_strategies(const ImputeRun& run) {
  if (!run.request.estimand.empty()) return {run.request.estimand};
  std::vector<std::string> words;
  for (const ImputationStrategy strategy : strategies_used(run.model)) {
    const std::string word(estimand_words(strategy));
    if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(word);
  }
  return words;
}

std::string intercurrent_events(const ImputeRun& run) {
  std::vector<std::string> assumptions;
  for (const ImputationStrategy strategy : strategies_used(run.model))
    assumptions.emplace_back(strategy_words(strategy));
  std::string text = fmt::format("{}", fmt::join(estimand_strategies(run), ", "));
  text += fmt::format(": {}", fmt::join(assumptions, ", "));
  if (run.delta.isZero(0)) return text;
  return text + (run.model.data.binary ? ", log odds of imputed values shifted"
                                       : ", imputed values shifted");
}

Estimand estimand_of(const ImputeRun& run, const AnalysisParameter& parameter) {
  return {.population = "all participants of the table",
          .treatment = parameter.arm,
          .comparator = parameter.comparator,
          .variable = run.model.formula.response + " at " + parameter.visit,
          .intercurrent_events = intercurrent_events(run),
          .summary = parameter.summary};
}

std::string label_of(const AnalysisParameter& parameter) {
  return parameter.comparator.empty() ? parameter.arm
                                      : parameter.arm + " - " + parameter.comparator;
}

}  // namespace entact
