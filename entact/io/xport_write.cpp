// Writes version 5. ReadStat lays out the records; every limit is checked before, because it cuts a
// long label and writes blank rows that no reader can tell from padding.
#include <readstat.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <ctime>
#include <memory>
#include <new>
#include <set>
#include <utility>

#include "entact/base/error.h"
#include "entact/io/number.h"
#include "entact/io/sas_format.h"
#include "entact/io/special_missing.h"
#include "entact/io/utf8.h"
#include "entact/io/xport.h"

namespace entact {
namespace {

constexpr std::size_t max_name = 8;
constexpr std::size_t max_label = 40;
constexpr std::size_t max_text = 200;
constexpr std::size_t max_columns = 9999;  // the header has four digits for them
const double smallest = std::ldexp(1.0, -260);
const double beyond =
    std::ldexp(1.0, 249);  // IBM's end at 2^252, but ReadStat makes infinity of these

bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_name(const std::string& name) {
  return !name.empty() && name.size() <= max_name && is_letter(name[0]) &&
         std::all_of(name.begin(), name.end(), [](char c) { return is_letter(c) || is_digit(c); });
}

std::string upper(std::string text) {
  for (char& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return text;
}

bool padded(const std::string& text) { return !text.empty() && text.back() == ' '; }

/// A column as the file holds it.
struct Field {
  const Column* column = nullptr;
  bool text = false;
  std::size_t width = 8;
  std::string format{};
  std::vector<double> numbers{};  ///< unless text
  [[nodiscard]] const std::vector<std::string>& texts() const {
    return std::get<std::vector<std::string>>(column->values);
  }
};

void check_name(const Column& column, std::set<std::string>& seen) {
  if (!is_name(column.name))
    refuse_column("io.xport.name", column,
                  "a name has 1 to 8 letters, digits or underscores and begins with no digit",
                  column.name, "Rename the column");
  const std::string name = upper(column.name);
  if (name == "_N_" || name == "_ERROR_" || name == "_ALL_")
    refuse_column("io.xport.name", column, "SAS keeps this name for itself", column.name,
                  "Rename the column");
  if (!seen.insert(name).second)
    refuse_column("io.xport.name", column,
                  "every column has its own name, upper and lower case being the same", column.name,
                  "Rename one of the columns");
}

void check_label(const Column& column) {
  if (column.label.size() > max_label || padded(column.label))
    refuse_column("io.xport.label", column, "a label has at most 40 bytes and ends in no blank",
                  column.label, "Shorten the label");
}

/// Letters, then a width, a point and decimals: DATE9. , $CHAR20. , 8.2
bool is_format(const std::string& format, bool text) {
  std::size_t at = 0;
  if (text && (format.empty() || format[at++] != '$')) return false;
  const std::size_t name = at;
  const auto number = [&](std::size_t digits) {
    const std::size_t start = at;
    while (at < format.size() && is_digit(format[at])) ++at;
    return at - start <= digits;
  };
  // digits may stand inside a name (E8601DA10.); the last ones before the point are the width
  const std::size_t point = format.find('.');
  if (point == std::string::npos) return false;
  std::size_t width = point;
  while (width > name && is_digit(format[width - 1])) --width;
  for (; at < width; ++at)
    if (!is_letter(format[at]) && !is_digit(format[at])) return false;
  if (width > max_name || !number(4)) return false;
  at = point + 1;
  return number(2) && at == format.size();
}

std::string checked_format(const Column& column, bool text) {
  std::string format = sas_format(column.format);
  if (format.empty() && std::holds_alternative<std::vector<Date>>(column.values)) return "DATE9.";
  if (!format.empty() && !is_format(format, text))
    refuse_column("io.xport.format", column,
                  text ? "the format of a text column is $NAMEw. with a name of at most 7 letters"
                       : "the format of a column of numbers is NAMEw.d with a name of at most 8 "
                         "letters",
                  column.format, "Mend the format, or leave it empty");
  return format;
}

void check_numbers(const Field& field) {
  for (std::size_t row = 0; row < field.numbers.size(); ++row) {
    const double size = std::fabs(field.numbers[row]);
    if (!(size > 0.0) || (size >= smallest && size < beyond)) continue;
    refuse_cell("io.xport.number", *field.column, row,
                "a number other than 0 is 5.4e-79 to 9e74 in size", number_text(field.numbers[row]),
                "Change the unit, or write another format");
  }
}

void check_texts(Field& field) {
  field.width = 1;
  for (std::size_t row = 0; row < field.texts().size(); ++row) {
    const std::string& text = field.texts()[row];
    if (text.size() > max_text)
      refuse_cell("io.xport.text", *field.column, row,
                  "a text has at most 200 bytes, this one has " + std::to_string(text.size()), text,
                  "Split the text into two columns, or write another format");
    if (padded(text))
      refuse_cell("io.xport.text", *field.column, row,
                  "a text ends in no blank, which could not be told from padding", text,
                  "Cut the blanks off");
    field.width = std::max(field.width, text.size());
  }
}

Field field_of(const Column& column) {
  Field field{.column = &column};
  const SasKind kind = sas_kind(column.format);
  const bool timed = kind == SasKind::datetime || kind == SasKind::time;
  field.text = std::holds_alternative<std::vector<std::string>>(column.values) && !timed;
  field.format = checked_format(column, field.text);
  if (field.text) {
    check_texts(field);
    return field;
  }
  if (std::holds_alternative<std::vector<Date>>(column.values) &&
      sas_kind(field.format) != SasKind::date)
    refuse_column("io.xport.format", column, "the format of a column of dates is one of dates",
                  column.format, "Leave the format empty for DATE9.");
  SasNumbers numbers = sas_numbers(column);
  if (!numbers.values)
    refuse_cell("io.xport.date", column, numbers.bad_row,
                timed ? "a datetime or time is whole seconds in ISO form"
                      : "a date is a whole day, not a month or year",
                timed ? std::get<std::vector<std::string>>(column.values)[numbers.bad_row]
                      : to_text(std::get<std::vector<Date>>(column.values)[numbers.bad_row]),
                "Make the column text without a SAS format, as --DTC columns are");
  field.numbers = std::move(*numbers.values);
  check_numbers(field);
  return field;
}

std::vector<Field> fields_of(const Table& table) {
  if (table.columns.empty() || table.columns.size() > max_columns)
    throw Error("io.xport.columns", "a dataset has 1 to 9999 columns; saw " +
                                        std::to_string(table.columns.size()) +
                                        ". Add or leave out columns");
  check_cells(table);
  std::set<std::string> seen;
  std::vector<Field> fields;
  for (const Column& column : table.columns) {
    check_name(column, seen);
    check_label(column);
    fields.push_back(field_of(column));
  }
  return fields;
}

/// A last row of blanks only is what pads the last record.
void check_last_row(const std::vector<Field>& fields, std::size_t rows) {
  if (rows == 0) return;
  for (const Field& field : fields)
    if (!field.text || !field.texts()[rows - 1].empty()) return;
  refuse_cell(
      "io.xport.rows", *fields.front().column, rows - 1,
      "the last row holds a number or a text; one of blanks only would be taken for padding", "",
      "Leave the row out, or add a column of numbers");
}

void check_names(const DatasetNames& names) {
  if (!is_name(names.name))
    throw Error("io.xport.dataset",
                "the name of a dataset has 1 to 8 letters, digits or underscores and begins with "
                "no digit; saw \"" +
                    shown(names.name) + "\". Name the file so, or give a name");
  if (names.label.size() > max_label || padded(names.label))
    throw Error("io.xport.dataset",
                "the label of a dataset has at most 40 bytes and ends in no blank; saw \"" +
                    shown(names.label) + "\". Shorten it");
}

/// The local time of the machine that shows the wanted text; ReadStat asks for that.
std::time_t time_of(const std::string& created) {
  const std::string iso = created.empty() ? "1970-01-01T00:00:00" : created;
  const std::optional<double> seconds = sas_seconds_of(iso, SasKind::datetime);
  if (!seconds)
    throw Error("io.xport.dataset", "the time of creation is YYYY-MM-DDThh:mm:ss; saw \"" +
                                        shown(created) + "\". Mend it, or leave it empty");
  std::tm parts{};
  parts.tm_year = std::stoi(iso.substr(0, 4)) - 1900;
  parts.tm_mon = std::stoi(iso.substr(5, 2)) - 1;
  parts.tm_mday = std::stoi(iso.substr(8, 2));
  parts.tm_hour = std::stoi(iso.substr(11, 2));
  parts.tm_min = std::stoi(iso.substr(14, 2));
  parts.tm_sec = std::stoi(iso.substr(17, 2));
  parts.tm_isdst = -1;
  return std::mktime(&parts);
}

ssize_t append(const void* bytes, size_t size, void* context) {
  try {
    static_cast<std::string*>(context)->append(static_cast<const char*>(bytes), size);
    return static_cast<ssize_t>(size);
  } catch (const std::bad_alloc&) {
    return -1;
  }
}

void need(readstat_error_t fault) {
  if (fault == READSTAT_OK) return;
  throw Error("io.xport.write", std::string("ReadStat cannot write the dataset: ") +
                                    readstat_error_message(fault) +
                                    ". Check names, labels and formats");
}

struct Free {
  void operator()(readstat_writer_t* writer) const { readstat_writer_free(writer); }
};

void insert(readstat_writer_t* writer, readstat_variable_t* variable, const Field& field,
            std::size_t row) {
  if (field.text)
    return need(readstat_insert_string_value(writer, variable, field.texts()[row].c_str()));
  const double value = field.numbers[row];
  const char letter = missing_letter(value);
  if (letter != 0) return need(readstat_insert_tagged_missing_value(writer, variable, letter));
  if (std::isnan(value)) return need(readstat_insert_missing_value(writer, variable));
  need(readstat_insert_double_value(writer, variable, value == 0.0 ? 0.0 : value));
}

std::string written(const std::vector<Field>& fields, std::size_t rows, const DatasetNames& names) {
  std::string bytes;
  const std::unique_ptr<readstat_writer_t, Free> writer(readstat_writer_init());
  if (!writer) throw std::bad_alloc();
  need(readstat_set_data_writer(writer.get(), append));
  need(readstat_writer_set_file_format_version(writer.get(), 5));
  need(readstat_writer_set_table_name(writer.get(), names.name.c_str()));
  need(readstat_writer_set_file_label(writer.get(), names.label.c_str()));
  need(readstat_writer_set_file_timestamp(writer.get(), time_of(names.created)));
  std::vector<readstat_variable_t*> variables;
  for (const Field& field : fields) {
    variables.push_back(readstat_add_variable(
        writer.get(), field.column->name.c_str(),
        field.text ? READSTAT_TYPE_STRING : READSTAT_TYPE_DOUBLE, field.width));
    readstat_variable_set_label(variables.back(), field.column->label.c_str());
    readstat_variable_set_format(variables.back(), field.format.c_str());
  }
  need(readstat_begin_writing_xport(writer.get(), &bytes, static_cast<long>(rows)));
  for (std::size_t row = 0; row < rows; ++row) {
    need(readstat_begin_row(writer.get()));
    for (std::size_t k = 0; k < fields.size(); ++k)
      insert(writer.get(), variables[k], fields[k], row);
    need(readstat_end_row(writer.get()));
  }
  need(readstat_end_writing(writer.get()));
  return bytes;
}

}  // namespace

std::string write_xport(const Table& table, const DatasetNames& names) {
  check_names(names);
  const std::vector<Field> fields = fields_of(table);
  check_last_row(fields, table.rows());
  return written(fields, table.rows(), names);
}

}  // namespace entact
