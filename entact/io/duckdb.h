#pragma once

#include <memory>
#include <string>
#include <vector>

#include "entact/base/table.h"

namespace entact {

/// One in-memory DuckDB database. The shared library is loaded when the first is made, so that
/// commands that read no Parquet do not pay for it; it never fetches extensions, and works with one
/// thread, so rows keep their order.
///
/// @throws Error "io.duckdb.missing" if the library is not found beside the program (../lib, lib)
/// or
///         where the system looks; "io.duckdb.query" with DuckDB's words if a statement fails
class Database {
 public:
  Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  Database(Database&& other) noexcept;
  Database& operator=(Database&& other) noexcept;
  ~Database();

  void run(const std::string& sql);

  /// The rows of a query: columns of type DOUBLE become numbers, DATE dates, VARCHAR text; NULL is
  /// missing. Cast the others.
  Table query(const std::string& sql);

  /// Makes a table of the rows: numbers DOUBLE, dates DATE if all are whole days, else VARCHAR,
  /// text VARCHAR. Missing is NULL; text that is empty stays "".
  void add(const std::string& name, const Table& table);

 private:
  struct Open;
  std::unique_ptr<Open> open_;
};

/// 'it''s'
std::string sql_text(const std::string& text);

/// "a ""name"""
std::string sql_name(const std::string& name);

/// The path as a text that DuckDB takes for one file, whatever * ? and [ it contains.
std::string sql_path(const std::string& path);

}  // namespace entact
