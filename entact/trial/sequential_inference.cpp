#include "entact/trial/sequential_inference.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "entact/base/error.h"
#include "entact/num/roots.h"
#include "entact/trial/group_sequential_bounds.h"
#include "entact/trial/sequential_density.h"

namespace entact {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

void check_look(const GroupSequentialDesign& design, std::size_t look) {
  require(look >= 1 && look <= design.rates.size(), "trial.sequential_inference.look",
          "a look must be one of the design's 1 to " + std::to_string(design.rates.size()) +
              "; saw " + std::to_string(look),
          ErrorKind::usage);
}

/// P(this result or one higher in the stagewise ordering).
double at_least(const GroupSequentialDesign& design, const SequentialStop& stop, double effect) {
  SequentialDensity z(stop.information, effect);
  double sum = 0;
  for (std::size_t k = 0; k + 1 < stop.information.size(); ++k) {
    sum += z.above(design.upper[k]);
    z.go_on(staying(design.sides, design.upper[k], design.binding ? design.lower[k] : -infinity));
  }
  return sum + z.above(stop.z);
}

/// Effect at which that probability is `wanted`.
double effect_with(const GroupSequentialDesign& design, const SequentialStop& stop, double wanted) {
  const double se = 1 / std::sqrt(stop.information.back());
  const auto beyond = [&](double effect) { return at_least(design, stop, effect) - wanted; };
  double low = (stop.z - 4) * se, high = (stop.z + 4) * se;
  while (beyond(low) > 0) low -= 4 * se;
  while (beyond(high) < 0) high += 4 * se;
  return find_root(beyond, low, high, {.absolute = 1e-13 * se}).x;
}

}  // namespace

SequentialEstimate stagewise_estimate(const GroupSequentialDesign& design,
                                      const SequentialStop& stop, double level) {
  check_look(design, stop.information.size());
  require(level > 0 && level < 1 && std::isfinite(stop.z), "trial.sequential_inference.level",
          "the level must lie in (0, 1) and z be finite; saw " + std::to_string(level) + " and " +
              std::to_string(stop.z),
          ErrorKind::usage);
  const double upper = at_least(design, stop, 0);
  return {.p = design.sides == 1 ? upper : std::min(1.0, 2 * std::min(upper, 1 - upper)),
          .median_unbiased = effect_with(design, stop, 0.5),
          .low = effect_with(design, stop, (1 - level) / 2),
          .high = effect_with(design, stop, (1 + level) / 2),
          .level = level};
}

RepeatedInterval repeated_interval(const GroupSequentialDesign& design,
                                   const SequentialStop& stop) {
  check_look(design, stop.information.size());
  const std::size_t k = stop.information.size() - 1;
  const double se = 1 / std::sqrt(stop.information[k]);
  return {(stop.z - design.upper[k]) * se, (stop.z + design.upper[k]) * se};
}

double conditional_power(const GroupSequentialDesign& design, int look, double z, double drift) {
  check_look(design, static_cast<std::size_t>(look));
  const auto k = static_cast<std::size_t>(look - 1);
  std::vector<double> information;
  for (std::size_t j = k + 1; j < design.rates.size(); ++j)
    information.push_back(design.rates[j] - design.rates[k]);
  // What comes after this look is a trial of its own, whose bounds start from what has been seen.
  const auto from_here = [&](double bound, std::size_t j) {
    return (bound * std::sqrt(design.rates[j]) - z * std::sqrt(design.rates[k])) /
           std::sqrt(design.rates[j] - design.rates[k]);
  };
  SequentialDensity rest(information, drift);
  double power = 0;
  for (std::size_t j = k + 1; j < design.rates.size(); ++j) {
    power += rest.above(from_here(design.upper[j], j));
    if (j + 1 == design.rates.size()) break;
    std::vector<GoOn> stay = staying(design.sides, design.upper[j], design.lower[j]);
    for (GoOn& part : stay) part = {from_here(part.low, j), from_here(part.high, j)};
    rest.go_on(stay);
  }
  return power;
}

}  // namespace entact
