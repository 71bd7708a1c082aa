#pragma once

#include <bit>
#include <cstdint>
#include <span>
#include <vector>

namespace entact {

/// Quantiles of a stream in constant memory: how many values fell into each of 128 intervals an
/// octave (so within 0.4% of a value), interpolated inside an interval.
///
/// Magnitudes below 2^-40 (1e-12) count as 0, those above 2^60 as that. Counts are whole numbers,
/// so the order of adding and merging does not matter.
///
/// @cost   some nanoseconds a value; 0.5 KiB for each octave that the values span
/// @source Masson, Rim, Lee 2019, Proc VLDB 12:2195 (intervals by logarithm) [masson2019]
class QuantileSketch {
 public:
  /// Which interval a value falls into: what the sketch counts. Always inlined: files compiled for
  /// an instruction set use it.
  [[gnu::always_inline]] static std::int16_t interval(double value) {
    const auto bits = std::bit_cast<std::int64_t>(value);
    std::int64_t k = ((bits & INT64_MAX) >> (52 - bits_kept)) - zero;
    k = k < 0 ? 0 : (k > most ? most : k);
    return static_cast<std::int16_t>(bits < 0 ? -k : k);
  }

  void add(double value) { add_interval(interval(value)); }
  void add_interval(std::int16_t k) {
    const int at = k - low_;
    if (at < 0 || at >= static_cast<int>(counts_.size())) return add_outside(k);
    ++counts_[static_cast<std::size_t>(at)];
  }
  /// Many at once, leaving out those that are `nobody`.
  void add_intervals(std::span<const std::int16_t> intervals, std::int16_t nobody);
  void merge(const QuantileSketch& other);
  [[nodiscard]] std::int64_t count() const;
  /// @param p  in [0, 1]
  /// @return the value of rank p (n - 1), as R's type 7; NaN of nothing
  [[nodiscard]] double quantile(double p) const;

 private:
  static constexpr int bits_kept = 7;  ///< of the fraction
  static constexpr std::int64_t zero = std::int64_t{1023 - 40} << bits_kept;
  static constexpr std::int64_t most = std::int64_t{100} << bits_kept;

  /// The smallest magnitude in the interval.
  static double edge(int k);
  void add_outside(int k);
  void reach(int first, int last);

  int low_ = 0;  ///< interval of the first count
  std::vector<std::uint32_t> counts_{};
};

}  // namespace entact
