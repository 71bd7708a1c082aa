#pragma once

#include <string>
#include <string_view>

#include "entact/base/table.h"

namespace entact {

/// Which of the formats of SAS.
enum class SasFileKind { xport, sas7bdat };

/// What ReadStat made of the bytes of a SAS file.
struct SasFile {
  Reading reading{};
  std::string fault{};      ///< why reading stopped, in ReadStat's words; empty if it did not
  bool truncated = false;   ///< the fault is that the bytes ended
  bool bad_text = false;    ///< the fault, or a text, is in no encoding that was expected
  std::size_t row_bytes{};  ///< length of a row in the file
};

/// Reads the one dataset that the bytes hold, with name, label and format of each column; dated
/// columns as dated_column says, special missing values as special_missing with an Issue
/// "io.sas.special_missing" for each column that has some.
///
/// @param encoding  of the text, as iconv names it; empty: the file's own, or UTF-8
SasFile read_sas_bytes(std::string_view bytes, SasFileKind kind, const std::string& file,
                       const std::string& encoding = {});

}  // namespace entact
