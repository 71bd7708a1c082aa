#pragma once

#include <Eigen/Core>
#include <vector>

#include "entact/trial/trial_design.h"
#include "entact/trial/trial_truth.h"

namespace entact {

/// A design and a truth, checked, with what every participant's course needs of both.
struct VirtualTrial {
  TrialDesign design{};
  TrialTruth truth{};
  Eigen::MatrixXd root{};                            ///< lower Cholesky factor of truth.covariance
  Eigen::VectorXd sd{};                              ///< of baseline and visits
  std::vector<double> dose_share{};                  ///< by arm, of the drug effect
  std::vector<std::vector<double>> exposed_share{};  ///< by arm, by person of the exposure table
  std::vector<double> felt_share{};                  ///< by arm, of the perceived dose
  std::vector<double> guess_logit{};                 ///< by arm, of believing to be on the drug
  std::vector<double> expected{};  ///< by visit, change without the drug, with the therapy
};

/// Checks a design against a truth and prepares both. Lists of the truth that are empty become
/// zeros of the design's visits.
///
/// @throws Error "trial.design.arms", "trial.design.visits", "trial.design.size" or
///         "trial.design.nobody" (an arm or a range of baselines that nobody can enter);
///         "trial.truth.probability" outside [0, 1]; "trial.truth.visits" if a list is not of the
///         visits' length; "trial.truth.covariance" if it is not positive definite
VirtualTrial prepare_trial(const TrialDesign& design, const TrialTruth& truth);

/// Emax share of a dose: (d / (d + half)) / (ref / (ref + half)).
double emax_share(double dose_mg, double reference_mg, double half_mg);

/// Standard deviations and a common or full correlation to a covariance.
/// @param sd  of baseline and visits
Eigen::MatrixXd covariance_of(const std::vector<double>& sd, const Eigen::MatrixXd& correlation);

/// Covariance of a random intercept and slope with independent residuals, at these weeks (the
/// baseline's 0 first).
struct RandomSlope {
  double intercept_sd = 0, slope_sd = 0, correlation = 0, residual_sd = 0;
};
Eigen::MatrixXd covariance_of(const RandomSlope& slope, const std::vector<double>& weeks);

}  // namespace entact
