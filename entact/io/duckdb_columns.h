#pragma once

#include <string>

#include "entact/base/table.h"
#include "entact/io/duckdb.h"

namespace entact {

/// How faults of a source are called: the file for messages and the beginning of the codes.
struct DuckdbSource {
  std::string from{};   ///< what stands after FROM: "read_parquet('a.parquet')"
  std::string file{};   ///< as the user named it
  std::string topic{};  ///< "io.parquet." or "io.ndjson."
};

/// All rows of the source with each column as the nearest type of a Table: numbers of every kind
/// and booleans (0, 1) as numbers, DATE as dates, timestamps as ISO text (with zone: in UTC), other
/// single values as text. A column of dates outside the years 1 to 9999 is text.
///
/// @return with an Issue "TOPICinteger" for a column with whole numbers that no double holds
/// @throws Error "TOPICtype" for a column of lists, structures or bytes
Reading read_columns(Database& database, const DuckdbSource& source);

}  // namespace entact
