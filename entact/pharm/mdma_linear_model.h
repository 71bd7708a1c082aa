#pragma once

#include <array>
#include <string_view>

namespace entact {

/// The published linear population model of oral MDMA: one compartment, a lag, zero-order entry
/// into the depot, then ka.
///
///     dgut/dt     = R0 - ka gut
///     dcentral/dt = ka gut - (cl / v) central
///
/// MDA takes the part f_mda of what is eliminated. Amounts in mg of labelled MDMA; all of them
/// together are the dose. The coefficients of covariates come last; `study` tells the two studies
/// apart, and which of them is 1 was not in the text that was read.
///
/// @source Huestis et al. 2025, CPT Pharmacometrics Syst Pharmacol [huestis2025]
struct MdmaLinearModel {
  enum State { gut, central, mda, lost, n_states };
  // clang-format off
  enum Parameter {
    ka, lag, duration, cl, v, f_mda, cl_mda, v_mda, molar_mass, molar_mass_mda,
    weight_on_cl, weight_on_v, study_on_cl, study_on_v, fed_on_ka, n_parameters
  };
  // clang-format on
  enum Output { concentration, concentration_mda, n_outputs };
  static constexpr std::array<std::string_view, n_states> state_names{"gut", "central", "mda",
                                                                      "lost"};
  static constexpr std::array<std::string_view, n_parameters> parameter_names{
      "ka",           "lag",         "duration",    "cl",         "v",
      "f_mda",        "cl_mda",      "v_mda",       "molar_mass", "molar_mass_mda",
      "weight_on_cl", "weight_on_v", "study_on_cl", "study_on_v", "fed_on_ka"};
  static constexpr std::array<std::string_view, n_outputs> output_names{"concentration",
                                                                        "concentration_mda"};

  template <class Real>
  static void initial(const Real*, Real* x) {
    for (int i = 0; i < n_states; ++i) x[i] = Real(0);
  }

  template <class Real>
  static void rates(const Real&, const Real* x, const Real* p, Real* dx) {
    const Real eliminated = p[cl] / p[v] * x[central];
    const Real mda_cleared = p[cl_mda] / p[v_mda] * x[mda];
    dx[gut] = -p[ka] * x[gut];
    dx[central] = p[ka] * x[gut] - eliminated;
    dx[mda] = p[f_mda] * eliminated - mda_cleared;
    dx[lost] = (1.0 - p[f_mda]) * eliminated + mda_cleared;
  }

  template <class Real>
  static void outputs(const Real&, const Real* x, const Real* p, Real* y) {
    y[concentration] = 1000.0 * x[central] / p[v];
    y[concentration_mda] = 1000.0 * x[mda] / p[v_mda] * p[molar_mass_mda] / p[molar_mass];
  }
};

}  // namespace entact
