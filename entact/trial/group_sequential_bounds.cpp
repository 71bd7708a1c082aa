#include "entact/trial/group_sequential_bounds.h"

#include <cmath>
#include <limits>
#include <string>

#include "entact/base/error.h"
#include "entact/num/roots.h"

namespace entact {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr RootOptions precise{.absolute = 1e-13};

/// z with P(look reached, Z >= z) = rate.
double upper_bound(const SequentialDensity& z, double rate) {
  if (!(rate > 0)) return infinity;
  if (rate >= z.reached()) return -infinity;
  return find_root([&](double x) { return std::log(z.above(x) / rate); }, -30, 36, precise).x;
}

/// z with P(look reached, Z <= z) = rate; with two sides, P(|Z| <= z) = rate.
double lower_bound(const SequentialDensity& z, double rate, int sides) {
  if (!(rate > 0)) return -infinity;
  if (rate >= z.reached()) return infinity;
  const auto spends = [&](double x) {
    return sides == 2 ? z.below(x) - z.below(-x) - rate : z.below(x) - rate;
  };
  return find_root(spends, sides == 2 ? 0 : -40, 60, precise).x;
}

double efficacy_bound(const BoundsRequest& request, const SequentialDensity& null, double already,
                      const std::vector<double>& upper) {
  const std::size_t k = null.look();
  if (k < upper.size()) return upper[k];
  const double rate = request.options.alpha / request.options.sides;
  const double wanted = request.alpha.empty() ? rate : request.alpha[k];
  require(k + 1 < request.options.rates.size() || wanted > already,
          "trial.group_sequential.exhausted",
          "the interim looks must leave alpha for the last; they spend " +
              std::to_string(already * request.options.sides) + " of " +
              std::to_string(request.options.alpha) + ". Take higher interim bounds",
          ErrorKind::unanswerable);
  return upper_bound(null, wanted - already);
}

double futility_bound(const BoundsRequest& request, const SequentialDensity& effect, double already,
                      double upper) {
  const std::size_t k = effect.look();
  if (k + 1 == request.options.rates.size()) return upper;
  if (!request.options.futility_z.empty()) return request.options.futility_z[k];
  if (request.beta.empty()) return -infinity;
  return std::fmin(upper, lower_bound(effect, request.beta[k] - already, request.options.sides));
}

/// P(stop at this look without rejection for the upper side).
double gives_up(const SequentialDensity& z, int sides, double upper, double lower) {
  if (sides == 1) return z.below(lower);
  const double opposite = z.below(-upper);
  return lower > 0 ? opposite + z.below(lower) - z.below(-lower) : opposite;
}

}  // namespace

std::vector<GoOn> staying(int sides, double upper, double lower) {
  if (sides == 1) return {{lower, upper}};
  if (lower > 0) return {{-upper, -lower}, {lower, upper}};
  return {{-upper, upper}};
}

SequentialBounds bounds_at(const BoundsRequest& request, double drift,
                           const std::vector<double>& upper) {
  const GroupSequentialOptions& options = request.options;
  SequentialDensity null(options.rates, 0), effect(options.rates, drift);
  SequentialBounds bounds;
  double alpha = 0, beta = 0, futile = 0;
  for (std::size_t k = 0; k < options.rates.size(); ++k) {
    const double high = efficacy_bound(request, null, alpha, upper);
    const double low = futility_bound(request, effect, futile, high);
    alpha += null.above(high);
    const double gone = gives_up(effect, options.sides, high, low);
    beta += gone;
    futile += options.sides == 1 ? gone : gone - effect.below(-high);
    bounds.power += effect.above(high);
    bounds.upper.push_back(high);
    bounds.lower.push_back(low);
    bounds.alpha_spent.push_back(alpha);
    bounds.beta_spent.push_back(beta);
    if (k + 1 == options.rates.size()) break;
    null.go_on(staying(options.sides, high, options.binding ? low : -infinity));
    effect.go_on(staying(options.sides, high, low));
  }
  return bounds;
}

}  // namespace entact
