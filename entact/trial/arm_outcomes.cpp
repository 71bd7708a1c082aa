#include "entact/trial/arm_outcomes.h"

#include <algorithm>
#include <cmath>

#include "entact/trial/adaptive_allocation.h"
#include "entact/trial/blinded_size.h"

namespace entact {
namespace {

struct Outcome {
  double baseline = 0, value = 0;  ///< the change, or 1 for response
  bool response = false;
  bool seen = false;
};

Outcome outcome_of(const VirtualTrial& trial, const ConductedTrial& made, std::size_t i,
                   const TrialEstimand& estimand) {
  const Participant& person = made.people[i];
  const double score = analysed_scores(made.courses[i], person.baseline,
                                       estimand)[static_cast<std::size_t>(estimand.visit)];
  const bool seen = !std::isnan(score);
  const bool response =
      seen && responds(estimand.response, trial.design, person, estimand.visit, score);
  const bool counted = counts_responders(estimand);
  return {.baseline = person.baseline,
          .value = counted ? (response ? 1.0 : 0.0) : score - person.baseline,
          .response = response,
          .seen = seen || (counted && estimand.missing_fails)};
}

/// Outcomes of an arm: their number, sum, squares around the mean, responders.
struct ArmOutcomes {
  double n = 0, mean = 0, squares = 0, responders = 0;
  void add(const Outcome& outcome) {
    ++n;
    const double off = outcome.value - mean;
    mean += off / n;
    squares += off * (outcome.value - mean);
    responders += outcome.response ? 1 : 0;
  }
};

std::vector<double> best_arm_shares(const std::vector<ArmOutcomes>& found,
                                    const TrialEstimand& estimand, double seen, double planned) {
  double squares = 0, df = 0;
  for (const ArmOutcomes& arm : found) squares += arm.squares, df += arm.n - 1;
  std::vector<double> mean, sd;
  for (const ArmOutcomes& arm : found) {
    const double p = (arm.responders + 1) / (arm.n + 2);
    const bool counted = counts_responders(estimand);
    mean.push_back(counted ? p : -arm.mean);
    sd.push_back(counted ? std::sqrt(p * (1 - p) / (arm.n + 2))
                         : std::max(1e-9, std::sqrt(squares / df / arm.n)));
  }
  return thompson_shares(probability_best(mean, sd), seen, planned);
}

/// At least the floor for the shares at these places, together; the others share what is left.
void raise(std::vector<double>& shares, const std::vector<char>& which, double floor) {
  double own = 0;
  for (std::size_t a = 0; a < shares.size(); ++a) own += which[a] != 0 ? shares[a] : 0;
  if (own >= floor || own <= 0) return;
  for (std::size_t a = 0; a < shares.size(); ++a)
    shares[a] *= which[a] != 0 ? floor / own : (1 - floor) / (1 - own);
}

void hold_floors(std::vector<double>& shares, const std::vector<int>& arms,
                 const TrialEstimand& estimand, const AllocationRule& rule) {
  std::vector<char> control;
  for (const int arm : arms) control.push_back(has_arm(estimand.control, arm) ? 1 : 0);
  // Raising one lowers the others; a few rounds settle that.
  for (int round = 0; round < 8; ++round) {
    for (std::size_t a = 0; a < arms.size(); ++a) {
      std::vector<char> one(arms.size());
      one[a] = 1;
      raise(shares, one, rule.floor);
    }
    raise(shares, control, rule.control);
  }
}

}  // namespace

BlindedSpread blinded_spread(const VirtualTrial& trial, const ConductedTrial& made, int first,
                             const TrialEstimand& estimand) {
  double n = 0, x = 0, y = 0, xx = 0, xy = 0, yy = 0;
  for (std::size_t i = 0; i < static_cast<std::size_t>(first); ++i) {
    const Outcome one = outcome_of(trial, made, i, estimand);
    if (!one.seen) continue;
    // Means so far, and products around them.
    ++n;
    const double dx = one.baseline - x, dy = one.value - y;
    x += dx / n;
    y += dy / n;
    xx += dx * (one.baseline - x);
    xy += dx * (one.value - y);
    yy += dy * (one.value - y);
  }
  const bool regress = !counts_responders(estimand) && xx > 0;
  const double squares = regress ? yy - xy * xy / xx : yy;
  return {.variance = squares / std::max(1.0, n - (regress ? 2 : 1)), .seen = n / first};
}

int blinded_trial_size(const VirtualTrial& trial, const BlindedSpread& spread,
                       const TrialEstimand& estimand, const InterimPlan& plan) {
  const auto ratio_of = [&](const std::vector<int>& arms) {
    double sum = 0;
    for (const int arm : arms) sum += trial.design.arms[static_cast<std::size_t>(arm)].ratio;
    return sum;
  };
  double all = 0;
  for (const TrialArm& arm : trial.design.arms) all += arm.ratio;
  const double treated = ratio_of(estimand.treatment), control = ratio_of(estimand.control);
  const SizeRule& rule = *plan.size;
  if (!(spread.variance > 0) || !(spread.seen > 0)) return trial.design.n;
  const double sides =
      blinded_size({.difference = std::abs(rule.difference),
                    .power = rule.power,
                    .test = {.alpha = plan.design.alpha, .sides = 1, .ratio = treated / control},
                    .first = 3},
                   spread.variance);
  const double n = sides * plan.design.inflation / spread.seen * all / (treated + control);
  return static_cast<int>(std::clamp(std::ceil(n - 1e-9), static_cast<double>(trial.design.n),
                                     static_cast<double>(std::max(rule.most, trial.design.n))));
}

std::vector<double> adapted_shares(const VirtualTrial& trial, const ConductedTrial& made, int seen,
                                   int planned, const TrialEstimand& estimand,
                                   const std::vector<int>& arms, const AllocationRule& rule) {
  std::vector<ArmOutcomes> found(arms.size());
  for (std::size_t i = 0; i < static_cast<std::size_t>(seen); ++i) {
    const auto at = std::find(arms.begin(), arms.end(), made.arm[i]);
    if (at == arms.end()) continue;
    const Outcome one = outcome_of(trial, made, i, estimand);
    if (one.seen) found[static_cast<std::size_t>(at - arms.begin())].add(one);
  }
  for (const ArmOutcomes& arm : found)
    if (arm.n < 2) return {};
  std::vector<double> shares;
  if (rule.kind == AllocationRule::Kind::thompson) {
    shares = best_arm_shares(found, estimand, seen, std::max(seen, planned));
  } else {
    std::vector<double> rates;
    for (const ArmOutcomes& arm : found) rates.push_back((arm.responders + 0.5) / (arm.n + 1));
    shares = fewest_failures_shares(rates);
  }
  hold_floors(shares, arms, estimand, rule);
  return shares;
}

}  // namespace entact
