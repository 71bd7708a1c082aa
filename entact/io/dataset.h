#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "entact/base/table.h"
#include "entact/io/csv_table.h"
#include "entact/io/write_checks.h"

namespace entact {

/// How to read a dataset.
struct DatasetOptions {
  std::string file{};         ///< name for messages; empty: the path
  bool trial_missing = true;  ///< CSV: "NA" and "." are missing in columns of numbers and dates
  std::map<std::string, ColumnType> types{};  ///< CSV: by column; the others are inferred
  std::string member{};  ///< XPORT: the dataset to read, if the file holds several
};

/// Reads a dataset in the format that the path's extension says, whatever its case:
///
///     .csv       RFC 4180                        .xpt       SAS transport, version 5 or 8
///     .parquet   Apache Parquet                  .sas7bdat  SAS dataset
///     .ndjson    newline-delimited JSON, or      .json      CDISC Dataset-JSON 1.1
///                Dataset-JSON by its first line  .dsjc      the same, compressed
///
/// Every column keeps its name, and its label, unit and display format if the file has them.
/// Whole dates become dates (a SAS date format, an ISO date in CSV, a date with targetDataType
/// integer in Dataset-JSON, a DATE in Parquet); a datetime or time is ISO text. Text columns of
/// dates (--DTC) stay text, in CSV they are dates if every cell is one, partial or not. Missing is
/// NaN, "" or no date.
///
/// @throws Error "io.dataset.format" (usage) for another extension; else as the format's reader:
///         read_csv_dataset, read_parquet, read_ndjson, read_xport, read_sas7bdat,
///         read_dataset_json, read_file
Reading read_dataset(const std::filesystem::path& path, const DatasetOptions& options = {});

/// Writes a dataset in the format that the path's extension says, so that read_dataset gives the
/// same table: .csv (with NAME.csv-metadata.json where CSV says too little), .parquet, .xpt
/// (version 5), .json, .ndjson and .dsjc (Dataset-JSON). The file is replaced as a whole or not at
/// all. What a format cannot hold is an error that names column and row, never cut.
///
/// @param names  if name is empty, the path's stem in upper case (ADSL of data/adsl.xpt)
/// @return a warning "io.dataset.unit" for each column whose unit has no place in the format
/// @throws Error "io.dataset.format" (usage) for another extension; else as the format's writer:
///         write_csv_dataset, write_parquet, write_xport, write_dataset_json, write_file_atomically
std::vector<Issue> write_dataset(const std::filesystem::path& path, const Table& table,
                                 DatasetNames names = {});

}  // namespace entact
