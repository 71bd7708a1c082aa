#include "entact/answer/trial_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "entact/answer/dataset_file.h"
#include "entact/io/number.h"
#include "entact/stats/model_variable.h"

namespace entact {

TrialTable read_trial_table(const std::string& path) {
  DatasetFile file = read_dataset_file(path);
  return {.table = std::move(file.table),
          .file = path,
          .lines = std::move(file.lines),
          .input = {file.input.name, file.input.sha256}};
}

std::string place_of(const TrialTable& data, std::size_t row, const std::string& column) {
  std::string place = data.file;
  if (row < data.lines.size()) place += fmt::format(":{}", data.lines[row]);
  for (std::size_t i = 0; i < data.table.columns.size() && !data.lines.empty(); ++i)
    if (data.table.columns[i].name == column) place += fmt::format(":{}", i + 1);
  return place;
}

const std::vector<double>& number_column(const TrialTable& data, const std::string& name) {
  const Column& column = data.table.column(name);
  if (const auto* text = std::get_if<std::vector<std::string>>(&column.values)) {
    std::size_t row = 0;
    while (row < text->size() && ((*text)[row].empty() || parse_number((*text)[row]))) ++row;
    const bool empty = row == text->size();
    throw Error("answer.table.number",
                empty ? fmt::format("{} ({}): must hold numbers; all {} cells are missing",
                                    data.file, name, text->size())
                      : fmt::format("{} ({}): must be a number; saw '{}'",
                                    place_of(data, row, name), name, (*text)[row]));
  }
  if (!std::holds_alternative<std::vector<double>>(column.values))
    throw Error("answer.table.number",
                fmt::format("{} ({}): must hold numbers; it holds dates", data.file, name));
  return data.table.numbers(name);
}

std::vector<std::string> level_column(const TrialTable& data, const std::string& name) {
  const FactorValues factor = factor_values(data.table.column(name));
  std::vector<std::string> levels(factor.codes.size());
  for (std::size_t i = 0; i < levels.size(); ++i)
    if (factor.codes[i] >= 0) levels[i] = factor.levels[static_cast<std::size_t>(factor.codes[i])];
  return levels;
}

std::string first_column(const Table& table, const std::vector<std::string>& names) {
  const auto found =
      std::find_if(names.begin(), names.end(), [&](const auto& name) { return table.has(name); });
  return found == names.end() ? "" : *found;
}

const std::vector<std::string>& arm_names() {
  static const std::vector<std::string> names{"ARM",  "TRT01P", "TRTP",      "TRT01A",
                                              "TRTA", "ACTARM", "TREATMENT", "TRT"};
  return names;
}

TrialTable rows_with(const TrialTable& data, const std::string& name,
                     const std::vector<std::string>& levels) {
  const std::vector<std::string> cells = level_column(data, name);
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < cells.size(); ++i)
    if (std::find(levels.begin(), levels.end(), cells[i]) != levels.end()) rows.push_back(i);
  if (rows.empty())
    throw Error("answer.table.level",
                fmt::format("{} ({}): no row has '{}'; there are: {}", data.file, name,
                            fmt::join(levels, "' or '"),
                            fmt::join(factor_values(data.table.column(name)).levels, ", ")),
                ErrorKind::unanswerable);
  TrialTable some{.file = data.file, .input = data.input};
  for (std::size_t row : rows)
    if (row < data.lines.size()) some.lines.push_back(data.lines[row]);
  for (Column column : data.table.columns) {
    std::visit(
        [&](auto& values) {
          for (std::size_t i = 0; i < rows.size(); ++i) values[i] = values[rows[i]];
          values.resize(rows.size());
        },
        column.values);
    some.table.add(std::move(column));
  }
  return some;
}

}  // namespace entact
