#pragma once

// What an event table says of its people: columns that name covariates, groups of settings or
// parameters of the model, and may change from row to row.

#include <string>
#include <utility>
#include <vector>

#include "entact/answer/model_file.h"
#include "entact/base/table.h"
#include "entact/pharm/draws.h"
#include "entact/pharm/event_table.h"

namespace entact {

/// What holds for a part of a case's time, or all of it.
struct SimulatedSet {
  std::vector<std::string> settings{};
  ModelDescription description{};  ///< under the settings and values set
  std::vector<DrawnCovariate> covariates{};
};

/// A column that the model knows.
struct SimulatedColumn {
  enum class Kind { covariate, setting, parameter };
  Kind kind = Kind::covariate;
  std::size_t index = 0;   ///< of the covariate or parameter
  CarriedColumn column{};  ///< its name as in the model; a setting's words are "none" and the ids
  std::string label{};
  std::string unit{};
};

/// The columns of a table, but for those that NONMEM knows (TIME, RATE, DV ...).
struct TableColumns {
  std::vector<SimulatedColumn> used{};  ///< that name a covariate, a group or a parameter
  std::vector<std::string> unused{};    ///< names of the others
};

/// What the model makes of a table's columns, whose names count in any case.
///
/// @throws Error "answer.simulate.column" if a column's unit is not the model's, or two are one
TableColumns simulated_columns(const Table& table, const ModelFile& file);

/// Whether the model's range, or its value if it has none, tells of no negative values.
bool never_negative(const ModelParameter& parameter);

/// The settings that the columns' values name.
std::vector<std::string> column_settings(const std::vector<SimulatedColumn>& columns,
                                         const std::vector<double>& values);

/// Puts covariates and parameters of the columns in; a parameter is then known, as by `--set`.
void put_columns(const std::vector<SimulatedColumn>& columns, const std::vector<double>& values,
                 SimulatedSet& set);

/// "70 kg", "paroxetine".
std::string column_text(const SimulatedColumn& column, double value);

/// From when which value of a column holds, the first from the start on; as short as it can be.
std::vector<std::pair<double, double>> spells_of(const CarriedValues& carried, std::size_t column);

/// Those in words: "70 kg; from 24 h 80 kg", the first six of many.
std::string spells_text(const SimulatedColumn& column, const CarriedValues& carried,
                        std::size_t place);

}  // namespace entact
