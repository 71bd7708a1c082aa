#pragma once

#include "entact/num/scalar_type.h"

namespace entact {

/// LU factors of shift I - J for every lane of a pack (or for a plain number), without exchanges of
/// rows: a large shift makes the diagonal dominate, and where a pivot has lost most of its digits
/// the lane is said to be unsound, for its step to be made shorter. What is zero in all lanes costs
/// next to nothing, so that a model whose states touch few others is factored in few operations.
///
/// @cost n^2 stores and tests, and the products of what is not zero; 64 n^2 bytes for a pack
template <class Real, int n>
class LanesFactor {
 public:
  using Stored = typename ScalarType<Real>::Stored;

  /// Where J is written, by columns, before factor().
  Stored* jacobian() { return entry_; }

  /// @return 0 in sound lanes, 1 in the others
  Real factor(const Real& shift) {
    shift_and_negate(shift);
    Real unsound(0.0);
    for (int k = 0; k < n; ++k) {
      const Real pivot = loaded(entry(k, k)), size = loaded(size_[k]);
      const auto kept = size * least_kept < size_of(pivot);
      unsound = select(kept, unsound, Real(1.0));
      const Real inverse = Real(1.0) / pivot;
      put(inverse, inverse_[k]);
      find_rows(k, inverse);
      for (int j = k + 1; j < n; ++j)
        if (!is_zero(loaded(entry(k, j)))) eliminate(k, j);
    }
    return unsound;
  }

  /// In place.
  void solve(Stored* x) const {
    for (int k = 0; k < n; ++k) take_from(k, lower_[k], n_lower_[k], loaded(x[k]), x);
    for (int k = n - 1; k >= 0; --k) {
      put(loaded(x[k]) * loaded(inverse_[k]), x[k]);
      take_from(k, upper_[k], n_upper_[k], loaded(x[k]), x);
    }
  }

 private:
  static constexpr double least_kept = 1e-8;
  using Index = short;

  Stored& entry(int i, int j) { return entry_[j * n + i]; }
  const Stored& entry(int i, int j) const { return entry_[j * n + i]; }

  static bool is_zero(const Real& x) {
    constexpr unsigned all = (1U << ScalarType<Real>::n) - 1;
    return lane_bits(both(x <= Real(0.0), Real(0.0) <= x)) == all;
  }

  void shift_and_negate(const Real& shift) {
    for (int j = 0; j < n; ++j) {
      for (int i = 0; i < n; ++i) put(-loaded(entry(i, j)), entry(i, j));
      const Real diagonal = loaded(entry(j, j));
      put(shift + size_of(diagonal), size_[j]);
      put(diagonal + shift, entry(j, j));
      n_upper_[j] = 0;
    }
  }

  /// The multipliers of column k, and where they are.
  void find_rows(int k, const Real& inverse) {
    n_lower_[k] = 0;
    for (int i = k + 1; i < n; ++i) {
      const Real below = loaded(entry(i, k));
      if (is_zero(below)) continue;
      put(below * inverse, entry(i, k));
      lower_[k][n_lower_[k]++] = static_cast<Index>(i);
    }
  }

  void eliminate(int k, int j) {
    const Real above = loaded(entry(k, j));
    upper_[j][n_upper_[j]++] = static_cast<Index>(k);
    put(loaded(size_[j]) + size_of(loaded(entry(j, k)) * above), size_[j]);
    for (int at = 0; at < n_lower_[k]; ++at) {
      const int i = lower_[k][at];
      put(multiply_add(-above, loaded(entry(i, k)), loaded(entry(i, j))), entry(i, j));
    }
  }

  void take_from(int k, const Index* rows, int n_rows, const Real& what, Stored* x) const {
    for (int at = 0; at < n_rows; ++at) {
      const int i = rows[at];
      put(multiply_add(-what, loaded(entry(i, k)), loaded(x[i])), x[i]);
    }
  }

  Stored entry_[n * n]{};  ///< J, then the multipliers below the diagonal and U above it
  Stored inverse_[n]{}, size_[n]{};
  Index lower_[n][n]{}, upper_[n][n]{};  ///< rows that are not zero, by column
  int n_lower_[n]{}, n_upper_[n]{};
};

}  // namespace entact
