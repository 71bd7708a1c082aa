#pragma once

#include <functional>

#include "entact/num/lanes.h"
#include "entact/pharm/model_description.h"
#include "entact/pharm/wide_model.h"

namespace ceres {
template <typename T, int N>
struct Jet;
}

namespace entact {

/// A number with its derivatives in eight directions; code that computes with it includes
/// <ceres/jet.h>.
inline constexpr int n_directions = 8;
using PharmJet = ceres::Jet<double, n_directions>;

/// The equations of a model over one scalar type: double, Lanes or PharmJet.
///
/// x: length n_states, p: length n_parameters, y: length n_outputs; time in hours.
template <class Real>
struct ModelFunctions {
  std::function<void(const Real* p, Real* x)> initial{};
  std::function<void(const Real& t_h, const Real* x, const Real* p, Real* dx)> rates{};
  std::function<void(const Real& t_h, const Real* x, const Real* p, Real* y)> outputs{};
};

/// A description bound to its equations. Compiled models (`bind_model`) and models read from a file
/// have this one type, so simulation, fits and sensitivities know no difference.
struct PharmModel {
  ModelDescription description{};
  ModelFunctions<double> scalar{};
  ModelFunctions<Lanes> wide{};
  ModelFunctions<PharmJet> jet{};
  WideSolve wide_solve = nullptr;  ///< the same equations as `wide`, if the model has its own
};

/// @throws Error "pharm.model.shape" unless the description has as many states, parameters and
///         outputs as the equations, and its inputs name states
void check_shape(const ModelDescription& description, int states, int parameters, int outputs);

}  // namespace entact
