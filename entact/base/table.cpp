#include "entact/base/table.h"

#include <algorithm>
#include <utility>

namespace entact {
namespace {

auto find(const std::vector<Column>& columns, std::string_view name) {
  return std::find_if(columns.begin(), columns.end(),
                      [&](const Column& column) { return column.name == name; });
}

std::string names_of(const std::vector<Column>& columns) {
  std::string names;
  for (const Column& column : columns) names += (names.empty() ? "" : ", ") + column.name;
  return names;
}

template <typename T>
const std::vector<T>& typed(const Column& column, std::string_view type) {
  const auto* values = std::get_if<std::vector<T>>(&column.values);
  if (values == nullptr)
    throw Error("base.table.type",
                "column '" + column.name + "' does not hold " + std::string(type));
  return *values;
}

}  // namespace

std::size_t Column::size() const {
  return std::visit([](const auto& all) { return all.size(); }, values);
}

bool Table::has(std::string_view name) const { return find(columns, name) != columns.end(); }

const Column& Table::column(std::string_view name) const {
  const auto found = find(columns, name);
  if (found == columns.end())
    throw Error("base.table.column",
                "no column '" + std::string(name) + "'; the columns are: " + names_of(columns));
  return *found;
}

const std::vector<double>& Table::numbers(std::string_view name) const {
  return typed<double>(column(name), "numbers");
}
const std::vector<std::string>& Table::text(std::string_view name) const {
  return typed<std::string>(column(name), "text");
}
const std::vector<Date>& Table::dates(std::string_view name) const {
  return typed<Date>(column(name), "dates");
}

void Table::add(Column added) {
  if (!columns.empty() && added.size() != rows())
    throw Error("base.table.length", "column '" + added.name + "' has " +
                                         std::to_string(added.size()) + " values, the table has " +
                                         std::to_string(rows()) + " rows");
  columns.push_back(std::move(added));
}

}  // namespace entact
