#include "entact/stats/summary.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "entact/num/distributions.h"
#include "entact/stats/proportion.h"

namespace entact {
namespace {

double median_of(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

}  // namespace

Summary summarise(std::span<const double> given, double level) {
  check_level(level);
  std::vector<double> values;
  for (const double each : given)
    if (!std::isnan(each)) values.push_back(each);
  const double nothing = std::numeric_limits<double>::quiet_NaN();
  Summary all{.n = static_cast<int>(values.size()),
              .mean_interval = {nothing, nothing, level, "t"}};
  if (values.empty()) return all;
  double sum = 0, squares = 0;
  for (const double each : values) sum += each;
  all.mean = sum / all.n;
  for (const double each : values) squares += (each - all.mean) * (each - all.mean);
  all.median = median_of(values);
  all.least = *std::min_element(values.begin(), values.end());
  all.most = *std::max_element(values.begin(), values.end());
  if (all.n < 2) return all;
  all.sd = std::sqrt(squares / (all.n - 1));
  const double half = t_quantile((1 + level) / 2, all.n - 1) * all.sd / std::sqrt(all.n);
  all.mean_interval = {all.mean - half, all.mean + half, level, "t"};
  return all;
}

Estimate welch_difference(const Summary& first, const Summary& second, double level) {
  check_level(level);
  Estimate difference{.value = first.mean - second.mean};
  const double v1 = first.sd * first.sd / first.n, v2 = second.sd * second.sd / second.n;
  const double nothing = std::numeric_limits<double>::quiet_NaN();
  difference.interval = Interval{nothing, nothing, level, "Welch"};
  if (!(v1 + v2 > 0)) return difference;
  difference.se = std::sqrt(v1 + v2);
  difference.df = (v1 + v2) * (v1 + v2) / (v1 * v1 / (first.n - 1) + v2 * v2 / (second.n - 1));
  const double half = t_quantile((1 + level) / 2, difference.df) * difference.se;
  difference.interval->low = difference.value - half;
  difference.interval->high = difference.value + half;
  difference.p = two_sided_p(difference.value / difference.se, difference.df);
  return difference;
}

}  // namespace entact
