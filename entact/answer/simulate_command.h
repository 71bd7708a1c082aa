#pragma once

#include <string>
#include <vector>

#include "entact/answer/answer.h"
#include "entact/answer/simulate_request.h"

namespace entact {

/// The middle and the ends of a band.
struct Band {
  double median = 0, low = 0, high = 0;
};

/// A simulated quantity: of the typical person, over people, over what nobody knows, over both.
struct SimulatedQuantity {
  double typical = 0;
  Band people{};   ///< people differ, parameters at their typical values
  Band unknown{};  ///< a typical person, parameters drawn from their ranges
  Band both{};     ///< people differ and parameters are drawn
};

/// An exposure metric of one output.
struct SimulatedExposure {
  int output = 0;  ///< place in SimulationPlan::outputs
  std::string metric{};
  std::string unit{};
  SimulatedQuantity value{};
  bool typical_only = false;  ///< there is none of people and of draws
};

struct SimulatedCaseResult {
  std::vector<std::vector<SimulatedQuantity>> course{};  ///< by output, by time
  std::vector<SimulatedExposure> exposure{};
  std::vector<std::string> failures{};  ///< whose course could not be computed, and why
  std::vector<std::string> notes{};     ///< what the times asked for do not tell, as sentences
};

/// Runs every case: three ensembles of n people (people, unknown, both) that share their draws.
///
/// @throws Error "pharm.simulate.*" if the typical person's course cannot be computed; a fault of
///         one of the others is listed in failures and leaves the rest
/// @cost   3 n courses a case, on request.threads threads
std::vector<SimulatedCaseResult> run_simulation(const SimulationPlan& plan,
                                                const SimulateRequest& request);

/// Plans, runs and tells.
///
/// JSON keys of the result: model{id, title, notice}, people, seed, band, sessions, cases[{label,
/// regimen, settings[], doses[{t_h, amount_mg, compartment}], outputs[{id, label, unit, hypothesis,
/// course[{t_h, typical, median, people_low, people_high, unknown_low, unknown_high, low, high}]}],
/// exposure[{output, metric, unit, typical, median, people_low, ...}], failures[], notes[],
/// characteristics[{id, label, unit, course[{from_h, value}]}]}], columns{used[], unused[]}, the
/// last two only of an event table; from_h is null for what holds at first.
/// parameters[{id, label, value, unit, low, high, between_sd, status, source, cases[]}], one row
/// for each value that the cases give a parameter; cases names whose it is, none if it is
/// everybody's. With n = 0 there are only the typical values; of the area by model there are no
/// others ever. The CSV has a row for each case, output and time.
Answer simulate_answer(const SimulateRequest& request);

/// The notes of the first few cases that have any, each with its case, and how many more have some.
std::vector<std::string> case_notes(const SimulationPlan& plan,
                                    const std::vector<SimulatedCaseResult>& results);

/// The label up to its first comma or semicolon.
std::string short_label(const ModelQuantity& quantity);

/// The answer as a page: aligned panels, exposure, what each parameter rests on.
Document simulate_document(const SimulationPlan& plan, const SimulateRequest& request,
                           const std::vector<SimulatedCaseResult>& results);

}  // namespace entact
