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
/// @cost   a nanosecond a value; 0.75 KiB for each octave that the values span, of which adding
///         uses a third
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

  void add(double value);
  /// Adds rows of intervals, of which each column belongs to one sketch: counting many for a few
  /// sketches while these are in the cache is several times faster than one for each of thousands,
  /// and no count waits for the one before it, as those of one sketch would where values are alike.
  ///
  /// @param rows  [row][row_size]; what stands beyond the sketches is 0
  static void add_rows(std::span<QuantileSketch> sketches, std::span<const std::int16_t> rows);
  static constexpr std::size_t row_size = 8;
  void merge(const QuantileSketch& other);
  [[nodiscard]] std::int64_t count() const;
  /// @param p  in [0, 1]
  /// @return the value of rank p (n - 1), as R's type 7; NaN of nothing
  [[nodiscard]] double quantile(double p) const;

 private:
  static constexpr int bits_kept = 7;  ///< of the fraction
  static constexpr std::int64_t zero = std::int64_t{1023 - 40} << bits_kept;
  static constexpr std::int64_t most = std::int64_t{100} << bits_kept;

  static constexpr std::size_t most_recent = 65535;

  /// The smallest magnitude in the interval.
  static double edge(int k);
  void reach(int first, int last);
  void expect(std::size_t more);
  void settle();

  int low_ = 0;  ///< interval of the first count
  /// The last values, 65,535 at most: half as much memory moves as with whole counts.
  std::vector<std::uint16_t> recent_{};
  std::uint32_t n_recent_ = 0;
  std::vector<std::uint32_t> counts_{};  ///< of all earlier ones
};

}  // namespace entact
