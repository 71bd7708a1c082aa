#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "entact/answer/simulate_columns.h"
#include "entact/pharm/regimen.h"
#include "entact/pharm/simulate.h"
#include "entact/report/document.h"

namespace entact {

/// `entact simulate`: a model over regimens and people.
struct SimulateRequest {
  std::string model{};                  ///< name in data/models, or a .toml file
  std::string data{};                   ///< folder of the evidence base; empty: the usual places
  std::vector<std::string> regimens{};  ///< '80@0,40@2'; several are compared
  /// STUDY:ARM of data/doses.csv, whose sessions are given instead; several are compared.
  std::vector<std::string> protocols{};
  double supplement_h = 2;  ///< from a protocol's initial dose to its supplemental one
  int sessions = 1;
  std::string every{};                ///< from session to session: "28d"
  std::vector<std::string> missed{};  ///< "SESSION.DOSE"
  std::string events{};               ///< event table, in place of regimens
  std::string carry = "backward";     ///< which way the values of its rows reach, or "forward"
  std::string unit{};                 ///< of its amounts, if it does not say
  std::string times{};                ///< "0:48:0.25"; empty: a day after each session's start
  int n = 500;                        ///< people; 0: the typical person only
  std::uint64_t seed = 1;
  int threads = 0;
  double band = 0.9;                ///< part of the people, or of the draws, that the bands hold
  std::vector<std::string> with{};  ///< settings of the model: PM, paroxetine
  std::string each{};               ///< group of settings to compare: cyp2d6
  std::vector<std::string> set{};   ///< "ID=VALUE" of parameters
  std::vector<std::string> covariates{};  ///< "ID=VALUE" or "ID=MEAN~SD"
  std::vector<std::string> outputs{};     ///< ids; empty: all
  std::optional<double> above{};          ///< exposure: time above this
  std::string rows{};       ///< file (.parquet, .csv) for every person's course; empty: none
  bool row_states = false;  ///< with the states, not the outputs alone
  double relative = 1e-6;
  double absolute = 1e-8;

  /// Called now and then with how many are simulated, people and draws of the unknown, and how many
  /// there are.
  std::function<void(std::int64_t done, std::int64_t whole)> progress{};

  [[nodiscard]] SimulateOptions solver() const {
    return {.relative = relative, .absolute = absolute};
  }
};

/// One line of a comparison: who takes what.
struct SimulatedCase {
  std::string label{};
  std::string regimen{};  ///< as asked; empty with an event table
  std::vector<std::string> settings{};
  ModelDescription description{};  ///< under the settings and values set
  std::vector<DrawnCovariate> covariates{};
  std::vector<RegimenDose> session{};
  std::vector<DoseEvent> doses{};  ///< of somebody who refuses nothing
  CarriedValues carried{};         ///< of the event table's columns; no sets if it has none
  /// What holds in the sets of `carried` after the first, which is the fields above.
  std::vector<SimulatedSet> later{};
};

/// A request with its names resolved and its words checked.
struct SimulationPlan {
  ModelFile file{};
  std::vector<InputFile> inputs{};
  std::vector<SimulatedCase> cases{};
  std::vector<int> outputs{};  ///< indices in description.outputs
  std::vector<double> times_h{};
  Regimen regimen{};                       ///< sessions, their distance and missed doses
  std::vector<std::string> notes{};        ///< of protocols
  std::vector<SimulatedColumn> columns{};  ///< of the event table, that change parameters
  std::vector<std::string> unused{};       ///< columns of it that nothing is made of
};

/// What was made of an event table's columns, in sentences; none without one.
std::vector<std::string> column_notes(const SimulationPlan& plan, const SimulateRequest& request);

/// Which values that are set lie outside the model's ranges, and what protocols left open, in
/// sentences.
std::vector<std::string> range_notes(const SimulationPlan& plan, const SimulateRequest& request);

/// Reads the model and checks the request.
///
/// @throws Error "answer.simulate.option" (usage), naming option, rule and value; as
/// find_model_file,
///         read_model, parse_regimen, parse_times, read_event_table, with_settings
SimulationPlan plan_simulation(const SimulateRequest& request);

}  // namespace entact
