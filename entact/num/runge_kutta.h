// Explicit Runge-Kutta pairs of order 5(4) whose last stage is the first of the next step: one
// step over n states for any scalar type, with the error estimate and a dense output. Which steps
// to take is left to the caller (pharm/course_solver.h; num/ode.h for a plain interval).
#pragma once

#include <array>

#include "entact/num/scalar_type.h"

namespace entact {

inline constexpr int n_stages = 7;

/// c: nodes; a: stages, the last row being the weights of order 5; e: those minus the weights of
/// order 4; d: weights of what the dense output of order 4 adds to the cubic through both ends.
struct RungeKuttaPair {
  std::array<double, n_stages> c;
  std::array<std::array<double, n_stages - 1>, n_stages> a;
  std::array<double, n_stages> e;
  std::array<double, n_stages> d;
};

/// @source Dormand and Prince 1980, J Comput Appl Math 6:19 [dormand1980]; dense output: Shampine
///         1986, Math Comput 46:135 [shampine1986]
struct DormandPrince {
  static constexpr RungeKuttaPair pair{
      {0, 1.0 / 5, 3.0 / 10, 4.0 / 5, 8.0 / 9, 1, 1},
      {{{},
        {1.0 / 5},
        {3.0 / 40, 9.0 / 40},
        {44.0 / 45, -56.0 / 15, 32.0 / 9},
        {19372.0 / 6561, -25360.0 / 2187, 64448.0 / 6561, -212.0 / 729},
        {9017.0 / 3168, -355.0 / 33, 46732.0 / 5247, 49.0 / 176, -5103.0 / 18656},
        {35.0 / 384, 0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84}}},
      {71.0 / 57600, 0, -71.0 / 16695, 71.0 / 1920, -17253.0 / 339200, 22.0 / 525, -1.0 / 40},
      {-12715105075.0 / 11282082432, 0, 87487479700.0 / 32700410799, -10690763975.0 / 1880347072,
       701980252875.0 / 199316789632, -1453857185.0 / 822651844, 69997945.0 / 29380423}};
};

/// @source Tsitouras 2011, Comput Math Appl 62:770 [tsitouras2011]
struct Tsitouras {
  static constexpr RungeKuttaPair pair{
      {0, 0.161, 0.327, 0.9, 0.9800255409045097, 1, 1},
      {{{},
        {0.161},
        {-0.008480655492356989, 0.335480655492357},
        {2.8971530571054935, -6.359448489975075, 4.3622954328695815},
        {5.325864828439257, -11.748883564062828, 7.4955393428898365, -0.09249506636175525},
        {5.86145544294642, -12.92096931784711, 8.159367898576159, -0.071584973281401,
         -0.028269050394068383},
        {0.09646076681806523, 0.01, 0.4798896504144996, 1.379008574103742, -3.290069515436081,
         2.324710524099774}}},
      {-0.00178001105222577714, -0.0008164344596567469, 0.007880878010261995, -0.1447110071732629,
       0.5823571654525552, -0.45808210592918697, 1.0 / 66},
      {-1.0530884977290216, 0.1017, 2.490627285651252793, -16.54810288924490272,
       47.37952196281928122, -34.87065786149660974, 2.5}};
};

/// Absolute and relative error that a step may make.
struct OdeTolerance {
  double relative = 1e-6;
  double absolute = 1e-8;
};

/// Weights of the rates for the state of a stage, the error and the dense output: constants, so
/// that those of 0 cost nothing.
template <class Method, int row>
struct StageWeights {
  static constexpr int n = row;
  static constexpr double at(std::size_t s) { return Method::pair.a[row][s]; }
};
template <class Method>
struct ErrorWeights {
  static constexpr int n = n_stages;
  static constexpr double at(std::size_t s) { return Method::pair.e[s]; }
};
template <class Method>
struct DenseWeights {
  static constexpr int n = n_stages;
  static constexpr double at(std::size_t s) { return Method::pair.d[s]; }
};

/// One explicit step. `Rates` is called as rates(t, const Stored* x, Stored* dx).
///
/// @tparam size  the number of states where it is known when the program is compiled, else 0
/// @cost six evaluations a step; no allocation: k has room for (n_stages + 4) n numbers, the rates
///       at the start of the step in its first n
template <class Method, class Real, int size = 0>
class ExplicitStep {
 public:
  using Type = ScalarType<Real>;
  using Stored = typename Type::Stored;
  using Control = typename Type::Control;
  static constexpr int order = 5;  ///< the error estimate falls as h^5
  static constexpr int room = n_stages + 4;
  static constexpr bool settles = true;  ///< a fast state, however small, bounds the step

  ExplicitStep(int n, Stored* k) : any_n_(n), k_(k) {}

