#pragma once

#include <limits>
#include <string>
#include <vector>

#include "entact/base/table.h"
#include "entact/pharm/carried_values.h"
#include "entact/pharm/dose_event.h"
#include "entact/pharm/model_description.h"

namespace entact {

/// What an event table says of one participant.
struct SubjectEvents {
  std::string id{};
  std::vector<DoseEvent> doses{};
  std::vector<double> observed_h{};   ///< times of the other rows, as they come
  std::vector<long> observed_rows{};  ///< their rows, from 1
  std::vector<CarriedRow> rows{};     ///< all of them; only if columns are carried
};

/// A column whose values may change from row to row, such as a covariate.
struct CarriedColumn {
  std::string name{};                ///< in any case
  std::vector<std::string> words{};  ///< what its cells say, each by its place; empty: numbers
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
};

struct EventTableOptions {
  /// Of AMT and RATE: "mg", "g" or "ug" of what the label says, or with " base" for the free base.
  /// Empty: the table must say it, in a text column UNIT or as the unit of the column AMT.
  std::string unit{};
  double base_fraction = 0;              ///< of the labelled salt that is base; 0: base is refused
  std::vector<CarriedColumn> carried{};  ///< columns of the table that each row's values come from
};

/// The column of exactly that name, else of that name in another case; null if there is none.
const Column* find_event_column(const Table& table, const std::string& name);

/// Reads dose and observation records.
///
/// Columns as in NONMEM and mrgsolve: ID, TIME (h) and AMT, with UNIT; and where wanted CMT (number
/// or name of a state), RATE, ADDL, II, EVID, SS. Names count in any case. Without EVID a row with
/// an AMT above 0 is a dose. EVID 0 and 2 are observations. "." and nothing are missing, and count
/// as 0, but in a carried column they repeat the row above. The rows of a participant stand
/// together, in order of time.
///
/// @throws Error "pharm.events.column" if ID, TIME or AMT is missing or no number,
///         "pharm.events.unit" if the unit of a dose is not known, "pharm.events.evid",
///         "pharm.events.covariate" if a carried value is missing in a participant's first row, is
///         no number or word that it may be, or out of bounds, "pharm.events.id" if a participant's
///         rows are apart, "pharm.events.time" if a time is missing or goes back,
///         "pharm.events.duplicate" if two rows without a dose are of one time and compartment;
///         those of check_doses(); each names participant, time and row
std::vector<SubjectEvents> read_event_table(const Table& table, const ModelDescription& model,
                                            const EventTableOptions& how = {});

}  // namespace entact
