#pragma once

#include <bit>
#include <cstdint>
#include <span>
#include <vector>

namespace entact {

/// The interval that a value falls into: 64 an octave where values are large beside `even`, so at
/// most 1.6% of the value wide, and `even` / 64 wide where they are small. One rule gives both: it
/// is the interval, by logarithm, of |v| + even. Interval 0 holds zero; those of negative values
/// have negative numbers. What exceeds 2^100 even counts as that.
///
/// Always inlined: files compiled for an instruction set use it.
///
/// @source Masson, Rim, Lee 2019, Proc VLDB 12:2195 (intervals by logarithm) [masson2019]
class QuantileIntervals {
 public:
  /// @param finest  no interval is asked to be narrower; the power of two below it is taken
  explicit QuantileIntervals(double finest = 0x1p-40);

  [[gnu::always_inline]] std::int16_t operator()(double value) const {
    const double size = __builtin_fabs(value) + even_;
    std::int64_t k = (std::bit_cast<std::int64_t>(size) - first()) >> bits_dropped;
    k = k > most ? most : k;
    return static_cast<std::int16_t>(std::bit_cast<std::int64_t>(value) < 0 ? -k : k);
  }
  /// The smallest magnitude in interval k or -k.
  [[nodiscard]] double edge(int k) const;
  bool operator==(const QuantileIntervals&) const = default;

 private:
  static constexpr int bits_kept = 6;  ///< of the fraction
  static constexpr int bits_dropped = 52 - bits_kept;
  static constexpr std::int64_t most = std::int64_t{100} << bits_kept;
  [[nodiscard, gnu::always_inline]] std::int64_t first() const {
    return std::bit_cast<std::int64_t>(even_);
  }

  double even_ = 0;
};

/// Quantiles of a stream in constant memory: how many values fell into each of many intervals,
/// interpolated inside an interval. A quantile lies in the same interval as the exact one; the more
/// values there are in it, the closer: as a rule much closer than chance leaves the quantile.
///
/// Counts are whole numbers, so the order of adding and merging does not matter.
///
/// @cost a nanosecond a value; 0.4 KiB for each octave that the values span, of which adding uses a
///       third
class QuantileSketch {
 public:
  explicit QuantileSketch(QuantileIntervals intervals = QuantileIntervals())
      : intervals_(intervals) {}

  void add(double value);
  /// Adds rows of intervals, of which each column belongs to one sketch: counting many for a few
  /// sketches while these are in the cache is several times faster than one for each of thousands,
  /// and no count waits for the one before it, as those of one sketch would where values are alike.
  ///
  /// @param rows  [row][row_size]; what stands beyond the sketches is 0
  static void add_rows(std::span<QuantileSketch> sketches, std::span<const std::int16_t> rows);
  static constexpr std::size_t row_size = 8;
  /// @param other  of the same intervals
  void merge(const QuantileSketch& other);
  [[nodiscard]] std::int64_t count() const;
  /// @param p  in [0, 1]
  /// @return the value of rank p (n - 1), as R's type 7; NaN of nothing
  [[nodiscard]] double quantile(double p) const;

 private:
  static constexpr std::size_t most_recent = 65535;

  void reach(int first, int last);
  void expect(std::size_t more);
  void settle();

  QuantileIntervals intervals_;
  int low_ = 0;  ///< interval of the first count
  /// The last values, 65,535 at most: half as much memory moves as with whole counts.
  std::vector<std::uint16_t> recent_{};
  std::uint32_t n_recent_ = 0;
  std::vector<std::uint32_t> counts_{};  ///< of all earlier ones
};

}  // namespace entact
