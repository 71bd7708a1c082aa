#pragma once

#include "entact/num/pack.h"
#include "entact/pharm/wide_model.h"
#include "entact/pharm/wide_solver.h"

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
    rates_at(Real(t_h), x, p, dx);
  }
  static void rates_at(const Real& t_h, const Lanes* x, const Lanes* p, Lanes* dx) {
    Real states[n_x], parameters[n_p], slopes[n_x];
    load(x, states, n_x);
    load(p, parameters, n_p);
    Model::rates(t_h, states, parameters, slopes);
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

/// A model's rates as part of the solver's code: nothing is called through a pointer, and how many
/// states there are is known.
template <class Model, class Arch>
struct OwnEquations {
  using F = WideFunctions<Model, Arch>;
  static constexpr int n_states = Model::n_states;
  static void rates(const CourseEquations<Lanes>&, const Pack<Arch>& t_h, const Lanes* x,
                    const Lanes* p, Lanes* dx) {
    F::rates_at(t_h, x, p, dx);
  }
  static void solve(WideTask& task, const CourseOptions& how) {
    using Step = ExplicitStep<Tsitouras, Pack<Arch>, n_states>;
    CourseSolver<Step, Pack<Arch>, OwnEquations>(task, how).run();
  }
};

template <class Model>
WideModel wide_functions() {
  using F = WideFunctions<Model, WideArch>;
  return {F::initial, F::rates, F::outputs};
}

/// With a solver of the model's own: worth the time to compile for models that many people are
/// simulated with.
template <class Model>
WideModel wide_functions_and_solver() {
  WideModel wide = wide_functions<Model>();
  wide.solve = OwnEquations<Model, WideArch>::solve;
  return wide;
}

}  // namespace entact
