// One step of the Rosenbrock method RODAS of order 4(3): linearly implicit and L-stable, for stiff
// equations, with the exact Jacobian and a dense output of order 3. Drop-in for ExplicitStep
// (runge_kutta.h) on plain numbers and on numbers with derivatives; packs have a step of their own
// (rosenbrock_lanes.h), whose factors need no row exchanges.
#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <memory>
#include <type_traits>
#include <vector>

#include "entact/num/rodas.h"
#include "entact/num/runge_kutta.h"

namespace entact {

/// LU factors of shift I - J, found once a step.
class ShiftedFactor {
 public:
  ShiftedFactor();
  ~ShiftedFactor();
  ShiftedFactor(const ShiftedFactor&) = delete;
  ShiftedFactor& operator=(const ShiftedFactor&) = delete;
  void factor(double shift, const Eigen::MatrixXd& jacobian);
  void solve(Eigen::VectorXd& x) const;  ///< in place

 private:
  struct Factors;
  std::unique_ptr<Factors> factors_;
};

/// `Rates` is called as rates(t, const Real* x, Real* dx), and rates.jacobian(t, x, j, by_time)
/// fills j (n x n, by columns) and by_time (length n), the derivatives by x and t, plain numbers.
///
/// With Jets the derivatives of the numerical solution come out: the matrix depends on them too,
/// and how it does is found from a central difference of the rates (with their derivatives) along
/// each stage, exact to about 1e-9.
///
/// @cost   six evaluations, one Jacobian, one LU and six solutions a step; with Jets twelve
///         evaluations and eight solutions a stage more
template <class Real>
class RosenbrockStep {
 public:
  using Type = ScalarType<Real>;
  using Stored = Real;
  using Control = double;
  static constexpr int order = 4;  ///< the error estimate falls as h^4
  static constexpr int room = 1 + Rodas::n + 2 + 2;
  static constexpr bool settles = false;

  RosenbrockStep(int n, Real* space)
      : n_(n),
        slope_(space),
        stage_(space + n),
        dense_(stage_ + Rodas::n * n),
        trial_(dense_ + 2 * n),
        other_(trial_ + n),
        jacobian_(n, n),
        by_time_(n),
        right_(n) {}

  template <class Rates>
  void start(Rates&& rates, const Real& t, const Real* x) {
    rates(t, x, slope_);
    slope_known_ = true, jacobian_known_ = false;
  }
  const Real* slope() const { return slope_; }
  void put_slope(int, const Real* slope) { std::copy_n(slope, n_, slope_); }

  /// As ExplicitStep::attempt().
  template <class Rates>
  double attempt(Rates&& rates, const Real& t, const Real& h, const Real* x, Real* to,
                 const OdeTolerance& tolerance) {
    if (!slope_known_) rates(t, x, slope_);
    slope_known_ = true;
    if (value_of(h) == 0) {  // an instant that moves with a parameter, or a lane at rest
      for (int i = 0; i < n_; ++i) to[i] = x[i] + h * slope_[i];
      for (int i = 0; i < Rodas::n * n_; ++i) stage_[i] = Real(0.0);
      return 0;
    }
    if (!jacobian_known_) rates.jacobian(t, x, jacobian_.data(), by_time_.data());
    jacobian_known_ = true;
    factor_.factor(1 / (value_of(h) * Rodas::gamma), jacobian_);
    for (int s = 0; s < Rodas::n; ++s) {
      for (int i = 0; i < n_; ++i) to[i] = x[i] + combined(Rodas::a[s], s, i);
      const Real* slope = slope_;
      if (s > 0) rates(t + Rodas::c[s] * h, to, trial_), slope = trial_;
      solve_stage(rates, s, t, h, x, slope);
    }
    return finish(x, to, tolerance);
  }

  void prepare_dense(const Real&, const Real*, const Real*) {
    for (int term = 0; term < 2; ++term)
      for (int i = 0; i < n_; ++i)
        dense_[term * n_ + i] = combined(Rodas::dense[term], Rodas::n - 1, i);
  }
  Real dense(int i, const Real& theta, const Real* x, const Real* to) const {
    const Real rest = 1.0 - theta;
    return x[i] * rest + theta * (to[i] + rest * (dense_[i] + theta * dense_[n_ + i]));
  }

