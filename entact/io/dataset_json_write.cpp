#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>
#include <vector>

#include "entact/base/error.h"
#include "entact/io/dataset_json.h"
#include "entact/io/number.h"
#include "entact/io/sas_format.h"
#include "entact/io/utf8.h"

namespace entact {
namespace {

using json = nlohmann::ordered_json;

constexpr double exact_integer = 9007199254740992.0;  // 2^53

bool integers(const std::vector<double>& numbers) {
  return std::all_of(numbers.begin(), numbers.end(), [](double x) {
    return std::isnan(x) ||
           (x == std::floor(x) && std::fabs(x) <= exact_integer && !(x == 0.0 && std::signbit(x)));
  });
}

/// Characters, not bytes.
std::size_t characters(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

std::size_t longest(const std::vector<std::string>& texts) {
  std::size_t most = 1;
  for (const std::string& text : texts) most = std::max(most, characters(text));
  return most;
}

void check_dates(const Column& column) {
  if (!std::holds_alternative<std::vector<Date>>(column.values)) return;
  const auto& dates = std::get<std::vector<Date>>(column.values);
  for (std::size_t row = 0; row < dates.size(); ++row)
    if (dates[row].known() && !sas_days_of(dates[row]))
      refuse_cell("io.dataset_json.date", column, row, "a date is a whole day, not a month or year",
                  to_text(dates[row]), "Make the column text, as --DTC columns are");
}

/// True if text is written as a datetime or time that counts seconds.
bool timed(const Column& column) {
  const SasKind kind = sas_kind(column.format);
  return std::holds_alternative<std::vector<std::string>>(column.values) &&
         (kind == SasKind::datetime || kind == SasKind::time) && sas_numbers(column).values;
}

json described(const Column& column, const std::string& dataset) {
  json out{{"itemOID", "IT." + dataset + "." + column.name},
           {"name", column.name},
           {"label", column.label}};
  if (const auto* numbers = std::get_if<std::vector<double>>(&column.values)) {
    out["dataType"] = integers(*numbers) ? "integer" : "double";
  } else if (const auto* texts = std::get_if<std::vector<std::string>>(&column.values)) {
    const bool seconds = timed(column);
    out["dataType"] = !seconds                                   ? "string"
                      : sas_kind(column.format) == SasKind::time ? "time"
                                                                 : "datetime";
    if (seconds)
      out["targetDataType"] = "integer";
    else
      out["length"] = longest(*texts);
  } else {
    out["dataType"] = "date";
    out["targetDataType"] = "integer";
  }
  if (!column.format.empty()) out["displayFormat"] = column.format;
  return out;
}

json metadata(const Table& table, const DatasetNames& names) {
  json out{{"datasetJSONCreationDateTime",
            names.created.empty() ? "1970-01-01T00:00:00" : names.created},
           {"datasetJSONVersion", "1.1.0"},
           {"sourceSystem", {{"name", "Entact"}, {"version", ENTACT_VERSION}}},
           {"itemGroupOID", "IG." + names.name},
           {"records", table.rows()},
           {"name", names.name},
           {"label", names.label},
           {"columns", json::array()}};
  for (const Column& column : table.columns)
    out["columns"].push_back(described(column, names.name));
  return out;
}

std::string quoted(const std::string& text) { return json(text).dump(); }

std::string cell(const Column& column, std::size_t row, bool seconds) {
  if (const auto* numbers = std::get_if<std::vector<double>>(&column.values)) {
    const std::string text = number_text((*numbers)[row]);
    if (text == "-0") return "-0.0";  // JSON readers make the integer 0 of -0
    return text.empty() ? "null" : text;
  }
  if (const auto* dates = std::get_if<std::vector<Date>>(&column.values)) {
    const Date date = (*dates)[row];
    return date.known() ? quoted(to_text(date)) : "null";
  }
  const std::string& text = std::get<std::vector<std::string>>(column.values)[row];
  return seconds && text.empty() ? "null" : quoted(text);
}

std::string rows_text(const Table& table, const std::string& between) {
  std::vector<bool> seconds;
  for (const Column& column : table.columns) seconds.push_back(timed(column));
  std::string out;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    out += row == 0 ? "[" : between + "[";
    for (std::size_t k = 0; k < table.columns.size(); ++k)
      out += (k == 0 ? "" : ",") + cell(table.columns[k], row, seconds[k]);
    out += "]";
  }
  return out;
}

void check(const Table& table, const DatasetNames& names) {
  if (names.name.empty() || first_invalid_utf8(names.name + names.label) != std::string::npos)
    throw Error("io.dataset_json.dataset",
                "a dataset has a name, in UTF-8; saw \"" + shown(names.name) + "\". Give a name");
  if (!names.created.empty() && !sas_seconds_of(names.created, SasKind::datetime))
    throw Error("io.dataset_json.dataset", "the time of creation is YYYY-MM-DDThh:mm:ss; saw \"" +
                                               shown(names.created) +
                                               "\". Mend it, or leave it empty");
  check_cells(table);
  std::set<std::string> seen;
  for (const Column& column : table.columns) {
    if (column.name.empty() || !seen.insert(column.name).second)
      refuse_column("io.dataset_json.columns", column, "every column has a name of its own",
                    column.name, "Rename the column");
    check_dates(column);
  }
}

}  // namespace

std::string write_dataset_json(const Table& table, const DatasetNames& names,
                               DatasetJsonForm form) {
  check(table, names);
  const std::string head = metadata(table, names).dump();
  if (form == DatasetJsonForm::lines) {
    const std::string rows = rows_text(table, "\n");
    return head + "\n" + rows + (rows.empty() ? "" : "\n");
  }
  return head.substr(0, head.size() - 1) + ",\"rows\":[\n" + rows_text(table, ",\n") + "\n]}\n";
}

}  // namespace entact
