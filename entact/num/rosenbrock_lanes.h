// RODAS (rosenbrock.h) for packs: every lane has its own step, Jacobian and factors, so that what a
// participant gets depends on nobody beside them. No Eigen, and no function that files of different
// instruction sets could define alike.
#pragma once

#include "entact/num/lanes_factor.h"
#include "entact/num/rodas.h"
#include "entact/num/runge_kutta.h"

namespace entact {

/// `Rates` is called as rates(t, const Stored* x, Stored* dx), and rates.jacobian(t, x, j, by_time)
/// fills j (n x n, by columns) and by_time, Stored both.
///
/// @cost six evaluations, one Jacobian, one sparse LU and six solutions a step; 64 n^2 bytes beside
///       `space`
template <class Real, int n>
class LanesRosenbrockStep {
 public:
  using Type = ScalarType<Real>;
  using Stored = typename Type::Stored;
  using Control = typename Type::Control;
  static constexpr int order = 4;  ///< the error estimate falls as h^4
  static constexpr int room = 1 + Rodas::n + 2 + 1;
  static constexpr bool settles = false;

  LanesRosenbrockStep(int, Stored* space)
      : slope_(space), stage_(space + n), dense_(stage_ + Rodas::n * n), trial_(dense_ + 2 * n) {}

  template <class Rates>
  void start(Rates&& rates, const Real& t, const Stored* x) {
    rates(t, x, slope_);
  }
  const Stored* slope() const { return slope_; }
  void put_slope(int l, const Stored* slope) {
    for (int i = 0; i < n; ++i) set_lane(slope_[i], l, get_lane(slope[i], l));
  }

  /// As ExplicitStep::attempt(). A lane whose factors are unsound has an infinite error; one whose
  /// step is zero rests.
  template <class Rates>
  [[gnu::noinline, gnu::flatten]] Control attempt(Rates&& rates, const Real& t, const Real& h,
                                                  const Stored* x, Stored* to,
                                                  const OdeTolerance& tolerance) {
    const auto moves = Real(0.0) < h;
    const Real length = select(moves, h, Real(1.0)), per_h = Real(1.0) / length;
    rates(t, x, slope_);
    rates.jacobian(t, x, factor_.jacobian(), by_time_);
    const Real unsound = factor_.factor(per_h * (1 / Rodas::gamma));
    for (int s = 0; s < Rodas::n; ++s) {
      for (int i = 0; i < n; ++i) put(combined(Rodas::a[s], s, i, loaded(x[i])), to[i]);
      const Stored* slope = slope_;
      if (s > 0) rates(t + Rodas::c[s] * h, to, trial_), slope = trial_;
      solve_stage(s, h, per_h, slope);
    }
    const Real error = finish(x, to, tolerance) + unsound * 1e30;
    for (int i = 0; i < n; ++i) put(select(moves, loaded(to[i]), loaded(x[i])), to[i]);
    return select(moves, error, Real(0.0));
  }

  void prepare_dense(const Real&, const Stored*, const Stored*) {
    for (int term = 0; term < 2; ++term)
      for (int i = 0; i < n; ++i)
        put(combined(Rodas::dense[term], Rodas::n - 1, i, Real(0.0)), dense_[term * n + i]);
  }
  Real dense(int i, const Real& theta, const Stored* x, const Stored* to) const {
    return dense_by(i, theta, x, to, [](const Stored& value) { return loaded(value); });
  }
  Real dense_of_lane(int i, int l, const Real& theta, const Stored* x, const Stored* to) const {
    return dense_by(i, theta, x, to, [l](const Stored& value) { return Real(get_lane(value, l)); });
  }

  /// Everything is found anew where a step begins: some lane nearly always begins one.
  void take(const typename Type::Mask&) {}

 private:
  template <class Get>
  Real dense_by(int i, const Real& theta, const Stored* x, const Stored* to, const Get& get) const {
    const Real rest = 1.0 - theta;
    const Real bent = get(dense_[i]) + theta * get(dense_[n + i]);
    return get(x[i]) * rest + theta * (get(to[i]) + rest * bent);
  }
  Real combined(const double* weight, int n_terms, int i, Real sum) const {
    for (int j = 0; j < n_terms; ++j) sum = multiply_add(weight[j], loaded(stage_[j * n + i]), sum);
    return sum;
  }

  /// (I / (h gamma) - J) u = slope + sum / h + h d df/dt.
  void solve_stage(int s, const Real& h, const Real& per_h, const Stored* slope) {
    Stored* u = stage_ + s * n;
    for (int i = 0; i < n; ++i) {
      const Real sum = combined(Rodas::coupling[s], s, i, Real(0.0));
      const Real driven = multiply_add(Rodas::d[s] * h, loaded(by_time_[i]), loaded(slope[i]));
      put(multiply_add(sum, per_h, driven), u[i]);
    }
    factor_.solve(u);
  }

  /// @return the largest error in units of what it may be, found without dividing but once
  Real finish(const Stored* x, Stored* to, const OdeTolerance& tolerance) const {
    Real worst(0.0), its_allowed(1.0), not_finite(0.0);
    for (int i = 0; i < n; ++i) {
      const Real last = loaded(stage_[(Rodas::n - 1) * n + i]), end = loaded(to[i]) + last;
      put(end, to[i]);
      const Real error = size_of(last), largest = larger(size_of(loaded(x[i])), size_of(end));
      const Real allowed = multiply_add(tolerance.relative, largest, Real(tolerance.absolute));
      const auto is_worse = worst * allowed < error * its_allowed;
      worst = select(is_worse, error, worst);
      its_allowed = select(is_worse, allowed, its_allowed);
      not_finite = multiply_add(0.0, error, not_finite);  // a comparison forgets what is no number
    }
    return worst / its_allowed + not_finite;
  }

  Stored *slope_, *stage_, *dense_, *trial_;
  Stored by_time_[n]{};
  LanesFactor<Real, n> factor_{};
};

}  // namespace entact
