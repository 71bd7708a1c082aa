#pragma once

#include <map>
#include <string>

#include "entact/io/csv.h"

namespace entact {

/// What people of a country think a health state is worth: 1 is full health, 0 as bad as dead, and
/// states worse than dead are below 0.
struct ValueSet {
  std::string name{};              ///< its file, for people
  std::map<long, double> value{};  ///< by profile: 11111 to 55555
};

/// Reads a value set: a CSV with the columns profile and value, a row a profile.
///
/// @throws Error "answer.score.value_set" naming file, line, column, rule and value if a column is
///         not there, a profile is no row of digits 1 to 9 of one length or stands twice, or a
///         value is no number up to 1
ValueSet read_value_set(const CsvTable& csv);

}  // namespace entact
