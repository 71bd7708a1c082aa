// The CSV reader is our own because its errors must name line and column. It walks the text once;
// validity of the bytes is found beforehand in one fast pass and reported at the field it falls in.
#include "entact/io/csv.h"

#include <algorithm>
#include <array>
#include <unordered_set>
#include <utility>

#include "entact/base/error.h"
#include "entact/io/file.h"
#include "entact/io/utf8.h"

namespace entact {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::string_view usual_separators = ",;\t|";

std::string named(char separator) {
  return separator == '\t' ? "a tab" : std::string("'") + separator + "'";
}

bool usable(char separator) {
  return separator == '\t' || (separator >= ' ' && separator <= '~' && separator != '"');
}

/// The parts of an error message beside its place.
struct Fault {
  std::string code{};
  std::string rule{};
  std::string value{};
  std::string remedy{};
};

class CsvParser {
 public:
  CsvParser(std::string_view text, const CsvOptions& options);
  CsvTable parse();

 private:
  std::vector<std::string> header();
  void check_header(const std::vector<std::string>& names, bool quoted) const;
  std::vector<std::string> record(std::size_t width);
  std::string field();
  std::string quoted_field();
  bool another_field();
  void check_size(std::size_t bytes) const;
  void check_width(std::size_t width, const std::string& value) const;
  [[nodiscard]] bool ends_field(char c) const { return ends_[static_cast<unsigned char>(c)]; }
  [[noreturn]] void fail(const Fault& fault, std::size_t offset) const;
  [[noreturn]] void fail_bytes() const;
  [[noreturn]] void fail_after_quote(std::size_t offset) const;
  [[noreturn]] void fail_few(std::size_t have, std::size_t width, std::size_t start) const;

