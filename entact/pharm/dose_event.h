#pragma once

namespace entact {

/// What happens at a dose record, numbered as in NONMEM. 0 (observation) and 2 (other) are not dose
/// records.
enum class DoseKind {
  dose = 1,
  reset = 3,           ///< back to the start values, infusions and pending doses cancelled
  reset_and_dose = 4,  ///< a reset, then the dose
};

/// One dose record, with the meaning that NONMEM gives to AMT, RATE, CMT, EVID, ADDL, II and SS.
struct DoseEvent {
  double t_h = 0;
  double amount_mg = 0;      ///< as labelled (of the hydrochloride)
  double rate_mg_per_h = 0;  ///< 0: bolus; > 0: infusion; -1: rate, -2: duration by the model
  int compartment = 0;       ///< number of the state, from 1; 0: the model's first input
  DoseKind kind = DoseKind::dose;
  int additional = 0;     ///< further doses, each interval_h after the last
  double interval_h = 0;  ///< of additional doses and of steady state
  int steady_state = 0;   ///< 1: start in the steady state; 2: add the steady state
  long row = 0;           ///< of the table it came from, from 1, for messages; 0: none
};

/// Whether it ends all that earlier records began.
inline bool clears(const DoseEvent& dose) {
  return dose.kind != DoseKind::dose || dose.steady_state == 1;
}

}  // namespace entact
