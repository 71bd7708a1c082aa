#include "entact/trial/size_rule.h"

#include <algorithm>
#include <cmath>

#include "entact/num/distributions.h"

namespace entact {

double conditional_power_at(const SizeLook& look, int n, bool pooled) {
  const double planned = look.planned, first = look.rate * planned, later = n - first;
  const double trend = look.drift * std::sqrt(later / planned);
  if (pooled)
    return normal_cdf(
        trend - (look.critical * std::sqrt(static_cast<double>(n)) - std::sqrt(first) * look.z) /
                    std::sqrt(later));
  return normal_cdf(trend -
                    (look.critical - std::sqrt(look.rate) * look.z) / std::sqrt(1 - look.rate));
}

int reconsidered_size(const SizeRule& rule, const SizeLook& look) {
  const auto power = [&](int n) { return conditional_power_at(look, n, rule.pooled); };
  const double now = power(look.planned);
  if (!(look.drift > 0) || now < rule.promising || now >= rule.power) return look.planned;
  int low = look.planned, high = std::max(rule.most, look.planned);
  if (power(high) < rule.power) return high;
  while (high - low > 1) {
    const int middle = low + (high - low) / 2;
    (power(middle) >= rule.power ? high : low) = middle;
  }
  return high;
}

}  // namespace entact
