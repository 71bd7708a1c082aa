#pragma once

#include <map>
#include <string>
#include <vector>

#include "entact/answer/survival_formula.h"
#include "entact/base/table.h"
#include "entact/stats/survival_data.h"

namespace entact {

/// A data set as read, with the line of the file at which each row starts.
struct SurvivalFile {
  std::string name{};
  Table table{};
  std::vector<long> lines{};
};

/// The data set of a CSV text; files are read by read_dataset_file().
/// @throws as read_csv_file; "answer.survival.cell" for a cell that is not of its column's type
SurvivalFile read_survival_file(const std::string& path, const std::string& bytes);

/// Columns beside the formula's.
struct SurvivalColumns {
  std::string weight{};
  std::string participant{};  ///< for messages; by default USUBJID, SUBJID or id if there is one
};

/// Rows that can be analysed, and where in the file each came from.
struct SurvivalRows {
  SurvivalData data{};
  std::vector<std::size_t> row{};  ///< of the table
  std::vector<int> cluster{};      ///< empty if none is asked for
  std::vector<double> offset{};    ///< empty if none is asked for
  std::vector<std::string> strata_names{};
  std::vector<std::string> notes{};  ///< rows left out, one sentence each kind
  int causes = 1;
};

/// Times, events, strata, weights and clusters of a table. Rows in which one of these or one of
/// `needed` is missing are left out and named in notes.
///
/// @throws Error "answer.survival.column" (usage) if a column is not there or is not numeric;
/// "answer.survival.time", "answer.survival.event", "answer.survival.weight", naming file, line,
/// participant and value; "answer.survival.empty" (unanswerable) if no row is left
SurvivalRows survival_rows(const SurvivalFile& file, const SurvivalFormula& formula,
                           const SurvivalColumns& columns, const std::vector<std::string>& needed);

/// Values of a column as text, numbers as people write them; "" if missing.
std::vector<std::string> cells(const SurvivalFile& file, const std::string& column);

/// Codes 0.. of the values of a column over some rows, in the order given by `levels`.
struct Levels {
  std::vector<std::string> names{};
  std::vector<int> code{};
};
/// @param first  level to put first; empty: numbers in their order, text by alphabet
/// @throws Error "answer.survival.reference" (usage) if `first` is no value of the column
Levels levels_of(const SurvivalFile& file, const std::string& column,
                 const std::vector<std::size_t>& rows, const std::string& first = "");

}  // namespace entact
