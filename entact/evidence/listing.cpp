#include "entact/evidence/listing.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace entact {
namespace {

/// What there is to list: one table, or all facts with the columns that their tables share.
struct Listed {
  std::string name{};
  std::vector<FactColumn> columns{};
  Rows rows{};
};

Listed all_facts(const EvidenceBase& base) {
  Listed all{.name = "facts"};
  std::vector<Row> rows;
  for (const auto& [name, table] : base.tables) {
    if (!table.schema().holds_facts()) continue;
    if (rows.empty()) all.columns = table.schema().columns;
    std::erase_if(all.columns, [&](const FactColumn& column) { return !table.has(column.name); });
    for (const Row& row : table.rows()) rows.push_back(row);
  }
  all.rows = Rows(std::move(rows));
  return all;
}

Listed listed(const EvidenceBase& base, const std::string& name) {
  if (name == "facts") return all_facts(base);
  const FactTable& table = base.table(name);
  return {.name = table.name(), .columns = table.schema().columns, .rows = table.rows()};
}

const FactColumn& column_of(const Listed& table, std::string_view name) {
  std::vector<std::string> names;
  for (const FactColumn& column : table.columns) {
    if (column.name == name) return column;
    names.push_back(column.name);
  }
  throw Error("evidence.list.column",
              fmt::format("the table '{}' has no column '{}'; it has {}", table.name, name,
                          fmt::join(names, ", ")),
              ErrorKind::usage);
}

bool numeric(const FactColumn& column) {
  return column.type == FactType::number || column.type == FactType::integer;
}

bool matches(const Row& row, const FactColumn& column, const std::string& value) {
  const std::string& text = row.text(column.name);
  if (column.type != FactType::list || value.empty()) return text == value;
  const std::vector<std::string> elements = list_elements(text);
  return std::find(elements.begin(), elements.end(), value) != elements.end();
}

Column values_of(const Rows& rows, const FactColumn& column) {
  Column made{.name = column.name, .unit = column.unit};
  if (numeric(column)) {
    std::vector<double> numbers;
    for (const Row& row : rows) numbers.push_back(row.number(column.name));
    made.values = std::move(numbers);
  } else if (column.type == FactType::date) {
    std::vector<Date> dates;
    for (const Row& row : rows) dates.push_back(row.date(column.name));
    made.values = std::move(dates);
  } else {
    std::vector<std::string> texts;
    for (const Row& row : rows) texts.push_back(row.text(column.name));
    made.values = std::move(texts);
  }
  return made;
}

Rows only(const Listed& table, const Rows& rows, const std::vector<std::string>& ids) {
  const std::string& key = table.columns.front().name;
  for (const std::string& id : ids)
    require(std::any_of(table.rows.begin(), table.rows.end(),
                        [&](const Row& row) { return row.text(key) == id; }),
            "evidence.list.id", fmt::format("the table '{}' has no row '{}'", table.name, id),
            ErrorKind::usage);
  return rows.where([&](const Row& row) {
    return std::find(ids.begin(), ids.end(), row.text(key)) != ids.end();
  });
}

Table summary(const Listed& table, const Rows& rows, const FactListing& listing) {
  Table made;
  const auto add = [&](const char* name, double value) {
    made.add({.name = name, .values = std::vector<double>{value}});
  };
  if (listing.count) add("count", static_cast<double>(rows.size()));
  if (!listing.distinct.empty())
    add("distinct",
        static_cast<double>(rows.values(column_of(table, listing.distinct).name).size()));
  if (listing.sum.empty()) return made;
  const FactColumn& column = column_of(table, listing.sum);
  if (!numeric(column))
    throw Error("evidence.list.sum",
                fmt::format("{}.{} holds {}; only numbers have a sum", table.name, column.name,
                            to_text(column.type)),
                ErrorKind::usage);
  double sum = 0;
  double reported = 0;
  for (const Row& row : rows) {
    const double value = row.number(column.name);
    if (std::isnan(value)) continue;
    sum += value;
    ++reported;
  }
  made.add({.name = column.name, .unit = column.unit, .values = std::vector<double>{sum}});
  made.add({.name = "reported", .values = std::vector<double>{reported}});
  return made;
}

}  // namespace

FactFilter parse_fact_filter(std::string_view text) {
  const std::size_t equals = text.find('=');
  require(equals != std::string_view::npos && equals > 0, "evidence.list.filter",
          fmt::format("a filter is column=value; saw '{}'", text), ErrorKind::usage);
  return {.column = std::string(text.substr(0, equals)),
          .value = std::string(text.substr(equals + 1))};
}

Table list_facts(const EvidenceBase& base, const FactListing& listing) {
  const Listed table = listed(base, listing.table);
  Rows rows = listing.only_used ? table.rows.used() : table.rows;
  for (const FactFilter& filter : listing.where) {
    const FactColumn& column = column_of(table, filter.column);
    rows = rows.where([&](const Row& row) { return matches(row, column, filter.value); });
  }
  if (!listing.ids.empty()) rows = only(table, rows, listing.ids);
  if (listing.count || !listing.sum.empty() || !listing.distinct.empty())
    return summary(table, rows, listing);
  Table made;
  if (listing.columns.empty())
    for (const FactColumn& column : table.columns) made.add(values_of(rows, column));
  for (const std::string& name : listing.columns) made.add(values_of(rows, column_of(table, name)));
  return made;
}

}  // namespace entact
