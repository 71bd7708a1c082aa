#pragma once

// A plan carried out: the answer of every command, who is in each population, and which of the
// ordered hypotheses are rejected. For the .cpp files of answer.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "entact/answer/plan_estimate.h"

namespace entact {

/// One command that was run.
struct PlanRun {
  std::string line{};
  std::string level{};  ///< of a subgroup; empty: everybody
  nlohmann::ordered_json result{};
  std::optional<Document> document{};
  std::string csv{};
  std::vector<std::string> reservations{};
  std::string failure{};                         ///< why there is no answer; empty: there is one
  std::optional<PlanInteraction> interaction{};  ///< of everybody, in a subgroup analysis
  std::optional<PlanEstimate> estimate{};        ///< none for safety and description without one
};

struct PlanRuns {
  const PlanAnalysis* analysis = nullptr;
  std::vector<PlanRun> runs{};  ///< as PlanAnalysis::commands
};

/// One hypothesis in the order of the plan.
struct PlanDecision {
  std::string analysis{};
  double p = 1;  ///< 1 where the analysis has no answer
  double adjusted = 1;
  bool rejected = false;
};

/// Participants of a population in each arm.
struct PlanCount {
  std::string population{};
  std::vector<int> n{};  ///< by arm
};

struct PlanOutcome {
  std::vector<PlanRuns> analyses{};
  std::vector<PlanDecision> decisions{};
  std::vector<std::string> arms{};
  std::vector<PlanCount> counts{};
  std::vector<std::string> reservations{};
  std::vector<InputFile> inputs{};

  [[nodiscard]] const PlanRuns& of(const std::string& id) const;
};

/// Runs every command of the plan, in order.
///
/// @param progress  told each analysis before it runs; may be empty
/// @throws Error of a command that its input or options stop, as input, with the plan's line before
///         its message; "answer.plan.flag" if a population's flag differs between a dataset and
///         ADSL
PlanOutcome run_plan(const Plan& plan, const std::function<void(const std::string&)>& progress);

/// Counts of ADSL by arm and population; holds the flags of the datasets against ADSL.
void count_populations(const Plan& plan, PlanOutcome& outcome);

/// Adjusted p by the plan's method.
std::vector<PlanDecision> plan_decisions(const PlanMultiplicity& how, const PlanOutcome& outcome);

}  // namespace entact
