#include "entact/trial/operating.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <span>

#include "entact/stats/blinding_index.h"
#include "entact/trial/conclusion_tally.h"
#include "entact/trial/trial_harms.h"

namespace entact {
namespace {

using Layout = ResultLayout;

double& at(std::vector<double>& values, std::int64_t place) {
  return values[static_cast<std::size_t>(place)];
}

double get(const std::vector<double>& values, std::int64_t place) {
  return values[static_cast<std::size_t>(place)];
}

void write_answers(const Layout& layout, const std::vector<TrialAnswer>& answers,
                   std::vector<double>& out) {
  for (std::size_t e = 0; e < answers.size(); ++e) {
    const TrialAnswer& a = answers[e];
    at(out, layout.of(e, Layout::estimate)) = a.estimate;
    at(out, layout.of(e, Layout::se)) = a.se;
    at(out, layout.of(e, Layout::df)) = a.df;
    at(out, layout.of(e, Layout::p)) = a.p;
    at(out, layout.of(e, Layout::low)) = a.low;
    at(out, layout.of(e, Layout::high)) = a.high;
    at(out, layout.of(e, Layout::state)) = static_cast<double>(a.state);
    at(out, layout.of(e, Layout::treatment)) = a.treatment;
    at(out, layout.of(e, Layout::control)) = a.control;
  }
}

void write_blinding(const TrialSimulation& simulation, const Layout& layout,
                    const ConductedTrial& made, std::vector<double>& out) {
  const TrialEstimand& first = simulation.estimands.front();
  Guesses guesses{.counts = Eigen::MatrixXd::Zero(2, 3)};
  for (std::size_t i = 0; i < made.arm.size(); ++i) {
    const auto in = [&](const std::vector<int>& arms) {
      return std::find(arms.begin(), arms.end(), made.arm[i]) != arms.end();
    };
    if (!in(first.treatment) && !in(first.control)) continue;
    guesses.counts(in(first.treatment) ? 0 : 1, static_cast<Eigen::Index>(made.courses[i].guess)) +=
        1;
  }
  const double none = TrialAnswer::none;
  at(out, layout.of(Layout::bang_treatment)) = none;
  at(out, layout.of(Layout::bang_control)) = none;
  at(out, layout.of(Layout::james)) = none;
  at(out, layout.of(Layout::screened)) = made.screened;
  if (guesses.counts.rowwise().sum().minCoeff() == 0) return;
  const std::vector<BlindingIndex> bang = bang_index(guesses);
  at(out, layout.of(Layout::bang_treatment)) = bang[0].value;
  at(out, layout.of(Layout::bang_control)) = bang[1].value;
  // James' index needs guesses of both arms.
  if (guesses.counts.leftCols(2).colwise().sum().minCoeff() > 0)
    at(out, layout.of(Layout::james)) = james_index(guesses).value;
}

TrialResponse rule_of(const TrialSimulation& simulation) {
  for (const TrialEstimand& estimand : simulation.estimands)
    if (counts_responders(estimand)) return estimand.response;
  return {};
}

struct Sums {
  double n = 0, sum = 0, squares = 0;
  void add(double value) { ++n, sum += value, squares += value * value; }
  [[nodiscard]] double mean() const { return sum / n; }
  [[nodiscard]] double sd() const {
    return std::sqrt(std::max(0.0, (squares - sum * sum / n) / (n - 1)));
  }
};

void write_arms(const TrialSimulation& simulation, const Layout& layout, const ConductedTrial& made,
                std::vector<double>& out) {
  const TrialResponse rule = rule_of(simulation);
  const auto visits = static_cast<std::size_t>(layout.visits);
  for (std::size_t a = 0; a < static_cast<std::size_t>(layout.arms); ++a) {
    std::vector<Sums> score(visits), change(visits);
    std::vector<double> responders(visits);
    double n = 0, stopped = 0, active = 0, inactive = 0;
    for (std::size_t i = 0; i < made.arm.size(); ++i) {
      if (made.arm[i] != static_cast<int>(a)) continue;
      const TrialCourse& course = made.courses[i];
      const double baseline = made.people[i].baseline;
      ++n;
      stopped += course.stop_visit < static_cast<int>(visits) ? 1 : 0;
      active += course.guess == Guess::active ? 1 : 0;
      inactive += course.guess == Guess::inactive ? 1 : 0;
      for (std::size_t k = 0; k < visits; ++k) {
        if (std::isnan(course.seen[k])) continue;
        score[k].add(course.seen[k]);
        change[k].add(course.seen[k] - baseline);
        responders[k] += responds(rule, baseline, course.seen[k]) ? 1 : 0;
      }
    }
    at(out, layout.of(a, Layout::n)) = n;
    at(out, layout.of(a, Layout::stopped)) = stopped;
    at(out, layout.of(a, Layout::believe_active)) = active / n;
    at(out, layout.of(a, Layout::believe_inactive)) = inactive / n;
    for (std::size_t k = 0; k < visits; ++k) {
      at(out, layout.of(a, k, Layout::seen)) = score[k].n;
      at(out, layout.of(a, k, Layout::mean)) = score[k].mean();
      at(out, layout.of(a, k, Layout::sd)) = score[k].sd();
      at(out, layout.of(a, k, Layout::mean_change)) = change[k].mean();
      at(out, layout.of(a, k, Layout::sd_change)) = change[k].sd();
      at(out, layout.of(a, k, Layout::responders)) = responders[k] / score[k].n;
    }
  }
}

void write_harms(const TrialSimulation& simulation, const Layout& layout, const TrialKey& key,
                 const ConductedTrial& made, std::vector<double>& out) {
  if (layout.terms == 0) return;
  std::vector<double> n(static_cast<std::size_t>(layout.arms));
  for (std::size_t i = 0; i < made.arm.size(); ++i) {
    const auto arm = static_cast<std::size_t>(made.arm[i]);
    ++n[arm];
    const std::vector<std::vector<char>> harms = harms_of(simulation.trial, key, made, i);
    for (std::size_t t = 0; t < harms.size(); ++t)
      if (std::find(harms[t].begin(), harms[t].end(), 1) != harms[t].end())
        at(out, layout.harm(arm, t)) += 1;
  }
  for (std::size_t a = 0; a < n.size(); ++a)
    for (std::size_t t = 0; t < static_cast<std::size_t>(layout.terms); ++t)
      at(out, layout.harm(a, t)) /= n[a];
}

void write_looks(const TrialSimulation& simulation, const Layout& layout,
                 const ConductedTrial& made, const StagewiseTable& table,
                 std::vector<double>& out) {
  const std::vector<double> fields =
      take_looks(simulation.trial, made, simulation.estimands.front(), *simulation.looks, table);
  std::copy(fields.begin(), fields.end(), out.begin() + layout.interim());
}

std::vector<double> result_of(const TrialSimulation& simulation, const Layout& layout,
                              const StagewiseTable* table, std::int64_t replicate) {
  const TrialKey key{simulation.seed, static_cast<std::uint32_t>(replicate)};
  const ConductedTrial made = conduct(simulation.trial, key);
  std::vector<double> out(static_cast<std::size_t>(layout.width()));
  write_answers(layout,
                analyse_trial(simulation.trial, made, simulation.estimands, 1 - simulation.alpha),
                out);
  write_blinding(simulation, layout, made, out);
  write_arms(simulation, layout, made, out);
  write_harms(simulation, layout, key, made, out);
  if (table != nullptr) write_looks(simulation, layout, made, *table, out);
  return out;
}

// Sums over the replicates of what one estimand needs.
struct Tally {
  double replicates = 0, rejected = 0, beneficial = 0, covered = 0, intervals = 0;
  std::int64_t failed = 0, reserved = 0;
  Sums width{};
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
    if (simulation.published) conclusion_.emplace(simulation);
    if (simulation.looks) looks_.emplace(simulation.trial, *simulation.looks, truths_[0].value);
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
    for (const Sums& sums : sums_) made_.values.push_back(mean_of(sums));
    for (std::size_t e = 0; e < tallies_.size(); ++e) made_.estimands.push_back(of(e));
    if (looks_) made_.looks = looks_->finish();
    if (conclusion_) made_.conclusion = conclusion_->finish();
    return std::move(made_);
  }

