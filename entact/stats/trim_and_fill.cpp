// Trim and fill. Studies are turned so that the missing side is the left and sorted; each round
// pools those not trimmed, ranks all by distance from that centre, and estimates from the ranks of
// the right side how many on the far right lack a mirror image.
#include "entact/stats/trim_and_fill.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "entact/base/error.h"
#include "entact/stats/egger.h"
#include "entact/stats/pool_cumulative.h"

namespace entact {
namespace {

struct Missing {
  double k0 = 0;
  double variance = 0;  ///< of k0; negative or NaN where the formula has no answer
  bool real = true;     ///< false: Q0 would be complex
};

/// Ranks of |y - centre| from 1, ties in the order given, with the sign of y - centre.
std::vector<double> signed_ranks(std::span<const double> y, double centre) {
  std::vector<std::size_t> order(y.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::abs(y[a] - centre) < std::abs(y[b] - centre);
  });
  std::vector<double> ranks(y.size());
  for (std::size_t r = 0; r < order.size(); ++r) {
    const double apart = y[order[r]] - centre;
    ranks[order[r]] = (apart > 0 ? 1 : apart < 0 ? -1 : 0) * static_cast<double>(r + 1);
  }
  return ranks;
}

/// Variance of the signed-rank sum when k0 of k studies are missing.
double rank_sum_variance(double k, double k0) {
  return (k * (k + 1) * (2 * k + 1) + 10 * std::pow(k0, 3) + 27 * k0 * k0 + 17 * k0 -
          18 * k * k0 * k0 - 18 * k * k0 + 6 * k * k * k0) /
         24;
}

Missing estimate_missing(const std::vector<double>& ranks, MissingEstimator estimator) {
  const auto k = static_cast<double>(ranks.size());
  double sum = 0, leftmost = 0;
  for (double r : ranks) {
    sum += std::fmax(0, r);
    leftmost = std::fmax(leftmost, -r);
  }
  if (estimator == MissingEstimator::r0) {
    const double k0 = k - leftmost - 1;
    return {k0, 2 * std::fmax(0, k0) + 2};
  }
  if (estimator == MissingEstimator::l0) {
    const double k0 = (4 * sum - k * (k + 1)) / (2 * k - 1), slope = (2 * k - 1) / 4;
    return {k0, rank_sum_variance(k, k0) / (slope * slope)};
  }
  const double under_root = 2 * k * k - 4 * sum + 0.25;
  const double k0 = k - 0.5 - std::sqrt(std::fmax(0, under_root));
  const double slope2 = (k - 0.5) * (k - 0.5) - k0 * (2 * k - k0 - 1);  // 4 (dS/dk0)^2
  return {k0, under_root > 0 ? 4 * rank_sum_variance(k, k0) / slope2 : -1, under_root >= 0};
}

FunnelSide missing_side(std::span<const double> yi, std::span<const double> vi,
                        const TrimAndFillOptions& how) {
  if (how.side != FunnelSide::automatic) return how.side;
  PoolOptions slope_only = how.pool;
  slope_only.test = PoolTest::z;
  slope_only.intervals = false;
  return egger_test_mixed(yi, vi, slope_only).slope.value < 0 ? FunnelSide::right
                                                              : FunnelSide::left;
}

}  // namespace

std::string_view to_text(MissingEstimator estimator) {
  constexpr std::string_view names[] = {"L0", "R0", "Q0"};
  return names[static_cast<std::size_t>(estimator)];
}

std::string_view to_text(FunnelSide side) {
  constexpr std::string_view names[] = {"auto", "left", "right"};
  return names[static_cast<std::size_t>(side)];
}

TrimAndFill trim_and_fill(std::span<const double> yi, std::span<const double> vi,
                          const TrimAndFillOptions& how) {
  require(yi.size() == vi.size(), "stats.pool.length",
          fmt::format("each estimate needs its variance; saw {} and {}", yi.size(), vi.size()));
  require(yi.size() >= 3, "stats.trim_and_fill.few",
          fmt::format("trim and fill needs at least 3 studies; saw {}", yi.size()),
          ErrorKind::unanswerable);
  TrimAndFill result{.side = missing_side(yi, vi, how)};
  const double turn = result.side == FunnelSide::right ? -1 : 1;
  const std::size_t k = yi.size();
  std::vector<std::size_t> order(k);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return turn * yi[a] < turn * yi[b]; });
  std::vector<double> y, v;
  for (std::size_t i : order) y.push_back(turn * yi[i]), v.push_back(vi[i]);

  PoolOptions centre_only = how.pool;
  centre_only.intervals = false;
  double centre = 0;
  std::size_t missing = 0;
  bool settled = false, real = true;
  while (!settled && result.iterations < how.max_iterations) {
    ++result.iterations;
    const std::size_t kept = k - missing;
    centre = pool_even_one(std::span(y).first(kept), std::span(v).first(kept), centre_only).value();
    const Missing estimate = estimate_missing(signed_ranks(y, centre), how.estimator);
    const double whole = std::clamp(std::nearbyint(estimate.k0), 0.0, static_cast<double>(k - 1));
    settled = static_cast<std::size_t>(whole) == missing;
    missing = static_cast<std::size_t>(whole);
    result.missing_se.reset();
    if (estimate.variance >= 0) result.missing_se = std::sqrt(estimate.variance);
    real = estimate.real;
  }
  std::vector<double> all_y(yi.begin(), yi.end()), all_v(vi.begin(), vi.end());
  for (std::size_t i = k - missing; i < k; ++i) {
    result.filled_yi.push_back(turn * (2 * centre - y[i]));
    result.filled_vi.push_back(v[i]);
  }
  all_y.insert(all_y.end(), result.filled_yi.begin(), result.filled_yi.end());
  all_v.insert(all_v.end(), result.filled_vi.begin(), result.filled_vi.end());
  result.pooled = pool(all_y, all_v, how.pool);
  result.missing = static_cast<int>(missing);
  if (how.estimator == MissingEstimator::r0) result.p = std::pow(0.5, result.missing + 1);
  if (!real)
    result.pooled.fit.reservations.push_back(
        "Q0 has no real value for a funnel so one-sided; all studies but one were trimmed");
  if (!settled) {
    result.pooled.fit.converged = false;
    result.pooled.fit.reservations.push_back(fmt::format(
        "the number of missing studies did not settle in {} rounds", result.iterations));
  }
  return result;
}

}  // namespace entact
