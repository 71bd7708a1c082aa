#include "entact/io/duckdb_columns.h"

#include <algorithm>
#include <array>
#include <utility>

#include "entact/io/utf8.h"

namespace entact {
namespace {

constexpr std::array exact_numbers{"BOOLEAN",   "TINYINT",  "SMALLINT", "INTEGER", "UTINYINT",
                                   "USMALLINT", "UINTEGER", "FLOAT",    "DOUBLE"};
constexpr std::array wide_integers{"BIGINT", "UBIGINT", "HUGEINT", "UHUGEINT"};
constexpr std::array texts{"VARCHAR", "UUID", "TIME", "INTERVAL", "JSON", "TIME WITH TIME ZONE"};

struct Source {
  std::string name{};
  std::string type{};
};

bool starts(const std::string& text, std::string_view with) {
  return text.compare(0, with.size(), with) == 0;
}

template <typename Names>
bool among(const Names& names, const std::string& type) {
  return std::find(names.begin(), names.end(), type) != names.end();
}

std::vector<Source> described(Database& database, const DuckdbSource& source) {
  const Table table = database.query(
      "SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM " + source.from + ")");
  std::vector<Source> out;
  for (std::size_t k = 0; k < table.rows(); ++k)
    out.push_back({table.text("column_name")[k], table.text("column_type")[k]});
  return out;
}

[[noreturn]] void refuse_type(const DuckdbSource& source, std::size_t place, const Source& column) {
  const std::string code = source.topic + "type";
  throw Error(code,
              to_text(Issue{.code = code,
                            .file = source.file,
                            .column = static_cast<long>(place) + 1,
                            .name = shown(column.name),
                            .rule = "a column holds numbers, text, dates or times",
                            .value = shown(column.type),
                            .remedy = "Leave the column out, or make one column of each part"}));
}

/// How many values of a column hold `condition`.
double count(Database& database, const DuckdbSource& source, const std::string& condition) {
  return database
      .query("SELECT CAST(count(*) AS DOUBLE) AS n FROM " + source.from + " WHERE " + condition)
      .numbers("n")[0];
}

/// The expression that casts the column.
std::string cast(Database& database, const DuckdbSource& source, std::size_t place,
                 const Source& column) {
  const std::string name = sql_name(column.name);
  const std::string& type = column.type;
  if (among(exact_numbers, type) || among(wide_integers, type))
    return "CAST(" + name + " AS DOUBLE)";
  if (starts(type, "DECIMAL(")) return "CAST(CAST(" + name + " AS VARCHAR) AS DOUBLE)";
  if (type == "JSON") return name + "->>'$'";
  if (among(texts, type) || starts(type, "ENUM(")) return "CAST(" + name + " AS VARCHAR)";
  if (type == "DATE") {
    const bool usual = count(database, source,
                             name + " NOT BETWEEN DATE '0001-01-01' AND DATE '9999-12-31'") == 0.0;
    return usual ? name : "CAST(" + name + " AS VARCHAR)";
  }
  if (starts(type, "TIMESTAMP")) return "replace(CAST(" + name + " AS VARCHAR), ' ', 'T')";
  refuse_type(source, place, column);
}

Issue integer_issue(const DuckdbSource& source, std::size_t place, const Source& column,
                    double wrong) {
  return {.severity = Issue::Severity::warning,
          .code = source.topic + "integer",
          .file = source.file,
          .column = static_cast<long>(place) + 1,
          .name = shown(column.name),
          .rule = "whole numbers up to 2^53 keep all their digits",
          .value = std::to_string(static_cast<long>(wrong)) + " larger ones were rounded",
          .remedy = "Write identifiers as text"};
}

}  // namespace

Reading read_columns(Database& database, const DuckdbSource& source) {
  Reading reading;
  std::string list;
  const std::vector<Source> columns = described(database, source);
  for (std::size_t k = 0; k < columns.size(); ++k) {
    const std::string name = sql_name(columns[k].name);
    list += (k == 0 ? "" : ", ") + cast(database, source, k, columns[k]) + " AS " + name;
    if (!among(wide_integers, columns[k].type)) continue;
    const double wrong =
        count(database, source, "CAST(CAST(" + name + " AS DOUBLE) AS HUGEINT) <> " + name);
    if (wrong > 0.0) reading.issues.push_back(integer_issue(source, k, columns[k], wrong));
  }
  reading.table = database.query("SELECT " + list + " FROM " + source.from);
  return reading;
}

}  // namespace entact
