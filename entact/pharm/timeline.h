#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "entact/pharm/dose_event.h"
#include "entact/pharm/model_description.h"

namespace entact {

/// What a solver does where it must stop.
enum class StopKind {
  bolus,         ///< `amount` enters the state
  infusion_on,   ///< `amount` a hour enters the state from now on
  infusion_off,  ///< and no longer does
  reset,         ///< start values, no infusion
  steady_state,  ///< the state becomes that of endless dosing, or that is added
  parameters,    ///< from now on the parameters are those of set `state`
  end,           ///< of the last time asked for
};

/// An instant that no step crosses. T is double or PharmJet: lags, fractions and durations are
/// parameters, so times and amounts have derivatives.
template <class T>
struct Stop {
  T t_h{};
  StopKind kind = StopKind::end;
  int state = 0;
  T amount{};               ///< mg, or mg/h of an infusion; what enters, not what is labelled
  T duration_h{};           ///< of a steady-state dose: how long it enters; 0: at once
  T phase_h{};              ///< of a steady-state dose: since the last one entered
  double interval_h = 0;    ///< of a steady-state dose; 0: it enters without end
  bool add = false;         ///< a steady state is added, not put in place
  std::ptrdiff_t dose = 0;  ///< index of the record it comes from
};

/// The instants that dose records mean for one participant, in order of time.
///
/// Lag, fraction and modelled rate or duration are those of the input. A reset (EVID 3, 4) or a
/// steady-state dose that replaces (SS 1) cancels what earlier records would still have done:
/// infusions, lagged and additional doses. A steady-state record stands for endless earlier doses:
/// those that still lag behind or still run at its time are given too. A steady infusion without
/// end (AMT 0, RATE > 0, II 0) stops at its record. Where times are equal, the records' order
/// decides.
///
/// @param parameters  length n_parameters
/// @param doses       as check_doses() accepts them
/// @source NONMEM Users Guide VI, ch. V (EVID, AMT, RATE, CMT, ADDL, II, SS) [nonmem7]
/// @throws Error "pharm.dose.duration", "pharm.dose.lag" if a parameter gives a negative lag,
///         fraction, or a rate or duration that is not positive
template <class T>
std::vector<Stop<T>> expand_doses(std::span<const DoseInput> inputs, std::span<const T> parameters,
                                  std::span<const DoseEvent> doses);

/// As expand_doses(), where the parameters are not the same for every dose, as between occasions:
/// each dose enters with the lag, fraction, rate and duration of its own.
///
/// @param parameters  one span for each dose
template <class T>
std::vector<Stop<T>> expand_doses_of(std::span<const DoseInput> inputs,
                                     std::span<const std::span<const T>> parameters,
                                     std::span<const DoseEvent> doses);

/// Refuses dose records that no model could follow: each record's fields and their order.
///
/// @param participant  as the user names it, for messages; may be empty
/// @throws Error "pharm.dose.amount" (negative, not a number, or none where one is needed),
///         "pharm.dose.time" (not a number, or before the one before), "pharm.dose.duplicate" (the
///         same dose twice), "pharm.dose.compartment", "pharm.dose.rate", "pharm.dose.interval",
///         "pharm.dose.additional", "pharm.dose.steady_state"; each names participant, time, row
void check_doses(const ModelDescription& model, std::span<const DoseEvent> doses,
                 const std::string& participant = {});

}  // namespace entact
