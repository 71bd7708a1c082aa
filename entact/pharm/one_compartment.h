#pragma once

#include <cstddef>
#include <vector>

#include "entact/pharm/population_model.h"

namespace entact {

/// One row of a person's record for closed forms: a dose, an observation, or neither (occasion or
/// reset only). Rows at one time are processed in their order.
struct CompartmentRecord {
  double time_h = 0;
  double amount_mg = 0;       ///< 0: no dose
  double rate_mg_h = 0;       ///< 0: at once; else an infusion of amount / rate hours
  int compartment = 1;        ///< oral: 1 depot, 2 central; else 1 central
  int additional = 0;         ///< further doses of the same kind ...
  double interval_h = 0;      ///< ... this far apart; also the interval of a steady state
  bool steady_state = false;  ///< the amounts before the dose are those after ever so many
  bool reset = false;         ///< amounts become 0 before the dose
  bool observed = false;
  std::ptrdiff_t occasion = 0;
};

/// Which parameter of the population model is what; -1: not a parameter. Two of clearance, volume
/// and rate constant; absorption makes the model oral.
struct OneCompartment {
  std::ptrdiff_t absorption = -1;   ///< 1/h
  std::ptrdiff_t clearance = -1;    ///< L/h
  std::ptrdiff_t volume = -1;       ///< L
  std::ptrdiff_t elimination = -1;  ///< 1/h
  std::ptrdiff_t lag = -1;          ///< h, of doses into compartment 1
  std::ptrdiff_t fraction = -1;     ///< of doses into compartment 1 that arrives
  double units_per_mg_l = 1;        ///< of an observation; 1000 for ng/mL
};

/// Concentrations of one compartment with first-order absorption, boluses and infusions, by
/// advancing the exact solution from event to event; derivatives by automatic differentiation. A
/// rate constant and its limit (absorption as fast as elimination) are one formula. Parameters of
/// an interval are those of the record that ends it; an observation at the time of an additional
/// or lagged dose is taken before it. A reset and a steady state end what earlier records began:
/// infusions that run, lagged and additional doses still to come.
///
/// @param records  one list for each person, sorted by time
/// @param parameters  of the population model: phi is in blocks of this length
/// @throws Error "pharm.compartment.parameters" unless two of the three are given;
/// "pharm.compartment.record" for unsorted rows, a compartment that is not there, a steady state
/// without interval, with lag or with an infusion longer than it
/// @checked closed_form_events_test.cpp (the equations, on random tables)
/// @source Gibaldi and Perrier 1982, Pharmacokinetics, ch. 1 [gibaldi1982]
PredictSubject one_compartment(const OneCompartment& form, std::ptrdiff_t parameters,
                               std::vector<std::vector<CompartmentRecord>> records);

}  // namespace entact
