#include "entact/stats/exact_p.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "entact/base/error.h"

namespace entact {
namespace {

bool whole(double count) { return std::floor(count) == count; }

/// Probabilities of the outcomes below, at and above the one seen, and of all that are no likelier.
struct Outcomes {
  double below = 0;
  double at = 0;
  double above = 0;
  double as_unlikely = 0;
};

/// Sums outwards from the mode, so that nothing overflows and what underflows does not count.
///
/// @param next  p(k + 1) / p(k), falling in k: the distribution has one peak
template <class Ratio>
Outcomes outcomes(double low, double high, double seen, double mode, Ratio next) {
  const auto weight_at = [&](double k) {
    double weight = 1;
    for (double i = mode; i < k; ++i) weight *= next(i);
    for (double i = mode; i > k; --i) weight /= next(i - 1);
    return weight;
  };
  const double seen_weight = weight_at(seen), cut = seen_weight * (1 + 1e-7);
  Outcomes sums;
  const auto add = [&](double k, double weight) {
    (k < seen ? sums.below : k > seen ? sums.above : sums.at) += weight;
    if (weight <= cut) sums.as_unlikely += weight;
  };
  double weight = 1;
  for (double k = mode; k <= high && weight > 0; weight *= next(k), ++k) add(k, weight);
  weight = mode > low ? 1 / next(mode - 1) : 0;
  for (double k = mode - 1; k >= low && weight > 0; --k) {
    add(k, weight);
    if (k > low) weight /= next(k - 1);
  }
  const double all = sums.below + sums.at + sums.above;
  return {sums.below / all, sums.at / all, sums.above / all, sums.as_unlikely / all};
}

double p_of(const Outcomes& sums, ExactTails tails) {
  if (tails == ExactTails::exact) return std::fmin(1, sums.as_unlikely);
  return std::fmin(1, 2 * (std::fmin(sums.below, sums.above) + sums.at / 2));
}

}  // namespace

double fisher_p(const TwoByTwo& t, ExactTails tails) {
  check_counts(t);
  require(whole(t.events1) && whole(t.n1) && whole(t.events2) && whole(t.n2),
          "stats.two_by_two.counts",
          fmt::format("an exact test needs whole counts; saw {} of {}, {} of {}", t.events1, t.n1,
                      t.events2, t.n2));
  const double events = t.events1 + t.events2;
  const double low = std::fmax(0, events - t.n2), high = std::fmin(events, t.n1);
  const double mode =
      std::clamp(std::floor((events + 1) * (t.n1 + 1) / (t.n1 + t.n2 + 2)), low, high);
  return p_of(outcomes(low, high, t.events1, mode,
                       [&](double k) {
                         return (t.n1 - k) * (events - k) / ((k + 1) * (t.n2 - events + k + 1));
                       }),
              tails);
}

double exact_rate_p(const TwoRates& t, double ratio, ExactTails tails) {
  check_counts(t);
  require(whole(t.events1) && whole(t.events2) && ratio > 0, "stats.rate.counts",
          fmt::format("an exact test needs whole numbers of events and a positive ratio; saw {}, "
                      "{}, ratio {}",
                      t.events1, t.events2, ratio));
  const double events = t.events1 + t.events2, odds = ratio * t.time1 / t.time2;
  const double mode = std::fmin(events, std::floor((events + 1) * odds / (1 + odds)));
  return p_of(
      outcomes(0, events, t.events1, mode, [&](double k) { return (events - k) / (k + 1) * odds; }),
      tails);
}

}  // namespace entact
