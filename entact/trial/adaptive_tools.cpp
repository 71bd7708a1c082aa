// What every replicate of an adaptive trial needs: its hypotheses, and what is computed once.
#include "entact/trial/adaptive_trial.h"

namespace entact {

std::vector<TrialEstimand> adaptive_hypotheses(const TrialEstimand& estimand,
                                               const InterimPlan& plan) {
  if (!plan.arms && !plan.allocation) return {estimand};
  std::vector<TrialEstimand> each;
  for (const int arm : estimand.treatment) {
    each.push_back(estimand);
    each.back().treatment = {arm};
  }
  return each;
}

AdaptiveTools adaptive_tools(const VirtualTrial& trial, const TrialEstimand& estimand,
                             const InterimPlan& plan, double level) {
  AdaptiveTools tools;
  if (adaptive_hypotheses(estimand, plan).size() == 1) tools.table.emplace(plan.design, level);
  if (!plan.arms || !plan.arms->conditional) return tools;
  double control = 0;
  for (const int arm : estimand.control)
    control += trial.design.arms[static_cast<std::size_t>(arm)].ratio;
  std::vector<double> shares;
  for (const int arm : estimand.treatment) {
    const double ratio = trial.design.arms[static_cast<std::size_t>(arm)].ratio;
    shares.push_back(ratio / (ratio + control));
  }
  tools.dunnett =
      std::make_unique<const ConditionalDunnett>(shares, plan.design.rates[0], plan.design.alpha);
  return tools;
}

}  // namespace entact
