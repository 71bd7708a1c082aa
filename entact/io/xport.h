#pragma once

#include <string>
#include <string_view>

#include "entact/base/table.h"

namespace entact {

/// How to read a SAS transport file.
struct XportOptions {
  std::string file{};    ///< name for messages
  std::string member{};  ///< the dataset to read; needed only if the file holds several
};

/// Reads a SAS transport file (XPORT version 5 or 8).
///
/// Numbers whose format is a SAS date become dates; datetimes and times become ISO text, where that
/// loses nothing. Text keeps its leading blanks; the blanks that pad it are not part of it. Text
/// that is not UTF-8 is read as Windows-1252, with an Issue "io.xport.encoding". Special missing
/// values have an Issue "io.sas.special_missing".
///
/// @throws Error "io.xport.REASON": `empty` no bytes; `magic` another format; `truncated` the file
///         ends inside a header or row; `members` several datasets and none chosen, or no such one;
///         `damaged` what ReadStat cannot read
/// @source SAS Institute, The Record Layout of a Data Set in SAS Transport (XPORT) Format [ts140]
Reading read_xport(std::string_view bytes, const XportOptions& options = {});

}  // namespace entact