  void take(bool accepted) {
    if (accepted) slope_known_ = jacobian_known_ = false;
  }

 private:
  Real combined(const double* weight, int n_terms, int i) const {
    Real sum(0.0);
    for (int j = 0; j < n_terms; ++j) sum = multiply_add(weight[j], stage_[j * n_ + i], sum);
    return sum;
  }

  double finish(const Real* x, Real* to, const OdeTolerance& tolerance) const {
    double worst = 0, not_finite = 0;
    for (int i = 0; i < n_; ++i) {
      const Real& last = stage_[(Rodas::n - 1) * n_ + i];
      to[i] = to[i] + last;
      const double error = std::abs(value_of(last));
      const double size = larger(std::abs(value_of(x[i])), std::abs(value_of(to[i])));
      worst = larger(error / (tolerance.absolute + tolerance.relative * size), worst);
      not_finite += 0 * error;
    }
    return worst + not_finite;
  }

  /// (I / (h gamma) - J) u = slope + sum / h + h d df/dt.
  template <class Rates>
  void solve_stage(Rates& rates, int s, const Real& t, const Real& h, const Real* x,
                   const Real* slope) {
    Real* u = stage_ + s * n_;
    for (int i = 0; i < n_; ++i)
      u[i] = slope[i] + combined(Rodas::coupling[s], s, i) / h + h * (Rodas::d[s] * by_time_[i]);
    for (int i = 0; i < n_; ++i) right_[i] = value_of(u[i]);
    factor_.solve(right_);
    if constexpr (!std::is_same_v<Real, double>) solve_derivatives(rates, s, t, h, x, u);
    for (int i = 0; i < n_; ++i) set_value(u[i], right_[i]);
  }

  static void set_value(double& x, double value) { x = value; }
  template <class Jet>
  static void set_value(Jet& x, double value) {
    x.a = value;
  }

  /// W du = d(right side) - dW u, a direction after the other; u's values are in right_.
  template <class Rates>
  void solve_derivatives(Rates& rates, int s, const Real& t, const Real& h, const Real* x,
                         Real* u) {
    double size = 0, length = 0;
    for (int i = 0; i < n_; ++i) {
      size = larger(std::abs(value_of(x[i])), size);
      length = larger(std::abs(right_[i]), length);
    }
    const double step = length > 0 ? 1e-5 * (size > 0 ? size : 1) / length : 1;
    along(rates, t, x, step, trial_), along(rates, t, x, -step, other_);
    for (int i = 0; i < n_; ++i)
      u[i].v +=
          (trial_[i].v - other_[i].v) / (2 * step) + h.v * (right_[i] / (Rodas::gamma * h.a * h.a));
    if (Rodas::d[s] != 0 && by_time_.squaredNorm() > 0) {
      const double tick = 1e-5 * (1 + std::abs(t.a));
      rates(t + Real(tick), x, trial_), rates(t - Real(tick), x, other_);
      for (int i = 0; i < n_; ++i)
        u[i].v += h.a * Rodas::d[s] * (trial_[i].v - other_[i].v) / (2 * tick);
    }
    Eigen::VectorXd one(n_);
    for (Eigen::Index k = 0; k < u[0].v.size(); ++k) {
      for (int i = 0; i < n_; ++i) one[i] = u[i].v[k];
      factor_.solve(one);
      for (int i = 0; i < n_; ++i) u[i].v[k] = one[i];
    }
  }
  template <class Rates>
  void along(Rates& rates, const Real& t, const Real* x, double step, Real* slope) {
    std::vector<Real> moved(x, x + n_);
    for (int i = 0; i < n_; ++i) moved[static_cast<std::size_t>(i)] += step * right_[i];
    rates(t, moved.data(), slope);
  }

  int n_;
  Real *slope_, *stage_, *dense_, *trial_, *other_;
  bool slope_known_ = false, jacobian_known_ = false;
  Eigen::MatrixXd jacobian_;
  Eigen::VectorXd by_time_, right_;
  ShiftedFactor factor_{};
};

}  // namespace entact
