#pragma once

// A statistical analysis plan as PLAN.toml says it. Reading a plan checks its words and builds the
// command of every analysis; nothing is computed yet.

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "entact/answer/plan_command.h"

namespace entact {

/// Participants of ADSL by its flags: FASFL=Y.
struct PlanPopulation {
  std::string id{};
  std::string title{};
  std::vector<std::string> where{};  ///< "COLUMN=VALUE", all of them
  std::string place{};               ///< file, line and column of the plan
};

/// What happens after randomisation, and how the estimand treats it.
struct PlanEvent {
  std::string event{};
  std::string strategy{};  ///< treatment policy, hypothetical, composite, while on treatment or
                           ///< principal stratum
};

/// What is to be estimated, in the words of ICH E9(R1).
/// @source ICH E9(R1) 2019 [ich2019]
struct PlanEstimand {
  std::string id{};
  std::string population{};  ///< id of a PlanPopulation
  std::string treatment{};
  std::string comparator{};
  std::string variable{};
  std::vector<PlanEvent> intercurrent_events{};
  std::string summary{};
  std::string benefit{};  ///< lower or higher: the side on which the treatment does better; or ""
};

/// Which number of an analysis is its result; what is empty is found where only one is there.
struct PlanResult {
  std::string label{};    ///< of the contrast: "MDMA - PLACEBO"
  std::string visit{};    ///< of the contrast
  std::string measure{};  ///< where a command gives several: "standardised.rd", "rmst"
};

struct PlanSubgroup {
  std::string column{};
  std::vector<std::string> levels{};
};

struct PlanAnalysis {
  std::string id{};
  std::string title{};
  std::string role{};  ///< primary, secondary, sensitivity, subgroup, safety or description
  std::string method{};
  std::string estimand{};    ///< id; may be empty for safety and description
  std::string population{};  ///< id
  std::string note{};        ///< the plan's own words, for the methods
  std::string dataset{};     ///< file as the plan names it
  PlanResult result{};
  std::optional<PlanSubgroup> subgroup{};
  /// One; of a subgroup analysis the one of everybody, then one for each level.
  std::vector<PlanCommand> commands{};
  std::string place{};
};

/// How the chance of any false rejection is held at alpha.
struct PlanMultiplicity {
  std::string method{};  ///< fixed-sequence, holm, hochberg or graphical
  double alpha = 0.05;
  std::vector<std::string> analyses{};  ///< ids in their order
  std::vector<double> weights{};        ///< graphical
  std::vector<std::vector<double>> transitions{};
  std::string place{};
};

struct Plan {
  std::filesystem::path path{};
  std::string sha256{};
  std::string title{};
  std::string study{};
  std::string notice{};                           ///< "Synthetic data"
  std::vector<std::string> design{};              ///< paragraphs
  std::vector<std::string> methods{};             ///< paragraphs
  std::map<std::string, std::string> datasets{};  ///< file by name; adsl is one of them
  std::string arm{};                              ///< column of ADSL; empty: the usual ones
  std::vector<PlanPopulation> populations{};
  std::vector<PlanEstimand> estimands{};
  std::vector<PlanAnalysis> analyses{};
  std::optional<PlanMultiplicity> multiplicity{};

  [[nodiscard]] const PlanPopulation* population(const std::string& id) const;
  [[nodiscard]] const PlanEstimand* estimand(const std::string& id) const;
  [[nodiscard]] std::filesystem::path file(const std::string& name) const;
};

/// Reads a plan.
///
/// @throws Error "io.toml.*" with file, line and column: "io.toml.unknown" for a key that neither
///         the plan nor the analysis' command has, "io.toml.value" for a word, id or dataset that
///         is not there, or two things of one id
Plan read_plan(const std::filesystem::path& path);

// Parts of the reading.
std::vector<PlanAnalysis> read_plan_analyses(const TomlTable& document, const Plan& plan);
std::optional<PlanMultiplicity> read_plan_multiplicity(const TomlTable& document, const Plan& plan);

}  // namespace entact
