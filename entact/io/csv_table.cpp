#include "entact/io/csv_table.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "entact/io/utf8.h"

namespace entact {
namespace {

using Texts = std::vector<std::string>;

bool among(const Texts& texts, const std::string& cell) {
  return std::find(texts.begin(), texts.end(), cell) != texts.end();
}

bool is_missing(const std::string& cell, const TypeOptions& options, ColumnType type) {
  return among(options.missing, cell) ||
         (type != ColumnType::text && among(options.value_missing, cell));
}

/// 007 and -01 are identifiers; 0, 0.5 and 0e3 are not.
bool leading_zero(std::string_view text) {
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  return text.size() > 1 && text[0] == '0' && text[1] >= '0' && text[1] <= '9';
}

ColumnType infer(const CsvTable& csv, std::size_t column, const TypeOptions& options) {
  bool any = false;
  bool marked = false;  // has a cell that is missing only where values are
  bool numbers = true;
  bool dates = true;
  for (const Texts& row : csv.rows) {
    const std::string& cell = row[column];
    if (among(options.missing, cell)) continue;
    if (among(options.value_missing, cell)) {
      marked = true;
      continue;
    }
    any = true;
    numbers = numbers && !leading_zero(cell) && parse_number(cell).has_value();
    dates = dates && parse_date(cell).has_value();
    if (!numbers && !dates) return ColumnType::text;
  }
  if (!any) return marked ? ColumnType::number : ColumnType::text;
  return numbers ? ColumnType::number : ColumnType::date;
}

Issue bad_cell(const CsvTable& csv, std::size_t row, std::size_t column, ColumnType type) {
  const bool number = type == ColumnType::number;
  return {.code = number ? "io.table.number" : "io.table.date",
          .file = csv.file,
          .line = csv.lines[row],
          .column = static_cast<long>(column) + 1,
          .name = csv.header[column],
          .rule = number ? "a number is written with digits and a decimal point"
                         : "a date is written YYYY, YYYY-MM or YYYY-MM-DD",
          .value = shown(csv.rows[row][column]),
          .remedy = "Mend the cell, or leave it empty if it was not reported"};
}

/// The cells of a column by `parse`; an Issue for each that it cannot read.
template <typename T, typename Parse>
std::vector<T> typed(const CsvTable& csv, std::size_t column, const TypeOptions& options,
                     ColumnType type, T missing, Parse parse, std::vector<Issue>& issues) {
  std::vector<T> values(csv.rows.size(), missing);
  for (std::size_t row = 0; row < csv.rows.size(); ++row) {
    const std::string& cell = csv.rows[row][column];
    if (is_missing(cell, options, type)) continue;
    const std::optional<T> value = parse(cell);
    if (value)
      values[row] = *value;
    else
      issues.push_back(bad_cell(csv, row, column, type));
  }
  return values;
}

Column column_of(const CsvTable& csv, std::size_t column, const TypeOptions& options,
                 std::vector<Issue>& issues) {
  const std::string& name = csv.header[column];
  const auto given = options.types.find(name);
  const ColumnType type =
      given != options.types.end() ? given->second : infer(csv, column, options);
  const auto unit = options.units.find(name);
  Column made{.name = name, .unit = unit == options.units.end() ? "" : unit->second};
  if (type == ColumnType::number)
    made.values = typed<double>(csv, column, options, type,
                                std::numeric_limits<double>::quiet_NaN(), parse_number, issues);
  else if (type == ColumnType::date)
    made.values = typed<Date>(csv, column, options, type, Date{}, parse_date, issues);
  else
    made.values = typed<std::string>(
        csv, column, options, type, std::string(),
        [](const std::string& cell) { return std::optional(cell); }, issues);
  return made;
}

template <typename Map>
void check_names(const CsvTable& csv, const Map& by_name) {
  for (const auto& [name, value] : by_name)
    require(csv.find(name) >= 0, "io.table.column",
            csv.file + (csv.file.empty() ? "" : ": ") + "there is no column '" + shown(name) +
                "'. Check the spelling; upper and lower case differ",
            ErrorKind::usage);
}

}  // namespace

Reading to_table(const CsvTable& csv, const TypeOptions& options) {
  check_names(csv, options.types);
  check_names(csv, options.units);
  Reading reading;
  for (std::size_t column = 0; column < csv.header.size(); ++column)
    reading.table.add(column_of(csv, column, options, reading.issues));
  return reading;
}

}  // namespace entact
