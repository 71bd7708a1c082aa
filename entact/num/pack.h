// Sixteen doubles that a machine moves together: one participant a lane. Only files compiled for an
// instruction set (`_wide.cpp`) include this; the set stands in the type, so that no function of
// one set can stand in for that of another.
#pragma once

#include <cstddef>
#include <cstdint>
#include <xsimd/xsimd.hpp>

#include "entact/num/lanes.h"
#include "entact/num/scalar_type.h"

namespace entact {

#if defined __AVX512DQ__
using WideArch = xsimd::avx512dq;
inline constexpr InstructionSet wide_set = InstructionSet::avx512;
#elif defined __AVX2__
using WideArch = xsimd::fma3<xsimd::avx2>;
inline constexpr InstructionSet wide_set = InstructionSet::avx2;
#else
using WideArch = xsimd::sse2;
inline constexpr InstructionSet wide_set = InstructionSet::sse2;
#endif

/// Which lanes a condition holds in.
template <class Arch>
struct PackMask {
  using Part = xsimd::batch_bool<double, Arch>;
  static constexpr int n_parts = n_lanes / static_cast<int>(Part::size);
  Part part[n_parts];
};

/// Sixteen doubles in registers of one instruction set, with the arithmetic and the functions that
/// models use. Each lane gives what it would give alone, whatever stands in the others.
template <class Arch>
struct Pack {
  using Part = xsimd::batch<double, Arch>;
  static constexpr int width = static_cast<int>(Part::size);
  static constexpr int n_parts = n_lanes / width;
  Part part[n_parts];

  Pack() = default;
  Pack(double value) {  // NOLINT: models mix numbers and packs
    for (Part& p : part) p = Part(value);
  }
  explicit Pack(const Lanes& lanes) {
    for (int i = 0; i < n_parts; ++i) part[i] = Part::load_aligned(lanes.lane.data() + i * width);
  }
  void store(Lanes& lanes) const {
    for (int i = 0; i < n_parts; ++i) part[i].store_aligned(lanes.lane.data() + i * width);
  }

  template <class F>
  static Pack each(F&& f) {
    Pack result;
    for (int i = 0; i < n_parts; ++i) result.part[i] = f(i);
    return result;
  }
  template <class F>
  static PackMask<Arch> each_mask(F&& f) {
    PackMask<Arch> result;
    for (int i = 0; i < n_parts; ++i) result.part[i] = f(i);
    return result;
  }

  friend Pack operator+(const Pack& a, const Pack& b) {
    return each([&](int i) { return a.part[i] + b.part[i]; });
  }
  friend Pack operator-(const Pack& a, const Pack& b) {
    return each([&](int i) { return a.part[i] - b.part[i]; });
  }
  friend Pack operator*(const Pack& a, const Pack& b) {
    return each([&](int i) { return a.part[i] * b.part[i]; });
  }
  friend Pack operator/(const Pack& a, const Pack& b) {
    return each([&](int i) { return a.part[i] / b.part[i]; });
  }
  friend Pack operator-(const Pack& a) {
    return each([&](int i) { return -a.part[i]; });
  }
  Pack& operator+=(const Pack& b) { return *this = *this + b; }
  Pack& operator-=(const Pack& b) { return *this = *this - b; }
  Pack& operator*=(const Pack& b) { return *this = *this * b; }
  Pack& operator/=(const Pack& b) { return *this = *this / b; }

  friend PackMask<Arch> operator<(const Pack& a, const Pack& b) {
    return each_mask([&](int i) { return a.part[i] < b.part[i]; });
  }
  friend PackMask<Arch> operator<=(const Pack& a, const Pack& b) {
    return each_mask([&](int i) { return a.part[i] <= b.part[i]; });
  }
  friend PackMask<Arch> operator>(const Pack& a, const Pack& b) { return b < a; }
  friend PackMask<Arch> operator>=(const Pack& a, const Pack& b) { return b <= a; }
  friend Pack select(const PackMask<Arch>& condition, const Pack& a, const Pack& b) {
    return each([&](int i) { return xsimd::select(condition.part[i], a.part[i], b.part[i]); });
  }

