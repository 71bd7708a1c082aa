#pragma once

#include <string>
#include <vector>

#include "entact/base/table.h"
#include "entact/io/csv.h"
#include "entact/report/document.h"

namespace entact {

/// A study's dataset as commands read it, whatever its format.
struct DatasetFile {
  std::string name{};         ///< as the user named it
  Table table{};              ///< in a CSV "", "NA" and "." are missing, but for columns of names
  std::vector<long> lines{};  ///< of each row: its line in a CSV, else its number from 1
  InputFile input{};          ///< for the record of the run
};

/// Reads a dataset by its extension (io/dataset.h: csv, parquet, ndjson, xpt, sas7bdat, json,
/// dsjc).
/// @throws as read_dataset; a cell that breaks its column's type is an error, with its place
DatasetFile read_dataset_file(const std::string& path);

/// The same as texts, for commands that say what is wrong with a cell in their own words: a CSV as
/// it is written, other formats with numbers as short as they can be and missing empty.
struct CellsFile {
  CsvTable csv{};  ///< `lines` as in DatasetFile
  InputFile input{};
};
CellsFile read_cells(const std::string& path);

}  // namespace entact
