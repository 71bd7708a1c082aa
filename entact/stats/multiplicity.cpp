#include "entact/stats/multiplicity.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "entact/base/error.h"

namespace entact {
namespace {

std::vector<std::size_t> ascending(std::span<const double> p) {
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return p[a] < p[b]; });
  return order;
}

void check(std::span<const double> p) {
  for (const double each : p)
    require(each >= 0 && each <= 1, "stats.multiplicity.p",
            fmt::format("a p-value lies in [0, 1]; saw {}", each));
}

void check_graph(std::size_t m, const TestGraph& graph) {
  const auto wrong = [](const std::vector<double>& shares, std::size_t length) {
    const bool inside =
        std::all_of(shares.begin(), shares.end(), [](double w) { return w >= 0 && w <= 1; });
    return shares.size() != length || !inside ||
           std::accumulate(shares.begin(), shares.end(), 0.0) > 1 + 1e-12;
  };
  require(!wrong(graph.weight, m), "stats.multiplicity.graph",
          fmt::format("{} tests need {} weights in [0, 1] with a sum of at most 1; saw [{}]", m, m,
                      fmt::join(graph.weight, ", ")));
  require(
      graph.transition.size() == m, "stats.multiplicity.graph",
      fmt::format("{} tests need {} rows of transitions; saw {}", m, m, graph.transition.size()));
  for (std::size_t i = 0; i < m; ++i)
    require(!wrong(graph.transition[i], m) && graph.transition[i][i] == 0,
            "stats.multiplicity.graph",
            fmt::format("row {} of the transitions needs {} shares in [0, 1] with a sum of at most "
                        "1 and 0 on the diagonal; saw [{}]",
                        i + 1, m, fmt::join(graph.transition[i], ", ")));
}

/// Hands the weight of i to those left, and joins the edges that led through it.
void reject(TestGraph& graph, std::size_t i, const std::vector<bool>& left) {
  const TestGraph old = graph;
  const auto& g = old.transition;
  for (std::size_t j = 0; j < left.size(); ++j) {
    if (!left[j]) continue;
    graph.weight[j] = old.weight[j] + old.weight[i] * g[i][j];
    const double loop = g[j][i] * g[i][j];
    for (std::size_t k = 0; k < left.size(); ++k)
      graph.transition[j][k] =
          left[k] && k != j && loop < 1 ? (g[j][k] + g[j][i] * g[i][k]) / (1 - loop) : 0;
  }
  graph.weight[i] = 0;
}

/// Indices of the terms of each group.
std::vector<std::vector<std::size_t>> members(std::span<const int> group) {
  std::vector<std::vector<std::size_t>> all;
  for (std::size_t i = 0; i < group.size(); ++i) {
    require(group[i] >= 0, "stats.multiplicity.groups",
            fmt::format("a group is 0 or more; saw {}", group[i]));
    const auto g = static_cast<std::size_t>(group[i]);
    if (g >= all.size()) all.resize(g + 1);
    all[g].push_back(i);
  }
  for (std::size_t g = 0; g < all.size(); ++g)
    require(!all[g].empty(), "stats.multiplicity.groups", fmt::format("group {} has no term", g));
  return all;
}

/// Adjusts the p of these terms as one family and writes them where they belong.
void adjust(std::vector<double>& into, std::span<const double> p,
            const std::vector<std::size_t>& terms) {
  std::vector<double> family;
  for (const std::size_t i : terms) family.push_back(p[i]);
  const std::vector<double> adjusted = benjamini_hochberg(family);
  for (std::size_t i = 0; i < terms.size(); ++i) into[terms[i]] = adjusted[i];
}

}  // namespace

std::vector<double> benjamini_hochberg(std::span<const double> p) {
  check(p);
  const auto order = ascending(p);
  const auto m = static_cast<double>(p.size());
  std::vector<double> adjusted(p.size());
  double least = 1;
  for (std::size_t i = order.size(); i-- > 0;) {
    least = std::min(least, m * p[order[i]] / static_cast<double>(i + 1));
    adjusted[order[i]] = least;
  }
  return adjusted;
}

std::vector<double> holm(std::span<const double> p) {
  check(p);
  const auto order = ascending(p);
  std::vector<double> adjusted(p.size());
  double greatest = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    greatest = std::max(greatest, std::min(1.0, static_cast<double>(p.size() - i) * p[order[i]]));
    adjusted[order[i]] = greatest;
  }
  return adjusted;
}

std::vector<double> hochberg(std::span<const double> p) {
  check(p);
  const auto order = ascending(p);
  std::vector<double> adjusted(p.size());
  double least = 1;
  for (std::size_t i = order.size(); i-- > 0;) {
    least = std::min(least, static_cast<double>(p.size() - i) * p[order[i]]);
    adjusted[order[i]] = least;
  }
  return adjusted;
}

std::vector<double> fixed_sequence(std::span<const double> p) {
  check(p);
  std::vector<double> adjusted(p.begin(), p.end());
  for (std::size_t i = 1; i < adjusted.size(); ++i)
    adjusted[i] = std::max(adjusted[i], adjusted[i - 1]);
  return adjusted;
}

std::vector<double> graphical(std::span<const double> p, const TestGraph& given) {
  check(p);
  check_graph(p.size(), given);
  TestGraph graph = given;
  std::vector<bool> left(p.size(), true);
  std::vector<double> adjusted(p.size(), 1.0);
  double greatest = 0;
  for (std::size_t step = 0; step < p.size(); ++step) {
    std::size_t next = p.size();
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < p.size(); ++i)
      if (left[i] && graph.weight[i] > 0 && p[i] / graph.weight[i] < least) {
        least = p[i] / graph.weight[i];
        next = i;
      }
    if (next == p.size()) return adjusted;  // no weight is left: the others cannot be rejected
    greatest = std::max(greatest, std::min(1.0, least));
    adjusted[next] = greatest;
    left[next] = false;
    reject(graph, next, left);
  }
  return adjusted;
}

DoubleFdr double_fdr(std::span<const double> p, std::span<const int> group, double alpha,
                     DoubleFdrRule rule) {
  check(p);
  require(
      p.size() == group.size(), "stats.multiplicity.groups",
      fmt::format("each term needs its group; saw {} terms and {} groups", p.size(), group.size()));
  const auto groups = members(group);
  DoubleFdr result{.term = std::vector<double>(p.size(), 1.0)};
  for (const auto& terms : groups) adjust(result.term, p, terms);
  std::vector<double> least;
  for (const auto& terms : groups) {
    double smallest = 1;
    for (const std::size_t i : terms)
      smallest = std::min(smallest, rule == DoubleFdrRule::mehrotra_heyse ? p[i] : result.term[i]);
    least.push_back(smallest);
  }
  result.group = benjamini_hochberg(least);
  if (rule == DoubleFdrRule::mehrotra_adewale) {
    std::vector<std::size_t> family;
    for (std::size_t g = 0; g < groups.size(); ++g)
      if (result.group[g] <= alpha) family.insert(family.end(), groups[g].begin(), groups[g].end());
    std::fill(result.term.begin(), result.term.end(), 1.0);
    adjust(result.term, p, family);
  }
  for (std::size_t i = 0; i < p.size(); ++i)
    result.flagged.push_back(result.term[i] <= alpha &&
                             result.group[static_cast<std::size_t>(group[i])] <= alpha);
  return result;
}

}  // namespace entact
