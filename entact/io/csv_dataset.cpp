#include "entact/io/csv_dataset.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <system_error>
#include <utility>

#include "entact/base/error.h"
#include "entact/io/csv.h"
#include "entact/io/file.h"
#include "entact/io/number.h"
#include "entact/io/utf8.h"
#include "entact/io/write_checks.h"

namespace entact {
namespace {

namespace fs = std::filesystem;
using json = nlohmann::ordered_json;

constexpr std::size_t max_text = 1U << 20;  // what read_csv takes

fs::path metadata_path(const fs::path& path) { return path.string() + "-metadata.json"; }

ColumnType type_of(const Column& column) {
  if (std::holds_alternative<std::vector<double>>(column.values)) return ColumnType::number;
  return std::holds_alternative<std::vector<Date>>(column.values) ? ColumnType::date
                                                                  : ColumnType::text;
}

const char* word(ColumnType type) {
  return type == ColumnType::number ? "number" : type == ColumnType::date ? "date" : "string";
}

/// What the metadata say of a column.
struct Described {
  std::string name{};
  std::optional<ColumnType> type{};
  std::string unit{};
  std::string label{};
  std::string format{};
};

[[noreturn]] void refuse_metadata(const std::string& file, const std::string& rule,
                                  const std::string& value) {
  throw Error("io.csv.metadata",
              to_text(Issue{.file = file,
                            .rule = rule,
                            .value = shown(value),
                            .remedy = "Mend the file, or remove it to have types inferred"}));
}

std::string text_at(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<ColumnType> type_at(const json& column) {
  const std::string said = text_at(column, "datatype");
  for (const ColumnType type : {ColumnType::number, ColumnType::text, ColumnType::date})
    if (said == word(type)) return type;
  return {};  // another of CSVW's types: inferred
}

std::vector<Described> read_metadata(const fs::path& path) {
  const std::string file = path.string();
  const json all = json::parse(read_file(path), nullptr, false);
  if (!all.is_object()) refuse_metadata(file, "the description of a CSV file is a JSON object", "");
  const auto schema = all.find("tableSchema");
  const bool listed = schema != all.end() && schema->is_object() && schema->contains("columns") &&
                      (*schema)["columns"].is_array();
  if (!listed) refuse_metadata(file, "tableSchema has a list of columns", "");
  std::vector<Described> out;
  for (const json& column : (*schema)["columns"]) {
    if (!column.is_object()) refuse_metadata(file, "a column is described by an object", "");
    out.push_back({text_at(column, "titles"), type_at(column), text_at(column, "schema:unitText"),
                   text_at(column, "dc:title"), text_at(column, "dc:format")});
  }
  return out;
}

void check_described(const std::vector<Described>& described, const CsvTable& csv,
                     const std::string& file) {
  for (std::size_t k = 0; k < described.size(); ++k)
    if (k >= csv.header.size() || described[k].name != csv.header[k])
      refuse_metadata(file, "the description names the columns of the CSV file in their order",
                      described[k].name);
  if (!described.empty() && described.size() != csv.header.size())
    refuse_metadata(file, "the description names every column of the CSV file",
                    csv.header[described.size()]);
}

/// Numbers as text, missing as "".
std::vector<std::string> fields_of(const Column& column) {
  if (const auto* texts = std::get_if<std::vector<std::string>>(&column.values)) return *texts;
  std::vector<std::string> out;
  out.reserve(column.size());
  if (const auto* dates = std::get_if<std::vector<Date>>(&column.values))
    for (const Date date : *dates) out.push_back(to_text(date));
  else
    for (const double number : std::get<std::vector<double>>(column.values))
      out.push_back(number_text(number));
  return out;
}

CsvTable csv_of(const Table& table) {
  CsvTable csv;
  csv.rows.resize(table.rows(), std::vector<std::string>(table.columns.size()));
  csv.lines.resize(table.rows());
  for (std::size_t k = 0; k < table.columns.size(); ++k) {
    csv.header.push_back(table.columns[k].name);
    std::vector<std::string> fields = fields_of(table.columns[k]);
    for (std::size_t row = 0; row < fields.size(); ++row) csv.rows[row][k] = std::move(fields[row]);
  }
  return csv;
}

TypeOptions trial_types(bool trial_missing) {
  return {.value_missing =
              trial_missing ? std::vector<std::string>{"NA", "."} : std::vector<std::string>{}};
}

bool needs_metadata(const Table& table, const CsvTable& csv) {
  for (const Column& column : table.columns)
    if (!column.unit.empty() || !column.label.empty() || !column.format.empty()) return true;
  const Table inferred = to_table(csv, trial_types(true)).table;
  for (std::size_t k = 0; k < table.columns.size(); ++k)
    if (inferred.columns[k].values.index() != table.columns[k].values.index()) return true;
  return false;
}

std::string metadata_text(const Table& table, const fs::path& path) {
  json columns = json::array();
  for (const Column& column : table.columns) {
    json one{{"titles", column.name}, {"datatype", word(type_of(column))}};
    if (!column.label.empty()) one["dc:title"] = column.label;
    if (!column.unit.empty()) one["schema:unitText"] = column.unit;
    if (!column.format.empty()) one["dc:format"] = column.format;
    columns.push_back(std::move(one));
  }
  return json{{"@context", "http://www.w3.org/ns/csvw"},
              {"url", path.filename().string()},
              {"tableSchema", {{"columns", std::move(columns)}}}}
             .dump(1) +
         "\n";
}

void check_writable(const Table& table) {
  require(!table.columns.empty(), "io.csv.write",
          "a CSV file has at least one column; the table has none. Add a column");
  check_cells(table);
  std::set<std::string> seen;
  for (const Column& column : table.columns) {
    if (column.name.empty() || !seen.insert(column.name).second)
      refuse_column("io.csv.write", column, "every column has a name of its own", column.name,
                    "Rename the column");
    if (const auto* texts = std::get_if<std::vector<std::string>>(&column.values))
      for (std::size_t row = 0; row < texts->size(); ++row)
        if ((*texts)[row].size() > max_text)
          refuse_cell("io.csv.write", column, row, "a text has at most 1 MiB",
                      (*texts)[row].substr(0, 40), "Shorten the text");
  }
}

}  // namespace

Reading read_csv_dataset(const fs::path& path, const CsvDatasetOptions& options) {
  const std::string file = options.file.empty() ? path.string() : options.file;
  const CsvTable csv = read_csv(read_file(path), {.file = file});
  std::vector<Described> described;
  std::error_code none;
  if (fs::is_regular_file(metadata_path(path), none)) {
    described = read_metadata(metadata_path(path));
    check_described(described, csv, metadata_path(path).string());
  }
  TypeOptions types = trial_types(options.trial_missing);
  types.types = options.types;
  for (const Described& one : described)
    if (one.type) types.types.insert({one.name, *one.type});
  Reading reading = to_table(csv, types);
  for (std::size_t k = 0; k < described.size(); ++k) {
    reading.table.columns[k].unit = described[k].unit;
    reading.table.columns[k].label = described[k].label;
    reading.table.columns[k].format = described[k].format;
  }
  return reading;
}

void write_csv_dataset(const fs::path& path, const Table& table) {
  check_writable(table);
  const CsvTable csv = csv_of(table);
  const std::string text = write_csv(csv.header, csv.rows);
  std::error_code none;
  if (needs_metadata(table, csv) || fs::exists(metadata_path(path), none))
    write_file_atomically(metadata_path(path), metadata_text(table, path));
  write_file_atomically(path, text);
}

}  // namespace entact
