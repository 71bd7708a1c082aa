#pragma once

#include <cmath>

#include "entact/num/select.h"

namespace entact {

/// A number with its derivatives in k directions, over plain numbers or packs, where Eigen (and
/// with it ceres::Jet) may not be included. As ceres::Jet: `a` is the value, `v` the derivatives.
template <class Real, int k>
struct Dual {
  using Mask = decltype(Real() < Real());
  Real a;
  Real v[k];

  Dual() = default;
  Dual(double value) : Dual(of(Real(value))) {}  // NOLINT: models mix numbers and duals
  static Dual of(const Real& value) {
    Dual result;
    result.a = value;
    for (Real& d : result.v) d = Real(0.0);
    return result;
  }

  /// The value with derivatives df(direction).
  template <class F>
  static Dual each(const Real& value, F&& df) {
    Dual result;
    result.a = value;
    for (int i = 0; i < k; ++i) result.v[i] = df(i);
    return result;
  }
  /// f(x), whose value and slope are given.
  static Dual chain(const Real& value, const Real& slope, const Dual& x) {
    return each(value, [&](int i) { return slope * x.v[i]; });
  }

  friend Dual operator+(const Dual& x, const Dual& y) {
    return each(x.a + y.a, [&](int i) { return x.v[i] + y.v[i]; });
  }
  friend Dual operator-(const Dual& x, const Dual& y) {
    return each(x.a - y.a, [&](int i) { return x.v[i] - y.v[i]; });
  }
  friend Dual operator*(const Dual& x, const Dual& y) {
    return each(x.a * y.a, [&](int i) { return x.a * y.v[i] + y.a * x.v[i]; });
  }
  friend Dual operator/(const Dual& x, const Dual& y) {
    const Real inverse = Real(1.0) / y.a, ratio = x.a * inverse;
    return each(ratio, [&](int i) { return (x.v[i] - ratio * y.v[i]) * inverse; });
  }
  friend Dual operator-(const Dual& x) {
    return each(-x.a, [&](int i) { return -x.v[i]; });
  }
  // With a constant on one side there is less to do.
  friend Dual operator+(double x, const Dual& y) { return y + x; }
  friend Dual operator+(const Dual& x, double y) { return with_value(x, x.a + Real(y)); }
  friend Dual operator-(const Dual& x, double y) { return with_value(x, x.a - Real(y)); }
  friend Dual operator-(double x, const Dual& y) { return with_value(-y, Real(x) - y.a); }
  friend Dual operator*(double x, const Dual& y) { return chain(Real(x) * y.a, Real(x), y); }
  friend Dual operator*(const Dual& x, double y) { return y * x; }
  friend Dual operator/(const Dual& x, double y) { return x * (1.0 / y); }
  friend Dual operator/(double x, const Dual& y) {
    const Real inverse = Real(1.0) / y.a, ratio = Real(x) * inverse;
    return chain(ratio, -(ratio * inverse), y);
  }

  friend Mask operator<(const Dual& x, const Dual& y) { return x.a < y.a; }
  friend Mask operator<=(const Dual& x, const Dual& y) { return x.a <= y.a; }
  friend Mask operator>(const Dual& x, const Dual& y) { return y.a < x.a; }
  friend Mask operator>=(const Dual& x, const Dual& y) { return y.a <= x.a; }
  friend Dual select(const Mask& condition, const Dual& x, const Dual& y) {
    return each(select(condition, x.a, y.a),
                [&](int i) { return select(condition, x.v[i], y.v[i]); });
  }

  friend Dual exp(const Dual& x) {
    using std::exp;
    const Real value = exp(x.a);
    return chain(value, value, x);
  }
  friend Dual log(const Dual& x) {
    using std::log;
    return chain(log(x.a), Real(1.0) / x.a, x);
  }
  friend Dual sqrt(const Dual& x) {
    using std::sqrt;
    const Real value = sqrt(x.a);
    return chain(value, Real(0.5) / value, x);
  }
  friend Dual tanh(const Dual& x) {
    using std::tanh;
    const Real value = tanh(x.a);
    return chain(value, Real(1.0) - value * value, x);
  }
  friend Dual sin(const Dual& x) {
    using std::cos;
    using std::sin;
    return chain(sin(x.a), cos(x.a), x);
  }
  friend Dual cos(const Dual& x) {
    using std::cos;
    using std::sin;
    return chain(cos(x.a), -sin(x.a), x);
  }
  friend Dual abs(const Dual& x) { return select(x < Dual(0.0), -x, x); }
  /// The exponent's own derivatives count where the base is positive, as log needs it.
  friend Dual pow(const Dual& x, const Dual& y) {
    using std::log;
    using std::pow;
    const Real value = pow(x.a, y.a), by_base = y.a * pow(x.a, y.a - Real(1.0));
    const Mask positive = Real(0.0) < x.a;
    const Real safe = select(positive, x.a, Real(1.0)), by_power = value * log(safe);
    return each(value, [&](int i) { return by_base * x.v[i] + by_power * y.v[i]; });
  }

 private:
  static Dual with_value(const Dual& x, const Real& value) {
    Dual result = x;
    result.a = value;
    return result;
  }
};

}  // namespace entact
