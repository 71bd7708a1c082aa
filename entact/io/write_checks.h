#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "entact/base/table.h"

namespace entact {

/// What a dataset is called in files that say so.
struct DatasetNames {
  std::string name{};     ///< ADSL; at most 8 characters in XPORT
  std::string label{};    ///< for people; at most 40 bytes in XPORT
  std::string created{};  ///< ISO datetime to the second; empty: 1970-01-01T00:00:00, so that one
                          ///< table gives one file
};

/// Refuses to write a cell: Error(code) that names column, row, rule and value.
[[noreturn]] void refuse_cell(const std::string& code, const Column& column, std::size_t row,
                              const std::string& rule, const std::string& value,
                              const std::string& remedy);

/// Refuses to write a column: Error(code) that names it, the rule and the value.
[[noreturn]] void refuse_column(const std::string& code, const Column& column,
                                const std::string& rule, const std::string& value,
                                const std::string& remedy);

/// Checks what every format asks: names, labels and text are UTF-8 without zero bytes.
///
/// @throws Error "io.dataset.text" with column and row
void check_text(const Table& table);

/// check_text, and that numbers are finite, as all formats but Parquet ask.
///
/// @throws Error "io.dataset.text" or "io.dataset.infinite" with column and row
void check_cells(const Table& table);

/// A warning for each column whose unit the format has no place for; "io.dataset.unit".
std::vector<Issue> units_lost(const Table& table);

}  // namespace entact
