#include "entact/stats/multiplicity.h"

#include <fmt/format.h>

#include <algorithm>
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
