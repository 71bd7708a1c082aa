#include "entact/answer/row_conditions.h"

#include <fmt/format.h>

#include "entact/base/error.h"
#include "entact/stats/model_variable.h"

namespace entact {
namespace {

/// Whether each row's cell is the value.
void keep_equal(const Table& table, const std::string& name, const std::string& value,
                std::vector<bool>& keep) {
  std::vector<std::string> names;
  for (const Column& column : table.columns) names.push_back(column.name);
  require(
      table.has(name), "answer.where.column",
      fmt::format("--where names column '{}'; the dataset has {}", name, fmt::join(names, ", ")),
      ErrorKind::usage);
  const FactorValues cells = factor_values(table.column(name));
  for (std::size_t row = 0; row < keep.size(); ++row) {
    const int code = cells.codes[row];
    if (code < 0 || cells.levels[static_cast<std::size_t>(code)] != value) keep[row] = false;
  }
}

}  // namespace

std::vector<std::size_t> rows_meeting(const Table& table, const std::vector<std::string>& where) {
  std::vector<bool> keep(table.rows(), true);
  for (const std::string& condition : where) {
    const std::size_t equals = condition.find('=');
    require(equals != std::string::npos && equals > 0, "answer.where.condition",
            fmt::format("--where takes COLUMN=VALUE; saw '{}'", condition), ErrorKind::usage);
    keep_equal(table, condition.substr(0, equals), condition.substr(equals + 1), keep);
  }
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < keep.size(); ++row)
    if (keep[row]) rows.push_back(row);
  require(!rows.empty(), "answer.where.rows",
          fmt::format("no row of the dataset has {}", fmt::join(where, " and ")),
          ErrorKind::unanswerable);
  return rows;
}

}  // namespace entact
