#include "entact/io/parquet.h"

#include <unistd.h>
#include <nlohmann/json.hpp>
#include <set>
#include <system_error>
#include <utility>

#include "entact/base/error.h"
#include "entact/io/duckdb.h"
#include "entact/io/duckdb_columns.h"
#include "entact/io/file.h"
#include "entact/io/utf8.h"
#include "entact/io/write_checks.h"

namespace entact {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::string_view magic = "PAR1";

[[noreturn]] void refuse(const std::string& file, const std::string& code, const std::string& rule,
                         const std::string& value, const std::string& remedy) {
  throw Error(
      code,
      to_text(Issue{.code = code, .file = file, .rule = rule, .value = value, .remedy = remedy}));
}

/// A Parquet file begins and ends with its mark.
void check_ends(const fs::path& path, const std::string& file) {
  const std::string bytes = read_file(path);
  if (bytes.empty())
    refuse(file, "io.parquet.empty", "a Parquet file begins with its mark, this one has 0 bytes",
           "", "Get the file again; it was not written");
  if (std::string_view(bytes).substr(0, 4) != magic)
    refuse(file, "io.parquet.magic", "a Parquet file begins with PAR1, this one does not",
           shown(bytes.substr(0, 20)), "Check the format of the file");
  if (bytes.size() < 12 || std::string_view(bytes).substr(bytes.size() - 4) != magic)
    refuse(file, "io.parquet.truncated", "a Parquet file ends with PAR1, this one does not",
           std::to_string(bytes.size()) + " bytes", "Get the file again; it was cut");
}

/// Text that are all dates, back as dates.
void to_dates(Column& column) {
  const auto* texts = std::get_if<std::vector<std::string>>(&column.values);
  if (texts == nullptr) return;
  std::vector<Date> dates;
  for (const std::string& text : *texts) {
    const std::optional<Date> date = parse_date(text);
    if (!date) return;
    dates.push_back(*date);
  }
  column.values = std::move(dates);
}

/// Metadata that other programs changed or cut is passed over: it only describes.
void describe(Table& table, const std::string& text) {
  const json all = json::parse(text, nullptr, false);
  if (!all.is_array() || all.size() != table.columns.size()) return;
  for (std::size_t k = 0; k < table.columns.size(); ++k) {
    Column& column = table.columns[k];
    const json& one = all[k];
    if (!one.is_object() || one.value("name", json()) != column.name) continue;
    const auto text_at = [&](const char* key) {
      const auto found = one.find(key);
      return found != one.end() && found->is_string() ? found->get<std::string>() : std::string();
    };
    column.unit = text_at("unit");
    column.label = text_at("label");
    column.format = text_at("format");
    if (one.value("date", json()) == true) to_dates(column);
  }
}

Reading read(const fs::path& path, const std::string& file) {
  Database database;
  const std::string place = sql_path(path.string());
  Reading reading = read_columns(database, {"read_parquet(" + place + ")", file, "io.parquet."});
  const Table kept = database.query("SELECT decode(value) AS text FROM parquet_kv_metadata(" +
                                    place + ") WHERE decode(key) = 'entact'");
  if (kept.rows() == 1) describe(reading.table, kept.text("text")[0]);
  return reading;
}

void check_names(const Table& table) {
  std::set<std::string> seen;
  require(!table.columns.empty(), "io.parquet.columns",
          "a Parquet file has at least one column; the table has none. Add a column");
  for (const Column& column : table.columns) {
    std::string name = column.name;
    for (char& c : name)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (name.empty() || !seen.insert(name).second)
      refuse_column("io.parquet.columns", column,
                    "every column has a name of its own, upper and lower case being the same",
                    column.name, "Rename the column");
  }
}

/// A file's name in the folder of temporary files; removed at the end of its scope.
class Scratch {
 public:
  Scratch() : folder_((fs::temp_directory_path() / "entact-XXXXXX").string()) {
    if (::mkdtemp(folder_.data()) == nullptr)
      throw Error("io.file.write", folder_ +
                                       ": no folder for temporary files can be made. Check "
                                       "the space left, or set TMPDIR");
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  [[nodiscard]] std::string path() const { return folder_ + "/table.parquet"; }

 private:
  std::string folder_;
};

}  // namespace

Reading read_parquet(const fs::path& path, const std::string& file) {
  const std::string name = file.empty() ? path.string() : file;
  check_ends(path, name);
  try {
    return read(path, name);
  } catch (const Error& error) {
    if (error.code() != "io.duckdb.query") throw;
    refuse(name, "io.parquet.damaged", "the file must be sound Parquet; DuckDB stopped",
           error.what(), "Get the file again, or write it again from its source");
  }
}

std::string parquet_metadata(const Table& table) {
  json out = json::array();
  for (const Column& column : table.columns)
    out.push_back({{"name", column.name},
                   {"unit", column.unit},
                   {"label", column.label},
                   {"format", column.format},
                   {"date", std::holds_alternative<std::vector<Date>>(column.values)}});
  return out.dump();
}

void write_parquet(const fs::path& path, const Table& table) {
  check_names(table);
  check_text(table);
  const Scratch scratch;
  Database database;
  database.add("dataset", table);
  database.run("COPY dataset TO " + sql_text(scratch.path()) +
               " (FORMAT parquet, KV_METADATA {entact: " + sql_text(parquet_metadata(table)) +
               "})");
  write_file_atomically(path, read_file(scratch.path()));
}

}  // namespace entact
