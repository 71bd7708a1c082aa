#include "entact/trial/interim_tally.h"

#include <algorithm>
#include <cmath>

#include "entact/trial/operating.h"

namespace entact {

SimulatedValue CountedNumbers::mean() const {
  double sum = 0, squares = 0;
  for (const auto& [value, count] : counts_) {
    const auto times = static_cast<double>(count);
    sum += times * value;
    squares += times * value * value;
  }
  const auto n = static_cast<double>(n_);
  const double centre = sum / n;
  return {centre, std::sqrt(std::fmax(0, squares / n - centre * centre) / n)};
}

int CountedNumbers::quantile(double share) const {
  long before = 0;
  for (const auto& [value, count] : counts_) {
    before += count;
    if (static_cast<double>(before) >= share * static_cast<double>(n_)) return value;
  }
  return 0;
}

SimulatedValue InterimTally::Sum::mean() const {
  const double centre = sum / n;
  return {centre, std::sqrt(std::fmax(0, squares / n - centre * centre) / n)};
}

SimulatedValue InterimTally::Sum::share() const { return {sum / n, proportion_se(sum / n, n)}; }

InterimTally::InterimTally(const VirtualTrial& trial, const std::vector<TrialEstimand>& estimands,
                           const InterimPlan& plan, const std::vector<double>& truths)
    : truths_(truths),
      adapts_(plan.adapts()),
      sign_(benefit_sign(estimands.front())),
      rejects_(plan.design.rates.size()),
      stops_(plan.design.rates.size()),
      each_(truths.size()),
      leads_(truths.size()),
      lead_bias_(truths.size()),
      kept_(truths.size(), std::vector<double>(plan.design.rates.size())),
      allocated_(trial.design.arms.size()) {
  found_.rates = plan.design.rates;
  found_.upper = plan.design.upper;
  found_.lower = plan.design.lower;
  found_.enrolled = enrolled_at_looks(trial, plan);
  hypotheses_ = adapts_ ? adaptive_hypotheses(estimands.front(), plan) : estimands;
  layout_ = {.arms = trial.design.arms.size(), .hypotheses = truths.size()};
  for (std::size_t h = 0; h < truths.size(); ++h)
    no_benefit_.push_back(benefit_sign(hypotheses_[h]) * truths[h] <= 0 ? 1 : 0);
  for (const TrialArm& arm : trial.design.arms) arm_names_.push_back(arm.name);
}

std::vector<char> InterimTally::rejections(std::span<const double> fields) const {
  std::vector<char> made;
  if (truths_.size() == 1) return {fields[interim_outcome] > 0 ? char{1} : char{0}};
  for (std::size_t h = 0; h < truths_.size(); ++h)
    made.push_back(fields[adapts_ ? layout_.rejected(h) : interim_fields + h] > 0 ? 1 : 0);
  return made;
}

std::optional<std::size_t> InterimTally::best_arm() const {
  std::optional<std::size_t> best;
  for (std::size_t h = 0; h < truths_.size(); ++h)
    if (no_benefit_[h] == 0 && (!best || sign_ * truths_[h] > sign_ * truths_[*best])) best = h;
  return best;
}

void InterimTally::take_adaptive(std::span<const double> fields) {
  grown_.add(fields[layout_.grown()]);
  double all = 0, in_best = 0;
  const auto best = best_arm();
  for (std::size_t a = 0; a < layout_.arms; ++a) {
    const double n = fields[layout_.allocated(a)];
    allocated_[a].add(static_cast<int>(n));
    all += n;
    if (best && has_arm(hypotheses_[*best].treatment, static_cast<int>(a))) in_best += n;
  }
  inferior_.add(all - in_best);
  const auto lead = static_cast<std::size_t>(fields[layout_.lead()]);
  for (std::size_t h = 0; h < layout_.hypotheses; ++h) {
    leads_[h].add(h == lead ? 1 : 0);
    for (std::size_t k = 0; k < static_cast<std::size_t>(fields[layout_.kept(h)]); ++k)
      kept_[h][k] += 1;
  }
  if (!std::isnan(fields[interim_estimate]))
    lead_bias_[lead].add(fields[interim_estimate] - truths_[lead]);
}

void InterimTally::take(std::span<const double> fields) {
  const auto look = static_cast<std::size_t>(fields[interim_look]) - 1;
  (fields[interim_outcome] > 0 ? rejects_ : stops_)[look] += 1;
  participants_.add(static_cast<int>(fields[interim_enrolled]));
  const std::vector<char> rejected = rejections(fields);
  bool wrongly = false;
  for (std::size_t h = 0; h < rejected.size(); ++h) {
    each_[h].add(rejected[h]);
    wrongly = wrongly || (rejected[h] != 0 && no_benefit_[h] != 0);
  }
  false_.add(wrongly ? 1 : 0);
  if (adapts_) take_adaptive(fields);
  if (std::isnan(fields[interim_estimate])) {
    ++found_.failed;
    return;
  }
  const double truth =
      truths_[adapts_ ? static_cast<std::size_t>(fields[layout_.lead()]) : std::size_t{0}];
  plain_.add(fields[interim_estimate] - truth);
  if (std::isnan(fields[interim_median])) return;
  median_.add(fields[interim_median] - truth);
  above_.add(fields[interim_median] > truth ? 1 : 0);
  covered_.add(fields[interim_low] <= truth && truth <= fields[interim_high] ? 1 : 0);
}

AdaptiveCharacteristics InterimTally::adaptive() const {
  AdaptiveCharacteristics made{.grown = grown_.share()};
  for (std::size_t h = 0; h < layout_.hypotheses && layout_.hypotheses > 1; ++h) {
    ArmCharacteristics arm{
        .arm = arm_names_[static_cast<std::size_t>(hypotheses_[h].treatment.front())],
        .truth = truths_[h],
        .kept = kept_[h],
        .rejected = each_[h].share(),
        .leads = leads_[h].share(),
        .bias = lead_bias_[h].mean()};
    for (double& share : arm.kept) share /= grown_.n;
    made.arms.push_back(arm);
  }
  for (std::size_t a = 0; a < layout_.arms; ++a) {
    const CountedNumbers& counts = allocated_[a];
    made.allocated.push_back({.arm = arm_names_[a],
                              .participants = counts.mean(),
                              .low = counts.quantile(0.05),
                              .median = counts.quantile(0.5),
                              .high = counts.quantile(0.95)});
  }
  if (best_arm()) made.inferior = inferior_.mean();
  return made;
}

InterimCharacteristics InterimTally::finish() const {
  InterimCharacteristics found = found_;
  const double n = false_.n;
  Sum rejected;
  rejected.n = n;
  for (std::size_t k = 0; k < rejects_.size(); ++k) {
    found.efficacy.push_back(rejects_[k] / n);
    found.futility.push_back(stops_[k] / n);
    rejected.sum += rejects_[k];
  }
  found.fewest = participants_.quantile(0.05);
  found.median = participants_.quantile(0.5);
  found.most = participants_.quantile(0.95);
  found.power = rejected.share();
  found.participants = participants_.mean();
  found.plain_bias = plain_.mean();
  found.median_bias = median_.mean();
  found.above = above_.share();
  found.coverage = covered_.share();
  if (!adapts_ && each_.size() > 1)
    for (const Sum& sum : each_) found.estimands.push_back(sum.share());
  if (std::any_of(no_benefit_.begin(), no_benefit_.end(), [](char none) { return none != 0; }))
    found.false_rejection = false_.share();
  if (adapts_) found.adaptive = adaptive();
  return found;
}

}  // namespace entact
