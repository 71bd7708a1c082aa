#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "entact/base/table.h"
#include "entact/io/csv_table.h"

namespace entact {

/// How to read a CSV file as a dataset.
struct CsvDatasetOptions {
  std::string file{};         ///< name for messages; empty: the path
  bool trial_missing = true;  ///< "NA" and "." are missing in columns of numbers
  std::map<std::string, ColumnType>
      types{};  ///< by column; the others by the metadata, or inferred
};

/// Reads a CSV file as read_csv and to_table. "NA" (R) and "." (SAS) are missing in columns of
/// numbers and dates unless told otherwise; text columns keep them. If the file
/// `NAME.csv-metadata.json` lies beside it, types, labels, units and display formats come from
/// there.
///
/// @throws Error "io.csv.metadata" if that file is no CSVW description of these columns; and as
///         read_csv, to_table, read_file
Reading read_csv_dataset(const std::filesystem::path& path, const CsvDatasetOptions& options = {});

/// Writes a CSV file that read_csv_dataset reads back as the same table: numbers with all their
/// digits, missing as an empty field. What CSV cannot say, label, unit and display format, and a
/// type that would be inferred otherwise (text of digits only), goes into `NAME.csv-metadata.json`
/// beside it, in the W3C's vocabulary for CSV on the Web; that file is written only if needed, or
/// if one is there already. Special missing values become plain ones.
///
/// @throws Error "io.csv.write" if the table has no columns, a name is empty or occurs twice, or a
///         text is over 1 MiB; "io.dataset.text", "io.dataset.infinite"; "io.file.write"
/// @source Metadata Vocabulary for Tabular Data, W3C 2015 [csvw2015]
void write_csv_dataset(const std::filesystem::path& path, const Table& table);

}  // namespace entact
