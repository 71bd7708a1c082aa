#pragma once

// For the tests of formulas and designs: the data and answers of reference/design.

#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "entact/base/table.h"

namespace entact {

inline nlohmann::json read_reference(const std::string& path) {
  return nlohmann::json::parse(
      std::ifstream(std::string(ENTACT_SOURCE_DIR) + "/reference/" + path));
}

/// Columns by name, arrays of numbers or of text, null where missing.
inline Table table_from(const nlohmann::json& columns) {
  Table table;
  for (const auto& [name, values] : columns.items()) {
    bool text = false;
    for (const auto& value : values) text = text || value.is_string();
    if (text) {
      std::vector<std::string> cells;
      for (const auto& value : values) cells.push_back(value.is_null() ? "" : value);
      table.add({.name = name, .values = cells});
    } else {
      std::vector<double> cells;
      for (const auto& value : values)
        cells.push_back(value.is_null() ? std::numeric_limits<double>::quiet_NaN()
                                        : value.get<double>());
      table.add({.name = name, .values = cells});
    }
  }
  return table;
}

/// The rows of a table where the predicate on the row's number holds.
template <typename Predicate>
Table rows_where(const Table& table, Predicate keep) {
  Table result;
  for (const Column& column : table.columns) {
    Column some = column;
    std::visit(
        [&](auto& values) {
          std::size_t n = 0;
          for (std::size_t i = 0; i < values.size(); ++i)
            if (keep(i)) values[n++] = values[i];
          values.resize(n);
        },
        some.values);
    result.add(some);
  }
  return result;
}

}  // namespace entact
