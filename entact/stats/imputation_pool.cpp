#include "entact/stats/imputation_pool.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "entact/base/error.h"
#include "entact/num/distributions.h"

namespace entact {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

void check(std::size_t count, double level) {
  require(count >= 2, "stats.impute.few",
          fmt::format("pooling needs two data sets or more; saw {}", count), ErrorKind::usage);
  require(level > 0 && level < 1, "stats.impute.option",
          fmt::format("level must lie between 0 and 1; saw {}", level), ErrorKind::usage);
}

double mean_of(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double squares_around_mean(std::span<const double> values) {
  const double mean = mean_of(values);
  double sum = 0;
  for (const double value : values) sum += (value - mean) * (value - mean);
  return sum;
}

PooledImputation with_interval(double estimate, double se, double df, double level) {
  PooledImputation pooled{.estimate = estimate, .se = se, .df = df};
  const double reach = t_quantile(0.5 + level / 2, df) * se;
  pooled.low = estimate - reach;
  pooled.high = estimate + reach;
  pooled.p = se > 0 ? two_sided_p(estimate / se, df) : (estimate == 0 ? 1 : 0);
  return pooled;
}

double barnard_rubin(double complete, double missing_share, double m) {
  const double old = missing_share > 0 ? (m - 1) / (missing_share * missing_share) : infinity;
  if (std::isinf(complete)) return old;
  const double observed = (complete + 1) / (complete + 3) * complete * (1 - missing_share);
  return std::isinf(old) ? observed : old * observed / (old + observed);
}

double quantile(const std::vector<double>& sorted, double p) {
  const double at = p * static_cast<double>(sorted.size() + 1);
  if (at <= 1) return sorted.front();
  if (at >= static_cast<double>(sorted.size())) return sorted.back();
  const auto below = static_cast<std::size_t>(at);
  const double part = at - std::floor(at);
  return (1 - part) * sorted[below - 1] + part * sorted[below];
}

}  // namespace

PooledImputation pool_rubin(std::span<const AnalysisEstimate> estimates, double level) {
  check(estimates.size(), level);
  const auto m = static_cast<double>(estimates.size());
  std::vector<double> values;
  double within = 0, df = infinity;
  for (const AnalysisEstimate& each : estimates) {
    values.push_back(each.estimate);
    within += each.se * each.se / m;
    df = std::min(df, each.df);
  }
  const double between = squares_around_mean(values) / (m - 1);
  const double total = within + (1 + 1 / m) * between;
  const double share = total > 0 ? (1 + 1 / m) * between / total : 0;
  PooledImputation pooled =
      with_interval(mean_of(values), std::sqrt(total), barnard_rubin(df, share, m), level);
  pooled.within = within;
  pooled.between = between;
  pooled.missing_share = share;
  return pooled;
}

PooledImputation pool_jackknife(double of_all, std::span<const double> estimates, double level) {
  check(estimates.size(), level);
  const auto n = static_cast<double>(estimates.size());
  return with_interval(of_all, std::sqrt((n - 1) / n * squares_around_mean(estimates)), infinity,
                       level);
}

PooledImputation pool_bootstrap_normal(double of_all, std::span<const double> estimates,
                                       double level) {
  check(estimates.size(), level);
  const auto b = static_cast<double>(estimates.size());
  return with_interval(of_all, std::sqrt(squares_around_mean(estimates) / (b - 1)), infinity,
                       level);
}

PooledImputation pool_bootstrap_percentile(double of_all, std::span<const double> estimates,
                                           double level) {
  check(estimates.size(), level);
  std::vector<double> sorted(estimates.begin(), estimates.end());
  std::sort(sorted.begin(), sorted.end());
  const auto below = std::count_if(sorted.begin(), sorted.end(), [](double e) { return e < 0; });
  const auto above = std::count_if(sorted.begin(), sorted.end(), [](double e) { return e > 0; });
  PooledImputation pooled{.estimate = of_all};
  pooled.low = quantile(sorted, (1 - level) / 2);
  pooled.high = quantile(sorted, (1 + level) / 2);
  pooled.p = std::min(1.0, 2 * static_cast<double>(std::min(below, above) + 1) /
                               static_cast<double>(sorted.size() + 1));
  return pooled;
}

}  // namespace entact
