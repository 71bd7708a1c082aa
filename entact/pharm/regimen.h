#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "entact/base/random.h"
#include "entact/pharm/dose_event.h"
#include "entact/pharm/model_description.h"

namespace entact {

/// One dose of a session.
struct RegimenDose {
  double amount_mg = 0;  ///< as labelled (of the hydrochloride)
  double t_h = 0;        ///< since the session began
  double over_h = 0;     ///< of an infusion; 0: taken at once
  double refused = 0;    ///< probability that a participant does not take it
};

/// A dose that nobody takes; both numbers count from 1.
struct MissedDose {
  int session = 1;
  int dose = 1;
};

/// What a protocol gives: the doses of a session, repeated.
struct Regimen {
  std::vector<RegimenDose> doses{};
  int sessions = 1;
  double every_h = 0;  ///< from the beginning of one session to that of the next
  std::vector<MissedDose> missed{};
};

/// The doses of a session in short: `80@0,40@2` is 80 mg, and 40 mg after 2 h.
///
/// `100@0~1.5` is infused over 1.5 h; `40@2?0.1` is refused by one participant in ten. Amounts are
/// milligrams of the hydrochloride, times hours; blanks do not count.
///
/// @throws Error "pharm.regimen.syntax" (usage), naming the part; "pharm.regimen.amount" unless
///         every amount is positive; "pharm.regimen.order" unless the times increase
std::vector<RegimenDose> parse_regimen(std::string_view text);

/// Hours from `28d`, `36h`, `2w` or `90min`; a number alone is refused, as it could be days.
/// @throws Error "pharm.regimen.duration" (usage)
double parse_hours(std::string_view text);

/// Times from `0:48:0.25` (first, last, step), from `0,1,2.5`, or from several of these joined by
/// commas.
/// @throws Error "pharm.regimen.times" (usage) unless they increase
std::vector<double> parse_times(std::string_view text);

/// The regimen's dose records for a model's first input, in order of time; every dose is taken
/// unless missed. Where the input has a duration of its own, a dose that is no infusion has RATE
/// -2.
///
/// @throws Error "pharm.regimen.sessions" unless there is at least one session, and every_h is
/// longer
///         than a session where there are several; "pharm.regimen.missed" if a missed dose does not
///         exist
std::vector<DoseEvent> regimen_events(const Regimen& regimen, const ModelDescription& model);

/// As above, with refusals drawn: one uniform number for each dose that may be refused.
std::vector<DoseEvent> regimen_events(const Regimen& regimen, const ModelDescription& model,
                                      RandomStream& random);

}  // namespace entact
