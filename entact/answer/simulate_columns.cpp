#include "entact/answer/simulate_columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <limits>
#include <optional>

#include "entact/base/error.h"

namespace entact {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

bool known_to_nonmem(const std::string& name) {
  constexpr std::array words{"id", "time", "amt", "unit", "cmt", "rate", "addl",
                             "ii", "evid", "ss",  "dv",   "mdv", "c"};
  return std::find(words.begin(), words.end(), lower(name)) != words.end();
}

template <class Items>
std::optional<std::size_t> place_of(const Items& items, const std::string& name) {
  for (const bool any_case : {false, true})
    for (std::size_t i = 0; i < items.size(); ++i)
      if (any_case ? lower(items[i].id) == lower(name) : items[i].id == name) return i;
  return {};
}

std::optional<SimulatedColumn> setting_column(const std::string& name, const ModelFile& file) {
  SimulatedColumn found{.kind = SimulatedColumn::Kind::setting};
  for (const ModelSetting& setting : file.settings) {
    if (lower(setting.group) != lower(name)) continue;
    if (found.column.words.empty()) found.column = {.name = setting.group, .words = {"none"}};
    found.column.words.push_back(setting.id);
  }
  if (found.column.words.empty()) return {};
  found.label = found.column.name;
  return found;
}

std::optional<SimulatedColumn> known_column(const std::string& name, const ModelFile& file) {
  if (known_to_nonmem(name)) return {};
  const auto& covariates = file.population.covariates;
  if (const auto at = place_of(covariates, name)) {
    const ModelCovariate& c = covariates[*at];
    return SimulatedColumn{.kind = SimulatedColumn::Kind::covariate,
                           .index = *at,
                           .column = {.name = c.id, .low = c.low, .high = c.high},
                           .label = c.label,
                           .unit = c.unit};
  }
  if (const auto setting = setting_column(name, file)) return setting;
  const auto& parameters = file.description.parameters;
  if (const auto at = place_of(parameters, name)) {
    const ModelParameter& p = parameters[*at];
    return SimulatedColumn{.kind = SimulatedColumn::Kind::parameter,
                           .index = *at,
                           .column = {.name = p.id, .low = never_negative(p) ? 0 : -infinity},
                           .label = p.label,
                           .unit = p.unit};
  }
  return {};
}

}  // namespace

TableColumns simulated_columns(const Table& table, const ModelFile& file) {
  TableColumns columns;
  for (const Column& column : table.columns) {
    const auto known = known_column(column.name, file);
    if (!known && !known_to_nonmem(column.name)) columns.unused.push_back(column.name);
    if (!known) continue;
    require(column.unit.empty() || column.unit == known->unit, "answer.simulate.column",
            fmt::format("the column {} of the event table is in {}; model {} has it in {}. Turn "
                        "its values into that unit",
                        column.name, column.unit, file.description.id, known->unit),
            ErrorKind::input);
    const auto twice =
        std::any_of(columns.used.begin(), columns.used.end(),
                    [&](const auto& other) { return other.column.name == known->column.name; });
    require(!twice, "answer.simulate.column",
            fmt::format("two columns of the event table are {} of model {}; leave one out",
                        known->column.name, file.description.id),
            ErrorKind::input);
    columns.used.push_back(*known);
  }
  return columns;
}

bool never_negative(const ModelParameter& parameter) {
  return (std::isfinite(parameter.low) ? parameter.low : parameter.value) >= 0;
}

std::vector<std::string> column_settings(const std::vector<SimulatedColumn>& columns,
                                         const std::vector<double>& values) {
  std::vector<std::string> settings;
  for (std::size_t k = 0; k < columns.size(); ++k)
    if (columns[k].kind == SimulatedColumn::Kind::setting && values[k] > 0)
      settings.push_back(columns[k].column.words[static_cast<std::size_t>(values[k])]);
  return settings;
}

void put_columns(const std::vector<SimulatedColumn>& columns, const std::vector<double>& values,
                 SimulatedSet& set) {
  for (std::size_t k = 0; k < columns.size(); ++k) {
    const SimulatedColumn& column = columns[k];
    if (column.kind == SimulatedColumn::Kind::covariate)
      set.covariates[column.index] = {values[k], 0};
    if (column.kind != SimulatedColumn::Kind::parameter) continue;
    ModelParameter& parameter = set.description.parameters[column.index];
    parameter.value = parameter.low = parameter.high = values[k];
    parameter.status = ParameterStatus::assumed;
    parameter.source = "column " + column.column.name + " of the event table";
  }
}

std::string column_text(const SimulatedColumn& column, double value) {
  if (!column.column.words.empty()) return column.column.words[static_cast<std::size_t>(value)];
  const bool bare = column.unit.empty() || column.unit == "1";
  return fmt::format("{:g}{}{}", value, bare ? "" : " ", bare ? "" : column.unit);
}

std::vector<std::pair<double, double>> spells_of(const CarriedValues& carried, std::size_t column) {
  std::vector<std::pair<double, double>> spells;
  const auto add = [&](double from_h, int set) {
    const double value = carried.sets[static_cast<std::size_t>(set)][column];
    // A spell without length does not show.
    if (spells.size() > 1 && spells.back().first == from_h) spells.pop_back();
    if (spells.empty() || spells.back().second != value) spells.emplace_back(from_h, value);
  };
  add(0, 0);
  for (const ScheduledChange& change : carried.schedule.changes) add(change.t_h, change.set);
  return spells;
}

std::string spells_text(const SimulatedColumn& column, const CarriedValues& carried,
                        std::size_t place) {
  constexpr std::size_t most = 6;
  const auto spells = spells_of(carried, place);
  std::string words = column_text(column, spells.front().second);
  for (std::size_t i = 1; i < spells.size() && i < most; ++i)
    words +=
        fmt::format("; from {:g} h {}", spells[i].first, column_text(column, spells[i].second));
  if (spells.size() > most) words += fmt::format("; {} changes in all", spells.size() - 1);
  return words;
}

}  // namespace entact
