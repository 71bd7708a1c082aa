#pragma once

#include <array>
#include <string_view>

#include "entact/pharm/joined_names.h"
#include "entact/pharm/mdma_effects.h"
#include "entact/pharm/mdma_kinetics.h"

namespace entact {

/// Oral MDMA from dose to concentration to what it does: MdmaKinetics drives MdmaEffects. The
/// coefficients of covariates come last; the equations do not use them (pharm/covariates.h does).
struct MdmaModel {
  using Kinetics = MdmaKinetics;
  using Effects = MdmaEffects;
  enum Coefficient { weight_on_v, weight_on_cl, fed_on_ka, female_on_heart_rate, n_coefficients };
  static constexpr int kinetics_x = Kinetics::n_states, kinetics_p = Kinetics::n_parameters;
  static constexpr int kinetics_y = Kinetics::n_outputs, effects_p = Effects::n_parameters;
  static constexpr int n_states = kinetics_x + Effects::n_states;
  static constexpr int n_outputs = kinetics_y + Effects::n_outputs;
  static constexpr int n_parameters = kinetics_p + effects_p + n_coefficients;
  static constexpr std::array<std::string_view, n_coefficients> coefficient_names{
      "weight_on_v", "weight_on_cl", "fed_on_ka", "female_on_heart_rate"};
  static constexpr auto state_names = joined(Kinetics::state_names, Effects::state_names);
  static constexpr auto parameter_names =
      joined(joined(Kinetics::parameter_names, Effects::parameter_names), coefficient_names);
  static constexpr auto output_names = joined(Kinetics::output_names, Effects::output_names);

  template <class Real>
  static void initial(const Real* p, Real* x) {
    Kinetics::initial(p, x);
    Effects::initial(p + kinetics_p, x + kinetics_x);
  }

  template <class Real>
  static void rates(const Real& t_h, const Real* x, const Real* p, Real* dx) {
    Kinetics::rates(t_h, x, p, dx);
    Effects::rates(Kinetics::plasma(x, p), x + kinetics_x, p + kinetics_p, dx + kinetics_x);
  }

  template <class Real>
  static void outputs(const Real&, const Real* x, const Real* p, Real* y) {
    Kinetics::outputs_of(x, p, y);
    Effects::outputs_of(Kinetics::plasma(x, p), Kinetics::unbound(x, p), x + kinetics_x,
                        p + kinetics_p, y + kinetics_y);
  }
};

}  // namespace entact
