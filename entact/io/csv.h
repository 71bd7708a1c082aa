#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "entact/io/number.h"

namespace entact {

/// How to read a CSV text.
struct CsvOptions {
  std::string file = {};                   ///< name for messages
  char separator = ',';                    ///< printable ASCII or tab, not a quote
  std::size_t max_field_bytes = 1U << 20;  ///< a longer field is refused
  std::size_t max_columns = 100000;        ///< a wider header is refused
  bool row_names = false;  ///< accept an empty first header name, as R's write.csv makes
};

/// The text of a CSV file: every row has as many fields as the header, all of it valid UTF-8.
struct CsvTable {
  std::string file{};  ///< as the user named it; empty if not from a file
  std::vector<std::string> header{};
  std::vector<std::vector<std::string>> rows{};
  std::vector<long> lines{};  ///< 1-based line at which each row starts
  /// Index of the column; -1 if absent.
  [[nodiscard]] std::ptrdiff_t find(std::string_view column) const;
};

/// Reads RFC 4180 text with a header: commas, fields quoted where needed, "" for a quote inside
/// quotes, lines ended by LF or CRLF (both may occur; the last may lack it), an optional byte order
/// mark. Blanks count. A blank line is one empty field.
///
/// @throws  Error "io.csv.REASON" with file, line and column (field number) in the message:
///          `empty` no header; `separator` not one to choose; `delimiter` the header was written
///          with another separator; `header_empty`, `header_duplicate` a name; `columns` header
///          over max_columns; `few_fields`, `many_fields` a row unlike the header; `unterminated` a
///          quote never closed; `after_quote` text after a closing quote; `stray_quote` a quote
///          inside an unquoted field; `carriage_return` a CR without LF; `nul` a zero byte; `utf8`
///          invalid UTF-8; `field_size` field over max_field_bytes
/// @cost    one pass, plus one over the bytes for UTF-8; memory for every field
/// @source  RFC 4180
CsvTable read_csv(std::string_view text, const CsvOptions& options = {});

/// As read_csv; messages name the path unless options.file is set.
/// @throws as read_csv and read_file
CsvTable read_csv_file(const std::filesystem::path& path, CsvOptions options = {});

/// Inverse of read_csv: header, then rows, every line ended by LF.
/// @throws Error "io.csv.write" if a row has another number of fields than the header
std::string write_csv(const std::vector<std::string>& header,
                      const std::vector<std::vector<std::string>>& rows, char separator = ',');

/// One field as write_csv writes it: quoted only if it must be.
std::string csv_field(std::string_view value, char separator = ',');

}  // namespace entact