 private:
  // Lower scores are better, more responders are better.
  [[nodiscard]] double benefit_sign(std::size_t e) const {
    return counts_responders(simulation_.estimands[e]) ? 1 : -1;
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
    tally.beneficial +=
        rejected && benefit_sign(e) * get(result, layout_.of(e, Layout::estimate)) > 0 ? 1 : 0;
    ++tally.intervals;
    tally.covered += low <= truths_[e].value && truths_[e].value <= high ? 1 : 0;
    tally.width.add((high - low) / 2);
    return state != static_cast<int>(AnalysisState::answered);
  }

  static SimulatedMean mean_of(const Sums& sums) {
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
  std::vector<Sums> sums_{};
  std::optional<InterimTally> looks_{};
  std::optional<ConclusionTally> conclusion_{};
  OperatingCharacteristics made_{};
};

}  // namespace

ResultLayout::ResultLayout(const TrialSimulation& simulation)
    : estimands(static_cast<std::int64_t>(simulation.estimands.size())),
      arms(static_cast<std::int64_t>(simulation.trial.design.arms.size())),
      visits(simulation.trial.design.visits()),
      terms(static_cast<std::int64_t>(simulation.trial.truth.harms.size())),
      looks(simulation.looks.has_value()) {}

std::int64_t ResultLayout::of(std::size_t e, Estimand what) const {
  return static_cast<std::int64_t>(e) * size + what;
}
std::int64_t ResultLayout::of(Blinding what) const { return estimands * size + what; }
std::int64_t ResultLayout::of(std::size_t arm, Arm what) const {
  return estimands * size + blinding_size + static_cast<std::int64_t>(arm) * arm_size + what;
}
std::int64_t ResultLayout::of(std::size_t arm, std::size_t visit, Visit what) const {
  return estimands * size + blinding_size + arms * arm_size +
         (static_cast<std::int64_t>(arm) * visits + static_cast<std::int64_t>(visit)) * visit_size +
         what;
}
std::int64_t ResultLayout::harm(std::size_t arm, std::size_t term) const {
  return estimands * size + blinding_size + arms * (arm_size + visits * visit_size) +
         static_cast<std::int64_t>(arm) * terms + static_cast<std::int64_t>(term);
}
std::int64_t ResultLayout::interim() const {
  return estimands * size + blinding_size + arms * (arm_size + visits * visit_size + terms);
}
std::int64_t ResultLayout::width() const {
  return interim() + (looks ? static_cast<std::int64_t>(interim_fields) : 0);
}

double proportion_se(double p, double n) {
  const double held = std::clamp(p, 0.5 / n, 1 - 0.5 / n);
  return std::sqrt(held * (1 - held) / n);
}

Replicates replicates_of(const TrialSimulation& simulation) {
  // Shared by every thread that calls the function; nobody changes it.
  const auto own = std::make_shared<const TrialSimulation>(simulation);
  const ResultLayout layout(simulation);
  const auto table =
      own->looks ? std::make_shared<const StagewiseTable>(own->looks->design, 1 - own->alpha)
                 : nullptr;
  return {.name = simulation.name,
          .width = layout.width(),
          .result = [own, layout, table](std::int64_t r) {
            return result_of(*own, layout, table.get(), r);
          }};
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
