#include "entact/stats/concordance.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "entact/base/error.h"

namespace entact {
namespace {

using Eigen::Index;

/// Weight by rank, with sums below and above a rank (a Fenwick tree).
class RankedWeights {
 public:
  explicit RankedWeights(std::size_t ranks) : sums_(ranks + 1, 0.0) {}
  void add(std::size_t rank, double weight) {
    total_ += weight;
    for (std::size_t i = rank + 1; i < sums_.size(); i += i & (~i + 1)) sums_[i] += weight;
  }
  struct Split {
    double below = 0, at = 0, above = 0;
  };
  [[nodiscard]] Split split(std::size_t rank) const {
    const double below = up_to(rank), with = up_to(rank + 1);
    return {below, with - below, total_ - with};
  }

 private:
  [[nodiscard]] double up_to(std::size_t i) const {
    double sum = 0;
    for (; i > 0; i -= i & (~i + 1)) sum += sums_[i];
    return sum;
  }
  std::vector<double> sums_;
  double total_ = 0;
};

/// Ranks from 0; values that differ by rounding only share one.
std::vector<std::size_t> ranks_of(std::span<const double> risk) {
  std::vector<std::size_t> order(risk.size()), rank(risk.size(), 0);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&risk](std::size_t a, std::size_t b) { return risk[a] < risk[b]; });
  std::size_t now = 0;
  for (std::size_t i = 1; i < order.size(); ++i) {
    const double gap = risk[order[i]] - risk[order[i - 1]];
    if (gap > 1e-12 * (1 + std::abs(risk[order[i]]))) ++now;
    rank[order[i]] = now;
  }
  return rank;
}

/// Pairs of one row, weighted by the other row.
struct Pairs {
  double concordant = 0, discordant = 0, tied = 0;
  void add(double c, double d, double t) {
    concordant += c;
    discordant += d;
    tied += t;
  }
};

struct Walk {
  const SurvivalData& data;
  const RiskOrder& order;
  const std::vector<std::size_t>& rank;
  std::vector<Pairs> pairs{};

  [[nodiscard]] std::size_t row(std::ptrdiff_t position) const {
    return order.row[static_cast<std::size_t>(position)];
  }
  void put(RankedWeights& tree, std::ptrdiff_t position, double sign) const {
    tree.add(rank[row(position)], sign * data.weight_of(row(position)));
  }

  /// Each event against those at risk after it, from the last tie to the first.
  void events(std::size_t ranks) {
    const auto t = static_cast<std::ptrdiff_t>(order.ties.size());
    std::ptrdiff_t in = static_cast<std::ptrdiff_t>(order.row.size());
    std::size_t out = order.late.size();
    RankedWeights tree(ranks);
    std::vector<std::ptrdiff_t> inside;  // positions put in since the stratum opened
    for (std::ptrdiff_t k = t - 1; k >= 0; --k) {
      const RiskOrder::Tie& tie = order.ties[static_cast<std::size_t>(k)];
      for (; in > tie.first + tie.deaths; --in)
        if (order.first_tie[static_cast<std::size_t>(in - 1)] <= k) {
          put(tree, in - 1, 1);
          inside.push_back(in - 1);
        }
      for (; out > 0 && order.first_tie[static_cast<std::size_t>(order.late[out - 1])] > k; --out)
        put(tree, order.late[out - 1], -1);
      for (std::ptrdiff_t i = tie.first; i < tie.first + tie.deaths; ++i) {
        const RankedWeights::Split s = tree.split(rank[row(i)]);
        pairs[row(i)].add(s.below, s.above, s.at);
      }
      for (; in > tie.first; --in) {
        put(tree, in - 1, 1);
        inside.push_back(in - 1);
      }
      if (!tie.opens) continue;
      // The tree must be empty for the next stratum; what entered late has been taken out already.
      for (const std::ptrdiff_t i : inside)
        if (order.first_tie[static_cast<std::size_t>(i)] == k) put(tree, i, -1);
      inside.clear();
    }
  }

