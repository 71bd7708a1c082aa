#include "entact/trial/interim.h"

#include <algorithm>
#include <cmath>

#include "entact/num/distributions.h"

namespace entact {
namespace {

int followed_at(const VirtualTrial& trial, double rate) {
  return static_cast<int>(std::ceil(rate * trial.design.n - 1e-9));
}

ConductedTrial first_of(const ConductedTrial& made, int n) {
  ConductedTrial part = made;
  part.people.resize(static_cast<std::size_t>(n));
  part.arm.resize(static_cast<std::size_t>(n));
  part.courses.resize(static_cast<std::size_t>(n));
  return part;
}

/// Lower scores are better, more responders are better.
double benefit(const TrialEstimand& estimand) { return counts_responders(estimand) ? 1 : -1; }

/// The analysis' p as a z that is positive for benefit.
double z_of(const TrialAnswer& answer, const TrialEstimand& estimand) {
  const double z = -normal_quantile(std::clamp(answer.p / 2, 1e-300, 0.5));
  return answer.estimate * benefit(estimand) > 0 ? z : -z;
}

void write_adjusted(const TrialAnswer& answer, const TrialEstimand& estimand, int look, double z,
                    const InterimPlan& plan, const StagewiseTable& table,
                    std::vector<double>& fields) {
  const StagewiseDrift drift = table.at(look, z);
  // The drift is that of the last look; the standard error there follows from the rate. z has the
  // level of a t statistic: what it is a multiple of is a little more than the standard error.
  const double rate = plan.design.rates[static_cast<std::size_t>(look - 1)];
  const double unit = std::abs(z) > 1e-6 ? std::abs(answer.estimate / z) : answer.se;
  const double scale = benefit(estimand) * unit * std::sqrt(rate);
  fields[interim_median] = drift.median * scale;
  fields[interim_low] = std::min(drift.low * scale, drift.high * scale);
  fields[interim_high] = std::max(drift.low * scale, drift.high * scale);
}

SimulatedValue share(double events, double n) {
  const double p = events / n, held = std::clamp(p, 0.5 / n, 1 - 0.5 / n);
  return {p, std::sqrt(held * (1 - held) / n)};
}

}  // namespace

std::vector<int> enrolled_at_looks(const VirtualTrial& trial, const InterimPlan& plan) {
  std::vector<int> enrolled;
  const double meanwhile = plan.enrolled_per_week * trial.design.visit_weeks.back();
  for (const double rate : plan.design.rates)
    enrolled.push_back(static_cast<int>(
        std::fmin(trial.design.n, followed_at(trial, rate) + std::floor(meanwhile + 1e-9))));
  return enrolled;
}

std::vector<double> take_looks(const VirtualTrial& trial, const ConductedTrial& made,
                               const TrialEstimand& estimand, const InterimPlan& plan,
                               const StagewiseTable& table) {
  const GroupSequentialDesign& design = plan.design;
  const std::vector<int> enrolled = enrolled_at_looks(trial, plan);
  std::vector<double> fields(interim_fields, TrialAnswer::none);
  for (std::size_t k = 0;; ++k) {
    const bool last = k + 1 == design.rates.size();
    const ConductedTrial part = first_of(made, followed_at(trial, design.rates[k]));
    const TrialAnswer answer = analyse_trial(trial, part, {estimand}).front();
    const bool answered = answer.state != AnalysisState::failed && !std::isnan(answer.p);
    const double z = answered ? z_of(answer, estimand) : TrialAnswer::none;
    const bool rejects = answered && z >= design.upper[k];
    if (!last && !rejects && !(answered && z <= design.lower[k])) continue;
    fields[interim_look] = static_cast<double>(k + 1);
    fields[interim_outcome] = rejects ? 1 : 0;
    fields[interim_enrolled] = enrolled[k];
    if (!answered) return fields;
    fields[interim_estimate] = answer.estimate;
    if (answer.se > 0)
      write_adjusted(answer, estimand, static_cast<int>(k + 1), z, plan, table, fields);
    return fields;
  }
}

SimulatedValue InterimTally::Sum::mean() const {
  const double centre = sum / n;
  return {centre, std::sqrt(std::fmax(0, squares / n - centre * centre) / n)};
}

InterimTally::InterimTally(const VirtualTrial& trial, const InterimPlan& plan, double truth)
    : rejects_(plan.design.rates.size()), stops_(plan.design.rates.size()), truth_(truth) {
  found_.rates = plan.design.rates;
  found_.upper = plan.design.upper;
  found_.lower = plan.design.lower;
  found_.enrolled = enrolled_at_looks(trial, plan);
}

void InterimTally::take(std::span<const double> fields) {
  const auto look = static_cast<std::size_t>(fields[interim_look]) - 1;
  (fields[interim_outcome] > 0 ? rejects_ : stops_)[look] += 1;
  participants_.add(fields[interim_enrolled]);
  if (std::isnan(fields[interim_estimate])) {
    ++found_.failed;
    return;
  }
  plain_.add(fields[interim_estimate] - truth_);
  if (std::isnan(fields[interim_median])) return;
  median_.add(fields[interim_median] - truth_);
  above_.add(fields[interim_median] > truth_ ? 1 : 0);
  covered_.add(fields[interim_low] <= truth_ && truth_ <= fields[interim_high] ? 1 : 0);
}

InterimCharacteristics InterimTally::finish() const {
  InterimCharacteristics found = found_;
  const double n = participants_.n;
  double rejected = 0, ended = 0;
  for (std::size_t k = 0; k < rejects_.size(); ++k) {
    found.efficacy.push_back(rejects_[k] / n);
    found.futility.push_back(stops_[k] / n);
    rejected += rejects_[k];
    const double before = ended / n, now = (ended += rejects_[k] + stops_[k]) / n;
    if (before < 0.05 && now >= 0.05) found.fewest = found.enrolled[k];
    if (before < 0.5 && now >= 0.5) found.median = found.enrolled[k];
    if (before < 0.95 && now >= 0.95) found.most = found.enrolled[k];
  }
  found.power = share(rejected, n);
  found.participants = participants_.mean();
  found.plain_bias = plain_.mean();
  found.median_bias = median_.mean();
  found.above = share(above_.sum, above_.n);
  found.coverage = share(covered_.sum, covered_.n);
  return found;
}

}  // namespace entact
