// Parquet and newline JSON, which DuckDB reads: any bytes are a table or an Error of io. Of Parquet
// the input is a list of edits to a sound file, else nothing would get past its frame.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include <unistd.h>

#include "entact/base/error.h"
#include "entact/io/dataset.h"
#include "entact/io/file.h"

namespace {

namespace fs = std::filesystem;

/// A folder in memory where there is one; gone with the program.
struct Folder {
  fs::path path =
      (fs::is_directory("/dev/shm") ? fs::path("/dev/shm") : fs::temp_directory_path()) /
      ("entact-dataset-fuzz-" + std::to_string(getpid()));
  Folder() { fs::create_directories(path); }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
};

const fs::path& folder() {
  static const Folder made;
  return made.path;
}

/// A sound Parquet file with numbers, text, dates and what stands beside the values.
std::string made_parquet() {
  entact::Table table;
  table.add({.name = "USUBJID", .values = std::vector<std::string>{"P1", "P2", ""}});
  table.add(
      {.name = "AVAL", .unit = "points", .values = std::vector<double>{1.5, -2, 3}, .label = "x"});
  table.add({.name = "ADT",
             .values = std::vector<entact::Date>{
                 {.year = 2020, .month = 1, .day = 2}, {}, {.year = 2021}}});
  static_cast<void>(entact::write_dataset(folder() / "sound.parquet", table));
  return entact::read_file(folder() / "sound.parquet");
}

/// Empty where DuckDB is not installed.
std::string sound_parquet() {
  try {
    return made_parquet();
  } catch (const entact::Error& error) {
    if (error.code() != "io.duckdb.missing") std::abort();
    return "";
  }
}

void edit(std::string& bytes, std::string_view edits) {
  for (std::size_t i = 0; i + 2 < edits.size(); i += 3) {
    const auto at =
        static_cast<unsigned char>(edits[i]) * 256U + static_cast<unsigned char>(edits[i + 1]);
    bytes[at % bytes.size()] = edits[i + 2];
  }
}

void read_bytes(const std::string& name, std::string_view bytes) {
  const fs::path path = folder() / name;
  std::ofstream(path, std::ios::binary)
      .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  try {
    const entact::Reading reading = entact::read_dataset(path);
    for (const entact::Column& column : reading.table.columns)
      if (column.size() != reading.table.rows()) std::abort();
  } catch (const entact::Error& error) {
    if (!error.code().starts_with("io.")) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2 || size > 4096) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] % 2 == 0) {
    read_bytes("f.ndjson", text);
    return 0;
  }
  static const std::string sound = sound_parquet();
  if (sound.empty()) return 0;
  std::string bytes = sound;
  edit(bytes, text);
  read_bytes("f.parquet", bytes);
  return 0;
}
