#include "entact/trial/operating.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "entact/trial/conclusion_tally.h"
#include "entact/trial/running_sums.h"

namespace entact {
namespace {

using Layout = ResultLayout;

double get(const std::vector<double>& values, std::int64_t place) {
  return values[static_cast<std::size_t>(place)];
}

// Sums over the replicates of what one estimand needs.
struct Tally {
  double replicates = 0, rejected = 0, beneficial = 0, covered = 0, intervals = 0;
  std::int64_t failed = 0, reserved = 0;
  RunningSums width{};
};

class Observer {
 public:
  Observer(const TrialSimulation& simulation, const OperatingOptions& how)
      : simulation_(simulation),
        layout_(simulation),
        tallies_(simulation.estimands.size()),
        sums_(static_cast<std::size_t>(layout_.width())) {
    for (const TrialEstimand& estimand : simulation.estimands)
      truths_.push_back(true_value(simulation.trial, estimand, simulation.seed, how.people));
    if (simulation.looks)
      looks_.emplace(simulation.trial, simulation.estimands, *simulation.looks, look_truths(how));
    if (simulation.published) conclusion_.emplace(simulation);
  }

  void take(std::int64_t replicate, const std::vector<double>& result) {
    for (std::size_t v = 0; v < result.size(); ++v)
      if (std::isfinite(result[v])) sums_[v].add(result[v]);
    bool failed = false;
    for (std::size_t e = 0; e < tallies_.size(); ++e) failed = count(e, result) || failed;
    if (failed && made_.failed.size() < 100) made_.failed.push_back(replicate);
    if (looks_)
      looks_->take(std::span(result).subspan(static_cast<std::size_t>(layout_.interim())));
    if (conclusion_) conclusion_->take(result);
    ++made_.replicates;
  }

  [[nodiscard]] double worst_power_se() const {
    double worst = 0;
    for (const Tally& tally : tallies_)
      worst = std::max(worst, proportion_se(tally.beneficial / tally.replicates, tally.replicates));
    return worst;
  }

  OperatingCharacteristics finish() {
    for (const RunningSums& sums : sums_) made_.values.push_back(mean_of(sums));
    for (std::size_t e = 0; e < tallies_.size(); ++e) made_.estimands.push_back(of(e));
    if (looks_) made_.looks = looks_->finish();
    if (conclusion_) made_.conclusion = conclusion_->finish();
    return std::move(made_);
  }

 private:
  // Of what the looks are about.
  [[nodiscard]] std::vector<double> look_truths(const OperatingOptions& how) const {
    const InterimPlan& plan = *simulation_.looks;
    std::vector<TrialEstimand> hypotheses;
    if (plan.adapts()) hypotheses = adaptive_hypotheses(simulation_.estimands[0], plan);
    std::vector<double> truths;
    if (hypotheses.size() > 1)
      for (const TrialEstimand& each : hypotheses)
        truths.push_back(true_value(simulation_.trial, each, simulation_.seed, how.people).value);
    else
      for (std::size_t e = 0; e <= static_cast<std::size_t>(plan.more); ++e)
        truths.push_back(truths_[e].value);
    return truths;
  }

  bool count(std::size_t e, const std::vector<double>& result) {
    Tally& tally = tallies_[e];
    ++tally.replicates;
    const auto state = static_cast<int>(get(result, layout_.of(e, Layout::state)));
    if (state == static_cast<int>(AnalysisState::failed)) return ++tally.failed > 0;
    if (state == static_cast<int>(AnalysisState::reserved)) ++tally.reserved;
    const double low = get(result, layout_.of(e, Layout::low)),
                 high = get(result, layout_.of(e, Layout::high));
    const bool rejected = get(result, layout_.of(e, Layout::p)) < simulation_.alpha;
    tally.rejected += rejected ? 1 : 0;
    tally.beneficial += rejected && benefit_sign(simulation_.estimands[e]) *
                                            get(result, layout_.of(e, Layout::estimate)) >
                                        0
                            ? 1
                            : 0;
    ++tally.intervals;
    tally.covered += low <= truths_[e].value && truths_[e].value <= high ? 1 : 0;
    tally.width.add((high - low) / 2);
    return state != static_cast<int>(AnalysisState::answered);
  }

  static SimulatedMean mean_of(const RunningSums& sums) {
    return {sums.mean(), sums.sd() / std::sqrt(sums.n), sums.sd(), sums.n};
  }

  static SimulatedValue share(double events, double n) {
    return {events / n, proportion_se(events / n, n)};
  }

  [[nodiscard]] EstimandCharacteristics of(std::size_t e) const {
    const Tally& tally = tallies_[e];
    const auto value = [&](Layout::Estimand what) {
      return made_.values[static_cast<std::size_t>(layout_.of(e, what))];
    };
    const SimulatedMean estimate = value(Layout::estimate);
    return {
        .id = simulation_.estimands[e].id,
        .truth = truths_[e],
        .estimate = estimate,
        .se = value(Layout::se),
        .bias = {estimate.value - truths_[e].value, std::hypot(estimate.mc_se, truths_[e].mc_se)},
        .power = share(tally.beneficial, tally.replicates),
        .rejection = share(tally.rejected, tally.replicates),
        .coverage = share(tally.covered, tally.intervals),
        .half_width = {tally.width.mean(), tally.width.sd() / std::sqrt(tally.width.n)},
        .treatment = value(Layout::treatment),
        .control = value(Layout::control),
        .failed = tally.failed,
        .reserved = tally.reserved};
  }

  const TrialSimulation& simulation_;
  Layout layout_;
  std::vector<SimulatedValue> truths_{};
  std::vector<Tally> tallies_{};
  std::vector<RunningSums> sums_{};
  std::optional<InterimTally> looks_{};
  std::optional<ConclusionTally> conclusion_{};
  OperatingCharacteristics made_{};
};

}  // namespace

double proportion_se(double p, double n) {
  const double held = std::clamp(p, 0.5 / n, 1 - 0.5 / n);
  return std::sqrt(held * (1 - held) / n);
}

OperatingCharacteristics operate(const TrialSimulation& simulation, const OperatingOptions& how) {
  Observer observer(simulation, how);
  ReplicateOptions options = how.how;
  options.progress = [&](std::int64_t done) {
    if (how.how.progress && !how.how.progress(done)) return false;
    return how.precision <= 0 || observer.worst_power_se() > how.precision;
  };
  Replicates run = replicates_of(simulation);
  if (how.wrap) run = how.wrap(run);
  run_replicates(run, {0, how.replicates}, options,
                 [&](std::int64_t replicate, const std::vector<double>& result) {
                   observer.take(replicate, result);
                 });
  return observer.finish();
}

}  // namespace entact
