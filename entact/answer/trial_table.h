#pragma once

#include <string>
#include <utility>
#include <vector>

#include "entact/base/error.h"
#include "entact/base/table.h"

namespace entact {

/// A study's dataset as one command reads it.
struct TrialTable {
  Table table{};
  std::string file{};                           ///< as the user named it
  std::vector<long> lines{};                    ///< line of each row; empty if the format has none
  std::pair<std::string, std::string> input{};  ///< file name and sha256, for the record of the run
};

/// Reads a dataset in any format of read_dataset_file().
/// @throws as read_dataset_file
TrialTable read_trial_table(const std::string& path);

/// "trial.csv:12:3": file, line and field of a cell, as far as they are known.
std::string place_of(const TrialTable& data, std::size_t row, const std::string& column);

/// The column as numbers.
/// @throws Error "base.table.column"; "answer.table.number" naming the first cell that is not one
const std::vector<double>& number_column(const TrialTable& data, const std::string& column);

/// Each row's level; "" where missing. Numbers become text.
/// @throws Error "base.table.column"; "stats.design.date" for dates
std::vector<std::string> level_column(const TrialTable& data, const std::string& column);

/// The name in `names` that the dataset has, first come first; "" if none.
std::string first_column(const Table& table, const std::vector<std::string>& names);

/// ADaM names of the treatment: ARM, TRT01P, TRTP, TRT01A, TRTA, ACTARM, TREATMENT, TRT.
const std::vector<std::string>& arm_names();

/// The rows of the table in which the column has one of the levels.
/// @throws Error "answer.table.level" if no row has one of them
TrialTable rows_with(const TrialTable& data, const std::string& column,
                     const std::vector<std::string>& levels);

/// Runs `analysis`, and puts the file's name before what it refuses.
template <typename Analysis>
auto naming_file(const std::string& file, const Analysis& analysis) {
  try {
    return analysis();
  } catch (const Error& error) {
    const std::string text = error.what();
    if (text.rfind(file, 0) == 0 || error.kind() == ErrorKind::usage) throw;
    throw Error(error.code(), file + ": " + text, error.kind());
  }
}

}  // namespace entact
