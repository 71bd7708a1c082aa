#include "entact/io/dataset.h"

#include <algorithm>
#include <array>
#include <utility>

#include "entact/io/csv.h"
#include "entact/io/dataset_json.h"
#include "entact/io/file.h"
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

Reading read_csv_dataset(const std::string& bytes, const std::string& file,
                         const DatasetOptions& options) {
  TypeOptions types{.types = options.types};
  if (options.trial_missing) types.value_missing = {"NA", "."};
  return to_table(read_csv(bytes, {.file = file}), types);
}

}  // namespace

Reading read_dataset(const fs::path& path, const DatasetOptions& options) {
  const std::string extension = extension_of(path);
  const std::string file = options.file.empty() ? path.string() : options.file;
  if (extension == ".csv") return read_csv_dataset(read_file(path), file, options);
  if (extension == ".xpt") return read_xport(read_file(path), {file, options.member});
  if (extension == ".sas7bdat") return read_sas7bdat(read_file(path), file);
  if (extension == ".json" || extension == ".dsjc" || extension == ".ndjson")
    return read_dataset_json(read_file(path), file);
  refuse_format(path, ".csv, .xpt, .sas7bdat, .json, .ndjson, .dsjc");
}

}  // namespace entact
