#include "entact/answer/dataset_file.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <numeric>
#include <utility>

#include "entact/base/error.h"
#include "entact/io/csv_table.h"
#include "entact/io/dataset.h"
#include "entact/io/file.h"
#include "entact/io/sha256.h"

namespace entact {
namespace {

// What names something stays text, though it may look like a number.
TypeOptions csv_types(const CsvTable& csv) {
  TypeOptions options{.missing = {"", "NA", "."}};
  for (const std::string name : {"USUBJID", "SUBJID", "SITEID", "STUDYID", "SESSION"})
    if (csv.find(name) >= 0) options.types[name] = ColumnType::text;
  return options;
}

bool is_csv(const std::string& path) {
  std::string extension = std::filesystem::path(path).extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return extension == ".csv" || extension.empty();
}

}  // namespace

DatasetFile read_dataset_file(const std::string& path) {
  const std::string bytes = read_file(path);
  DatasetFile file{.name = path,
                   .input = {std::filesystem::path(path).filename().string(), sha256(bytes)}};
  Reading reading;
  if (is_csv(path)) {
    const CsvTable csv = read_csv(bytes, {.file = path});
    reading = to_table(csv, csv_types(csv));
    file.lines = csv.lines;
  } else {
    reading = read_dataset(path);
    file.lines.resize(reading.table.rows());
    std::iota(file.lines.begin(), file.lines.end(), 1L);
  }
  for (const Issue& issue : reading.issues)
    if (issue.severity == Issue::Severity::error) throw Error(issue.code, to_text(issue));
  file.table = std::move(reading.table);
  return file;
}

}  // namespace entact
