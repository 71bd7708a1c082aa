#include "entact/trial/conclusion_tally.h"

#include <algorithm>
#include <cmath>

#include "entact/base/error.h"
#include "entact/stats/two_by_two.h"
#include "entact/trial/running_sums.h"

namespace entact {
namespace {

// Scores seen at one visit in several arms, as if one.
struct Seen : RunningSums {
  double responders = 0;
};

Seen seen_in(const ResultLayout& layout, const std::vector<int>& arms, int visit,
             const std::vector<double>& result) {
  Seen all;
  for (const int arm : arms) {
    const auto value = [&](ResultLayout::Visit what) {
      return result[static_cast<std::size_t>(
          layout.of(static_cast<std::size_t>(arm), static_cast<std::size_t>(visit), what))];
    };
    const double n = value(ResultLayout::seen);
    if (n == 0) continue;
    const double mean = value(ResultLayout::mean), sd = value(ResultLayout::sd);
    all.n += n;
    all.sum += n * mean;
    all.squares += n * mean * mean + (n > 1 ? (n - 1) * sd * sd : 0);
    all.responders += n * value(ResultLayout::responders);
  }
  return all;
}

Effect effect_of(Measure measure, const Seen& treatment, const Seen& control) {
  const TwoByTwo counts{treatment.responders, treatment.n, control.responders, control.n};
  switch (measure) {
    case Measure::log_risk_ratio:
      return log_risk_ratio(counts);
    case Measure::log_odds_ratio:
      return log_odds_ratio(counts);
    case Measure::risk_difference:
      return risk_difference(counts);
    default:
      return standardised_mean_difference(
          {treatment.mean(), treatment.sd(), treatment.n, control.mean(), control.sd(), control.n});
  }
}

}  // namespace

std::optional<Effect> simulated_effect(const TrialSimulation& simulation, Measure measure,
                                       const std::vector<double>& result) {
  const ResultLayout layout(simulation);
  const TrialEstimand& first = simulation.estimands.front();
  if (measure == Measure::mean_difference) {
    const double estimate = result[static_cast<std::size_t>(layout.of(0, ResultLayout::estimate))],
                 se = result[static_cast<std::size_t>(layout.of(0, ResultLayout::se))];
    if (!std::isfinite(estimate) || !(se > 0)) return std::nullopt;
    return Effect{.yi = estimate, .vi = se * se, .measure = measure};
  }
  const Seen treatment = seen_in(layout, first.treatment, first.visit, result),
             control = seen_in(layout, first.control, first.visit, result);
  if (treatment.n < 2 || control.n < 2) return std::nullopt;
  try {
    return effect_of(measure, treatment, control);
  } catch (const Error&) {  // all scores alike
    return std::nullopt;
  }
}

ConclusionTally::ConclusionTally(const TrialSimulation& simulation)
    : simulation_(simulation), yi_(simulation.published->yi), vi_(simulation.published->vi) {
  found_.today = conclusion_today(*simulation.published);
  yi_.push_back(0);
  vi_.push_back(0);
}

void ConclusionTally::count(Conclusion conclusion) {
  counts_[static_cast<int>(conclusion)] += 1;
  changed_ += conclusion != found_.today.says ? 1 : 0;
}

void ConclusionTally::take(const std::vector<double>& result) {
  const PublishedPool& published = *simulation_.published;
  ++replicates_;
  const auto effect = simulated_effect(simulation_, published.measure, result);
  if (!effect) {
    ++found_.unpooled;
    count(found_.today.says);
    return;
  }
  yi_.back() = effect->yi;
  vi_.back() = effect->vi;
  const PooledConclusion then = conclude(yi_, vi_, published.then, published.negative_favours);
  count(then.says);
  estimate_.add(then.estimate);
  half_width_.add((then.high - then.low) / 2);
}

SimulatedValue ConclusionTally::Sum::mean() const {
  const double value = sum / n;
  return {value, std::sqrt(std::max(0.0, squares / n - value * value) / (n - 1))};
}

ConclusionCharacteristics ConclusionTally::finish() const {
  const auto share = [&](double events) {
    return SimulatedValue{events / replicates_, proportion_se(events / replicates_, replicates_)};
  };
  ConclusionCharacteristics found = found_;
  found.changes = share(changed_);
  found.benefit = share(counts_[static_cast<int>(Conclusion::benefit)]);
  found.not_shown = share(counts_[static_cast<int>(Conclusion::not_shown)]);
  found.harm = share(counts_[static_cast<int>(Conclusion::harm)]);
  found.estimate = estimate_.mean();
  found.half_width = half_width_.mean();
  return found;
}

}  // namespace entact
