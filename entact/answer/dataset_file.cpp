#include "entact/answer/dataset_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <filesystem>
#include <numeric>
#include <string_view>
#include <utility>
#include <variant>

#include "entact/base/error.h"
#include "entact/io/csv_table.h"
#include "entact/io/dataset.h"
#include "entact/io/file.h"
#include "entact/io/sha256.h"

namespace entact {
namespace {

// Columns that name something: text, whatever it looks like, and "NA" may be sodium.
constexpr std::array<std::string_view, 7> names{"USUBJID", "SUBJID",  "SITEID", "STUDYID",
                                                "SESSION", "PARAMCD", "PARAM"};

bool is_name(const std::string& column) {
  return std::find(names.begin(), names.end(), column) != names.end();
}

TypeOptions csv_types(const CsvTable& csv) {
  TypeOptions options{.value_missing = {"NA", "."}};
  for (const std::string& column : csv.header)
    if (is_name(column)) options.types[column] = ColumnType::text;
  return options;
}

// R writes missing text as NA too.
void clear_missing_text(Table& table) {
  for (Column& column : table.columns) {
    auto* cells = std::get_if<std::vector<std::string>>(&column.values);
    if (cells == nullptr || is_name(column.name)) continue;
    for (std::string& cell : *cells)
      if (cell == "NA" || cell == ".") cell.clear();
  }
}

bool is_csv(const std::string& path) {
  std::string extension = std::filesystem::path(path).extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return extension == ".csv" || extension.empty();
}

std::string cell_text(const Column& column, std::size_t row) {
  if (const auto* texts = std::get_if<std::vector<std::string>>(&column.values))
    return (*texts)[row];
  if (const auto* dates = std::get_if<std::vector<Date>>(&column.values))
    return (*dates)[row].known() ? to_text((*dates)[row]) : "";
  const double value = std::get<std::vector<double>>(column.values)[row];
  return std::isnan(value) ? "" : fmt::format("{}", value);
}

}  // namespace

CellsFile read_cells(const std::string& path) {
  if (is_csv(path)) {
    const std::string bytes = read_file(path);
    return {read_csv(bytes, {.file = path}),
            {std::filesystem::path(path).filename().string(), sha256(bytes)}};
  }
  DatasetFile file = read_dataset_file(path);
  CellsFile cells{.input = std::move(file.input)};
  cells.csv.file = path;
  cells.csv.lines = std::move(file.lines);
  cells.csv.rows.resize(file.table.rows());
  for (const Column& column : file.table.columns) {
    cells.csv.header.push_back(column.name);
    for (std::size_t row = 0; row < cells.csv.rows.size(); ++row)
      cells.csv.rows[row].push_back(cell_text(column, row));
  }
  return cells;
}

DatasetFile read_dataset_file(const std::string& path) {
  const std::string bytes = read_file(path);
  DatasetFile file{.name = path,
                   .input = {std::filesystem::path(path).filename().string(), sha256(bytes)}};
  Reading reading;
  if (is_csv(path)) {
    const CsvTable csv = read_csv(bytes, {.file = path});
    reading = to_table(csv, csv_types(csv));
    clear_missing_text(reading.table);
    file.lines = csv.lines;
  } else {
    reading = read_dataset(path);
    file.lines.resize(reading.table.rows());
    std::iota(file.lines.begin(), file.lines.end(), 1L);
  }
  for (const Issue& issue : reading.issues)
    if (issue.severity == Issue::Severity::error) throw Error(issue.code, to_text(issue));
  file.table = std::move(reading.table);
  return file;
}

}  // namespace entact
