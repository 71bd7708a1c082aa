// The virtual trials back to the facts.
#include "entact/evidence/replication_comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "entact/trial/conduct.h"
#include "entact/trial/item_answers.h"
#include "entact/trial/running_sums.h"
#include "entact/trial/trial_analysis.h"

namespace entact {
namespace {

void describe(const VirtualTrial& trial, const ConductedTrial& made, int arm,
              std::vector<double>& values) {
  const std::size_t visits = made.courses.front().seen.size();
  std::vector<RunningSums> sums(visits + 1);
  std::vector<double> responders(visits + 1);
  double lost = 0;
  const int last = static_cast<int>(visits) - 1;
  for (std::size_t i = 0; i < made.arm.size(); ++i) {
    if (made.arm[i] != arm) continue;
    const double baseline = made.people[i].baseline;
    sums[0].add(baseline);
    for (std::size_t k = 0; k < visits; ++k) {
      const double score = made.courses[i].seen[k];
      if (std::isnan(score)) continue;
      sums[k + 1].add(score);
      responders[k + 1] += responds({}, baseline, score) ? 1 : 0;
    }
    const double score = made.courses[i].seen.back();
    if (!std::isnan(score) && loses_diagnosis(*trial.design.items, made.people[i], last, score))
      ++lost;
  }
  values.push_back(sums[0].mean());
  values.push_back(sums[0].sd());
  for (std::size_t k = 1; k <= visits; ++k) {
    values.push_back(sums[k].n);
    values.push_back(sums[k].mean());
    values.push_back(sums[k].sd());
    values.push_back(responders[k] / sums[k].n);
  }
  values.push_back(lost / sums.back().n);
}

}  // namespace

ReplicationComparison::ReplicationComparison(const PublishedTrial& published)
    : published_(published) {
  const std::size_t last = published.arm[0].visits.size() - 1;
  for (std::size_t a = 0; a < 2; ++a) {
    const PublishedArm& arm = published.arm[a];
    const auto name = [&](const std::string& what, double week) {
      return fmt::format("{}, {} at week {:g}", arm.label, what, week);
    };
    add(name("mean", 0), false, arm.baseline, {arm.baseline_fact});
    add(name("SD", 0), false, arm.baseline_sd, {arm.baseline_fact});
    for (std::size_t k = 0; k <= last; ++k) {
      const PublishedVisit& visit = arm.visits[k];
      add(name("seen", visit.week), false, visit.n, {visit.fact});
      add(name("mean", visit.week), a == 0 && k == last, visit.mean, {visit.fact});
      add(name("SD", visit.week), false, visit.sd, {visit.fact});
      const bool known = visit.asked > 0;
      add(name("share of responders", visit.week), true,
          known ? visit.responders / visit.asked : std::nan(""),
          known ? std::vector<std::string>{visit.responder_fact} : std::vector<std::string>{});
    }
    const bool known = arm.lost_of > 0;
    add(name("share without the diagnosis", arm.visits[last].week), true,
        known ? arm.lost / arm.lost_of : std::nan(""),
        known ? std::vector<std::string>{arm.lost_fact} : std::vector<std::string>{});
  }
  add_differences(last);
}

std::vector<double> ReplicationComparison::of(const VirtualTrial& trial,
                                              const TrialKey& key) const {
  const ConductedTrial made = conduct(trial, key);
  std::vector<double> values;
  for (int a = 0; a < 2; ++a) describe(trial, made, a, values);
  std::vector<TrialEstimand> estimands;
  for (int k = 0; k < trial.design.visits(); ++k) estimands.push_back({.visit = k});
  for (const TrialAnswer& answer : analyse_trial(trial, made, estimands))
    values.push_back(answer.estimate);
  return values;
}

std::vector<ReplicatedNumber> ReplicationComparison::compare(
    std::vector<std::vector<double>> columns) const {
  std::vector<ReplicatedNumber> list;
  for (std::size_t i = 0; i < numbers_.size(); ++i) {
    ReplicatedNumber made = numbers_[i];
    std::vector<double>& values = columns[i];
    std::erase_if(values, [](double v) { return !std::isfinite(v); });
    if (std::isnan(made.published) || values.size() < 2) continue;
    std::sort(values.begin(), values.end());
    const auto n = static_cast<double>(values.size());
    double sum = 0, squares = 0;
    for (const double v : values) sum += v;
    made.simulated = sum / n;
    for (const double v : values) squares += (v - made.simulated) * (v - made.simulated);
    made.mc_se = std::sqrt(squares / (n - 1) / n);
    const auto quantile = [&](double p) {
      return values[static_cast<std::size_t>(std::clamp(std::round(p * (n - 1)), 0.0, n - 1))];
    };
    made.low = quantile(0.025);
    made.high = quantile(0.975);
    made.inside = made.low <= made.published && made.published <= made.high;
    list.push_back(std::move(made));
  }
  return list;
}

void ReplicationComparison::add(const std::string& name, bool held_out, double value,
                                std::vector<std::string> facts) {
  numbers_.push_back(
      {.name = name, .held_out = held_out, .published = value, .facts = std::move(facts)});
}

void ReplicationComparison::add_differences(std::size_t last) {
  const PublishedArm &treated = published_.arm[0], &control = published_.arm[1];
  for (std::size_t k = 0; k <= last; ++k) {
    const PublishedVisit &a = treated.visits[k], &b = control.visits[k];
    double value = a.mean - treated.baseline - b.mean + control.baseline;
    std::vector<std::string> facts{a.fact, b.fact, treated.baseline_fact, control.baseline_fact};
    if (k == last && !std::isnan(treated.last_change + control.last_change)) {
      value = treated.last_change - control.last_change;
      facts = {treated.change_fact, control.change_fact};
    }
    add(fmt::format("difference of changes at week {:g}", a.week), k == last, value, facts);
  }
}

}  // namespace entact
