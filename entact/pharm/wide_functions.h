#pragma once

#include "entact/num/dual.h"
#include "entact/num/pack.h"
#include "entact/num/rosenbrock_lanes.h"
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
  [[gnu::flatten]] static void rates_at(const Real& t_h, const Lanes* x, const Lanes* p,
                                        Lanes* dx) {
    Real states[n_x], parameters[n_p], slopes[n_x];
    load(x, states, n_x);
    load(p, parameters, n_p);
    Model::rates(t_h, states, parameters, slopes);
    store(slopes, dx, n_x);
  }
  [[gnu::flatten]] static void outputs(const Lanes& t_h, const Lanes* x, const Lanes* p, Lanes* y) {
    Real states[n_x], parameters[n_p], values[n_y];
    load(x, states, n_x);
    load(p, parameters, n_p);
    Model::outputs(Real(t_h), states, parameters, values);
    store(values, y, n_y);
  }
};

/// A model's rates and their derivatives as part of the solver's code: nothing is called through a
/// pointer, and how many states there are is known.
template <class Model, class Arch>
struct OwnEquations {
  using F = WideFunctions<Model, Arch>;
  static constexpr int n_states = Model::n_states;
  static void rates(const CourseEquations<Lanes>&, const Pack<Arch>& t_h, const Lanes* x,
                    const Lanes* p, Lanes* dx) {
    F::rates_at(t_h, x, p, dx);
  }

  static constexpr int n = Model::n_states, n_p = Model::n_parameters, directions = 2;
  using Real = Pack<Arch>;
  using Derived = Dual<Real, directions>;
  [[gnu::flatten]] static void jacobian(const CourseEquations<Lanes>&, const Real& t,
                                        const Lanes* x, const Lanes* p, Lanes* j, Lanes* by_time) {
    Derived states[n], parameters[n_p];
    for (int i = 0; i < n; ++i) states[i] = Derived::of(Real(x[i]));
    for (int i = 0; i < n_p; ++i) parameters[i] = Derived::of(Real(p[i]));
    for (int first = 0; first <= n; first += directions)
      put_columns(first, t, states, parameters, j, by_time);
  }
  /// One direction a state, and the last for time.
  static void put_columns(int first, const Real& t, Derived* states, const Derived* parameters,
                          Lanes* j, Lanes* by_time) {
    Derived time = Derived::of(t), slopes[n];
    for (int k = 0; k < directions && first + k <= n; ++k)
      (first + k < n ? states[first + k] : time).v[k] = Real(1.0);
    Model::rates(time, states, parameters, slopes);
    for (int k = 0; k < directions && first + k <= n; ++k) {
      Lanes* column = first + k < n ? j + (first + k) * n : by_time;
      for (int i = 0; i < n; ++i) slopes[i].v[k].store(column[i]);
      if (first + k < n) states[first + k].v[k] = Real(0.0);
    }
  }

  /// All in one function, but for what steps seldom do: packs of two registers and more would else
  /// pass through memory at every call.
  template <class Step>
  [[gnu::flatten]] static void run(WideTask& task, const CourseOptions& how) {
    using Solver = CourseSolver<Step, Pack<Arch>, OwnEquations>;
    static_assert(Solver::room <= wide_room);
    Solver(task, how).run();
  }
  template <WideMethod method>
  static bool solve_if(WideTask& task, const CourseOptions& how, WideMethod wanted) {
    if (wanted != method) return false;
    if constexpr (method == WideMethod::rosenbrock)
      run<LanesRosenbrockStep<Real, n>>(task, how);
    else
      run<ExplicitStep<Tsitouras, Real, n>>(task, how);
    return true;
  }
  template <WideMethod... methods>
  static bool solve(WideTask& task, const CourseOptions& how, WideMethod wanted) {
    return (solve_if<methods>(task, how, wanted) || ...);
  }
};

template <class Model>
WideModel wide_functions() {
  using F = WideFunctions<Model, WideArch>;
  return {F::initial, F::rates, F::outputs};
}

/// With solvers of the model's own, by Tsitouras or Rosenbrock: worth the time to compile for
/// models that many people are simulated with.
template <class Model, WideMethod... methods>
WideModel wide_functions_and_solver() {
  WideModel wide = wide_functions<Model>();
  wide.solve = OwnEquations<Model, WideArch>::template solve<methods...>;
  return wide;
}

}  // namespace entact
