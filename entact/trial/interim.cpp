#include "entact/trial/interim.h"

#include <algorithm>
#include <cmath>

#include "entact/num/distributions.h"

namespace entact {
namespace {

ConductedTrial first_of(const ConductedTrial& made, int n) {
  ConductedTrial part = made;
  part.people.resize(static_cast<std::size_t>(n));
  part.arm.resize(static_cast<std::size_t>(n));
  part.courses.resize(static_cast<std::size_t>(n));
  return part;
}

/// Statistics of all estimands at one look; NaN without an answer.
struct LookStatistics {
  std::vector<TrialAnswer> answers{};
  std::vector<double> z{};
};

LookStatistics look_at(const VirtualTrial& trial, const ConductedTrial& part,
                       const std::vector<TrialEstimand>& estimands) {
  LookStatistics found{.answers = analyse_trial(trial, part, estimands)};
  for (std::size_t e = 0; e < estimands.size(); ++e)
    found.z.push_back(found.answers[e].answered() ? benefit_z(found.answers[e], estimands[e])
                                                  : TrialAnswer::none);
  return found;
}

/// Which are rejected at a bound: all or none together, or each after those before it.
std::vector<double> rejected(const std::vector<double>& z, double bound, bool co_primary) {
  std::vector<double> made;
  bool open = true;
  if (co_primary)
    open = std::all_of(z.begin(), z.end(), [&](double each) { return each >= bound; });
  for (const double each : z) {
    open = open && each >= bound;
    made.push_back(open ? 1 : 0);
  }
  return made;
}

/// Of co-primary estimands the one that is least convincing decides.
double deciding(const std::vector<double>& z, bool co_primary) {
  if (!co_primary) return z.front();
  for (const double each : z)
    if (std::isnan(each)) return each;
  return *std::min_element(z.begin(), z.end());
}

bool improbable(const InterimPlan& plan, double rate, double z, const TrialEstimand& estimand,
                double unit) {
  if (!plan.predictive) return false;
  const DriftPrior prior = drift_prior(*plan.predictive, estimand, unit);
  return predictive_power_at_last(plan.design.upper.back(), rate, z, prior) <
         plan.predictive->futility;
}

}  // namespace

double benefit_sign(const TrialEstimand& estimand) { return counts_responders(estimand) ? 1 : -1; }

double benefit_z(const TrialAnswer& answer, const TrialEstimand& estimand) {
  const double z = -normal_quantile(std::clamp(answer.p / 2, 1e-300, 0.5));
  return answer.estimate * benefit_sign(estimand) > 0 ? z : -z;
}

double standard_unit(const TrialAnswer& answer, double z) {
  return std::abs(z) > 1e-6 ? std::abs(answer.estimate / z) : answer.se;
}

DriftPrior drift_prior(const PredictiveRule& rule, const TrialEstimand& estimand, double unit) {
  if (!(rule.sd > 0)) return {};
  return {.mean = benefit_sign(estimand) * rule.mean / unit, .sd = rule.sd / unit};
}

void write_stagewise(const StagewiseDrift& drift, double effect, std::vector<double>& fields) {
  fields[interim_median] = drift.median * effect;
  fields[interim_low] = std::min(drift.low * effect, drift.high * effect);
  fields[interim_high] = std::max(drift.low * effect, drift.high * effect);
}

int followed_at(const VirtualTrial& trial, double rate) {
  return static_cast<int>(std::ceil(rate * trial.design.n - 1e-9));
}

std::vector<int> enrolled_at_looks(const VirtualTrial& trial, const InterimPlan& plan) {
  std::vector<int> enrolled;
  const double meanwhile = plan.enrolled_per_week * trial.design.visit_weeks.back();
  for (const double rate : plan.design.rates)
    enrolled.push_back(static_cast<int>(
        std::fmin(trial.design.n, followed_at(trial, rate) + std::floor(meanwhile + 1e-9))));
  return enrolled;
}

std::vector<double> take_looks(const VirtualTrial& trial, const ConductedTrial& made,
                               const std::vector<TrialEstimand>& estimands, const InterimPlan& plan,
                               const StagewiseTable& table) {
  const GroupSequentialDesign& design = plan.design;
  const std::vector<int> enrolled = enrolled_at_looks(trial, plan);
  const TrialEstimand& first = estimands.front();
  std::vector<double> fields(interim_fields, TrialAnswer::none);
  for (std::size_t k = 0;; ++k) {
    const bool last = k + 1 == design.rates.size();
    const LookStatistics look =
        look_at(trial, first_of(made, followed_at(trial, design.rates[k])), estimands);
    const TrialAnswer& answer = look.answers.front();
    const double z = look.z.front(), decides = deciding(look.z, plan.co_primary);
    // The drift is that of the last look; the standard error there follows from the rate.
    const double rate = design.rates[k], unit = standard_unit(answer, z) * std::sqrt(rate);
    const bool rejects = decides >= design.upper[k];
    const bool gives_up =
        !last && (decides <= design.lower[k] || improbable(plan, rate, z, first, unit));
    if (!last && !rejects && !gives_up) continue;
    fields[interim_look] = static_cast<double>(k + 1);
    fields[interim_outcome] = rejects ? 1 : 0;
    fields[interim_enrolled] = enrolled[k];
    if (!std::isnan(z)) {
      fields[interim_estimate] = answer.estimate;
      if (answer.se > 0)
        write_stagewise(table.at(static_cast<int>(k + 1), z), benefit_sign(first) * unit, fields);
    }
    if (plan.more > 0) {
      const std::vector<double> each = rejected(look.z, design.upper[k], plan.co_primary);
      fields.insert(fields.end(), each.begin(), each.end());
    }
    return fields;
  }
}

}  // namespace entact
