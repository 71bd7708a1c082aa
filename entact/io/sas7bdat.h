#pragma once

#include <string>
#include <string_view>

#include "entact/base/table.h"

namespace entact {

/// Reads a SAS dataset file (sas7bdat, compressed or not) in the encoding that it names. Dates,
/// datetimes, times and special missing values as in read_xport; text that its encoding does not
/// explain is read as Windows-1252 with an Issue "io.sas7bdat.encoding".
///
/// @param file  name for messages
/// @throws Error "io.sas7bdat.REASON": `empty` no bytes; `magic` another format; `truncated` the
///         file ends early; `damaged` what ReadStat cannot read, encrypted files included
Reading read_sas7bdat(std::string_view bytes, const std::string& file = {});

}  // namespace entact
