#include "entact/stats/risk_order.h"

#include <algorithm>
#include <numeric>

namespace entact {
namespace {

/// What the rows are sorted by, side by side for speed.
struct Key {
  double stop = 0;
  int stratum = 0;
  bool censored = false;
  std::uint32_t row = 0;
  bool operator<(const Key& other) const {
    if (stratum != other.stratum) return stratum < other.stratum;
    if (stop != other.stop) return stop < other.stop;
    if (censored != other.censored) return !censored;
    return row < other.row;
  }
};

std::vector<Key> sorted_keys(const SurvivalData& data) {
  std::vector<Key> keys(data.stop.size());
  for (std::size_t i = 0; i < keys.size(); ++i)
    keys[i] = {data.stop[i], data.stratum_of(i), data.event[i] == 0, static_cast<std::uint32_t>(i)};
  std::sort(keys.begin(), keys.end());
  return keys;
}

/// The first tie after a row's entry, within the ties [from, to) of its stratum.
std::ptrdiff_t tie_after(const std::vector<RiskOrder::Tie>& ties, std::ptrdiff_t from,
                         std::ptrdiff_t to, double start) {
  const auto found =
      std::upper_bound(ties.begin() + from, ties.begin() + to, start,
                       [](double time, const RiskOrder::Tie& tie) { return time < tie.time; });
  return found - ties.begin();
}

}  // namespace

RiskOrder risk_order(const SurvivalData& data) {
  const std::vector<Key> keys = sorted_keys(data);
  const std::size_t n = keys.size();
  RiskOrder order{.row = std::vector<std::size_t>(n),
                  .first_tie = std::vector<std::ptrdiff_t>(n),
                  .last_tie = std::vector<std::ptrdiff_t>(n)};
  std::ptrdiff_t base = 0;  // first tie of the stratum
  for (std::size_t p = 0; p < n; ++p) {
    const Key& key = keys[p];
    const bool opens = p == 0 || keys[p - 1].stratum != key.stratum;
    if (opens) base = static_cast<std::ptrdiff_t>(order.ties.size());
    const bool new_tie = opens || order.ties.size() == static_cast<std::size_t>(base) ||
                         order.ties.back().time != key.stop;
    if (!key.censored && new_tie)
      order.ties.push_back({key.stop, static_cast<std::ptrdiff_t>(p), 0,
                            order.ties.size() == static_cast<std::size_t>(base)});
    if (!key.censored) ++order.ties.back().deaths;
    order.row[p] = key.row;
    order.last_tie[p] = static_cast<std::ptrdiff_t>(order.ties.size());
    order.first_tie[p] = base;
  }
  if (data.start.empty()) return order;
  for (std::size_t p = 0; p < n; ++p) {
    const std::ptrdiff_t from = order.first_tie[p];
    order.first_tie[p] = tie_after(order.ties, from, order.last_tie[p], data.start[order.row[p]]);
    if (order.first_tie[p] > from && order.first_tie[p] < order.last_tie[p])
      order.late.push_back(static_cast<std::ptrdiff_t>(p));
  }
  std::stable_sort(order.late.begin(), order.late.end(), [&order](auto a, auto b) {
    return order.first_tie[static_cast<std::size_t>(a)] <
           order.first_tie[static_cast<std::size_t>(b)];
  });
  return order;
}

}  // namespace entact
