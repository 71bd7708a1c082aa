#pragma once

#include <array>
#include <string_view>

namespace entact {

/// Noradrenaline or dopamine in a terminal, each pool relative to itself at rest: e outside, c in
/// the cytosol, v in vesicles. A hypothesis throughout; only the potencies of MDMA are measured.
///
///     size_e de/dt = turnover v - U - (1 - recaptured) turnover e + J
///     size_c dc/dt = U + S - V + leak - mao c / mao_slowed - J
///            dv/dt = V - turnover v - leak
///
///     U = recaptured turnover (1 + k) e / (k (1 + cb / ki_uptake + i) + e)
///     V = turnover c / vmat_slowed,   leak = vesicle_leak M v,   J = jmax D c
///     S = (1 - recaptured) turnover + mao     synthesis, which balances the losses at rest
///
/// D and M as in SerotoninTerminal, with the carrier of this amine. Sizes are those of the pools
/// relative to the vesicles', so turnover is the vesicles' per hour and all fluxes are relative to
/// their content. With cb = 0 and i = 0 everything rests at 1.
struct AmineTerminal {
  enum State { e, c, v, n_states };
  // clang-format off
  enum Parameter {
    turnover, recaptured, k_uptake, size_e, size_c, mao, ec50_release, ki_uptake, jmax,
    accumulation, ki_vmat, ki_mao, vesicle_leak, n_parameters
  };
  // clang-format on

  template <class Real>
  static void initial(Real* x) {
    for (int k = 0; k < n_states; ++k) x[k] = Real(1);
  }

  /// @param cb  unbound MDMA around the terminal, uM
  /// @param i   inhibitor at the carrier, in units of its Kd
  template <class Real>
  static void rates(const Real& cb, const Real& i, const Real* x, const Real* p, Real* dx) {
    const Real inside = p[accumulation] * cb / (1.0 + i);
    const Real lost = (1.0 - p[recaptured]) * p[turnover];
    const Real held = cb / p[ec50_release];
    const Real uptake = p[recaptured] * p[turnover] * (1.0 + p[k_uptake]) * x[e] /
                        (p[k_uptake] * (1.0 + cb / p[ki_uptake] + i) + x[e]);
    const Real efflux = p[jmax] * held / (1.0 + held + i) * x[c];
    const Real packed = p[turnover] * x[c] / (1.0 + inside / p[ki_vmat]);
    const Real leak = p[vesicle_leak] * inside * x[v];
    const Real burnt = p[mao] * x[c] / (1.0 + inside / p[ki_mao]);
    const Real made = lost + p[mao];
    dx[e] = (p[turnover] * x[v] - uptake - lost * x[e] + efflux) / p[size_e];
    dx[c] = (uptake + made - packed + leak - burnt - efflux) / p[size_c];
    dx[v] = packed - p[turnover] * x[v] - leak;
  }
};

}  // namespace entact
