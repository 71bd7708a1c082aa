#pragma once

#include <cstddef>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "entact/base/date.h"
#include "entact/base/source.h"
#include "entact/evidence/base_schema.h"

namespace entact {

class FactTable;

/// One row of one table of the evidence base: a light view (two words) into its FactTable, which
/// must outlive it.
///
/// Every accessor takes a column name of the table's schema.
/// @throws Error "evidence.base.no_column" if the table has no such column, "evidence.base.kind" if
/// the column holds another type
class Row {
 public:
  Row(const FactTable& table, std::size_t index) : table_(&table), index_(index) {}
  /// The cell as written; empty if not reported.
  [[nodiscard]] const std::string& text(std::string_view column) const;
  /// The number of a `number` or `integer` column; NaN if empty.
  [[nodiscard]] double number(std::string_view column) const;
  /// The date of a `date` column; no date if empty.
  [[nodiscard]] Date date(std::string_view column) const;
  /// The elements of a `list` column.
  [[nodiscard]] std::vector<std::string> list(std::string_view column) const;
  /// True if the cell says `yes`.
  [[nodiscard]] bool yes(std::string_view column) const { return text(column) == "yes"; }
  /// True if the cell is not empty.
  [[nodiscard]] bool has(std::string_view column) const { return !text(column).empty(); }
  /// The first cell: fact_id, source_id, claim_id ...
  [[nodiscard]] const std::string& id() const;
  /// Source, locator and verification of a fact; empty where the table has none of these columns.
  [[nodiscard]] Citation citation() const;
  /// False only if the table has a column `used` and it says `no`.
  [[nodiscard]] bool used() const;
  [[nodiscard]] const FactTable& table() const { return *table_; }
  [[nodiscard]] std::size_t index() const { return index_; }
  /// 1-based line of the file.
  [[nodiscard]] long line() const;

 private:
  const FactTable* table_;
  std::size_t index_;
};

/// Rows of one table in file order; filters chain: `rows.where("study_id", "MAPP1").used()`.
class Rows {
 public:
  Rows() = default;
  explicit Rows(std::vector<Row> rows) : rows_(std::move(rows)) {}
  [[nodiscard]] auto begin() const { return rows_.begin(); }
  [[nodiscard]] auto end() const { return rows_.end(); }
  [[nodiscard]] std::size_t size() const { return rows_.size(); }
  [[nodiscard]] bool empty() const { return rows_.empty(); }
  [[nodiscard]] const Row& operator[](std::size_t index) const { return rows_[index]; }
  /// Rows whose cell is exactly `value`.
  [[nodiscard]] Rows where(std::string_view column, std::string_view value) const;
  /// Rows whose cell is one of `values`.
  [[nodiscard]] Rows where(std::string_view column,
                           std::initializer_list<std::string_view> values) const;
  /// Rows of which the predicate is true.
  [[nodiscard]] Rows where(const std::function<bool(const Row&)>& keep) const;
  /// Rows not marked `used = no`.
  [[nodiscard]] Rows used() const;
  /// The different values of a column in order of first appearance, empty ones left out.
  [[nodiscard]] std::vector<std::string> values(std::string_view column) const;

 private:
  std::vector<Row> rows_{};
};

/// One CSV file of the evidence base, in the columns of its schema.
///
/// A column that the file lacks is there and empty, so that code can ask for it. Numbers and dates
/// are parsed once, when the table is made; cells that do not parse count as empty there (loading
/// has reported them).
class FactTable {
 public:
  FactTable() = default;
  /// @param fields  for each column of the schema its 0-based field in the file, -1 if it is absent
  FactTable(FactSchema schema, CsvTable file, const std::vector<std::ptrdiff_t>& fields);

  [[nodiscard]] const FactSchema& schema() const { return schema_; }
  [[nodiscard]] const std::string& name() const { return schema_.table; }
  /// The file as the user named it.
  [[nodiscard]] const std::string& file() const { return file_; }
  [[nodiscard]] std::size_t size() const { return cells_.size(); }
  [[nodiscard]] Row row(std::size_t index) const { return {*this, index}; }
  [[nodiscard]] Rows rows() const;
  [[nodiscard]] Rows where(std::string_view column, std::string_view value) const;
  [[nodiscard]] Rows where(std::string_view column,
                           std::initializer_list<std::string_view> values) const;
  [[nodiscard]] Rows where(const std::function<bool(const Row&)>& keep) const;
  [[nodiscard]] Rows used() const { return rows().used(); }
  /// The table with only the rows of which the predicate is true.
  [[nodiscard]] FactTable filtered(const std::function<bool(const Row&)>& keep) const;
  /// The table with one cell of every row rewritten; for dates that were not yet known.
  [[nodiscard]] FactTable with(std::string_view column,
                               const std::function<std::string(const Row&)>& text) const;

  [[nodiscard]] bool has(std::string_view column) const { return schema_.find(column) >= 0; }
  /// 1-based field of a column in the file; 0 if the file lacks it.
  [[nodiscard]] long field(std::string_view column) const;
  [[nodiscard]] long line(std::size_t row) const { return lines_[row]; }
  [[nodiscard]] const std::string& text(std::size_t row, std::size_t column) const {
    return cells_[row][column];
  }
  [[nodiscard]] double number(std::size_t row, std::size_t column) const {
    return numbers_[column][row];
  }
  [[nodiscard]] Date date(std::size_t row, std::size_t column) const { return dates_[column][row]; }
  /// @throws Error "evidence.base.no_column"
  [[nodiscard]] std::size_t column(std::string_view name) const;

 private:
  void parse();

  FactSchema schema_{};
  std::string file_{};
  std::vector<long> fields_{};
  std::vector<std::vector<std::string>> cells_{};
  std::vector<long> lines_{};
  std::vector<std::vector<double>> numbers_{};  ///< by column; empty unless the column is numeric
  std::vector<std::vector<Date>> dates_{};      ///< by column; empty unless the column is a date
};

}  // namespace entact
