#pragma once

#include "entact/num/pack.h"
#include "entact/pharm/wide_model.h"

namespace entact {

/// A model's equations over the pack of the instruction set that the file is compiled for.
template <class Model, class Arch>
struct WideFunctions {
  using Real = Pack<Arch>;
  static constexpr int n_x = Model::n_states, n_p = Model::n_parameters;
  static constexpr int n_y = Model::n_outputs;

  static void load(const Lanes* from, Real* to, int n) {
    for (int i = 0; i < n; ++i) to[i] = Real(from[i]);
  }
  static void store(const Real* from, Lanes* to, int n) {
    for (int i = 0; i < n; ++i) from[i].store(to[i]);
  }
  static void initial(const Lanes* p, Lanes* x) {
    Real parameters[n_p], states[n_x];
    load(p, parameters, n_p);
    Model::initial(parameters, states);
    store(states, x, n_x);
  }
  static void rates(const Lanes& t_h, const Lanes* x, const Lanes* p, Lanes* dx) {
    Real states[n_x], parameters[n_p], slopes[n_x];
    load(x, states, n_x);
    load(p, parameters, n_p);
    Model::rates(Real(t_h), states, parameters, slopes);
    store(slopes, dx, n_x);
  }
  static void outputs(const Lanes& t_h, const Lanes* x, const Lanes* p, Lanes* y) {
    Real states[n_x], parameters[n_p], values[n_y];
    load(x, states, n_x);
    load(p, parameters, n_p);
    Model::outputs(Real(t_h), states, parameters, values);
    store(values, y, n_y);
  }
};

template <class Model>
WideModel wide_functions() {
  using F = WideFunctions<Model, WideArch>;
  return {F::initial, F::rates, F::outputs};
}

}  // namespace entact
