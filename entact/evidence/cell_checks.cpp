#include "entact/evidence/cell_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace entact {
namespace {

using Severity = Issue::Severity;

bool id_text(std::string_view text, bool lower) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-' ||
           (!lower && c >= 'A' && c <= 'Z');
  });
}

Issue header_issue(const CsvTable& file, std::ptrdiff_t field, std::string reason,
                   std::string_view name, std::string rule, std::string remedy) {
  return {.code = "evidence.base." + std::move(reason),
          .file = file.file,
          .line = 1,
          .column = static_cast<long>(field) + 1,
          .name = std::string(name),
          .rule = std::move(rule),
          .remedy = std::move(remedy)};
}

/// Where each column of the schema stands in the file; -1 if absent.
std::vector<std::ptrdiff_t> match_header(const FactSchema& schema, const CsvTable& file,
                                         std::vector<Issue>& issues) {
  std::vector<std::ptrdiff_t> fields;
  for (const FactColumn& column : schema.columns) {
    fields.push_back(file.find(column.name));
    if (fields.back() < 0)
      issues.push_back(header_issue(file, -1, "missing_column", column.name,
                                    "every column of schema.csv is in the file",
                                    "Add the column, or take it out of schema.csv"));
  }
  for (std::size_t field = 0; field < file.header.size(); ++field)
    if (schema.find(file.header[field]) < 0)
      issues.push_back(header_issue(file, static_cast<std::ptrdiff_t>(field), "unknown_column",
                                    file.header[field],
                                    "every column of the file is described in schema.csv",
                                    "Describe the column in schema.csv"));
  std::ptrdiff_t last = -1;
  for (std::size_t column = 0; column < fields.size(); ++column) {
    if (fields[column] >= 0 && fields[column] < last)
      issues.push_back(header_issue(file, fields[column], "column_order",
                                    schema.columns[column].name,
                                    "columns stand in the order of schema.csv", "Move the column"));
    last = std::max(last, fields[column]);
  }
  return fields;
}

/// What is wrong with the form of a non-empty cell; empty if nothing.
std::string type_fault(const FactColumn& column, const std::string& text, bool fact_id) {
  switch (column.type) {
    case FactType::id:
      return id_text(text, fact_id) ? ""
             : fact_id              ? "a fact_id is made of a-z, 0-9, `_`, `.` and `-`"
                                    : "an id is made of letters, digits, `_`, `.` and `-`";
    case FactType::number:
      return parse_number(text) ? "" : "a decimal number with a point";
    case FactType::integer: {
      const std::optional<double> value = parse_number(text);
      return value && std::floor(*value) == *value ? "" : "a whole number";
    }
    case FactType::date:
      return parse_date(text) ? "" : "a date is YYYY, YYYY-MM or YYYY-MM-DD";
    case FactType::yes_no:
      return text == "yes" || text == "no" ? "" : "yes or no";
    case FactType::list:
      return list_elements(text).empty() ? "a list has at least one element" : "";
    case FactType::text:
      break;
  }
  return "";
}

/// Checks the cells of one column.
class ColumnCheck {
 public:
  ColumnCheck(const FactTable& table, std::size_t column, const BaseSchema& base)
      : table_(table), rule_(table.schema().columns[column]), column_(column) {
    const auto words = base.vocabularies.find(rule_.vocabulary);
    if (!rule_.vocabulary.empty() && words != base.vocabularies.end()) words_ = &words->second;
    fact_id_ = rule_.name == "fact_id" && column == 0;
  }

  void check(std::size_t index, std::vector<Issue>& issues) const {
    const Row row = table_.row(index);
    const std::string& text = table_.text(index, column_);
    if (text.empty()) {
      if (rule_.required) issues.push_back(issue(row, "required", "the cell must not be empty"));
      return;
    }
    std::string fault = type_fault(rule_, text, fact_id_);
    if (!fault.empty()) {
      issues.push_back(issue(row, "type", std::move(fault)));
      return;
    }
    check_words(row, text, issues);
    check_range(row, issues);
  }

 private:
  [[nodiscard]] Issue issue(const Row& row, std::string_view reason, std::string rule,
                            std::string remedy = {}) const {
    return issue_at(row, rule_.name, Severity::error, fmt::format("evidence.base.{}", reason),
                    std::move(rule), std::move(remedy));
  }

  void check_words(const Row& row, const std::string& text, std::vector<Issue>& issues) const {
    if (words_ == nullptr) return;
    const bool list = rule_.type == FactType::list;
    for (const std::string& word : list ? list_elements(text) : std::vector<std::string>{text})
      if (!words_->contains(word))
        issues.push_back(issue(row, "vocabulary",
                               fmt::format("a word of the list '{}'", rule_.vocabulary),
                               "Use one of its words or add this one to vocabulary.csv"));
  }

  void check_range(const Row& row, std::vector<Issue>& issues) const {
    if (rule_.type != FactType::number && rule_.type != FactType::integer) return;
    const double value = table_.number(row.index(), column_);
    if (rule_.min && value < *rule_.min)
      issues.push_back(issue(row, "range", fmt::format("at least {}", *rule_.min)));
    if (rule_.max && value > *rule_.max)
      issues.push_back(issue(row, "range", fmt::format("at most {}", *rule_.max)));
  }

  const FactTable& table_;
  const FactColumn& rule_;
  const Vocabulary* words_ = nullptr;
  std::size_t column_;
  bool fact_id_ = false;
};

/// A table whose first column is an id of its own (it references nothing) is keyed by it.
bool keyed(const FactSchema& schema) {
  return !schema.columns.empty() && schema.columns.front().type == FactType::id &&
         schema.columns.front().references.empty();
}

void check_keys(const FactTable& table, std::vector<Issue>& issues) {
  std::set<std::string_view> seen;
  for (const Row& row : table.rows())
    if (!row.id().empty() && !seen.insert(row.id()).second)
      issues.push_back(issue_at(row, table.schema().columns.front().name, Severity::error,
                                "evidence.base.duplicate", "a key stands once in its table",
                                "Give one of the rows another key, or remove it"));
}

}  // namespace

Issue issue_at(const Row& row, std::string_view column, Severity severity, std::string code,
               std::string rule, std::string remedy) {
  return {.severity = severity,
          .code = std::move(code),
          .file = row.table().file(),
          .line = row.line(),
          .column = row.table().field(column),
          .name = std::string(column),
          .rule = std::move(rule),
          .value = row.text(column),
          .remedy = std::move(remedy)};
}

FactTableReading read_fact_table(const FactSchema& schema, const BaseSchema& base, CsvTable file) {
  FactTableReading reading;
  const std::vector<std::ptrdiff_t> fields = match_header(schema, file, reading.issues);
  reading.table = FactTable(schema, std::move(file), fields);
  for (std::size_t column = 0; column < schema.columns.size(); ++column) {
    if (fields[column] < 0) continue;
    const ColumnCheck check(reading.table, column, base);
    for (std::size_t row = 0; row < reading.table.size(); ++row) check.check(row, reading.issues);
  }
  if (keyed(schema) && fields.front() >= 0) check_keys(reading.table, reading.issues);
  return reading;
}

}  // namespace entact
