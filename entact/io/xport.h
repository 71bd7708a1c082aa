#pragma once

#include <string>
#include <string_view>

#include "entact/base/table.h"
#include "entact/io/write_checks.h"

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
/// values have an Issue "io.sas.special_missing"; a file that ends between two rows, but not at the
/// end of a record, has one of "io.xport.length".
///
/// @throws Error "io.xport.REASON": `empty` no bytes; `magic` another format; `truncated` the file
///         ends inside a header or row; `members` several datasets and none chosen, or no such one;
///         `damaged` what ReadStat cannot read
/// @source SAS Institute, The Record Layout of a Data Set in SAS Transport (XPORT) Format [ts140]
Reading read_xport(std::string_view bytes, const XportOptions& options = {});

/// A SAS transport file of version 5 that read_xport reads back as the same table. Never cuts: what
/// the format cannot hold is an error that names column and row.
///
/// Every double from 2^-260 (5.4e-79) to below 2^249 (9e74) in size keeps all its bits, because 53
/// fit into the 56 of an IBM number; -0 becomes 0. (IBM numbers end at 2^252; ReadStat's conversion
/// ends three bits earlier.) Dates and ISO datetimes (of columns with a SAS datetime format) are
/// written as the numbers that SAS counts; a date column without a format gets DATE9. Special
/// missing values are kept. The unit of a column has no place in the format.
///
/// @param names  name is needed
/// @throws Error "io.xport.REASON": `dataset` name, label or time; `columns` none or too many;
///         `name`, `label`, `format` of a column; `text` over 200 bytes or ended by a blank;
///         `number` outside the range; `date` imprecise, or text that is no whole second; `rows` a
///         last row of blanks; `write` what ReadStat refuses; and as check_cells
std::string write_xport(const Table& table, const DatasetNames& names);

}  // namespace entact
