#pragma once

#include <filesystem>
#include <memory>

#include "entact/base/table.h"

namespace entact {

/// Writes a table to a file as its rows come, however many: as Parquet or CSV, by the ending of the
/// path (.parquet, .csv). Missing is NULL, or nothing between two commas.
///
/// What is not finished lies in a folder beside the path, named as the path with `.part-` behind
/// it; finish() puts the whole file in place at once, and without it nothing stays.
///
/// @cost memory for about a million values; Parquet rows of larger tables are written twice, in
///       parts and then as one file
class RowStream {
 public:
  /// @param columns  name, type, unit and label of each column; rows in it are written first
  /// @throws Error "io.rows.format" if the path ends otherwise; "io.file.write" if the folder
  /// cannot
  ///         be made or the path is no file; "io.duckdb.missing"
  RowStream(std::filesystem::path path, Table columns);
  RowStream(const RowStream&) = delete;
  RowStream& operator=(const RowStream&) = delete;
  ~RowStream();

  /// @param rows  with the columns of the constructor, in that order
  /// @throws Error "io.file.write", "io.duckdb.query"
  void add(const Table& rows);
  /// @throws as add()
  void finish();

  /// What a format does; the two are in row_stream.cpp.
  class Format;

 private:
  std::filesystem::path path_, folder_;
  std::unique_ptr<Format> format_;
};

}  // namespace entact
