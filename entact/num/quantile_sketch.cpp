#include "entact/num/quantile_sketch.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

namespace entact {

QuantileIntervals::QuantileIntervals(double finest)
    : even_(std::ldexp(1.0, std::clamp(std::ilogb(finest), -400, 400) + bits_kept)) {}

double QuantileIntervals::edge(int k) const {
  return std::bit_cast<double>(first() + (std::int64_t{k} << bits_dropped)) - even_;
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

void QuantileSketch::expect(std::size_t more) {
  if (n_recent_ + more > most_recent) settle();
  n_recent_ += static_cast<std::uint32_t>(more);
}

void QuantileSketch::add(double value) {
  const int k = intervals_(value);
  expect(1);
  reach(k, k);
  ++recent_[static_cast<std::size_t>(k - low_)];
}

namespace {

/// Where the counts of a sketch are, for intervals from `low` on.
struct Counts {
  std::uint16_t* first = nullptr;
  int low = 0;
  unsigned size = 0;
};

}  // namespace

void QuantileSketch::add_rows(std::span<QuantileSketch> sketches,
                              std::span<const std::int16_t> rows) {
  constexpr std::size_t most = most_recent * row_size;
  for (; rows.size() > most; rows = rows.subspan(most)) add_rows(sketches, rows.first(most));
  const auto counts_of = [&](std::size_t j) -> Counts {
    std::vector<std::uint16_t>& counts = sketches[j].recent_;
    return {counts.data(), sketches[j].low_, static_cast<unsigned>(counts.size())};
  };
  std::uint16_t nowhere = 0;
  std::array<Counts, row_size> columns;
  columns.fill({&nowhere, 0, 1});
  for (std::size_t j = 0; j < sketches.size(); ++j) {
    sketches[j].expect(rows.size() / row_size);
    columns[j] = counts_of(j);
  }
  const auto count = [&](std::size_t j, int k) {
    if (static_cast<unsigned>(k - columns[j].low) >= columns[j].size) [[unlikely]] {
      sketches[j].reach(k, k);
      columns[j] = counts_of(j);
    }
    ++columns[j].first[k - columns[j].low];
  };
  const std::int16_t* end = rows.data() + rows.size();
  for (const std::int16_t* row = rows.data(); row != end; row += row_size)
    [&]<std::size_t... j>(std::index_sequence<j...>) { (count(j, row[j]), ...); }
  (std::make_index_sequence<row_size>());
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
    const double low = intervals_.edge(std::abs(k)), high = intervals_.edge(std::abs(k) + 1);
    return k > 0 ? low + inside * (high - low) : -(high - inside * (high - low));
  }
  return std::numeric_limits<double>::quiet_NaN();
}

}  // namespace entact
