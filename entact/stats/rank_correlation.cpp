#include "entact/stats/rank_correlation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "entact/base/error.h"
#include "entact/num/distributions.h"

namespace entact {
namespace {

constexpr std::size_t largest_exact = 200;

/// Sums over the groups of tied values that tau-b and its variance need.
struct Ties {
  double pairs = 0;    ///< t (t - 1) / 2
  double spread = 0;   ///< t (t - 1) (2 t + 5)
  double triples = 0;  ///< t (t - 1) (t - 2)
};

Ties ties_of(std::span<const double> values) {
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  Ties ties;
  for (auto it = sorted.begin(); it != sorted.end();) {
    const auto next = std::upper_bound(it, sorted.end(), *it);
    const auto t = static_cast<double>(next - it);
    ties.pairs += t * (t - 1) / 2;
    ties.spread += t * (t - 1) * (2 * t + 5);
    ties.triples += t * (t - 1) * (t - 2);
    it = next;
  }
  return ties;
}

double sign(double v) { return v > 0 ? 1 : v < 0 ? -1 : 0; }

/// Concordant minus discordant pairs.
double excess_concordance(std::span<const double> x, std::span<const double> y) {
  double s = 0;
  for (std::size_t i = 0; i < x.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) s += sign(x[i] - x[j]) * sign(y[i] - y[j]);
  return s;
}

/// P(D = d), d = 0..n(n-1)/2, of the number of discordant pairs when all orders are alike: each
/// member m adds 0..m-1 of them with equal chance.
std::vector<double> discordance_distribution(std::size_t n) {
  std::vector<double> chance{1};
  for (std::size_t m = 2; m <= n; ++m) {
    std::vector<double> next(chance.size() + m - 1, 0.0);
    for (std::size_t d = 0; d < chance.size(); ++d)
      for (std::size_t add = 0; add < m; ++add) next[d + add] += chance[d] / static_cast<double>(m);
    chance = std::move(next);
  }
  return chance;
}

double exact_p(double s, std::size_t n) {
  const std::vector<double> chance = discordance_distribution(n);
  const double pairs = static_cast<double>(n * (n - 1)) / 2;
  // The distribution is symmetric: the nearer tail, doubled.
  const auto nearer = static_cast<std::size_t>(std::lround((pairs - std::abs(s)) / 2));
  double tail = 0;
  for (std::size_t d = 0; d <= nearer; ++d) tail += chance[d];
  return std::fmin(1, 2 * tail);
}

double normal_p(double s, double n, const Ties& x, const Ties& y) {
  const double m = n * (n - 1);
  const double variance = (m * (2 * n + 5) - x.spread - y.spread) / 18 +
                          4 * x.pairs * y.pairs / (2 * m) +
                          x.triples * y.triples / (9 * m * (n - 2));
  return two_sided_p(s / std::sqrt(variance), INFINITY);
}

}  // namespace

Kendall kendall(std::span<const double> x, std::span<const double> y) {
  const auto finite = [](double v) { return std::isfinite(v); };
  require(x.size() == y.size() && x.size() >= 3 && std::all_of(x.begin(), x.end(), finite) &&
              std::all_of(y.begin(), y.end(), finite),
          "stats.rank_correlation.input",
          fmt::format("a rank correlation needs two sequences of one length, at least 3, of finite "
                      "numbers; saw lengths {} and {}",
                      x.size(), y.size()));
  const Ties ties_x = ties_of(x), ties_y = ties_of(y);
  const auto n = static_cast<double>(x.size());
  const double pairs = n * (n - 1) / 2;
  require(ties_x.pairs < pairs && ties_y.pairs < pairs, "stats.rank_correlation.constant",
          "all values of a sequence are equal, so it has no order", ErrorKind::unanswerable);
  const double s = excess_concordance(x, y);
  Kendall result{.tau = s / std::sqrt((pairs - ties_x.pairs) * (pairs - ties_y.pairs))};
  result.exact = ties_x.pairs == 0 && ties_y.pairs == 0 && x.size() <= largest_exact;
  result.p = result.exact ? exact_p(s, x.size()) : normal_p(s, n, ties_x, ties_y);
  return result;
}

Kendall begg_test(std::span<const double> yi, std::span<const double> vi) {
  const auto positive = [](double v) { return v > 0; };
  require(yi.size() == vi.size() && yi.size() >= 3 && std::all_of(vi.begin(), vi.end(), positive),
          "stats.rank_correlation.input",
          fmt::format("the rank test needs at least 3 studies, each with a positive variance; saw "
                      "{} estimates and {} variances",
                      yi.size(), vi.size()));
  double w = 0, theta = 0;
  for (std::size_t i = 0; i < yi.size(); ++i) w += 1 / vi[i], theta += yi[i] / vi[i];
  theta /= w;
  std::vector<double> standardised;
  for (std::size_t i = 0; i < yi.size(); ++i)
    standardised.push_back((yi[i] - theta) / std::sqrt(vi[i] - 1 / w));
  return kendall(standardised, vi);
}

}  // namespace entact
