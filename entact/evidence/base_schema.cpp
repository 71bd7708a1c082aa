#include "entact/evidence/base_schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace entact {
namespace {

constexpr std::array<std::pair<std::string_view, FactType>, 7> types{
    {{"id", FactType::id},
     {"text", FactType::text},
     {"number", FactType::number},
     {"integer", FactType::integer},
     {"date", FactType::date},
     {"yes_no", FactType::yes_no},
     {"list", FactType::list}}};

/// Cells of one file by column name; every name it is asked for was required to be there.
class NamedCells {
 public:
  NamedCells(const CsvTable& file, std::initializer_list<std::string_view> columns) : file_(file) {
    for (const std::string_view name : columns) {
      const std::ptrdiff_t at = file.find(name);
      require(at >= 0, "evidence.schema.header",
              fmt::format("{}: the header lacks the column '{}'", file.file, name));
      columns_.emplace(name, static_cast<std::size_t>(at));
    }
  }
  [[nodiscard]] const std::string& at(std::size_t row, std::string_view column) const {
    static const std::string none;
    const std::size_t field = columns_.find(column)->second;
    return field < file_.rows[row].size() ? file_.rows[row][field] : none;
  }
  [[nodiscard]] Issue issue(std::size_t row, std::string_view column, std::string reason,
                            std::string rule, std::string remedy) const {
    return {.code = "evidence.schema." + std::move(reason),
            .file = file_.file,
            .line = file_.lines[row],
            .column = static_cast<long>(columns_.find(column)->second) + 1,
            .name = std::string(column),
            .rule = std::move(rule),
            .value = at(row, column),
            .remedy = std::move(remedy)};
  }

 private:
  const CsvTable& file_;
  std::map<std::string, std::size_t, std::less<>> columns_{};
};

std::optional<FactType> parse_type(std::string_view word) {
  const auto* const found = std::find_if(types.begin(), types.end(),
                                         [&](const auto& entry) { return entry.first == word; });
  return found == types.end() ? std::nullopt : std::optional(found->second);
}

std::optional<double> bound(const NamedCells& cells, std::size_t row, std::string_view column,
                            std::vector<Issue>& issues) {
  const std::string& text = cells.at(row, column);
  if (text.empty()) return {};
  const std::optional<double> value = parse_number(text);
  if (!value) issues.push_back(cells.issue(row, column, "bound", "a bound is a number", ""));
  return value;
}

FactColumn read_column(const NamedCells& cells, std::size_t row, const BaseSchema& known,
                       std::vector<Issue>& issues) {
  FactColumn column{.name = cells.at(row, "column"),
                    .vocabulary = cells.at(row, "vocabulary"),
                    .unit = cells.at(row, "unit"),
                    .references = cells.at(row, "references"),
                    .min = bound(cells, row, "min", issues),
                    .max = bound(cells, row, "max", issues),
                    .description = cells.at(row, "description")};
  const std::optional<FactType> type = parse_type(cells.at(row, "type"));
  if (!type)
    issues.push_back(cells.issue(row, "type", "type", "the type of a column is one that exists",
                                 "Write id, text, number, integer, date, yes_no or list"));
  column.type = type.value_or(FactType::text);
  const std::string& required = cells.at(row, "required");
  if (required != "yes" && required != "no")
    issues.push_back(cells.issue(row, "required", "required", "required is yes or no", ""));
  column.required = required == "yes";
  if (!column.vocabulary.empty() && !known.vocabularies.contains(column.vocabulary)) {
    issues.push_back(cells.issue(row, "vocabulary", "vocabulary",
                                 "a vocabulary has its words in vocabulary.csv", "Add its words"));
    column.vocabulary.clear();
  }
  return column;
}

void read_vocabularies(const CsvTable& file, SchemaReading& reading) {
  const NamedCells cells(file, {"list", "value", "meaning"});
  for (std::size_t row = 0; row < file.rows.size(); ++row) {
    Vocabulary& words = reading.schema.vocabularies[cells.at(row, "list")];
    if (!words.emplace(cells.at(row, "value"), cells.at(row, "meaning")).second)
      reading.issues.push_back(
          cells.issue(row, "value", "word", "a word stands once in its list", "Remove one"));
  }
}

bool resolves(std::string_view target, const BaseSchema& schema) {
  if (target == "*.fact_id") return true;
  const std::size_t dot = target.find('.');
  if (dot == std::string_view::npos) return false;
  const FactSchema* const table = schema.find(target.substr(0, dot));
  return table != nullptr && table->find(target.substr(dot + 1)) >= 0;
}

void check_references(const NamedCells& cells, std::size_t rows, SchemaReading& reading) {
  for (std::size_t row = 0; row < rows; ++row) {
    std::string_view rest = cells.at(row, "references");
    while (!rest.empty()) {
      const std::size_t bar = rest.find('|');
      if (!resolves(rest.substr(0, bar), reading.schema))
        reading.issues.push_back(cells.issue(row, "references", "reference",
                                             "a reference names a column that is described here",
                                             "Write table.column or *.fact_id"));
      rest = bar == std::string_view::npos ? std::string_view{} : rest.substr(bar + 1);
    }
  }
}

}  // namespace

std::ptrdiff_t FactSchema::find(std::string_view name) const {
  const auto found = std::find_if(columns.begin(), columns.end(),
                                  [&](const FactColumn& column) { return column.name == name; });
  return found == columns.end() ? -1 : found - columns.begin();
}

bool FactSchema::holds_facts() const {
  return !columns.empty() && columns.front().name == "fact_id" && columns.back().name == "verified";
}

const FactSchema* BaseSchema::find(std::string_view table) const {
  const auto found = std::find_if(tables.begin(), tables.end(),
                                  [&](const FactSchema& entry) { return entry.table == table; });
  return found == tables.end() ? nullptr : &*found;
}

SchemaReading read_base_schema(const CsvTable& schema, const CsvTable& vocabulary) {
  SchemaReading reading;
  read_vocabularies(vocabulary, reading);
  const NamedCells cells(schema, {"table", "column", "type", "required", "vocabulary", "unit",
                                  "references", "min", "max", "description"});
  for (std::size_t row = 0; row < schema.rows.size(); ++row) {
    const std::string& name = cells.at(row, "table");
    std::vector<FactSchema>& tables = reading.schema.tables;
    auto table = std::find_if(tables.begin(), tables.end(),
                              [&](const FactSchema& entry) { return entry.table == name; });
    if (table == tables.end()) table = tables.insert(table, FactSchema{.table = name});
    FactColumn column = read_column(cells, row, reading.schema, reading.issues);
    if (table->find(column.name) >= 0)
      reading.issues.push_back(
          cells.issue(row, "column", "column", "a column is described once", "Remove one"));
    else
      table->columns.push_back(std::move(column));
  }
  check_references(cells, schema.rows.size(), reading);
  return reading;
}

std::string_view to_text(FactType type) {
  const auto* const found = std::find_if(types.begin(), types.end(),
                                         [&](const auto& entry) { return entry.second == type; });
  return found->first;
}

std::vector<std::string> list_elements(std::string_view text) {
  std::vector<std::string> elements;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(';'), text.size());
    std::string_view element = text.substr(0, end);
    while (!element.empty() && element.front() == ' ') element.remove_prefix(1);
    while (!element.empty() && element.back() == ' ') element.remove_suffix(1);
    if (!element.empty()) elements.emplace_back(element);
    text = end == text.size() ? std::string_view{} : text.substr(end + 1);
  }
  return elements;
}

}  // namespace entact
