#include "entact/trial/trial_estimand.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "entact/base/error.h"
#include "entact/trial/item_answers.h"

namespace entact {
namespace {

Strategy strategy_of(const TrialEstimand& estimand, std::size_t event) {
  return estimand.events.empty() ? Strategy::treatment_policy : estimand.events[event];
}

// First visit at which a strategy other than treatment policy changes the outcome.
int first_visit(const TrialCourse& course, const TrialEstimand& estimand, Strategy strategy) {
  const int never = static_cast<int>(course.score.size());
  int first = estimand.stopping == strategy ? course.stop_visit : never;
  for (std::size_t e = 0; e < course.event_visit.size(); ++e)
    if (strategy_of(estimand, e) == strategy) first = std::min(first, course.event_visit[e]);
  return first;
}

double outcome_of(const TrialEstimand& estimand, const TrialDesign& design,
                  const Participant& person, double score, bool failed) {
  if (counts_responders(estimand))
    return !failed && responds(estimand.response, design, person, estimand.visit, score) ? 1 : 0;
  return failed ? estimand.failure : score - person.baseline;
}

double mean_outcome(const VirtualTrial& trial, const Surroundings& around,
                    const Participant& person, const std::vector<int>& arms,
                    const TrialEstimand& estimand) {
  double sum = 0;
  for (const int arm : arms) sum += potential_outcome(trial, around, person, arm, estimand);
  return sum / static_cast<double>(arms.size());
}

}  // namespace

bool counts_responders(const TrialEstimand& estimand) {
  return estimand.method == TrialMethod::responders;
}

bool responds(const TrialResponse& rule, double baseline, double score) {
  if (rule.at_most) return score <= *rule.at_most;
  return baseline - score >= (rule.percent ? rule.fall / 100 * baseline : rule.fall);
}

bool responds(const TrialResponse& rule, const TrialDesign& design, const Participant& person,
              int visit, double score) {
  if (!rule.loses_diagnosis) return responds(rule, person.baseline, score);
  require(
      design.items != nullptr && !design.items->diagnoses.empty(), "trial.design.items",
      "loss of diagnosis needs an instrument with items and a diagnosis: name it in the design");
  return loses_diagnosis(*design.items, person, visit, score);
}

bool concerns(const TrialEstimand& estimand, const Participant& person) {
  if (estimand.among == Among::everyone || estimand.among == Among::difference) return true;
  const bool belongs = person.subgroup.at(static_cast<std::size_t>(estimand.subgroup)) != 0;
  return belongs == (estimand.among == Among::members);
}

double potential_outcome(const VirtualTrial& trial, const Surroundings& around,
                         const Participant& person, int arm, const TrialEstimand& estimand) {
  WhatIf what_if{.beliefs = !estimand.without_beliefs,
                 .stops = estimand.stopping != Strategy::hypothetical};
  for (std::size_t e = 0; e < trial.truth.events.size(); ++e)
    what_if.events.push_back(strategy_of(estimand, e) == Strategy::hypothetical ? 0 : 1);
  const TrialCourse course = follow(trial, around, person, arm, what_if);
  const bool failed = first_visit(course, estimand, Strategy::composite) <= estimand.visit;
  const int last =
      std::min(estimand.visit, first_visit(course, estimand, Strategy::while_on_treatment) - 1);
  const double score = last < 0 ? person.baseline : course.score[static_cast<std::size_t>(last)];
  return outcome_of(estimand, trial.design, person, score, failed);
}

std::vector<double> analysed_scores(const TrialCourse& course, double baseline,
                                    const TrialEstimand& estimand) {
  std::vector<double> scores = course.seen;
  const int count = static_cast<int>(scores.size());
  const int carried = first_visit(course, estimand, Strategy::while_on_treatment);
  const int failed = first_visit(course, estimand, Strategy::composite);
  const int set_aside = first_visit(course, estimand, Strategy::hypothetical);
  double last = baseline;
  for (int k = 0; k < count; ++k) {
    double& score = scores[static_cast<std::size_t>(k)];
    if (k >= set_aside) score = std::numeric_limits<double>::quiet_NaN();
    if (k >= carried) score = last;
    if (k >= failed) score = baseline + estimand.failure;
    if (k < carried && !std::isnan(score)) last = score;
  }
  return scores;
}

SimulatedValue true_value(const VirtualTrial& trial, const TrialEstimand& estimand,
                          std::uint64_t seed, int people) {
  if (estimand.among == Among::difference) {
    TrialEstimand part = estimand;
    part.among = Among::members;
    const SimulatedValue members = true_value(trial, part, seed, people);
    part.among = Among::others;
    const SimulatedValue others = true_value(trial, part, seed, people);
    return {members.value - others.value, std::hypot(members.mc_se, others.mc_se)};
  }
  VirtualTrial wanted = trial;
  wanted.truth.effect_prior_sd = 0;
  double n = 0, sum = 0, squares = 0;
  Surroundings around;
  for (int i = 0; i < people; ++i) {
    const TrialKey key{seed, 0x80000000U + static_cast<std::uint32_t>(i / 1000)};
    if (i % 1000 == 0) around = draw_surroundings(wanted, key);
    const Participant person = draw_participant(wanted, key, static_cast<std::uint32_t>(i % 1000));
    if (!concerns(estimand, person)) continue;
    ++n;
    const double difference = mean_outcome(wanted, around, person, estimand.treatment, estimand) -
                              mean_outcome(wanted, around, person, estimand.control, estimand);
    sum += difference;
    squares += difference * difference;
  }
  const double mean = sum / n;
  return {mean, std::sqrt(std::max(0.0, squares / n - mean * mean) / n)};
}

}  // namespace entact
