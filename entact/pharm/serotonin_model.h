#pragma once

#include <array>
#include <string_view>

#include "entact/pharm/joined_names.h"
#include "entact/pharm/serotonin_terminal.h"

namespace entact {

/// SerotoninTerminal alone, at rest or around a fixed concentration of MDMA and of an inhibitor of
/// the carrier. Doses go to `bath`, from which MDMA vanishes at the rate k_bath.
struct SerotoninModel {
  using Terminal = SerotoninTerminal;
  enum Parameter { k_bath, i_sert, n_own };
  static constexpr int bath = Terminal::n_states;
  static constexpr int n_states = Terminal::n_states + 1;
  static constexpr int terminal_p = Terminal::n_parameters;
  static constexpr int n_parameters = terminal_p + n_own;
  static constexpr int n_outputs = Terminal::n_outputs;
  static constexpr auto state_names =
      joined(Terminal::state_names, std::array<std::string_view, 1>{"bath"});
  static constexpr auto parameter_names =
      joined(Terminal::parameter_names, std::array<std::string_view, n_own>{"k_bath", "i_sert"});
  static constexpr auto output_names = Terminal::output_names;

  template <class Real>
  static void initial(const Real* p, Real* x) {
    Terminal::initial(p, x);
    x[bath] = Real(0);
  }
  template <class Real>
  static void rates(const Real&, const Real* x, const Real* p, Real* dx) {
    const Real* own = p + terminal_p;
    Terminal::rates(x[bath], own[i_sert], x, p, dx);
    dx[bath] = -own[k_bath] * x[bath];
  }
  template <class Real>
  static void outputs(const Real&, const Real* x, const Real* p, Real* y) {
    Terminal::outputs_of(x[bath], p[terminal_p + i_sert], x, p, y);
  }
};

}  // namespace entact
