#include "entact/num/quantile_sketch.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>

namespace entact {

double QuantileSketch::edge(int k) {
  return k <= 0 ? 0.0 : std::bit_cast<double>((std::int64_t{k} + zero) << (52 - bits_kept));
}

void QuantileSketch::reach(int first, int last) {
  if (counts_.empty()) low_ = first;
  if (first < low_) {
    counts_.insert(counts_.begin(), static_cast<std::size_t>(low_ - first), 0);
    low_ = first;
  }
  const auto size = static_cast<std::size_t>(last - low_ + 1);
  if (size > counts_.size()) counts_.resize(size, 0);
}

void QuantileSketch::add_outside(int k) {
  const int more = counts_.empty() ? 0 : 16;  // room, or each new extreme would move all
  reach(k - more, k + more);
  ++counts_[static_cast<std::size_t>(k - low_)];
}

void QuantileSketch::add_intervals(std::span<const std::int16_t> intervals, std::int16_t nobody) {
  std::uint32_t* counts = counts_.data();
  int low = low_;
  auto size = static_cast<unsigned>(counts_.size());
  for (const std::int16_t k : intervals) {
    const auto at = static_cast<unsigned>(k - low);
    if (at < size) {
      ++counts[at];
    } else if (k != nobody) {
      add_outside(k);
      counts = counts_.data(), low = low_, size = static_cast<unsigned>(counts_.size());
    }
  }
}

void QuantileSketch::merge(const QuantileSketch& other) {
  if (other.counts_.empty()) return;
  reach(other.low_, other.low_ + static_cast<int>(other.counts_.size()) - 1);
  const auto shift = static_cast<std::size_t>(other.low_ - low_);
  for (std::size_t i = 0; i < other.counts_.size(); ++i) counts_[shift + i] += other.counts_[i];
}

std::int64_t QuantileSketch::count() const {
  return std::accumulate(counts_.begin(), counts_.end(), std::int64_t{0});
}

double QuantileSketch::quantile(double p) const {
  const std::int64_t n = count();
  if (n == 0) return std::numeric_limits<double>::quiet_NaN();
  const double rank = p * static_cast<double>(n - 1);
  double before = 0;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    const double here = counts_[i];
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
