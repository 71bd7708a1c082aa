#pragma once

#include <vector>

#include "entact/pharm/population_model.h"
#include "entact/pharm/simulate.h"

namespace entact {

/// One person's doses and observations for a model of differential equations.
struct OdeSubject {
  std::vector<DoseEvent> doses{};  ///< sorted by time
  std::vector<double> time_h{};    ///< of the observations, in the order of the data, not falling
  std::vector<bool> after_dose{};  ///< the observation follows a dose at its time in the data
};

/// How observations follow from a model and the population's parameters.
struct OdeObservation {
  std::vector<int> by{};          ///< parameter of the model for each of the population's
  std::vector<double> typical{};  ///< all parameters of the model; those in `by` are replaced
  int output = 0;
  SimulateOptions solver{.relative = 1e-8, .absolute = 1e-10};
};

/// Predictions by solving the model's equations, with derivatives by automatic differentiation
/// through the solver. An observation that follows a dose at its time is taken 1e-6 h later.
///
/// The population's `noise` is about the solver's relative tolerance. Occasions are not offered:
/// phi has one block.
/// Where the equations cannot be solved, predictions are NaN. @throws Error "pharm.ode.occasions"
/// (unanswerable) for phi of several occasions; as simulate() for input that is wrong
/// @checked ode_predictions_test.cpp (the closed form of one compartment)
PredictSubject ode_predictions(PharmModel model, OdeObservation observation,
                               std::vector<OdeSubject> subjects);

}  // namespace entact
