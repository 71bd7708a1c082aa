#pragma once

// What the tests of a fit's dataset share.

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "entact/answer/fit_model.h"
#include "entact/answer/trial_table.h"

namespace entact::specimen {

inline constexpr double none = std::numeric_limits<double>::quiet_NaN();

inline TrialTable data_of(const std::vector<std::pair<std::string, std::vector<double>>>& columns) {
  TrialTable data{.file = "d.csv"};
  for (const auto& [name, values] : columns) data.table.add({.name = name, .values = values});
  for (std::size_t row = 0; row < data.table.rows(); ++row)
    data.lines.push_back(static_cast<long>(row) + 2);
  return data;
}

// A bolus into one compartment.
inline FitModel bolus() {
  FitModel model;
  model.population.parameters = {{.id = "cl", .typical = 2}, {.id = "v", .typical = 10}};
  model.population.error.proportional = 0.1;
  model.structure.clearance = 0;
  model.structure.volume = 1;
  return model;
}

}  // namespace entact::specimen
