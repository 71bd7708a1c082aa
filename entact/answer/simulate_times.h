#pragma once

#include <string>
#include <vector>

#include "entact/pharm/event_table.h"
#include "entact/pharm/regimen.h"

namespace entact {

/// A day in quarter hours after the start of every session, and after a dose that comes later than
/// half a day into it.
/// @throws as parse_regimen
std::vector<double> usual_times(const Regimen& schedule, const std::vector<std::string>& regimens);

/// A day in quarter hours from 0 h and from every dose of an event table; between doses that lie
/// further apart hours until the third day and six hours until the tenth, so that areas are right.
/// @throws Error "answer.simulate.option" (usage) with more than 1,000 times of doses
std::vector<double> usual_times(const std::vector<SubjectEvents>& subjects);

}  // namespace entact
