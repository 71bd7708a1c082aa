#pragma once

#include <vector>

#include "entact/pharm/one_compartment.h"
#include "entact/pharm/population_model.h"
#include "entact/pharm/simulate.h"

namespace entact {

/// One person's doses and observations for a model of differential equations.
struct OdeSubject {
  std::vector<DoseEvent> doses{};  ///< sorted by time
  std::vector<double> time_h{};    ///< of the observations, in the order of the data, not falling
  std::vector<bool> after_dose{};  ///< the observation follows a dose at its time in the data
  /// Empty if the person has one occasion; else the occasion of each dose and observation, and
  /// where one begins. Sets are occasions; the course begins with the first.
  ParameterSchedule occasions{};
};

/// A record of doses and observations for a solver. As for the closed form, the parameters of an
/// interval are those of the record that ends it, and records at one time count in their order: a
/// reset or steady state that follows an observation at its time acts 1e-9 h later.
OdeSubject ode_subject(const std::vector<CompartmentRecord>& records);

/// How observations follow from a model and the population's parameters.
struct OdeObservation {
  std::vector<int> by{};          ///< parameter of the model for each of the population's
  std::vector<double> typical{};  ///< all parameters of the model; those in `by` are replaced
  int output = 0;
  SimulateOptions solver{.relative = 1e-8, .absolute = 1e-10};
};

/// Predictions by solving the model's equations, with derivatives by automatic differentiation
/// through the solver. An observation that follows a dose at its time is taken 1e-9 h later.
///
/// The population's `noise` is about the solver's relative tolerance. Parameters change where an
/// occasion begins; what is in the body then goes on by the new ones.
/// Where the equations cannot be solved, predictions are NaN.
///
/// @throws Error "pharm.ode.occasions" (usage) if phi has blocks for other occasions than the
/// person has; as simulate() for input that is wrong
/// @checked ode_predictions_test.cpp (the closed form of one compartment, occasions too)
PredictSubject ode_predictions(PharmModel model, OdeObservation observation,
                               std::vector<OdeSubject> subjects);

}  // namespace entact