  /// The rates where the next step starts.
  template <class Rates>
  void start(Rates&& rates, const Real& t, const Stored* x) {
    rates(t, x, k_);
  }
  const Stored* slope() const { return k_; }
  /// Replaces the slopes of one lane there.
  void put_slope(int l, const Stored* slope) {
    for (int i = 0; i < n(); ++i) set_lane(k(0, i), l, get_lane(slope[i], l));
  }

  /// Moves from x to `to`.
  /// @return the largest error of a state in units of what it may be: to be accepted up to 1; not
  ///         a number if a rate was none
  template <class Rates>
  Control attempt(Rates&& rates, const Real& t, const Real& h, const Stored* x, Stored* to,
                  const OdeTolerance& tolerance) {
    stages<1>(rates, t, h, x, to);
    // The largest of the quotients error / allowed, found without dividing but once.
    Control worst(0.0), its_allowed(1.0), not_finite(0.0);
    for (int i = 0; i < n(); ++i) {
      const Control error = size_of(value_of(h * combine<ErrorWeights<Method>>(i)));
      const Control largest =
          larger(size_of(value_of(loaded(x[i]))), size_of(value_of(loaded(to[i]))));
      const Control allowed =
          multiply_add(tolerance.relative, largest, Control(tolerance.absolute));
      const auto is_worse = worst * allowed < error * its_allowed;
      worst = select(is_worse, error, worst);
      its_allowed = select(is_worse, allowed, its_allowed);
      not_finite = multiply_add(0.0, error, not_finite);  // a comparison forgets what is no number
    }
    return worst / its_allowed + not_finite;
  }

  /// What dense() needs, after an attempt that is to be accepted, before take().
  void prepare_dense(const Real& h, const Stored* x, const Stored* to) {
    for (int i = 0; i < n(); ++i) {
      const Real change = loaded(to[i]) - loaded(x[i]);
      const Real at_start = h * loaded(k(0, i)) - change;
      put(change, k(n_stages, i));
      put(at_start, k(n_stages + 1, i));
      put(change - h * loaded(k(n_stages - 1, i)) - at_start, k(n_stages + 2, i));
      put(h * combine<DenseWeights<Method>>(i), k(n_stages + 3, i));
    }
  }
  /// State i at the fraction theta of a step from x: both dense outputs meet the slopes at both
  /// ends, so they are the cubic that does and one term more.
  /// @source Hairer, Norsett, Wanner 1993, Solving ODEs I, II.6 [hairer1993]
  Real dense(int i, const Real& theta, const Stored* x, const Stored*) const {
    return dense_by(i, theta, x, [](const Stored& value) { return loaded(value); });
  }
  /// Of one lane, at as many fractions as there are lanes.
  Real dense_of_lane(int i, int l, const Real& theta, const Stored* x, const Stored*) const {
    return dense_by(i, theta, x, [l](const Stored& value) { return Real(get_lane(value, l)); });
  }

  /// The lanes in which the attempt is accepted start from its end.
  void take(const typename Type::Mask& accepted) {
    for (int i = 0; i < n(); ++i)
      put(select(accepted, loaded(k(n_stages - 1, i)), loaded(k(0, i))), k(0, i));
  }

 private:
  [[nodiscard]] int n() const { return size > 0 ? size : any_n_; }
  Stored& k(int s, int i) { return k_[s * n() + i]; }
  const Stored& k(int s, int i) const { return k_[s * n() + i]; }

  template <class Get>
  Real dense_by(int i, const Real& theta, const Stored* x, const Get& get) const {
    const Real rest = 1.0 - theta;
    Real sum = multiply_add(rest, get(k(n_stages + 3, i)), get(k(n_stages + 2, i)));
    sum = multiply_add(theta, sum, get(k(n_stages + 1, i)));
    sum = multiply_add(rest, sum, get(k(n_stages, i)));
    return multiply_add(theta, sum, get(x[i]));
  }

  template <class Weights, int s = 0>
  Real combine(int i) const {
    if constexpr (Weights::at(s) == 0)
      return combine<Weights, s + 1>(i);
    else
      return add_up<Weights, s + 1>(i, Weights::at(s) * loaded(k(s, i)));
  }
  template <class Weights, int s>
  Real add_up(int i, const Real& sum) const {
    if constexpr (s == Weights::n)
      return sum;
    else if constexpr (Weights::at(s) == 0)
      return add_up<Weights, s + 1>(i, sum);
    else
      return add_up<Weights, s + 1>(i, multiply_add(Weights::at(s), loaded(k(s, i)), sum));
  }

  template <int s, class Rates>
  void stages(Rates&& rates, const Real& t, const Real& h, const Stored* x, Stored* to) {
    for (int i = 0; i < n(); ++i)
      put(multiply_add(h, combine<StageWeights<Method, s>>(i), loaded(x[i])), to[i]);
    rates(t + Method::pair.c[s] * h, to, k_ + s * n());
    if constexpr (s + 1 < n_stages) stages<s + 1>(rates, t, h, x, to);
  }

  int any_n_;
  Stored* k_;
};

}  // namespace entact
