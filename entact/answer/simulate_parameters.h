#pragma once

#include <string>
#include <vector>

#include "entact/answer/simulate_request.h"

namespace entact {

/// A value that some cases give a parameter.
struct ParameterRow {
  ModelParameter parameter{};
  std::vector<std::string> cases{};  ///< labels of those; empty: all of them, all the time
};

/// What the cases of a plan compute with, in order of the model: a parameter has a row for each
/// value (or range, or reason) that it has somewhere. Where an event table changes it, the label
/// says "at first" or "later".
std::vector<ParameterRow> parameter_rows(const SimulationPlan& plan);

}  // namespace entact