  /// Each row against the events that happened while it was at risk, from the first tie to the
  /// last.
  void survivors(std::size_t ranks) {
    RankedWeights tree(ranks);
    std::ptrdiff_t done = 0;
    std::size_t late = 0;
    std::vector<std::ptrdiff_t> inside;
    const auto subtract_until = [&](std::ptrdiff_t tie) {
      for (; late < order.late.size() &&
             order.first_tie[static_cast<std::size_t>(order.late[late])] <= tie;
           ++late)
        against(tree, order.late[late], -1);
    };
    const auto n = static_cast<std::ptrdiff_t>(order.row.size());
    for (std::ptrdiff_t i = 0; i < n; ++i) {
      const auto at = static_cast<std::size_t>(i);
      const std::ptrdiff_t last = order.last_tie[at] - (order.is_event(i) ? 1 : 0);
      for (; done < last; ++done) {
        subtract_until(done);
        const RiskOrder::Tie& tie = order.ties[static_cast<std::size_t>(done)];
        if (tie.opens) {
          for (const std::ptrdiff_t event : inside) put(tree, event, -1);
          inside.clear();
        }
        for (std::ptrdiff_t e = tie.first; e < tie.first + tie.deaths; ++e) {
          put(tree, e, 1);
          inside.push_back(e);
        }
      }
      subtract_until(done);
      if (order.first_tie[at] < last) against(tree, i, 1);
    }
  }

  void against(const RankedWeights& tree, std::ptrdiff_t position, double sign) {
    // A late row whose only tie is that of its own event was compared with nobody.
    const auto at = static_cast<std::size_t>(position);
    if (order.first_tie[at] >= order.last_tie[at] - (order.is_event(position) ? 1 : 0)) return;
    const RankedWeights::Split s = tree.split(rank[row(position)]);
    pairs[row(position)].add(sign * s.above, sign * s.below, sign * s.at);
  }
};

double jackknife(const std::vector<double>& change, std::span<const int> cluster) {
  double sum = 0;
  if (cluster.empty()) {
    for (const double c : change) sum += c * c;
    return std::sqrt(sum);
  }
  std::vector<double> by(
      static_cast<std::size_t>(1 + *std::max_element(cluster.begin(), cluster.end())), 0.0);
  for (std::size_t i = 0; i < change.size(); ++i)
    by[static_cast<std::size_t>(cluster[i])] += change[i];
  for (const double c : by) sum += c * c;
  return std::sqrt(sum);
}

}  // namespace

Concordance concordance(const SurvivalData& data, std::span<const double> risk,
                        std::span<const int> cluster) {
  const std::size_t n = data.stop.size();
  require(risk.size() == n && (cluster.empty() || cluster.size() == n), "stats.survival.length",
          fmt::format("{} rows need one risk and cluster each, saw {} and {}", n, risk.size(),
                      cluster.size()));
  const RiskOrder order = risk_order(data);
  const std::vector<std::size_t> rank = ranks_of(risk);
  const std::size_t ranks = n == 0 ? 0 : 1 + *std::max_element(rank.begin(), rank.end());
  Walk walk{.data = data, .order = order, .rank = rank, .pairs = std::vector<Pairs>(n)};
  walk.events(ranks);
  Concordance result;
  for (std::size_t i = 0; i < n; ++i) {
    result.concordant += data.weight_of(i) * walk.pairs[i].concordant;
    result.discordant += data.weight_of(i) * walk.pairs[i].discordant;
    result.tied += data.weight_of(i) * walk.pairs[i].tied;
  }
  walk.survivors(ranks);
  const double pairs = result.concordant + result.discordant + result.tied;
  const double somers = (result.concordant - result.discordant) / pairs;
  result.value = (somers + 1) / 2;
  std::vector<double> change(n);
  for (std::size_t i = 0; i < n; ++i) {
    const Pairs& own = walk.pairs[i];
    change[i] =
        data.weight_of(i) / pairs / 2 *
        (own.concordant - own.discordant - somers * (own.concordant + own.discordant + own.tied));
  }
  result.se = jackknife(change, cluster);
  return result;
}

}  // namespace entact
