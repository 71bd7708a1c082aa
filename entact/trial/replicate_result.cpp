// One replicate's numbers: what its trial came to, and where each stands in the result. What they
// come to over the replicates is in operating.cpp.
#include <algorithm>
#include <cmath>
#include <memory>

#include "entact/stats/blinding_index.h"
#include "entact/trial/operating.h"
#include "entact/trial/running_sums.h"
#include "entact/trial/trial_harms.h"

namespace entact {
namespace {

using Layout = ResultLayout;

double& at(std::vector<double>& values, std::int64_t place) {
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
    const bool treated = has_arm(first.treatment, made.arm[i]);
    if (!treated && !has_arm(first.control, made.arm[i])) continue;
    guesses.counts(treated ? 0 : 1, static_cast<Eigen::Index>(made.courses[i].guess)) += 1;
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

void write_arms(const TrialSimulation& simulation, const Layout& layout, const ConductedTrial& made,
                std::vector<double>& out) {
  const TrialResponse rule = rule_of(simulation);
  const auto visits = static_cast<std::size_t>(layout.visits);
  for (std::size_t a = 0; a < static_cast<std::size_t>(layout.arms); ++a) {
    std::vector<RunningSums> score(visits), change(visits);
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

// What the looks of a simulation need beside it, made once.
struct LookTools {
  std::unique_ptr<const StagewiseTable> table{};
  std::unique_ptr<const AdaptiveTools> adaptive{};
};

LookTools look_tools(const TrialSimulation& simulation) {
  LookTools tools;
  if (!simulation.looks) return tools;
  const double level = 1 - simulation.alpha;
  if (simulation.looks->adapts())
    tools.adaptive = std::make_unique<const AdaptiveTools>(
        adaptive_tools(simulation.trial, simulation.estimands.front(), *simulation.looks, level));
  else
    tools.table = std::make_unique<const StagewiseTable>(simulation.looks->design, level);
  return tools;
}

void write_looks(const TrialSimulation& simulation, const Layout& layout, const TrialKey& key,
                 const ConductedTrial& made, const LookTools& tools, std::vector<double>& out) {
  if (!simulation.looks) return;
  const InterimPlan& plan = *simulation.looks;
  std::vector<double> fields;
  if (tools.adaptive) {
    fields = adapt_trial(simulation.trial, key, simulation.estimands.front(), plan, *tools.adaptive)
                 .fields;
  } else {
    const auto first = simulation.estimands.begin();
    fields = take_looks(simulation.trial, made, {first, first + 1 + plan.more}, plan, *tools.table);
  }
  std::copy(fields.begin(), fields.end(), out.begin() + layout.interim());
}

TrialKey key_of(const TrialSimulation& simulation, std::int64_t replicate) {
  return {simulation.seed, static_cast<std::uint32_t>(replicate)};
}

std::vector<double> result_of(const TrialSimulation& simulation, const Layout& layout,
                              const LookTools& tools, std::int64_t replicate) {
  const TrialKey key = key_of(simulation, replicate);
  const ConductedTrial made = conduct(simulation.trial, key);
  std::vector<double> out(static_cast<std::size_t>(layout.width()));
  write_answers(layout,
                analyse_trial(simulation.trial, made, simulation.estimands, 1 - simulation.alpha),
                out);
  write_blinding(simulation, layout, made, out);
  write_arms(simulation, layout, made, out);
  write_harms(simulation, layout, key, made, out);
  write_looks(simulation, layout, key, made, tools, out);
  return out;
}

std::int64_t look_fields(const TrialSimulation& simulation) {
  if (!simulation.looks) return 0;
  const InterimPlan& plan = *simulation.looks;
  if (!plan.adapts())
    return static_cast<std::int64_t>(interim_fields) + (plan.more > 0 ? 1 + plan.more : 0);
  const AdaptiveLayout layout{simulation.trial.design.arms.size(),
                              adaptive_hypotheses(simulation.estimands.front(), plan).size()};
  return static_cast<std::int64_t>(layout.width());
}

}  // namespace

ResultLayout::ResultLayout(const TrialSimulation& simulation)
    : estimands(static_cast<std::int64_t>(simulation.estimands.size())),
      arms(static_cast<std::int64_t>(simulation.trial.design.arms.size())),
      visits(simulation.trial.design.visits()),
      terms(static_cast<std::int64_t>(simulation.trial.truth.harms.size())),
      looks(look_fields(simulation)) {}

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
std::int64_t ResultLayout::width() const { return interim() + looks; }

Replicates replicates_of(const TrialSimulation& simulation) {
  // Shared by every thread that calls the function; nobody changes it.
  const auto own = std::make_shared<const TrialSimulation>(simulation);
  const ResultLayout layout(simulation);
  const auto tools = std::make_shared<const LookTools>(look_tools(simulation));
  return {.name = simulation.name,
          .width = layout.width(),
          .result = [own, layout, tools](std::int64_t r) {
            return result_of(*own, layout, *tools, r);
          }};
}

AdaptedTrial adapted_replicate(const TrialSimulation& simulation, std::int64_t replicate) {
  return adapt_trial(simulation.trial, key_of(simulation, replicate), simulation.estimands.front(),
                     *simulation.looks, *look_tools(simulation).adaptive);
}

}  // namespace entact
