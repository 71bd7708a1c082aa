#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "entact/base/date.h"
#include "entact/base/error.h"

namespace entact {

/// One named column. Missing is NaN in numbers, "" in text, no date in dates; never 0.
struct Column {
  std::string name{};
  std::string unit{};  ///< empty if dimensionless or unknown
  std::variant<std::vector<double>, std::vector<std::string>, std::vector<Date>> values{};
  std::string label{};   ///< what the column holds, for people; empty if not said
  std::string format{};  ///< how it is displayed, as its file says: "DATE9.", "8.2"
  [[nodiscard]] std::size_t size() const;
};

/// Named columns of equal length.
struct Table {
  std::vector<Column> columns{};
  [[nodiscard]] std::size_t rows() const { return columns.empty() ? 0 : columns.front().size(); }
  [[nodiscard]] bool has(std::string_view name) const;
  /// @throws Error "base.table.column" if no column has the name, or "base.table.type" if it holds
  /// another type
  [[nodiscard]] const std::vector<double>& numbers(std::string_view name) const;
  [[nodiscard]] const std::vector<std::string>& text(std::string_view name) const;
  [[nodiscard]] const std::vector<Date>& dates(std::string_view name) const;
  [[nodiscard]] const Column& column(std::string_view name) const;
  /// @throws Error "base.table.length" if the column's length differs from the table's
  void add(Column column);
};

/// What a reader made of an input whose shape was sound: the rows that could be read, and what was
/// wrong with the others.
struct Reading {
  Table table;
  std::vector<Issue> issues{};
};

}  // namespace entact
