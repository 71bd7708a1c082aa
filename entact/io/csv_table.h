#pragma once

#include <map>
#include <string>
#include <vector>

#include "entact/base/table.h"
#include "entact/io/csv.h"

namespace entact {

/// What the cells of a column hold.
enum class ColumnType { number, text, date };

/// How to type the columns of a CSV table.
struct TypeOptions {
  std::map<std::string, ColumnType> types{};  ///< by column name; the others are inferred
  std::vector<std::string> missing{""};       ///< cells that mean "not reported", e.g. "" and "NA"
  std::vector<std::string> value_missing{};  ///< the same, but in columns of numbers and dates only
  std::map<std::string, std::string> units{};  ///< by column name
};

/// A table of typed columns from the text of a CSV file, one row for each of its rows.
///
/// A column without a given type is of the first of these that all its cells have, missing ones
/// apart: number (parse_number; no leading zeros, as in the identifier 007), date (parse_date:
/// YYYY, YYYY-MM, YYYY-MM-DD), text. One without any value is text, or numbers if one of its cells
/// is in `value_missing`. A cell that is not of the type
/// given for its column is missing in the table and has an Issue with line (where its row starts),
/// column, name and value: "io.table.number" or "io.table.date".
///
/// @throws  Error "io.table.column" (usage) if a type or unit names a column that is not there
/// @cost    O(cells); an inferred column is parsed up to three times
Reading to_table(const CsvTable& csv, const TypeOptions& options = {});

}  // namespace entact
