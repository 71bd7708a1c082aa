// The three forms of Dataset-JSON differ only in where the rows stand, so one builder takes them
// all: the metadata first, then one row at a time.
#include "entact/io/dataset_json.h"

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "entact/base/error.h"
#include "entact/io/inflate.h"
#include "entact/io/number.h"
#include "entact/io/sas_format.h"
#include "entact/io/utf8.h"

namespace entact {
namespace {

using nlohmann::json;

constexpr std::size_t max_expanded = std::size_t{4} << 30;
constexpr double missing = std::numeric_limits<double>::quiet_NaN();

/// Where in the file a fault is, and what it is called there.
struct Place {
  long line = 0;
  long column = 0;
  std::string name{};
};

[[noreturn]] void refuse(const std::string& file, const Place& place, const std::string& code,
                         const std::string& rule, const std::string& value,
                         const std::string& remedy) {
  throw Error(code, to_text(Issue{.code = code,
                                  .file = file,
                                  .line = place.line,
                                  .column = place.column,
                                  .name = place.name,
                                  .rule = rule,
                                  .value = value,
                                  .remedy = remedy}));
}

/// What the values of a column are, from dataType and targetDataType.
enum class Content { text, number, decimal, boolean, date, seconds };

struct Arriving {
  Column column{};
  Content content = Content::text;
  SasKind kind = SasKind::number;  ///< of seconds: datetime or time
  std::vector<double> numbers{};
  std::vector<std::string> texts{};
  std::vector<Date> dates{};
};

std::string text_at(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<Content> content_of(const std::string& type, const std::string& target) {
  const bool integer = target == "integer";
  if (type == "date") return integer ? Content::date : Content::text;
  if (type == "datetime" || type == "time") return integer ? Content::seconds : Content::text;
  if (type == "string" || type == "URI") return Content::text;
  if (type == "decimal") return Content::decimal;
  if (type == "integer" || type == "float" || type == "double") return Content::number;
  return type == "boolean" ? std::optional(Content::boolean) : std::nullopt;
}

/// Takes metadata and rows, gives the table.
class Builder {
 public:
  Builder(std::string file, const json& metadata) : file_(std::move(file)) {
    check_version(metadata);
    const auto columns = metadata.find("columns");
    if (columns == metadata.end() || !columns->is_array())
      refuse(file_, {}, "io.dataset_json.columns", "a dataset lists its columns, this one does not",
             "", "Add the list 'columns'");
    for (const json& column : *columns) add_column(column);
    const auto records = metadata.find("records");
    if (records == metadata.end() || !records->is_number_unsigned())
      refuse(file_, {.name = "records"}, "io.dataset_json.records",
             "a dataset says how many records it has, as a whole number",
             records == metadata.end() ? "" : shown(records->dump()), "Add or mend 'records'");
    records_ = records->get<std::uint64_t>();
  }

  void add_row(const json& row, long line) {
    ++rows_;
    if (!row.is_array() || row.size() != columns_.size())
      refuse(file_, {.line = line}, "io.dataset_json.row",
             "record " + std::to_string(rows_) + " is a list of " +
                 std::to_string(columns_.size()) + " values, one for each column",
             row.is_array() ? std::to_string(row.size()) + " values" : shown(row.dump()),
             "Give the record a value for each column; null if missing");
    for (std::size_t k = 0; k < columns_.size(); ++k)
      if (!add_cell(columns_[k], row[k])) bad_cell(k, row[k], line);
  }

  Reading finish() {
    if (rows_ != records_)
      refuse(file_, {.name = "records"}, "io.dataset_json.records",
             "the file has as many rows as 'records' says (" + std::to_string(records_) + ")",
             std::to_string(rows_) + " rows", "Get the file again; it may have been cut");
    for (Arriving& arriving : columns_) {
      Column& column = arriving.column;
      if (arriving.content == Content::date)
        column.values = std::move(arriving.dates);
      else if (arriving.content == Content::text || arriving.content == Content::seconds)
        column.values = std::move(arriving.texts);
      else
        column.values = std::move(arriving.numbers);
      const bool numbers = std::holds_alternative<std::vector<double>>(column.values);
      reading_.table.add(numbers ? dated_column(std::move(column)) : std::move(column));
    }
    return std::move(reading_);
  }

 private:
  void check_version(const json& metadata) const {
    const std::string version = text_at(metadata, "datasetJSONVersion");
    if (version == "1.1" || version.substr(0, 4) == "1.1.") return;
    refuse(file_, {.name = "datasetJSONVersion"}, "io.dataset_json.version",
           "the file is CDISC Dataset-JSON version 1.1", shown(version),
           version.empty() ? "Check that it is Dataset-JSON" : "Write it again in version 1.1");
  }

  void add_column(const json& given) {
    const Place place{.column = static_cast<long>(columns_.size()) + 1,
                      .name = text_at(given, "name")};
    const auto fail = [&](const std::string& rule, const std::string& value) {
      refuse(file_, place, "io.dataset_json.columns", rule, shown(value),
             "Mend the entry of 'columns'");
    };
    if (place.name.empty()) fail("every column has a name", given.dump().substr(0, 60));
    const std::string oid = text_at(given, "itemOID");
    if (oid.empty()) fail("every column has an itemOID", "");
    if (!names_.insert(place.name).second) fail("every column has its own name", place.name);
    if (!oids_.insert(oid).second) fail("every column has its own itemOID", oid);
    const std::string type = text_at(given, "dataType");
    const std::optional<Content> content = content_of(type, text_at(given, "targetDataType"));
    if (!content)
      fail(
          "dataType is string, integer, decimal, float, double, boolean, datetime, date, time or "
          "URI",
          type);
    Arriving arriving;
    arriving.column = {.name = place.name,
                       .label = text_at(given, "label"),
                       .format = sas_format(text_at(given, "displayFormat"))};
    arriving.content = *content;
    arriving.kind = type == "time" ? SasKind::time : SasKind::datetime;
    columns_.push_back(std::move(arriving));
  }

  void bad_cell(std::size_t place, const json& cell, long line) {
    const Arriving& arriving = columns_[place];
    constexpr const char* kinds[] = {"text",
                                     "a number",
                                     "a decimal number as text",
                                     "true or false",
                                     "a whole date as text",
                                     "a datetime or time as text, to the second"};
    reading_.issues.push_back(
        {.code = "io.dataset_json.value",
         .file = file_,
         .line = line,
         .column = static_cast<long>(place) + 1,
         .name = arriving.column.name,
         .rule = "record " + std::to_string(rows_) + " has here " +
                 kinds[static_cast<std::size_t>(arriving.content)] + " or null",
         .value = shown(cell.dump(-1, ' ', false, json::error_handler_t::replace)),
         .remedy = "Mend the value; it counts as missing"});
  }

  /// False if the cell is not of the column's type; it is missing then.
  static bool add_cell(Arriving& to, const json& cell) {
    switch (to.content) {
      case Content::text: {
        to.texts.push_back(cell.is_string() ? cell.get<std::string>() : std::string());
        return cell.is_string() || cell.is_null();
      }
      case Content::number: {
        to.numbers.push_back(cell.is_number() ? cell.get<double>() : missing);
        return cell.is_number() || cell.is_null();
      }
      case Content::boolean: {
        to.numbers.push_back(cell.is_boolean() ? double(cell.get<bool>()) : missing);
        return cell.is_boolean() || cell.is_null();
      }
      case Content::decimal:
        return add_decimal(to, cell);
      case Content::date:
        return add_date(to, cell);
      case Content::seconds:
        return add_seconds(to, cell);
    }
    return false;
  }

  /// The text of a cell; "" of null, nothing of anything else.
  static std::optional<std::string> text_of(const json& cell) {
    if (cell.is_null()) return "";
    return cell.is_string() ? std::optional(cell.get<std::string>()) : std::nullopt;
  }

  static bool add_decimal(Arriving& to, const json& cell) {
    const std::optional<std::string> text = text_of(cell);
    const std::optional<double> value = cell.is_number() ? std::optional(cell.get<double>())
                                        : text           ? parse_number(*text)
                                                         : std::nullopt;
    to.numbers.push_back(value.value_or(missing));
    return value || (text && text->empty());
  }

  static bool add_date(Arriving& to, const json& cell) {
    const std::optional<std::string> text = text_of(cell);
    const std::optional<Date> date = text ? parse_date(*text) : std::nullopt;
    const bool whole = date && (!date->known() || date->day != 0);
    to.dates.push_back(whole ? *date : Date{});
    return whole;
  }

  static bool add_seconds(Arriving& to, const json& cell) {
    const std::optional<std::string> text = text_of(cell);
    const bool good = text && (text->empty() || sas_seconds_of(*text, to.kind));
    to.texts.push_back(good ? *text : std::string());
    return good;
  }

  std::string file_;
  std::vector<Arriving> columns_{};
  std::set<std::string> names_{};
  std::set<std::string> oids_{};
  std::uint64_t records_ = 0;
  std::uint64_t rows_ = 0;
  Reading reading_{};
};

[[noreturn]] void refuse_syntax(std::string_view text, std::size_t byte, long first_line,
                                const std::string& file, const std::string& said) {
  const std::size_t at = std::min(byte > 0 ? byte - 1 : 0, text.size());
  const std::string_view before = text.substr(0, at);
  const auto lines = std::count(before.begin(), before.end(), '\n');
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  refuse(file, {.line = first_line + lines, .column = static_cast<long>(at - line_start) + 1},
         "io.dataset_json.syntax", "the file must be JSON (" + said + ")",
         shown(text.substr(at, 40)), "Get the file again; it may have been cut");
}

/// nlohmann's message without its own code and position, which are said in our words.
std::string reason(const std::string& message) {
  const std::size_t colon = message.find(": ");
  return shown(colon == std::string::npos ? message : message.substr(colon + 2), 160);
}

json parse(std::string_view text, long first_line, const std::string& file) {
  try {
    return json::parse(text.begin(), text.end());
  } catch (const json::parse_error& error) {
    refuse_syntax(text, error.byte, first_line, file, reason(error.what()));
  } catch (const json::out_of_range& error) {  // a number no double can hold
    refuse_syntax(text, 0, first_line, file, reason(error.what()));
  }
}

std::string_view without_return(std::string_view line) {
  return !line.empty() && line.back() == '\r' ? line.substr(0, line.size() - 1) : line;
}

Reading read_lines(const json& metadata, std::string_view rows, const std::string& file) {
  Builder builder(file, metadata);
  long line = 1;
  while (!rows.empty()) {
    ++line;
    const std::size_t end = std::min(rows.find('\n'), rows.size());
    const std::string_view row = without_return(rows.substr(0, end));
    if (!row.empty()) builder.add_row(parse(row, line, file), line);
    rows.remove_prefix(std::min(end + 1, rows.size()));
  }
  return builder.finish();
}

Reading read_object(const json& dataset, const std::string& file) {
  Builder builder(file, dataset);
  const auto rows = dataset.find("rows");
  if (rows != dataset.end() && rows->is_array())
    for (const json& row : *rows) builder.add_row(row, 0);
  return builder.finish();
}

bool blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

Reading read_text(std::string_view text, const std::string& file) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view rest = text.substr(std::min(end + 1, text.size()));
  if (!blank(rest)) {
    const json first =
        json::parse(text.begin(), text.begin() + std::ptrdiff_t(end), nullptr, false);
    if (first.is_object()) return read_lines(first, rest, file);
  }
  return read_object(parse(text, 1, file), file);
}

}  // namespace

Reading read_dataset_json(std::string_view bytes, const std::string& file) {
  if (blank(bytes))
    refuse(file, {}, "io.dataset_json.empty", "a dataset has metadata, this file is empty", "",
           "Get the file again; it was not written");
  if (!is_compressed(bytes)) return read_text(bytes, file);
  const std::optional<std::string> text = inflate(bytes, max_expanded);
  if (!text)
    refuse(file, {}, "io.dataset_json.compressed",
           "a compressed dataset is whole gzip or zlib data of less than 4 GiB", "",
           "Get the file again; it may have been cut");
  return read_text(*text, file);
}

}  // namespace entact
