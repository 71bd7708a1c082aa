#pragma once

#include <ceres/jet.h>

#include <utility>

#include "entact/num/select.h"
#include "entact/pharm/pharm_model.h"
#include "entact/pharm/wide_model.h"

namespace entact {

template <class Model, class Real>
ModelFunctions<Real> functions_over() {
  return {
      [](const Real* p, Real* x) { Model::initial(p, x); },
      [](const Real& t_h, const Real* x, const Real* p, Real* dx) { Model::rates(t_h, x, p, dx); },
      [](const Real& t_h, const Real* x, const Real* p, Real* y) { Model::outputs(t_h, x, p, y); }};
}

/// The fastest of a model's wide functions that this machine can run.
template <class Model>
WideModel best_wide_model() {
  return with_best_set([]<InstructionSet set> { return wide_model<Model, set>(); });
}

/// Binds a description to the equations of a compiled model: a struct of templates over the scalar
/// type, with the enumerators n_states, n_parameters and n_outputs. Called in one .cpp a model.
///
/// @throws Error "pharm.model.shape" unless the description has as many states, parameters and
///         outputs as the equations
template <class Model>
PharmModel bind_model(ModelDescription description) {
  check_shape(description, Model::n_states, Model::n_parameters, Model::n_outputs);
  const WideModel wide = best_wide_model<Model>();
  return {std::move(description),
          functions_over<Model, double>(),
          {wide.initial, wide.rates, wide.outputs},
          functions_over<Model, PharmJet>(),
          wide.solve};
}

}  // namespace entact
