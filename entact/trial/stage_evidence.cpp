#include "entact/trial/stage_evidence.h"

#include <cmath>
#include <utility>

#include "entact/trial/closed_testing.h"

namespace entact {
namespace {

constexpr double none = TrialAnswer::none;
constexpr double no_answer_z = -8.2;  ///< p = 1, as far as the combination is concerned

double share(const std::vector<double>& n, const TrialEstimand& hypothesis) {
  double treated = 0, control = 0;
  for (const int arm : hypothesis.treatment) treated += n[static_cast<std::size_t>(arm)];
  for (const int arm : hypothesis.control) control += n[static_cast<std::size_t>(arm)];
  return control > 0 ? treated / (treated + control) : 0.5;
}

}  // namespace

StageEvidence::StageEvidence(const InterimPlan& plan, const AdaptiveTools& tools,
                             std::vector<TrialEstimand> hypotheses)
    : plan_(plan),
      tools_(tools),
      hypotheses_(std::move(hypotheses)),
      sum_(hypotheses_.size()),
      inverse_(hypotheses_.size()),
      combined_(hypotheses_.size(), none),
      unit_(hypotheses_.size(), none),
      rejected_(hypotheses_.size()) {}

void StageEvidence::add(const TrialCohort& cohort, const std::vector<char>& kept) {
  answers_ = cohort_answers(cohort, hypotheses_, kept);
  std::vector<double> z(hypotheses_.size(), none), shares(z), unit(z);
  for (std::size_t h = 0; h < hypotheses_.size(); ++h) {
    shares[h] = share(cohort.n, hypotheses_[h]);
    if (kept[h] == 0) continue;
    const TrialAnswer& answer = answers_[h];
    z[h] = answer.answered() ? benefit_z(answer, hypotheses_[h]) : no_answer_z;
    unit[h] = answer.answered() && answer.se > 0 ? standard_unit(answer, z[h]) : none;
  }
  z_.push_back(z);
  shares_.push_back(shares);
  combine(unit, kept);
  test();
}

// With the weights planned: theta = drift * unit, the drift at the whole information.
void StageEvidence::combine(const std::vector<double>& unit, const std::vector<char>& kept) {
  const std::size_t k = z_.size() - 1;
  const double weight = std::sqrt(rate() - (k == 0 ? 0 : plan_.design.rates[k - 1]));
  for (std::size_t h = 0; h < hypotheses_.size(); ++h) {
    if (kept[h] == 0) continue;
    sum_[h] += weight * z_.back()[h];
    inverse_[h] += weight / unit[h];
    combined_[h] = pooled() ? z_.back()[h] : sum_[h] / std::sqrt(rate());
    unit_[h] = pooled() ? unit[h] * std::sqrt(rate()) : rate() / inverse_[h];
  }
}

void StageEvidence::test() {
  const std::size_t look = z_.size();
  if (pooled()) {
    if (rejected_[0] == 0 && combined_[0] >= plan_.design.upper[look - 1]) rejected_[0] = look;
  } else if (tools_.dunnett) {
    if (look < plan_.design.rates.size()) return;
    const std::vector<char> made = tools_.dunnett->rejected(z_[0], z_[1], shares_[1]);
    for (std::size_t h = 0; h < made.size(); ++h) rejected_[h] = made[h] != 0 ? look : 0;
  } else {
    const ClosedTestResult made = closed_test(
        IntersectionTest::dunnett, {.z = z_, .shares = shares_[0], .stage_shares = shares_},
        plan_.design.rates, plan_.design.upper);
    for (std::size_t h = 0; h < rejected_.size(); ++h)
      rejected_[h] = static_cast<std::size_t>(made.stage[h]);
  }
}

}  // namespace entact
