#include "entact/stats/exact_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "entact/base/error.h"
#include "entact/num/roots.h"
#include "entact/stats/proportion.h"

namespace entact {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

void check_whole(const TwoByTwo& t) {
  check_counts(t);
  for (double count : {t.events1, t.n1, t.events2, t.n2})
    require(count == std::floor(count), "stats.two_by_two.counts",
            fmt::format("exact tests need whole counts; saw {}", count));
}

double log_choose(double n, double k) {
  return std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1);
}

/// Events of arm 1 given both margins, with odds ratio psi: the noncentral hypergeometric.
class Conditional {
 public:
  explicit Conditional(const TwoByTwo& t) {
    const double events = t.events1 + t.events2;
    low_ = std::fmax(0, events - t.n2);
    for (double x = low_; x <= std::fmin(events, t.n1); ++x)
      log_weight_.push_back(log_choose(t.n1, x) + log_choose(t.n2, events - x));
  }
  [[nodiscard]] double low() const { return low_; }
  [[nodiscard]] double high() const { return low_ + static_cast<double>(log_weight_.size()) - 1; }

  [[nodiscard]] std::vector<double> density(double log_psi) const {
    std::vector<double> p(log_weight_.size());
    double most = -infinity, sum = 0;
    for (std::size_t i = 0; i < p.size(); ++i) {
      p[i] = log_weight_[i] + log_psi * static_cast<double>(i);
      most = std::fmax(most, p[i]);
    }
    for (double& value : p) sum += value = std::exp(value - most);
    for (double& value : p) value /= sum;
    return p;
  }
  [[nodiscard]] double mean(double log_psi) const {
    const std::vector<double> p = density(log_psi);
    double sum = low_;
    for (std::size_t i = 0; i < p.size(); ++i) sum += p[i] * static_cast<double>(i);
    return sum;
  }
  /// P(X <= x), or P(X >= x).
  [[nodiscard]] double tail(double log_psi, double x, bool upper) const {
    const std::vector<double> p = density(log_psi);
    double sum = 0;
    for (std::size_t i = 0; i < p.size(); ++i) {
      const double at = low_ + static_cast<double>(i);
      if (upper ? at >= x : at <= x) sum += p[i];
    }
    return sum;
  }

 private:
  double low_ = 0;
  std::vector<double> log_weight_{};
};

/// exp of the root of an increasing or decreasing function of the log odds ratio.
template <typename F>
double odds_at_root(const F& f) {
  double reach = 1;
  while (reach < 600 && (f(-reach) > 0) == (f(reach) > 0)) reach *= 2;
  return std::exp(find_root(f, -reach, reach).x);
}

double two_sided(const Conditional& table, double x) {
  const std::vector<double> p = table.density(0);
  const double own = p[static_cast<std::size_t>(x - table.low())] * (1 + 1e-7);  // R's tolerance
  double sum = 0;
  for (double value : p) sum += value <= own ? value : 0;
  return std::fmin(1, sum);
}

std::vector<double> binomial(double n, double risk) {
  std::vector<double> p;
  for (double x = 0; x <= n; ++x)
    p.push_back(std::exp(log_choose(n, x) + x * std::log(risk) + (n - x) * std::log1p(-risk)));
  return p;
}

double pooled_z(double x1, double n1, double x2, double n2) {
  const double pooled = (x1 + x2) / (n1 + n2);
  const double spread = pooled * (1 - pooled) * (1 / n1 + 1 / n2);
  return spread > 0 ? (x1 / n1 - x2 / n2) / std::sqrt(spread) : 0;
}

/// The tables at least as far from equality as one: for each x1 those x2 up to `below` or from
/// `above` on, as |z| falls and then rises with x2.
struct Region {
  double n1 = 0, n2 = 0;
  std::vector<int> below{}, above{};

  Region(const TwoByTwo& t) : n1(t.n1), n2(t.n2) {
    const double z = std::abs(pooled_z(t.events1, n1, t.events2, n2)) * (1 - 1e-10);
    for (double x1 = 0; x1 <= n1; ++x1) {
      int low = -1, high = static_cast<int>(n2) + 1;
      while (low < high - 1 && pooled_z(x1, n1, low + 1, n2) >= z) ++low;
      while (high > low + 1 && -pooled_z(x1, n1, high - 1, n2) >= z) --high;
      below.push_back(low);
      above.push_back(high);
    }
  }
  [[nodiscard]] double probability(double risk) const {
    const std::vector<double> first = binomial(n1, risk), second = binomial(n2, risk);
    std::vector<double> cumulative{0};
    for (double p : second) cumulative.push_back(cumulative.back() + p);
    double sum = 0;
    for (std::size_t x1 = 0; x1 < first.size(); ++x1)
      sum += first[x1] * (cumulative[static_cast<std::size_t>(below[x1] + 1)] + cumulative.back() -
                          cumulative[static_cast<std::size_t>(above[x1])]);
    return sum;
  }
};

}  // namespace

FisherExact fisher_exact(const TwoByTwo& t, double level) {
  check_whole(t);
  check_level(level);
  const Conditional table(t);
  const double x = t.events1, alpha = 1 - level;
  FisherExact result{.p = two_sided(table, x)};
  result.interval = {0, infinity, level, "exact conditional"};
  if (table.low() == table.high()) {  // the margins leave one table
    result.odds_ratio = std::numeric_limits<double>::quiet_NaN();
    return result;
  }
  if (x > table.low())
    result.interval.low =
        odds_at_root([&](double psi) { return table.tail(psi, x, true) - alpha / 2; });
  if (x < table.high())
    result.interval.high =
        odds_at_root([&](double psi) { return table.tail(psi, x, false) - alpha / 2; });
  result.odds_ratio = x == table.low() ? 0
                      : x == table.high()
                          ? infinity
                          : odds_at_root([&](double psi) { return table.mean(psi) - x; });
  return result;
}

double barnard_exact_p(const TwoByTwo& t) {
  check_whole(t);
  require(
      t.n1 + t.n2 <= 20000, "stats.exact.size",
      fmt::format("an unconditional exact test of {} persons takes too long, and the score test "
                  "does as well",
                  t.n1 + t.n2),
      ErrorKind::unanswerable);
  if (pooled_z(t.events1, t.n1, t.events2, t.n2) == 0) return 1;
  const Region region(t);
  constexpr int steps = 1000;
  std::vector<std::pair<double, double>> found;  // probability, risk
  for (int i = 1; i < steps; ++i)
    found.emplace_back(region.probability(double(i) / steps), double(i) / steps);
  std::sort(found.rbegin(), found.rend());
  double best = found.front().first;
  for (std::size_t peak = 0; peak < 3; ++peak) {
    double low = std::fmax(found[peak].second - 1.0 / steps, 1e-9);
    double high = std::fmin(found[peak].second + 1.0 / steps, 1 - 1e-9);
    for (int i = 0; i < 60; ++i) {  // ternary search: one maximum between two steps of the grid
      const double a = low + (high - low) / 3, b = high - (high - low) / 3;
      const double pa = region.probability(a), pb = region.probability(b);
      best = std::fmax(best, std::fmax(pa, pb));
      (pa < pb ? low : high) = pa < pb ? a : b;
    }
  }
  return std::fmin(1, best);
}

}  // namespace entact
