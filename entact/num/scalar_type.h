#pragma once

#include <cmath>

#include "entact/num/select.h"

namespace entact {

/// What a solver must know of the type that it computes with, beyond its arithmetic. A pack says
/// otherwise (num/pack.h): it lies in memory as Lanes, and each lane is a double.
template <class Real>
struct ScalarType {
  using Stored = Real;     ///< as it lies in memory
  using Lane = Real;       ///< what one participant's number is
  using Control = double;  ///< what steps are chosen by: the value without its derivatives
  using Mask = bool;
  static constexpr int n = 1;
};

template <class Real>
const Real& loaded(const Real& stored) {
  return stored;
}
template <class Real>
void put(const Real& value, Real& stored) {
  stored = value;
}
template <class Real>
Real get_lane(const Real& stored, int) {
  return stored;
}
template <class Real>
void set_lane(Real& stored, int, const Real& value) {
  stored = value;
}

/// The number without its derivatives.
inline double value_of(double x) { return x; }
template <class Jet>
auto value_of(const Jet& x) -> decltype(x.a) {
  return x.a;
}

/// Whether two instants are one, with all their derivatives.
inline bool same_instant(double a, double b) { return a == b; }
template <class Jet>
auto same_instant(const Jet& a, const Jet& b) -> decltype(a.v == b.v) {
  return a.a == b.a && a.v == b.v;
}

/// a b + c; packs round once where the machine can.
template <class Factor, class Real>
Real multiply_add(const Factor& a, const Real& b, const Real& c) {
  return a * b + c;
}

/// Logarithm and exponential as step control needs them; packs compute them to 1e-4 only.
inline double rough_log(double a) { return std::log(a); }
inline double rough_exp(double a) { return std::exp(a); }

inline double larger(double a, double b) { return a > b ? a : b; }
inline double smaller(double a, double b) { return a < b ? a : b; }
inline double size_of(double a) { return std::abs(a); }

/// Bit l is lane l.
inline unsigned lane_bits(bool mask) { return mask ? 1U : 0U; }
inline bool both(bool a, bool b) { return a && b; }

}  // namespace entact
