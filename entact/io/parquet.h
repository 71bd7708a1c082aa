#pragma once

#include <filesystem>
#include <string>

#include "entact/base/table.h"

namespace entact {

/// Reads an Apache Parquet file through DuckDB; types as read_columns, missing is NULL. What
/// write_parquet keeps beside the values comes back: unit, label and display format of each column,
/// and imprecise dates.
///
/// @param file  name for messages; empty: the path
/// @throws Error "io.parquet.REASON": `empty` no bytes; `magic` another format; `truncated` the end
///         is missing; `type` a column of lists, structures or bytes; `damaged` what DuckDB cannot
///         read; "io.duckdb.missing"; and as read_file
Reading read_parquet(const std::filesystem::path& path, const std::string& file = {});

/// Writes a Parquet file that read_parquet reads back as the same table, all at once as
/// write_file_atomically. Numbers are DOUBLE, whole dates DATE, imprecise ones and text VARCHAR,
/// missing is NULL (of text: ""). Unit, label and display format stand in the key-value metadata
/// under "entact", as JSON. Special missing values become plain ones.
///
/// @throws Error "io.parquet.columns" if the table has no columns or a name occurs twice, upper and
///         lower case being the same; "io.dataset.text"; "io.duckdb.missing"; "io.file.write"
void write_parquet(const std::filesystem::path& path, const Table& table);

/// What write_parquet keeps beside the values, under the key "entact".
std::string parquet_metadata(const Table& table);

}  // namespace entact
