#include "entact/io/write_checks.h"

#include <cmath>

#include "entact/io/number.h"
#include "entact/io/utf8.h"

namespace entact {
namespace {

bool sound(const std::string& text) {
  return text.find('\0') == std::string::npos && first_invalid_utf8(text) == std::string::npos;
}

void check_texts(const Column& column, const std::vector<std::string>& texts) {
  for (std::size_t row = 0; row < texts.size(); ++row)
    if (!sound(texts[row]))
      refuse_cell("io.dataset.text", column, row, "text is UTF-8 without zero bytes", texts[row],
                  "Mend the text");
}

void check_numbers(const Column& column, const std::vector<double>& numbers) {
  for (std::size_t row = 0; row < numbers.size(); ++row)
    if (std::isinf(numbers[row]))
      refuse_cell("io.dataset.infinite", column, row, "a number of a dataset is finite",
                  number_text(numbers[row]), "Write it as missing, or leave the row out");
}

}  // namespace

void refuse_cell(const std::string& code, const Column& column, std::size_t row,
                 const std::string& rule, const std::string& value, const std::string& remedy) {
  throw Error(code, "column '" + shown(column.name) + "', row " + std::to_string(row + 1) + ": " +
                        to_text(Issue{.rule = rule, .value = shown(value), .remedy = remedy}));
}

void refuse_column(const std::string& code, const Column& column, const std::string& rule,
                   const std::string& value, const std::string& remedy) {
  throw Error(code, "column '" + shown(column.name) + "': " +
                        to_text(Issue{.rule = rule, .value = shown(value), .remedy = remedy}));
}

void check_text(const Table& table) {
  for (const Column& column : table.columns) {
    for (const std::string* text : {&column.name, &column.label, &column.unit, &column.format})
      if (!sound(*text))
        refuse_column("io.dataset.text", column,
                      "name, label, unit and format are UTF-8 without zero bytes", *text,
                      "Mend the text");
    if (const auto* texts = std::get_if<std::vector<std::string>>(&column.values))
      check_texts(column, *texts);
  }
}

void check_cells(const Table& table) {
  check_text(table);
  for (const Column& column : table.columns)
    if (const auto* numbers = std::get_if<std::vector<double>>(&column.values))
      check_numbers(column, *numbers);
}

std::vector<Issue> units_lost(const Table& table) {
  std::vector<Issue> issues;
  for (std::size_t k = 0; k < table.columns.size(); ++k) {
    const Column& column = table.columns[k];
    if (column.unit.empty()) continue;
    issues.push_back({.severity = Issue::Severity::warning,
                      .code = "io.dataset.unit",
                      .column = static_cast<long>(k) + 1,
                      .name = column.name,
                      .rule = "this format has no place for the unit of a column",
                      .value = column.unit,
                      .remedy = "Say the unit in the label, or write Parquet"});
  }
  return issues;
}

}  // namespace entact