  std::string_view text_;
  const CsvOptions& options_;
  std::array<bool, 256> ends_{};  ///< bytes at which an unquoted field stops
  std::size_t bad_ = 0;           ///< offset of the first zero byte or invalid UTF-8
  std::size_t at_ = 0;
  std::size_t column_ = 0;  ///< 1-based field number in the present record
  long line_ = 1;
  bool in_header_ = true;
};

CsvParser::CsvParser(std::string_view text, const CsvOptions& options)
    : text_(text), options_(options) {
  for (const char c : {'"', '\r', '\n', options.separator})
    ends_[static_cast<unsigned char>(c)] = true;
  bad_ = std::min(text.find('\0'), first_invalid_utf8(text));
  if (text.substr(0, byte_order_mark.size()) == byte_order_mark) at_ = byte_order_mark.size();
}

void CsvParser::fail(const Fault& fault, std::size_t offset) const {
  const auto newlines = std::count(text_.begin(), text_.begin() + std::ptrdiff_t(offset), '\n');
  throw Error(fault.code, to_text(Issue{.code = fault.code,
                                        .file = options_.file,
                                        .line = 1 + newlines,
                                        .column = static_cast<long>(column_),
                                        .rule = fault.rule,
                                        .value = shown(fault.value),
                                        .remedy = fault.remedy}));
}

void CsvParser::fail_bytes() const {
  const std::string place = " at byte offset " + std::to_string(bad_);
  if (text_[bad_] == '\0')
    fail({"io.csv.nul", "a text file has no zero byte, there is one" + place, "",
          "Save the file as UTF-8; zero bytes often mean UTF-16 or a damaged file"},
         bad_);
  fail({"io.csv.utf8", "the file must be UTF-8, it is not" + place,
        std::string(text_.substr(bad_, 4)),
        "Save the file as UTF-8 (it may be Latin-1, Windows-1252 or UTF-16)"},
       bad_);
}

void CsvParser::check_size(std::size_t bytes) const {
  if (bytes <= options_.max_field_bytes) return;
  fail({"io.csv.field_size",
        "a field has at most " + std::to_string(options_.max_field_bytes) + " bytes",
        std::string(text_.substr(at_ - std::min(at_, bytes), 40)),
        "Look for a quote that is never closed, or raise the limit"},
       at_ - std::min(at_, bytes));
}

std::string CsvParser::quoted_field() {
  const std::size_t start = at_++;
  std::string value;
  while (true) {
    const std::size_t quote = text_.find('"', at_);
    if (quote == std::string_view::npos)
      fail({"io.csv.unterminated", "a quoted field ends with a quote, this one never does",
            std::string(text_.substr(start, 80)), "Close the quote; write a quote inside as \"\""},
           start);
    const std::string_view part = text_.substr(at_, quote - at_);
    at_ = quote;
    check_size(value.size() + part.size());
    line_ += static_cast<long>(std::count(part.begin(), part.end(), '\n'));
    value += part;
    ++at_;
    if (at_ == text_.size() || text_[at_] != '"') return value;
    value += '"';
    ++at_;
  }
}

std::string CsvParser::field() {
  if (at_ < text_.size() && text_[at_] == '"') return quoted_field();
  const std::size_t start = at_;
  while (at_ < text_.size() && !ends_field(text_[at_])) ++at_;
  check_size(at_ - start);
  if (at_ < text_.size() && text_[at_] == '"')
    fail({"io.csv.stray_quote", "a quote may stand only around a whole field",
          std::string(text_.substr(start, at_ - start + 20)),
          "Quote the whole field and double the quote inside; leave no blank before the first "
          "quote"},
         at_);
  return std::string(text_.substr(start, at_ - start));
}

void CsvParser::fail_after_quote(std::size_t offset) const {
  const std::string rule =
      "after a closing quote comes " + named(options_.separator) + " or the end of the line";
  const std::string rest(text_.substr(offset, 20));
  if (in_header_ && usual_separators.find(text_[offset]) != std::string_view::npos)
    fail({"io.csv.delimiter", rule, rest, "Set the separator to " + named(text_[offset])}, offset);
  fail({"io.csv.after_quote", rule, rest, "Double the quotes inside the field"}, offset);
}

/// Steps over what ends a field; true if it was a separator.
bool CsvParser::another_field() {
  if (at_ > bad_) fail_bytes();
  if (at_ == text_.size()) return false;
  const char c = text_[at_++];
  if (c == options_.separator) return true;
  if (c == '\r' && at_ < text_.size() && text_[at_] == '\n')
    ++at_;
  else if (c == '\r')
    fail({"io.csv.carriage_return", "a carriage return is followed by a line feed, this one is not",
          "", "End lines with LF or CRLF, or quote the field"},
         at_ - 1);
  else if (c != '\n')
    fail_after_quote(at_ - 1);
  ++line_;
  return false;
}

void CsvParser::check_width(std::size_t width, const std::string& value) const {
  if (column_ <= width) return;
  if (in_header_)
    fail({"io.csv.columns", "a file has at most " + std::to_string(width) + " columns", value,
          "Check the separator, or raise the limit"},
         at_);
  fail({"io.csv.many_fields",
        "a row has as many fields as the header (" + std::to_string(width) + "), this one has more",
        value, "Quote a field that contains " + named(options_.separator)},
       at_);
}

std::vector<std::string> CsvParser::record(std::size_t width) {
  std::vector<std::string> fields;
  if (!in_header_) fields.reserve(width);
  column_ = 0;
  do {
    ++column_;
    fields.push_back(field());
    check_width(width, fields.back());
  } while (another_field());
  return fields;
}

void CsvParser::fail_few(std::size_t have, std::size_t width, std::size_t start) const {
  const std::size_t end = std::min(text_.find('\n', start), text_.size());
  fail({"io.csv.few_fields",
        "a row has as many fields as the header (" + std::to_string(width) + "), this one has " +
            std::to_string(have),
        std::string(text_.substr(start, end - start)),
        start == end ? "Remove the blank line" : "Add the missing fields; empty ones count"},
       start);
}

void CsvParser::check_header(const std::vector<std::string>& names, bool quoted) const {
  if (names.size() > 1 || quoted) return;
  const std::size_t found = names[0].find_first_of(usual_separators);
  if (found == std::string::npos) return;
  fail({"io.csv.delimiter",
        "the header has one column when split at " + named(options_.separator) + " but contains " +
            named(names[0][found]),
        names[0], "Set the separator to " + named(names[0][found])},
       0);
}

std::vector<std::string> CsvParser::header() {
  if (at_ == text_.size())
    fail({"io.csv.empty", "a CSV file begins with a header, this one is empty", "",
          "Check that the file was written completely"},
         0);
  const std::size_t start = at_;
  const bool quoted = text_[start] == '"';
  std::vector<std::string> names = record(options_.max_columns);
  check_header(names, quoted);
  std::unordered_set<std::string_view> seen;
  for (std::size_t k = 0; k < names.size(); ++k) {
    column_ = k + 1;
    if (names[k].empty() && !(k == 0 && options_.row_names))
      fail({"io.csv.header_empty", "every column has a name, this one has none", "",
            "Name the column, or remove a separator too many"},
           start);
    if (!seen.insert(names[k]).second)
      fail({"io.csv.header_duplicate", "every column has its own name, this one occurs twice",
            names[k], "Rename one of the columns"},
           start);
  }
  return names;
}

CsvTable CsvParser::parse() {
  CsvTable table{.file = options_.file};
  table.header = header();
  in_header_ = false;
  const std::size_t width = table.header.size();
  while (at_ < text_.size()) {
    const std::size_t start = at_;
    table.lines.push_back(line_);
    table.rows.push_back(record(width));
    const std::size_t have = table.rows.back().size();
    if (have < width) fail_few(have, width, start);
  }
  return table;
}

std::string in_quotes(std::string_view value) {
  std::string out = "\"";
  for (const char c : value) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

void append_row(std::string& out, const std::vector<std::string>& fields, char separator) {
  for (std::size_t k = 0; k < fields.size(); ++k) {
    if (k > 0) out += separator;
    out += csv_field(fields[k], separator);
  }
  out += '\n';
}

/// The only name of a header is quoted if a reader would take it for several.
void append_header(std::string& out, const std::vector<std::string>& header, char separator) {
  if (header.size() == 1 && header[0].find_first_of(usual_separators) != std::string::npos)
    out += in_quotes(header[0]) + '\n';
  else
    append_row(out, header, separator);
}

}  // namespace

std::ptrdiff_t CsvTable::find(std::string_view column) const {
  const auto found = std::find(header.begin(), header.end(), column);
  return found == header.end() ? -1 : found - header.begin();
}

CsvTable read_csv(std::string_view text, const CsvOptions& options) {
  require(
      usable(options.separator), "io.csv.separator",
      "the separator of a CSV file is a printable ASCII character or a tab, not a quote; saw \"" +
          shown(std::string_view(&options.separator, 1)) + "\"",
      ErrorKind::usage);
  return CsvParser(text, options).parse();
}

CsvTable read_csv_file(const std::filesystem::path& path, CsvOptions options) {
  if (options.file.empty()) options.file = path.string();
  return read_csv(read_file(path), options);
}

std::string csv_field(std::string_view value, char separator) {
  const bool marked = value.substr(0, byte_order_mark.size()) == byte_order_mark;
  const bool special = std::any_of(value.begin(), value.end(), [&](char c) {
    return c == '"' || c == '\n' || c == '\r' || c == separator;
  });
  return marked || special ? in_quotes(value) : std::string(value);
}

std::string write_csv(const std::vector<std::string>& header,
                      const std::vector<std::vector<std::string>>& rows, char separator) {
  std::string out;
  append_header(out, header, separator);
  for (std::size_t k = 0; k < rows.size(); ++k) {
    require(rows[k].size() == header.size(), "io.csv.write",
            "every row has as many fields as the header (" + std::to_string(header.size()) +
                "), row " + std::to_string(k + 1) + " has " + std::to_string(rows[k].size()));
    append_row(out, rows[k], separator);
  }
  return out;
}

}  // namespace entact
