#pragma once

// The virtual trial that the tests of this floor start from.

#include <vector>

#include "entact/trial/operating.h"

namespace entact::specimen {

inline TrialDesign two_arms(int n, std::vector<double> weeks = {4, 8, 12, 18}) {
  TrialDesign design{.arms = {{.name = "MDMA", .dose_mg = 120}, {.name = "Placebo"}},
                     .n = n,
                     .visit_weeks = weeks};
  for (std::size_t k = 0; k < weeks.size(); ++k)
    design.visit_names.push_back("V" + std::to_string(k));
  return design;
}

/// Correlation 1/2, SD 7 at baseline and 12 later; no drug effect, nothing else.
inline TrialTruth plain_truth(int visits) {
  std::vector<double> sd(static_cast<std::size_t>(visits) + 1, 12.0);
  sd[0] = 7;
  Eigen::MatrixXd r = Eigen::MatrixXd::Constant(visits + 1, visits + 1, 0.5);
  r.diagonal().setOnes();
  TrialTruth truth{.baseline = 40};
  truth.covariance = covariance_of(sd, r);
  return truth;
}

inline TrialSimulation simulation(const TrialDesign& design, const TrialTruth& truth,
                                  std::vector<TrialEstimand> estimands = {}) {
  if (estimands.empty()) estimands.push_back({.visit = design.visits() - 1});
  return {.name = "specimen", .trial = prepare_trial(design, truth), .estimands = estimands};
}

/// Three Monte Carlo standard errors: a fixed seed, so a test that passes once passes always.
inline double three(const SimulatedValue& value) { return 3 * value.mc_se; }

}  // namespace entact::specimen
