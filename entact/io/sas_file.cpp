// ReadStat behind plain values: bytes in memory to columns. What may be wrong with a file is judged
// by xport.cpp and sas7bdat.cpp, which know their format; here ReadStat's callbacks are collected.
#include "entact/io/sas_file.h"

#include <readstat.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <limits>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "entact/io/sas_format.h"
#include "entact/io/special_missing.h"
#include "entact/io/utf8.h"

namespace entact {
namespace {

/// The bytes as ReadStat's input.
struct Input {
  std::string_view bytes{};
  readstat_off_t at = 0;
};

int open_bytes(const char* /*path*/, void* /*context*/) { return 0; }
int close_bytes(void* /*context*/) { return 0; }

readstat_off_t seek_bytes(readstat_off_t offset, readstat_io_flags_t whence, void* context) {
  auto& input = *static_cast<Input*>(context);
  const auto size = static_cast<readstat_off_t>(input.bytes.size());
  const readstat_off_t from =
      whence == READSTAT_SEEK_SET ? 0 : (whence == READSTAT_SEEK_CUR ? input.at : size);
  if (offset < -from || offset > std::numeric_limits<std::int32_t>::max() + size) return -1;
  input.at = from + offset;
  return input.at;
}

ssize_t read_bytes(void* buffer, size_t count, void* context) {
  auto& input = *static_cast<Input*>(context);
  const auto size = static_cast<readstat_off_t>(input.bytes.size());
  const std::size_t left = input.at >= size ? 0 : static_cast<std::size_t>(size - input.at);
  const std::size_t got = std::min(count, left);
  if (got > 0) std::memcpy(buffer, input.bytes.data() + input.at, got);
  input.at += static_cast<readstat_off_t>(got);
  return static_cast<ssize_t>(got);
}

readstat_error_t no_progress(long /*size*/, readstat_progress_handler /*progress*/, void* /*user*/,
                             void* /*context*/) {
  return READSTAT_OK;
}

/// A column while its values arrive.
struct Arriving {
  Column column{};
  bool text = false;
  std::vector<double> numbers{};
  std::vector<std::string> texts{};
  std::map<char, long> letters{};  ///< how often each special missing value occurs
};

/// What the callbacks write to. An exception must not cross ReadStat's C frames: it is kept.
struct Collected {
  std::vector<Arriving> columns{};
  std::size_t row_bytes = 0;
  bool bad_text = false;
  std::exception_ptr thrown{};
};

template <typename Work>
int guarded(void* context, Work work) noexcept {
  auto& collected = *static_cast<Collected*>(context);
  try {
    work(collected);
    return READSTAT_HANDLER_OK;
  } catch (...) {
    collected.thrown = std::current_exception();
    return READSTAT_HANDLER_ABORT;
  }
}

std::string text_of(const char* text, Collected& collected) {
  std::string out = text == nullptr ? "" : text;
  if (first_invalid_utf8(out) != std::string::npos) collected.bad_text = true;
  return out;
}

int take_variable(int /*index*/, readstat_variable_t* variable, const char* /*labels*/,
                  void* context) {
  return guarded(context, [&](Collected& collected) {
    Arriving arriving;
    arriving.column.name = text_of(readstat_variable_get_name(variable), collected);
    arriving.column.label = text_of(readstat_variable_get_label(variable), collected);
    arriving.column.format = sas_format(text_of(readstat_variable_get_format(variable), collected));
    arriving.text = readstat_variable_get_type_class(variable) == READSTAT_TYPE_CLASS_STRING;
    collected.row_bytes += readstat_variable_get_storage_width(variable);
    collected.columns.push_back(std::move(arriving));
  });
}

double number_of(readstat_value_t value, Arriving& arriving) {
  if (readstat_value_is_tagged_missing(value) != 0) {
    const char tag = readstat_value_tag(value);
    const char letter = tag >= 'a' && tag <= 'z' ? static_cast<char>(tag - 'a' + 'A') : tag;
    ++arriving.letters[letter];
    return special_missing(letter);
  }
  if (readstat_value_is_system_missing(value) != 0) return std::numeric_limits<double>::quiet_NaN();
  return readstat_double_value(value);
}

int take_value(int /*row*/, readstat_variable_t* variable, readstat_value_t value, void* context) {
  return guarded(context, [&](Collected& collected) {
    Arriving& arriving =
        collected.columns[static_cast<std::size_t>(readstat_variable_get_index(variable))];
    if (arriving.text)
      arriving.texts.push_back(text_of(readstat_string_value(value), collected));
    else
      arriving.numbers.push_back(number_of(value, arriving));
  });
}

Issue letters_issue(const Arriving& arriving, std::size_t place, const std::string& file) {
  std::string seen;
  for (const auto& [letter, count] : arriving.letters)
    seen += std::string(seen.empty() ? "" : ", ") + std::to_string(count) + " x ." + letter;
  return {.severity = Issue::Severity::warning,
          .code = "io.sas.special_missing",
          .file = file,
          .column = static_cast<long>(place) + 1,
          .name = arriving.column.name,
          .rule = "special missing values count as missing",
          .value = seen,
          .remedy = "Check that their reasons need no analysis of their own"};
}

Reading reading_of(std::vector<Arriving> columns, const std::string& file) {
  Reading reading;
  std::size_t rows = std::numeric_limits<std::size_t>::max();  // whole rows only
  for (const Arriving& arriving : columns)
    rows = std::min(rows, arriving.text ? arriving.texts.size() : arriving.numbers.size());
  for (std::size_t k = 0; k < columns.size(); ++k) {
    Arriving& arriving = columns[k];
    if (!arriving.letters.empty()) reading.issues.push_back(letters_issue(arriving, k, file));
    arriving.texts.resize(std::min(rows, arriving.texts.size()));
    arriving.numbers.resize(std::min(rows, arriving.numbers.size()));
    if (arriving.text)
      arriving.column.values = std::move(arriving.texts);
    else
      arriving.column.values = std::move(arriving.numbers);
    reading.table.add(arriving.text ? std::move(arriving.column)
                                    : dated_column(std::move(arriving.column)));
  }
  return reading;
}

struct Free {
  void operator()(readstat_parser_t* parser) const { readstat_parser_free(parser); }
};
using Parser = std::unique_ptr<readstat_parser_t, Free>;

Parser parser_for(Input& input, const std::string& encoding) {
  Parser parser(readstat_parser_init());
  if (!parser) throw std::bad_alloc();
  readstat_set_open_handler(parser.get(), open_bytes);
  readstat_set_close_handler(parser.get(), close_bytes);
  readstat_set_seek_handler(parser.get(), seek_bytes);
  readstat_set_read_handler(parser.get(), read_bytes);
  readstat_set_update_handler(parser.get(), no_progress);
  readstat_set_io_ctx(parser.get(), &input);
  readstat_set_variable_handler(parser.get(), take_variable);
  readstat_set_value_handler(parser.get(), take_value);
  if (!encoding.empty()) readstat_set_file_character_encoding(parser.get(), encoding.c_str());
  return parser;
}

bool about_text(readstat_error_t fault) {
  return fault == READSTAT_ERROR_CONVERT_BAD_STRING ||
         fault == READSTAT_ERROR_CONVERT_SHORT_STRING || fault == READSTAT_ERROR_CONVERT;
}

}  // namespace

SasFile read_sas_bytes(std::string_view bytes, SasFileKind kind, const std::string& file,
                       const std::string& encoding) {
  Input input{bytes};
  Collected collected;
  const Parser parser = parser_for(input, encoding);
  const readstat_error_t fault = kind == SasFileKind::xport
                                     ? readstat_parse_xport(parser.get(), "", &collected)
                                     : readstat_parse_sas7bdat(parser.get(), "", &collected);
  if (collected.thrown) std::rethrow_exception(collected.thrown);
  SasFile out;
  out.row_bytes = collected.row_bytes;
  out.bad_text = collected.bad_text || about_text(fault);
  out.truncated = fault == READSTAT_ERROR_READ || fault == READSTAT_ERROR_SEEK;
  if (fault != READSTAT_OK) out.fault = readstat_error_message(fault);
  out.reading = reading_of(std::move(collected.columns), file);
  return out;
}

}  // namespace entact