  friend Pack exp(const Pack& a) {
    return each([&](int i) { return xsimd::exp(a.part[i]); });
  }
  friend Pack log(const Pack& a) {
    return each([&](int i) { return xsimd::log(a.part[i]); });
  }
  friend Pack sqrt(const Pack& a) {
    return each([&](int i) { return xsimd::sqrt(a.part[i]); });
  }
  friend Pack abs(const Pack& a) {
    return each([&](int i) { return xsimd::abs(a.part[i]); });
  }
  friend Pack tanh(const Pack& a) {
    return each([&](int i) { return xsimd::tanh(a.part[i]); });
  }
  friend Pack sin(const Pack& a) {
    return each([&](int i) { return xsimd::sin(a.part[i]); });
  }
  friend Pack cos(const Pack& a) {
    return each([&](int i) { return xsimd::cos(a.part[i]); });
  }
  friend Pack pow(const Pack& a, const Pack& b) {
    return each([&](int i) { return xsimd::pow(a.part[i], b.part[i]); });
  }
};

/// The parts of num/scalar_type.h for packs. What has no set in its name is static, so that the
/// linker cannot take that of one set for that of another.
template <class Arch>
struct ScalarType<Pack<Arch>> {
  using Stored = Lanes;
  using Lane = double;
  using Control = Pack<Arch>;
  using Mask = PackMask<Arch>;
  static constexpr int n = n_lanes;
};
static inline Pack<WideArch> loaded(const Lanes& stored) { return Pack<WideArch>(stored); }
template <class Arch>
void put(const Pack<Arch>& value, Lanes& stored) {
  value.store(stored);
}
static inline double get_lane(const Lanes& stored, int l) {
  return stored.lane[static_cast<std::size_t>(l)];
}
static inline void set_lane(Lanes& stored, int l, double value) {
  stored.lane[static_cast<std::size_t>(l)] = value;
}
template <class Arch>
const Pack<Arch>& value_of(const Pack<Arch>& x) {
  return x;
}
static inline Pack<WideArch> multiply_add(double a, const Pack<WideArch>& b,
                                          const Pack<WideArch>& c) {
  using Part = Pack<WideArch>::Part;
  return Pack<WideArch>::each([&](int i) -> Part {
#if defined __AVX512DQ__  // xsimd 8 multiplies and adds here
    return _mm512_fmadd_pd(Part(a), b.part[i], c.part[i]);
#else
    return xsimd::fma(Part(a), b.part[i], c.part[i]);
#endif
  });
}
static inline Pack<WideArch> multiply_add(const Pack<WideArch>& a, const Pack<WideArch>& b,
                                          const Pack<WideArch>& c) {
  using Part = Pack<WideArch>::Part;
  return Pack<WideArch>::each([&](int i) -> Part {
#if defined __AVX512DQ__
    return _mm512_fmadd_pd(a.part[i], b.part[i], c.part[i]);
#else
    return xsimd::fma(a.part[i], b.part[i], c.part[i]);
#endif
  });
}
/// Within 1e-4 for positive numbers that are not subnormal: exponent, and a polynomial between.
template <class Arch>
Pack<Arch> rough_log(const Pack<Arch>& a) {
  using Part = typename Pack<Arch>::Part;
  using Bits = xsimd::batch<std::int64_t, Arch>;
  const Bits fraction(0x000FFFFFFFFFFFFF), one(0x3FF0000000000000), integer(0x4330000000000000);
  return Pack<Arch>::each([&](int i) -> Part {
    const Bits bits = xsimd::bitwise_cast<Bits>(a.part[i]);
    const Part exponent =
        xsimd::bitwise_cast<Part>((bits >> 52) | integer) - Part(4503599627370496.0 + 1023);
    const Part m = xsimd::bitwise_cast<Part>((bits & fraction) | one);
    const Part log2 = Part(-2.498353148814169) +
                      m * (Part(4.029211391071479) +
                           m * (Part(-2.0783351682517117) +
                                m * (Part(0.6260321821639283) - m * Part(0.0784406762091458))));
    return (exponent + log2) * Part(0.6931471805599453);
  });
}
/// Within 1e-4 of the value, for numbers of moderate size.
template <class Arch>
Pack<Arch> rough_exp(const Pack<Arch>& a) {
  using Part = typename Pack<Arch>::Part;
  using Bits = xsimd::batch<std::int64_t, Arch>;
  return Pack<Arch>::each([&](int i) -> Part {
    const Part y = a.part[i] * Part(1.4426950408889634), shift(6755399441055744.0);
    const Part shifted = y + shift, r = y - (shifted - shift);  // what rounding takes away
    const Part power = Part(0.9999245569508709) +
                       r * (Part(0.6931367338836214) +
                            r * (Part(0.24263947854625845) + r * Part(0.055838282946220126)));
    return xsimd::bitwise_cast<Part>(xsimd::bitwise_cast<Bits>(power) +
                                     (xsimd::bitwise_cast<Bits>(shifted) << 52));
  });
}
template <class Arch>
Pack<Arch> larger(const Pack<Arch>& a, const Pack<Arch>& b) {
  return Pack<Arch>::each([&](int i) { return xsimd::max(a.part[i], b.part[i]); });
}
template <class Arch>
Pack<Arch> smaller(const Pack<Arch>& a, const Pack<Arch>& b) {
  return Pack<Arch>::each([&](int i) { return xsimd::min(a.part[i], b.part[i]); });
}
template <class Arch>
Pack<Arch> size_of(const Pack<Arch>& a) {
  return abs(a);
}
static inline unsigned part_bits(const xsimd::batch_bool<double, WideArch>& mask) {
#if defined __AVX512DQ__
  return static_cast<unsigned>(mask.data);
#elif defined __AVX2__
  return static_cast<unsigned>(_mm256_movemask_pd(mask));
#else
  return static_cast<unsigned>(_mm_movemask_pd(mask));
#endif
}
static inline unsigned lane_bits(const PackMask<WideArch>& mask) {
  unsigned bits = 0;
  for (int i = 0; i < Pack<WideArch>::n_parts; ++i)
    bits |= part_bits(mask.part[i]) << (i * Pack<WideArch>::width);
  return bits;
}
/// 0, 1, 2 ... by lane, as numbers of the kind given.
alignas(64) static constexpr double lane_numbers[n_lanes] = {0, 1, 2,  3,  4,  5,  6,  7,
                                                             8, 9, 10, 11, 12, 13, 14, 15};
static inline Pack<WideArch> numbered_lanes(const Pack<WideArch>&) {
  using Part = Pack<WideArch>::Part;
  return Pack<WideArch>::each(
      [](int i) { return Part::load_aligned(lane_numbers + i * Pack<WideArch>::width); });
}
template <class Arch>
PackMask<Arch> both(const PackMask<Arch>& a, const PackMask<Arch>& b) {
  return Pack<Arch>::each_mask([&](int i) { return a.part[i] & b.part[i]; });
}

}  // namespace entact
