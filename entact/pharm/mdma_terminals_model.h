#pragma once

#include <array>
#include <string_view>

#include "entact/pharm/amine_terminal.h"
#include "entact/pharm/joined_names.h"
#include "entact/pharm/mdma_model.h"
#include "entact/pharm/serotonin_terminal.h"

namespace entact {

/// MdmaModel with the terminals of serotonin, noradrenaline and dopamine, driven by the unbound
/// concentration around them, cb = brain_ratio cu. Stiff. Below plasma it is a hypothesis; the
/// amines are relative to their baseline.
struct MdmaTerminalsModel {
  using Body = MdmaModel;
  using Serotonin = SerotoninTerminal;
  using Amine = AmineTerminal;
  static constexpr int serotonin_x = Body::n_states, serotonin_p = Body::n_parameters;
  static constexpr int noradrenaline_x = serotonin_x + Serotonin::n_states;
  static constexpr int noradrenaline_p = serotonin_p + Serotonin::n_parameters;
  static constexpr int dopamine_x = noradrenaline_x + Amine::n_states;
  static constexpr int dopamine_p = noradrenaline_p + Amine::n_parameters;
  static constexpr int i_dat = dopamine_p + Amine::n_parameters;
  static constexpr int n_states = dopamine_x + Amine::n_states;
  static constexpr int n_parameters = i_dat + 1;
  static constexpr int n_outputs = Body::n_outputs + Serotonin::n_outputs + 4;
  static constexpr std::array<std::string_view, 6> amine_states{
      "extracellular_na", "cytosol_na", "vesicle_na",
      "extracellular_da", "cytosol_da", "vesicle_da"};
  static constexpr std::array<std::string_view, 2 * Amine::n_parameters + 1> amine_parameters{
      "turnover_na",     "recaptured_na",   "k_uptake_na",
      "size_e_na",       "size_c_na",       "mao_na",
      "ec50_release_na", "ki_uptake_na",    "jmax_na",
      "accumulation_na", "ki_vmat_na",      "ki_mao_na",
      "vesicle_leak_na", "turnover_da",     "recaptured_da",
      "k_uptake_da",     "size_e_da",       "size_c_da",
      "mao_da",          "ec50_release_da", "ki_uptake_da",
      "jmax_da",         "accumulation_da", "ki_vmat_da",
      "ki_mao_da",       "vesicle_leak_da", "i_dat"};
  static constexpr std::array<std::string_view, 4> amine_outputs{
      "noradrenaline", "noradrenaline_vesicles", "dopamine", "dopamine_vesicles"};
  static constexpr auto state_names =
      joined(joined(Body::state_names, Serotonin::state_names), amine_states);
  static constexpr auto parameter_names =
      joined(joined(Body::parameter_names, Serotonin::parameter_names), amine_parameters);
  static constexpr auto output_names =
      joined(joined(Body::output_names, Serotonin::output_names), amine_outputs);

  /// Unbound MDMA around the terminals, uM.
  template <class Real>
  static Real around(const Real* x, const Real* p) {
    return p[Body::kinetics_p + Body::Effects::brain_ratio] * Body::Kinetics::unbound(x, p);
  }
  template <class Real>
  static const Real& inhibitor(const Real* p, Body::Effects::Parameter carrier) {
    return p[Body::kinetics_p + carrier];
  }

  template <class Real>
  static void initial(const Real* p, Real* x) {
    Body::initial(p, x);
    Serotonin::initial(p + serotonin_p, x + serotonin_x);
    Amine::initial(x + noradrenaline_x);
    Amine::initial(x + dopamine_x);
  }

  template <class Real>
  static void rates(const Real& t_h, const Real* x, const Real* p, Real* dx) {
    const Real cb = around(x, p);
    Body::rates(t_h, x, p, dx);
    Serotonin::rates(cb, inhibitor(p, Body::Effects::i_sert), x + serotonin_x, p + serotonin_p,
                     dx + serotonin_x);
    Amine::rates(cb, inhibitor(p, Body::Effects::i_net), x + noradrenaline_x, p + noradrenaline_p,
                 dx + noradrenaline_x);
    Amine::rates(cb, p[i_dat], x + dopamine_x, p + dopamine_p, dx + dopamine_x);
  }

  template <class Real>
  static void outputs(const Real& t_h, const Real* x, const Real* p, Real* y) {
    Body::outputs(t_h, x, p, y);
    Serotonin::outputs_of(around(x, p), inhibitor(p, Body::Effects::i_sert), x + serotonin_x,
                          p + serotonin_p, y + Body::n_outputs);
    Real* amines = y + Body::n_outputs + Serotonin::n_outputs;
    amines[0] = x[noradrenaline_x + Amine::e];
    amines[1] = x[noradrenaline_x + Amine::v];
    amines[2] = x[dopamine_x + Amine::e];
    amines[3] = x[dopamine_x + Amine::v];
  }
};

}  // namespace entact
