#include "entact/num/quantile_sketch.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>
#include <tuple>
#include <utility>
#include <xsimd/xsimd.hpp>

namespace entact {

double QuantileSketch::edge(int k) {
  return k <= 0 ? 0.0 : std::bit_cast<double>((std::int64_t{k} + zero) << (52 - bits_kept));
}

/// Where less room is asked for than there is, nothing changes.
void QuantileSketch::reach(int first, int last) {
  if (recent_.empty()) low_ = first;
  if (low_ <= first && last < low_ + static_cast<int>(recent_.size())) return;
  const int more = recent_.empty() ? 0 : 16;  // or each new extreme would move all
  if (first < low_) {
    const auto shift = static_cast<std::size_t>(low_ - first + more);
    recent_.insert(recent_.begin(), shift, 0), counts_.insert(counts_.begin(), shift, 0);
    low_ = first - more;
  }
  const auto size = static_cast<std::size_t>(last + more - low_ + 1);
  if (size > recent_.size()) recent_.resize(size, 0), counts_.resize(size, 0);
}

void QuantileSketch::settle() {
  for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += recent_[i];
  std::fill(recent_.begin(), recent_.end(), std::uint16_t{0});
  n_recent_ = 0;
}

/// Where counts of `more` values from first to last may be added, by interval.
std::uint16_t* QuantileSketch::room_for(int first, int last, std::size_t more) {
  reach(first, last);
  if (n_recent_ + more > most_recent) settle();
  n_recent_ += static_cast<std::uint32_t>(more);
  return recent_.data() - low_;
}

void QuantileSketch::add(double value) {
  const int k = interval(value);
  ++room_for(k, k, 1)[k];
}

namespace {

using Row = xsimd::batch<std::int16_t, xsimd::sse2>;
static_assert(Row::size == QuantileSketch::row_size);
using RowNumbers = std::array<std::int16_t, Row::size>;

/// The smallest and the largest of each column.
std::pair<RowNumbers, RowNumbers> ranges_of(std::span<const std::int16_t> rows) {
  Row least = Row::load_unaligned(rows.data()), most = least;
  for (std::size_t i = Row::size; i < rows.size(); i += Row::size) {
    const Row row = Row::load_unaligned(rows.data() + i);
    least = xsimd::min(least, row), most = xsimd::max(most, row);
  }
  std::pair<RowNumbers, RowNumbers> ranges;
  least.store_unaligned(ranges.first.data()), most.store_unaligned(ranges.second.data());
  return ranges;
}

}  // namespace

void QuantileSketch::add_rows(std::span<QuantileSketch> sketches,
                              std::span<const std::int16_t> rows) {
  constexpr std::size_t most = most_recent * row_size;
  for (; rows.size() > most; rows = rows.subspan(most)) add_rows(sketches, rows.first(most));
  if (rows.empty()) return;
  const auto [first, last] = ranges_of(rows);
  std::uint16_t nowhere = 0;
  std::array<std::uint16_t*, row_size> counts;
  counts.fill(&nowhere);
  for (std::size_t j = 0; j < sketches.size(); ++j)
    counts[j] = sketches[j].room_for(first[j], last[j], rows.size() / row_size);
  const auto count = [rows](auto*... table) {  // all of them in registers
    for (const std::int16_t *k = rows.data(), *end = k + rows.size(); k != end;)
      ((++table[*k++]), ...);
  };
  std::apply(count, counts);
}

void QuantileSketch::merge(const QuantileSketch& other) {
  if (other.recent_.empty()) return;
  reach(other.low_, other.low_ + static_cast<int>(other.recent_.size()) - 1);
  const auto shift = static_cast<std::size_t>(other.low_ - low_);
  for (std::size_t i = 0; i < other.counts_.size(); ++i)
    counts_[shift + i] += other.counts_[i] + other.recent_[i];
}

std::int64_t QuantileSketch::count() const {
  return std::accumulate(counts_.begin(), counts_.end(), std::int64_t{n_recent_});
}

double QuantileSketch::quantile(double p) const {
  const std::int64_t n = count();
  if (n == 0) return std::numeric_limits<double>::quiet_NaN();
  const double rank = p * static_cast<double>(n - 1);
  double before = 0;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    const double here = static_cast<double>(counts_[i]) + recent_[i];
    if (before + here <= rank || here == 0) {
      before += here;
      continue;
    }
    const int k = low_ + static_cast<int>(i);
    if (k == 0) return 0;
    // The values of an interval are taken to lie evenly in it.
    const double inside = (rank - before + 0.5) / here;
    const double low = edge(std::abs(k)), high = edge(std::abs(k) + 1);
    return k > 0 ? low + inside * (high - low) : -(high - inside * (high - low));
  }
  return std::numeric_limits<double>::quiet_NaN();
}

}  // namespace entact
