#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "entact/base/table.h"

namespace entact {

/// What the number behind a SAS display format counts.
enum class SasKind {
  number,    ///< itself
  date,      ///< days since 1960-01-01
  datetime,  ///< seconds since 1960-01-01T00:00:00
  time,      ///< seconds since midnight
};

/// The kind of a SAS format by its name, width and decimals apart: "DATE9." is a date, "8.2" a
/// number. Formats of durations (MMSS, HHMM) are numbers, as are names that are not known.
SasKind sas_kind(std::string_view format);

/// The format as SAS writes it: upper case, ended by a point unless it has decimals. "date9" ->
/// "DATE9.", "8.2" -> "8.2"; empty stays empty.
std::string sas_format(std::string_view format);

/// The day that is `days` after 1960-01-01; nothing unless `days` is whole and the year is 1 to
/// 9999.
std::optional<Date> date_of_sas_days(double days);

/// Inverse of date_of_sas_days; nothing if the date is unknown or imprecise.
std::optional<double> sas_days_of(Date date);

/// ISO 8601 text of whole seconds: `2018-11-29T08:30:00` (datetime) or `08:30:00` (time, within one
/// day); nothing if that would lose something.
std::optional<std::string> iso_of_sas_seconds(double seconds, SasKind kind);

/// Inverse of iso_of_sas_seconds; nothing for any other text.
std::optional<double> sas_seconds_of(std::string_view iso, SasKind kind);

/// A column of numbers as its format means them: dates become dates; datetimes and times ISO text.
/// It stays numbers if a value would lose something by that: a fraction of a day or second, a year
/// outside 1 to 9999, a duration of a day or more. A special missing value counts as missing.
Column dated_column(Column numbers);

/// What dated_column made of numbers, back as numbers.
///
/// @return the numbers, or nothing and the first row that cannot be one: an imprecise date, text
///         that is no ISO datetime or time of the format's kind
struct SasNumbers {
  std::optional<std::vector<double>> values{};
  std::size_t bad_row = 0;  ///< 0-based
};
SasNumbers sas_numbers(const Column& dated);

}  // namespace entact
