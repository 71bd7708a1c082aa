#pragma once

#include <string>
#include <string_view>

#include "entact/base/table.h"
#include "entact/io/write_checks.h"

namespace entact {

/// Reads a CDISC Dataset-JSON 1.1 dataset in any of its forms: one JSON object, newline-delimited
/// (metadata on the first line, a row on each other) or either of them compressed by zlib (.dsjc).
///
/// Types: `string`, `URI` and `datetime`, `date`, `time` without targetDataType are text (ISO, as
/// in SDTM --DTC, where a date may be partial); `date` with targetDataType integer is a date;
/// `datetime` and `time` with it are ISO text; `integer`, `float`, `double` and `decimal` are
/// numbers; `boolean` is 0 or 1. `null` is missing. Column names, labels and display formats are
/// kept.
///
/// A cell of another type than its column is missing and has an Issue "io.dataset_json.value" with
/// record and column; a date or time that no calendar has, too.
///
/// @param file  name for messages
/// @throws Error "io.dataset_json.REASON": `empty` no bytes; `compressed` zlib cannot expand it;
///         `syntax` no JSON, with line and column; `version` not Dataset-JSON 1.1; `columns` no or
///         faulty columns; `records` the count differs from the rows; `row` a record of another
///         length than the columns
/// @source CDISC Dataset-JSON v1.1 specification [datasetjson11]
Reading read_dataset_json(std::string_view bytes, const std::string& file = {});

/// Which form to write.
enum class DatasetJsonForm {
  object,  ///< one JSON object, .json
  lines,   ///< newline-delimited, .ndjson
};

/// A Dataset-JSON 1.1 dataset that read_dataset_json reads back as the same table.
///
/// Whole numbers are `integer`, others `double` with all their digits; dates are `date` with
/// targetDataType integer; ISO text of columns with a SAS datetime or time format is `datetime` or
/// `time` with it, if it is whole seconds; other text is `string`. Display formats are written as
/// SAS writes them. The unit of a column has no place in the format; special missing values become
/// null.
///
/// @throws Error "io.dataset_json.REASON": `dataset` no name, or a faulty time; `columns` a name
///         missing or twice; `date` an imprecise date; and as check_cells
std::string write_dataset_json(const Table& table, const DatasetNames& names,
                               DatasetJsonForm form = DatasetJsonForm::object);

}  // namespace entact
