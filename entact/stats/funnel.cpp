#include "entact/stats/funnel.h"

#include <fmt/format.h>

#include <cmath>
#include <string_view>

#include "entact/base/error.h"
#include "entact/num/distributions.h"

namespace entact {
namespace {

void check_funnel(bool ok, std::string_view rule, double seen) {
  require(ok, "stats.funnel.range", fmt::format("{}; saw {}", rule, seen));
}

FunnelBoundary boundary(double centre, double tau2, double p, double se_max, int points) {
  check_funnel(std::isfinite(centre), "the centre of a funnel is finite", centre);
  check_funnel(std::isfinite(tau2) && tau2 >= 0, "tau2 is finite and not negative", tau2);
  check_funnel(p > 0 && p < 1, "a p or level lies in (0, 1)", p);
  check_funnel(std::isfinite(se_max) && se_max > 0, "the largest standard error is positive",
               se_max);
  check_funnel(points >= 2, "a boundary needs at least 2 points", points);
  const double z = -normal_quantile(p / 2);
  FunnelBoundary line{.p = p};
  for (int i = 0; i < points; ++i) {
    const double se = se_max * i / (points - 1), half = z * std::sqrt(se * se + tau2);
    line.se.push_back(se);
    line.low.push_back(centre - half);
    line.high.push_back(centre + half);
  }
  return line;
}

}  // namespace

std::vector<FunnelBoundary> funnel_contours(double se_max, double reference,
                                            const std::vector<double>& ps, int points) {
  std::vector<FunnelBoundary> contours;
  for (double p : ps) contours.push_back(boundary(reference, 0, p, se_max, points));
  return contours;
}

FunnelBoundary funnel_limits(double centre, double tau2, double se_max, double level, int points) {
  return boundary(centre, tau2, 1 - level, se_max, points);
}

}  // namespace entact
