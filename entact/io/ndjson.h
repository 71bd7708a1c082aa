#pragma once

#include <filesystem>
#include <string>

#include "entact/base/table.h"

namespace entact {

/// Reads newline-delimited JSON, one object of single values a line, through DuckDB. A column is of
/// the nearest type that all its values have: numbers, true and false as 1 and 0, dates
/// (YYYY-MM-DD), text; a datetime becomes ISO text. A key that a line lacks is missing there.
///
/// @param file  name for messages; empty: the path
/// @throws Error "io.ndjson.REASON": `empty` no line; `type` lists or objects as values; `damaged`
///         no JSON, or what DuckDB cannot read; "io.duckdb.missing"; and as read_file
Reading read_ndjson(const std::filesystem::path& path, const std::string& file = {});

}  // namespace entact
