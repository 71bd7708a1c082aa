#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "entact/base/error.h"
#include "entact/io/csv.h"

namespace entact {

/// What a cell of the evidence base may hold.
enum class FactType {
  id,       ///< letters, digits, `_`, `.`, `-`
  text,     ///< anything
  number,   ///< a finite decimal number
  integer,  ///< a whole number
  date,     ///< YYYY, YYYY-MM or YYYY-MM-DD
  yes_no,   ///< `yes` or `no`
  list,     ///< elements separated by semicolons
};

/// One column of one table: what schema.csv says about it.
struct FactColumn {
  std::string name{};
  FactType type = FactType::text;
  bool required = false;
  std::string vocabulary{};  ///< name of a list in vocabulary.csv; empty = free
  std::string unit{};
  std::string references{};  ///< `table.column`, several separated by `|`, `*.fact_id` for any fact
  std::optional<double> min{};
  std::optional<double> max{};
  std::string description{};
};

/// The columns of one table in the order of its file.
struct FactSchema {
  std::string table{};
  std::vector<FactColumn> columns{};
  /// Index of the column, or -1.
  [[nodiscard]] std::ptrdiff_t find(std::string_view name) const;
  /// True if each row is a fact: the table begins with `fact_id` and ends with `verified`.
  [[nodiscard]] bool holds_facts() const;
};

/// The words allowed in one column and what they mean.
using Vocabulary = std::map<std::string, std::string, std::less<>>;

/// What data/schema.csv and data/vocabulary.csv say.
struct BaseSchema {
  std::vector<FactSchema> tables{};  ///< in the order of schema.csv
  std::map<std::string, Vocabulary, std::less<>> vocabularies{};
  /// The table's columns, or null.
  [[nodiscard]] const FactSchema* find(std::string_view table) const;
};

struct SchemaReading {
  BaseSchema schema{};
  std::vector<Issue> issues{};
};

/// Reads the two files that describe all others.
///
/// Unknown types, vocabularies that are not listed, references to columns that are not described
/// and columns described twice are issues `evidence.schema.*`; the column is then read as free
/// text.
/// @throws Error "evidence.schema.header" if one of the two files lacks a column it must have
SchemaReading read_base_schema(const CsvTable& schema, const CsvTable& vocabulary);

/// The word that schema.csv uses for the type.
std::string_view to_text(FactType type);

/// The elements of a list cell: trimmed, empty ones left out.
std::vector<std::string> list_elements(std::string_view text);

}  // namespace entact
