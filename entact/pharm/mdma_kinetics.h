#pragma once

#include <array>
#include <string_view>

namespace entact {

/// Concentration of MDMA, MDA and HMMA in plasma after oral MDMA, with the inactivation of CYP2D6
/// by MDMA itself.
///
///     dgut/dt        = R0 - ka gut
///     dcentral/dt    = ka gut - (cl_other + cl_2d6 a E) c - q (c - c2)
///     dperipheral/dt = q (c - c2)
///     dE/dt          = kdeg (1 - E) - s kinact cu / (KI + cu) E
///     dmda/dt        = f_mda cl_other c - (cl_mda / v_mda) mda
///     dhmma/dt       = f_hmma cl_2d6 a E c - k_hmma hmma
///
/// with c = central / v and c2 = peripheral / v2 in mg/L, cu = 1000 fu c / M in uM, and a =
/// activity * active, the genotype's activity times the part that no other drug blocks. R0 is what
/// the dose's duration makes of it. q = 0 leaves one compartment, s = 0 a linear model. MDA comes
/// of the clearance that CYP2D6 has no part in (CYP2B6, CYP1A2), HMMA of that which it has.
///
/// Amounts, those of metabolites included, are in mg of labelled MDMA; `lost` takes what leaves
/// the body or turns into what is not followed, so that all amounts together are the dose.
///
/// @source structure of the inactivation: Yang 2006, J Psychopharmacol 20:842 [yang2006]
struct MdmaKinetics {
  enum State { gut, central, peripheral, enzyme, mda, hmma, lost, n_states };
  // clang-format off
  enum Parameter {
    ka, lag, duration, v, q, v2, cl_other, cl_2d6, activity, active_2d6, kdeg, kinact,
    ki_inactivation, inactivation_scale, fu, f_mda, cl_mda, v_mda, f_hmma, k_hmma, v_hmma,
    molar_mass, molar_mass_mda, molar_mass_hmma, n_parameters
  };
  // clang-format on
  enum Output { concentration, concentration_mda, concentration_hmma, cyp2d6, n_outputs };
  static constexpr std::array<std::string_view, n_states> state_names{
      "gut", "central", "peripheral", "cyp2d6_enzyme", "mda", "hmma", "lost"};
  static constexpr std::array<std::string_view, n_parameters> parameter_names{"ka",
                                                                              "lag",
                                                                              "duration",
                                                                              "v",
                                                                              "q",
                                                                              "v2",
                                                                              "cl_other",
                                                                              "cl_2d6",
                                                                              "activity",
                                                                              "active_2d6",
                                                                              "kdeg",
                                                                              "kinact",
                                                                              "ki_inactivation",
                                                                              "inactivation_scale",
                                                                              "fu",
                                                                              "f_mda",
                                                                              "cl_mda",
                                                                              "v_mda",
                                                                              "f_hmma",
                                                                              "k_hmma",
                                                                              "v_hmma",
                                                                              "molar_mass",
                                                                              "molar_mass_mda",
                                                                              "molar_mass_hmma"};
  static constexpr std::array<std::string_view, n_outputs> output_names{
      "concentration", "concentration_mda", "concentration_hmma", "cyp2d6"};

  /// MDMA in plasma, ng/mL.
  template <class Real>
  static Real plasma(const Real* x, const Real* p) {
    return 1000.0 * x[central] / p[v];
  }

  /// Unbound MDMA in plasma, uM.
  template <class Real>
  static Real unbound(const Real* x, const Real* p) {
    return p[fu] * plasma(x, p) / p[molar_mass];
  }

  template <class Real>
  static void initial(const Real*, Real* x) {
    for (int i = 0; i < n_states; ++i) x[i] = Real(0);
    x[enzyme] = Real(1);
  }

  template <class Real>
  static void rates(const Real&, const Real* x, const Real* p, Real* dx) {
    const Real c = x[central] / p[v];
    const Real cu = unbound(x, p);
    const Real absorbed = p[ka] * x[gut];
    const Real distributed = p[q] * (c - x[peripheral] / p[v2]);
    const Real by_other = p[cl_other] * c;
    const Real by_2d6 = p[cl_2d6] * p[activity] * p[active_2d6] * x[enzyme] * c;
    const Real mda_cleared = p[cl_mda] / p[v_mda] * x[mda];
    const Real hmma_cleared = p[k_hmma] * x[hmma];
    const Real inactivated =
        p[inactivation_scale] * p[kinact] * cu / (p[ki_inactivation] + cu) * x[enzyme];
    dx[gut] = -absorbed;
    dx[central] = absorbed - distributed - by_other - by_2d6;
    dx[peripheral] = distributed;
    dx[enzyme] = p[kdeg] * (1.0 - x[enzyme]) - inactivated;
    dx[mda] = p[f_mda] * by_other - mda_cleared;
    dx[hmma] = p[f_hmma] * by_2d6 - hmma_cleared;
    dx[lost] =
        (1.0 - p[f_mda]) * by_other + (1.0 - p[f_hmma]) * by_2d6 + mda_cleared + hmma_cleared;
  }

  template <class Real>
  static void outputs_of(const Real* x, const Real* p, Real* y) {
    y[concentration] = plasma(x, p);
    y[concentration_mda] = 1000.0 * x[mda] / p[v_mda] * p[molar_mass_mda] / p[molar_mass];
    y[concentration_hmma] = 1000.0 * x[hmma] / p[v_hmma] * p[molar_mass_hmma] / p[molar_mass];
    y[cyp2d6] = p[activity] * p[active_2d6] * x[enzyme];
  }
};

}  // namespace entact
