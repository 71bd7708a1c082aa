// Options to design: checks, the search for the constant of a shape and for the drift. The bounds
// of one drift are in group_sequential_bounds.cpp.
#include "entact/trial/group_sequential.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "entact/base/error.h"
#include "entact/num/distributions.h"
#include "entact/num/roots.h"
#include "entact/trial/group_sequential_bounds.h"
#include "entact/trial/sequential_density.h"

namespace entact {
namespace {

void valid(bool ok, const char* code, const std::string& message) {
  require(ok, code, message, ErrorKind::usage);
}

void check_rates(const std::vector<double>& rates) {
  bool ok = !rates.empty() && rates.front() > 0 && std::abs(rates.back() - 1) < 1e-12;
  for (std::size_t k = 1; ok && k < rates.size(); ++k) ok = rates[k] > rates[k - 1];
  valid(ok, "trial.group_sequential.rates",
        "information rates must be positive, increase and end at 1, such as 0.5, 1; saw " +
            std::to_string(rates.size()) + " that are not");
}

void check_futility(const GroupSequentialOptions& options) {
  const std::vector<double>& z = options.futility_z;
  valid(z.empty() || z.size() + 1 == options.rates.size(), "trial.group_sequential.futility",
        "futility bounds must be one a look but the last: " +
            std::to_string(options.rates.size() - 1) + "; saw " + std::to_string(z.size()));
  valid(z.empty() || !options.futility, "trial.group_sequential.futility",
        "futility takes a beta-spending function or bounds, not both");
  valid(std::none_of(z.begin(), z.end(), [](double x) { return std::isnan(x); }),
        "trial.group_sequential.futility", "a futility bound must be a number; saw NaN");
}

void check_boundary(const Boundary& boundary) {
  if (boundary.kind == BoundaryKind::wang_tsiatis)
    valid(boundary.parameter >= -1 && boundary.parameter <= 1, "trial.group_sequential.boundary",
          "Wang and Tsiatis' Delta must lie in [-1, 1]; saw " + std::to_string(boundary.parameter));
  if (boundary.kind == BoundaryKind::haybittle_peto)
    valid(boundary.parameter > 0 && std::isfinite(boundary.parameter),
          "trial.group_sequential.boundary",
          "Haybittle and Peto's interim bound must be positive, as 3; saw " +
              std::to_string(boundary.parameter));
}

void check(const GroupSequentialOptions& options) {
  valid(options.sides == 1 || options.sides == 2, "trial.group_sequential.sides",
        "a test has 1 or 2 sides; saw " + std::to_string(options.sides));
  valid(
      options.alpha > 0 && options.alpha < 0.5 * options.sides, "trial.group_sequential.error_rate",
      "alpha must be above 0 and below a half of each side; saw " + std::to_string(options.alpha));
  valid(options.power > options.alpha / options.sides && options.power < 1,
        "trial.group_sequential.error_rate",
        "the power must be above alpha and below 1; saw " + std::to_string(options.power));
  check_rates(options.rates);
  check_boundary(options.efficacy);
  check_futility(options);
}

/// Bounds c t^(Delta - 1/2) for the c that spends alpha.
SequentialBounds of_shape(const BoundsRequest& request, double drift, double delta) {
  const std::vector<double>& t = request.options.rates;
  const auto with = [&](double c) {
    std::vector<double> upper;
    for (const double now : t) upper.push_back(c * std::pow(now, delta - 0.5));
    return bounds_at(request, drift, upper);
  };
  const double rate = request.options.alpha / request.options.sides;
  const auto spends = [&](double c) { return with(c).alpha_spent.back() - rate; };
  const double least = normal_quantile(1 - rate);  // of one look
  const auto [low, high] = double_until_sign_change(spends, least * 0.5, 1024);
  return with(find_root(spends, low, high, {.absolute = 1e-13}).x);
}

SequentialBounds bounds_of(const BoundsRequest& request, double drift) {
  const Boundary& shape = request.options.efficacy;
  switch (shape.kind) {
    case BoundaryKind::obrien_fleming:
      return of_shape(request, drift, 0);
    case BoundaryKind::pocock:
      return of_shape(request, drift, 0.5);
    case BoundaryKind::wang_tsiatis:
      return of_shape(request, drift, shape.parameter);
    case BoundaryKind::haybittle_peto:
      return bounds_at(request, drift,
                       std::vector<double>(request.options.rates.size() - 1, shape.parameter));
    default:
      return bounds_at(request, drift, {});
  }
}

/// The drift with the power wanted, and the bounds there.
std::pair<double, SequentialBounds> solve(const BoundsRequest& request, double start) {
  // Efficacy bounds that no futility bound moves are found once.
  const bool moves = request.options.binding && request.options.futility.has_value();
  const SequentialBounds once = moves ? SequentialBounds{} : bounds_of(request, start);
  const auto at = [&](double drift) {
    return moves ? bounds_of(request, drift) : bounds_at(request, drift, once.upper);
  };
  const auto lacks = [&](double drift) { return at(drift).power - request.options.power; };
  double high = 2 * start;
  while (lacks(high) < 0 && high < 1e6) high *= 2;
  const double drift = find_root(lacks, 0, high, {.absolute = 1e-12}).x;
  return {drift, at(drift)};
}

void check_crossing(const GroupSequentialDesign& design) {
  for (std::size_t k = 0; k + 1 < design.rates.size(); ++k)
    require(design.lower[k] < design.upper[k], "trial.group_sequential.cross",
            "the futility bound must stay below the efficacy bound before the last look; at look " +
                std::to_string(k + 1) + " they are " + std::to_string(design.lower[k]) + " and " +
                std::to_string(design.upper[k]) + ". Give up less early or spend less beta",
            ErrorKind::unanswerable);
}

}  // namespace

GroupSequentialDesign group_sequential(const GroupSequentialOptions& options) {
  check(options);
  const double rate = options.alpha / options.sides;
  BoundsRequest request{.options = options, .alpha = {}, .beta = {}};
  if (options.efficacy.kind == BoundaryKind::spending)
    request.alpha = spent(options.efficacy.spending, options.rates, rate);
  if (options.futility) request.beta = spent(*options.futility, options.rates, 1 - options.power);
  GroupSequentialDesign design{.rates = options.rates,
                               .sides = options.sides,
                               .alpha = options.alpha,
                               .power = options.power,
                               .binding = options.binding};
  design.fixed_drift = normal_quantile(1 - rate) + normal_quantile(options.power);
  const auto [drift, bounds] = solve(request, design.fixed_drift);
  design.drift = drift;
  design.upper = bounds.upper;
  design.lower = bounds.lower;
  design.beta_spent = bounds.beta_spent;
  design.inflation = std::pow(drift / design.fixed_drift, 2);
  for (const double one_side : bounds.alpha_spent)
    design.alpha_spent.push_back(options.sides * one_side);
  check_crossing(design);
  return design;
}

SequentialBehaviour behaviour(const GroupSequentialDesign& design, double drift) {
  const std::size_t looks = design.rates.size();
  SequentialDensity z(design.rates, drift);
  SequentialBehaviour found;
  double left = 1;
  for (std::size_t k = 0; k < looks; ++k) {
    const bool last = k + 1 == looks;
    const double reached = z.reached();
    found.efficacy.push_back(z.above(design.upper[k]));
    found.opposite.push_back(design.sides == 2 ? z.below(-design.upper[k]) : 0);
    const std::vector<GoOn> stay = staying(design.sides, design.upper[k], design.lower[k]);
    if (!last) z.go_on(stay);
    const double after = last ? 0 : z.reached();
    found.futility.push_back(std::fmax(0, reached - found.efficacy[k] - found.opposite[k] - after));
    found.power += found.efficacy[k];
    found.expected_information += design.rates[k] * (left - after);
    left = after;
  }
  return found;
}

}  // namespace entact
