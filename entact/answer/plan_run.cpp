#include "entact/answer/plan_run.h"

#include <fmt/format.h>

#include <algorithm>

#include "entact/base/error.h"
#include "entact/stats/multiplicity.h"

namespace entact {
namespace {

void add_inputs(PlanOutcome& outcome, const std::vector<InputFile>& inputs) {
  for (const InputFile& input : inputs) {
    const bool known =
        std::any_of(outcome.inputs.begin(), outcome.inputs.end(), [&](const InputFile& each) {
          return each.name == input.name && each.sha256 == input.sha256;
        });
    if (!known) outcome.inputs.push_back(input);
  }
}

/// Safety and description may be shown without one estimate.
bool needs_estimate(const PlanAnalysis& analysis) {
  const PlanResult& named = analysis.result;
  return (analysis.role != "safety" && analysis.role != "description") || !named.label.empty() ||
         !named.visit.empty() || !named.measure.empty();
}

PlanRun run_command(const PlanAnalysis& analysis, const PlanCommand& command,
                    PlanOutcome& outcome) {
  PlanRun run{.line = command.line};
  try {
    const Answer answer = command.run();
    run.result = nlohmann::ordered_json::parse(answer.result_json);
    run.document = answer.document;
    run.csv = answer.csv;
    run.reservations = answer.reservations;
    add_inputs(outcome, answer.inputs);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::unanswerable)
      throw Error(error.code(),
                  fmt::format("{} (analysis '{}'): {}", analysis.place, analysis.id, error.what()));
    run.failure = error.what();
    return run;
  }
  if (needs_estimate(analysis)) run.estimate = plan_estimate(analysis, run.result);
  if (run.estimate && analysis.subgroup)
    run.interaction = plan_interaction(run.result, run.estimate->visit);
  return run;
}

/// Where an imputation treats intercurrent events otherwise than its estimand says; empty: nowhere.
std::string estimand_conflict(const PlanEstimand* estimand, const PlanRun& run) {
  if (estimand == nullptr || !run.result.contains("estimand_strategies")) return "";
  for (const auto& strategy : run.result["estimand_strategies"]) {
    const auto name = strategy.get<std::string>();
    const bool meant =
        std::any_of(estimand->intercurrent_events.begin(), estimand->intercurrent_events.end(),
                    [&](const PlanEvent& each) { return each.strategy == name; });
    if (!meant)
      return fmt::format(
          "the imputation treats intercurrent events by {} ({}), a strategy that the estimand '{}' "
          "does not have",
          name, run.result["intercurrent_events"].get<std::string>(), estimand->id);
  }
  return "";
}

}  // namespace

const PlanRuns& PlanOutcome::of(const std::string& id) const {
  return *std::find_if(analyses.begin(), analyses.end(),
                       [&](const PlanRuns& each) { return each.analysis->id == id; });
}

std::vector<PlanDecision> plan_decisions(const PlanMultiplicity& how, const PlanOutcome& outcome) {
  std::vector<double> p;
  for (const std::string& id : how.analyses) {
    const auto& estimate = outcome.of(id).runs.front().estimate;
    p.push_back(estimate && estimate->p.given() ? estimate->p.value : 1.0);
  }
  const std::vector<double> adjusted = how.method == "holm"       ? holm(p)
                                       : how.method == "hochberg" ? hochberg(p)
                                       : how.method == "graphical"
                                           ? graphical(p, {how.weights, how.transitions})
                                           : fixed_sequence(p);
  std::vector<PlanDecision> decisions;
  for (std::size_t i = 0; i < p.size(); ++i)
    decisions.push_back({how.analyses[i], p[i], adjusted[i], adjusted[i] <= how.alpha});
  return decisions;
}

PlanOutcome run_plan(const Plan& plan, const std::function<void(const std::string&)>& progress) {
  PlanOutcome outcome;
  outcome.inputs.push_back({plan.path.filename().string(), plan.sha256});
  count_populations(plan, outcome);
  for (const PlanAnalysis& analysis : plan.analyses) {
    if (progress) progress(analysis.title);
    PlanRuns runs{.analysis = &analysis};
    for (std::size_t k = 0; k < analysis.commands.size(); ++k) {
      runs.runs.push_back(run_command(analysis, analysis.commands[k], outcome));
      PlanRun& run = runs.runs.back();
      const std::string conflict = estimand_conflict(plan.estimand(analysis.estimand), run);
      if (!conflict.empty()) run.reservations.push_back(conflict);
      if (k > 0) run.level = analysis.subgroup->levels[k - 1];
      const std::string where = run.level.empty() ? "" : ", " + run.level;
      if (!run.failure.empty())
        outcome.reservations.push_back(
            fmt::format("{}{}: no answer: {}", analysis.title, where, run.failure));
      for (const std::string& sentence : run.reservations)
        outcome.reservations.push_back(fmt::format("{}{}: {}", analysis.title, where, sentence));
    }
    outcome.analyses.push_back(std::move(runs));
  }
  if (!plan.multiplicity) return outcome;
  try {
    outcome.decisions = plan_decisions(*plan.multiplicity, outcome);
  } catch (const Error& error) {
    throw Error(error.code(), plan.multiplicity->place + ": " + error.what());
  }
  return outcome;
}

}  // namespace entact
