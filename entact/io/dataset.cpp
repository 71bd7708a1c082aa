#include "entact/io/dataset.h"

#include <algorithm>
#include <utility>

#include "entact/io/csv_dataset.h"
#include "entact/io/dataset_json.h"
#include "entact/io/file.h"
#include "entact/io/inflate.h"
#include "entact/io/ndjson.h"
#include "entact/io/parquet.h"
#include "entact/io/sas7bdat.h"
#include "entact/io/utf8.h"
#include "entact/io/xport.h"

namespace entact {
namespace {

namespace fs = std::filesystem;

std::string extension_of(const fs::path& path) {
  std::string extension = path.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return extension;
}

[[noreturn]] void refuse_format(const fs::path& path, const std::string& known) {
  throw Error("io.dataset.format",
              path.string() + ": the extension says the format of a dataset and is one of " +
                  known + "; saw \"" + shown(path.extension().string()) +
                  "\". Rename the file, or convert it",
              ErrorKind::usage);
}

/// Newline-delimited JSON is Dataset-JSON if its first line says so.
Reading read_lines(const fs::path& path, const std::string& file) {
  const std::string text = read_file(path);
  const std::string first = text.substr(0, text.find('\n'));
  if (is_compressed(text) || first.find("\"datasetJSONVersion\"") != std::string::npos)
    return read_dataset_json(text, file);
  return read_ndjson(path, file);
}

std::string upper_stem(const fs::path& path) {
  std::string stem = path.stem().string();
  for (char& c : stem)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return stem;
}

std::string bytes_of(const std::string& extension, const Table& table, const DatasetNames& names,
                     const fs::path& path) {
  if (extension == ".xpt") return write_xport(table, names);
  if (extension == ".json") return write_dataset_json(table, names);
  if (extension == ".ndjson") return write_dataset_json(table, names, DatasetJsonForm::lines);
  if (extension == ".dsjc")
    return deflate(write_dataset_json(table, names, DatasetJsonForm::lines));
  refuse_format(path, ".csv, .parquet, .xpt, .json, .ndjson, .dsjc");
}

}  // namespace

Reading read_dataset(const fs::path& path, const DatasetOptions& options) {
  const std::string extension = extension_of(path);
  const std::string file = options.file.empty() ? path.string() : options.file;
  if (extension == ".csv")
    return read_csv_dataset(path, {file, options.trial_missing, options.types});
  if (extension == ".parquet") return read_parquet(path, file);
  if (extension == ".ndjson") return read_lines(path, file);
  if (extension == ".xpt") return read_xport(read_file(path), {file, options.member});
  if (extension == ".sas7bdat") return read_sas7bdat(read_file(path), file);
  if (extension == ".json" || extension == ".dsjc") return read_dataset_json(read_file(path), file);
  refuse_format(path, ".csv, .parquet, .ndjson, .xpt, .sas7bdat, .json, .dsjc");
}

std::vector<Issue> write_dataset(const fs::path& path, const Table& table, DatasetNames names) {
  if (names.name.empty()) names.name = upper_stem(path);
  const std::string extension = extension_of(path);
  if (extension == ".csv")
    write_csv_dataset(path, table);
  else if (extension == ".parquet")
    write_parquet(path, table);
  else
    write_file_atomically(path, bytes_of(extension, table, names, path));
  return extension == ".csv" || extension == ".parquet" ? std::vector<Issue>() : units_lost(table);
}

}  // namespace entact
