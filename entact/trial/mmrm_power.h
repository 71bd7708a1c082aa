#pragma once

#include <Eigen/Core>
#include <vector>

#include "entact/trial/sample_size.h"

namespace entact {

/// One arm of a trial with repeated measures and dropout at random.
struct MmrmArm {
  Eigen::MatrixXd covariance{};    ///< visits x visits, of the residuals (given the baseline)
  std::vector<double> retained{};  ///< share still observed at each visit: (0, 1], not increasing
};

/// Variance of one participant's worth of information on the mean at the last visit:
///
///     phi = [ (sum over j of (retained_j - retained_(j+1)) E_j' S_j^-1 E_j)^-1 ]_JJ
///
/// with S_j the covariance of the first j visits and E_j their rows. The variance of the arm's
/// least-squares mean at the last visit is phi / n. Without dropout phi is the variance there; with
/// it less than variance / retained, by what earlier visits tell.
///
/// @throws Error "trial.mmrm_power.covariance" (input) unless the covariance is symmetric and
///         positive definite; "trial.mmrm_power.retained" (usage) unless shares are as said
/// @cost   O(J^4)
/// @source Lu, Luo and Chen 2008, Int J Biostat 4:9 [lu2008]
/// @checked mmrm_power_test.cpp (generalised least squares of a data set with these shares)
double last_visit_variance(const MmrmArm& arm);

/// Two arms and the difference of their means at the last visit.
struct MmrmDesign {
  double difference = 0;
  MmrmArm arm1{};
  MmrmArm arm2{};
};

/// Power of n enrolled participants for that difference, by the normal approximation: that of n
/// participants of a z test with variances phi_1 and phi_2.
double mmrm_power(const MmrmDesign& design, const TwoArmTest& test, double n);

/// Enrolled participants in both arms for that power: with shares w_1, w_2 of the arms
///
///     n = (phi_1 / w_1 + phi_2 / w_2) (z(1 - alpha / sides) + z(power))^2 / difference^2
///
/// @throws as last_visit_variance() and size_for_means()
double mmrm_size(const MmrmDesign& design, const TwoArmTest& test, double power);

}  // namespace entact
