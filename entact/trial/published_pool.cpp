#include "entact/trial/published_pool.h"

namespace entact {

std::string to_text(Conclusion conclusion) {
  return conclusion == Conclusion::benefit     ? "benefit shown"
         : conclusion == Conclusion::not_shown ? "not shown"
                                               : "harm shown";
}

PooledConclusion conclude(std::span<const double> yi, std::span<const double> vi,
                          const PoolOptions& how, bool negative_favours) {
  const PooledCoefficient mean = pool(yi, vi, how).coefficients.front();
  PooledConclusion made{.estimate = mean.value, .low = mean.low, .high = mean.high};
  if (mean.low <= 0 && mean.high >= 0) return made;
  made.says = (mean.high < 0) == negative_favours ? Conclusion::benefit : Conclusion::harm;
  return made;
}

PooledConclusion conclusion_today(const PublishedPool& published) {
  return conclude(published.yi, published.vi, published.today, published.negative_favours);
}

}  // namespace entact
