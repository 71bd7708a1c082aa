#include <fmt/format.h>

#include "entact/answer/analyze_command.h"
#include "entact/io/csv.h"

namespace entact {
namespace {

using NumberValues = std::map<std::string, double>;

std::vector<double> numbers_in(const Cell& cell, const NumberValues& values) {
  std::vector<double> numbers;
  for (const Span& span : cell.prose)
    if (span.kind == Span::Kind::number) numbers.push_back(values.at(span.value));
  return numbers;
}

std::string words_in(const Cell& cell) {
  std::string words;
  for (const Span& span : cell.prose) words += span.value;
  return words;
}

bool holds_interval(const TableBlock& table, std::size_t column, const NumberValues& values) {
  for (const auto& row : table.rows)
    if (numbers_in(row[column], values).size() == 2) return true;
  return false;
}

std::string csv_line(const std::vector<std::string>& cells) {
  std::string line;
  for (const std::string& each : cells) line += (line.empty() ? "" : ",") + each;
  return line + "\n";
}

void add_csv_cells(const Cell& cell, bool two, const NumberValues& values,
                   std::vector<std::string>& cells) {
  const std::vector<double> numbers = numbers_in(cell, values);
  const std::size_t wanted = two ? 2 : 1;
  if (numbers.size() == wanted)
    for (const double value : numbers) cells.push_back(fmt::format("{:.17g}", value));
  else
    for (std::size_t k = 0; k < wanted; ++k)
      cells.push_back(k == 0 && numbers.empty() ? csv_field(words_in(cell)) : "");
}

std::string table_csv(const TableBlock& table, const NumberValues& values) {
  std::vector<std::string> head;
  std::vector<bool> two;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    two.push_back(holds_interval(table, c, values));
    const std::string& key = table.columns[c].key;
    for (const std::string& name :
         two.back() ? std::vector{key + "_low", key + "_high"} : std::vector{key})
      head.push_back(csv_field(name));
  }
  std::string csv = csv_line(head);
  for (const auto& row : table.rows) {
    std::vector<std::string> cells;
    for (std::size_t c = 0; c < row.size(); ++c) add_csv_cells(row[c], two[c], values, cells);
    csv += csv_line(cells);
  }
  return csv;
}

}  // namespace

std::map<std::string, std::string> document_tables(const Document& document) {
  NumberValues values;
  for (const Number& number : document.numbers) values[number.id] = number.value;
  std::map<std::string, std::string> files;
  for (const Section& section : document.sections)
    for (const Block& block : section.blocks)
      if (const auto* table = std::get_if<TableBlock>(&block))
        files[table->id + ".csv"] = table_csv(*table, values);
  return files;
}

}  // namespace entact
