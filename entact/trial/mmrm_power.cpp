#include "entact/trial/mmrm_power.h"

#include <Eigen/Cholesky>
#include <cmath>
#include <string>

#include "entact/base/error.h"

namespace entact {
namespace {

void check_covariance(const Eigen::MatrixXd& covariance) {
  const bool square = covariance.rows() > 0 && covariance.rows() == covariance.cols();
  require(square && covariance.isApprox(covariance.transpose(), 1e-12) &&
              Eigen::LLT<Eigen::MatrixXd>(covariance).info() == Eigen::Success,
          "trial.mmrm_power.covariance",
          "the covariance of the visits must be symmetric and positive definite; this one of " +
              std::to_string(covariance.rows()) + " x " + std::to_string(covariance.cols()) +
              " is not. Check its standard deviations and correlations");
}

void check_retained(const std::vector<double>& retained, Eigen::Index visits) {
  bool ok = static_cast<Eigen::Index>(retained.size()) == visits;
  double before = 1;
  for (const double share : retained) {
    ok = ok && share > 0 && share <= before;
    before = share;
  }
  require(ok, "trial.mmrm_power.retained",
          "shares retained must be one a visit (" + std::to_string(visits) +
              "), in (0, 1] and not increase; saw " + std::to_string(retained.size()),
          ErrorKind::usage);
}

/// Both arms as one z test: n participants with this standard deviation, at the ratio asked for.
TwoMeansDesign as_means(const MmrmDesign& design, const TwoArmTest& test) {
  const double r = test.ratio;
  const double variance =
      (1 + r) * (last_visit_variance(design.arm1) / r + last_visit_variance(design.arm2));
  return {.difference = design.difference, .sd = std::sqrt(variance * r) / (1 + r), .t = false};
}

}  // namespace

double last_visit_variance(const MmrmArm& arm) {
  const Eigen::Index visits = arm.covariance.rows();
  check_covariance(arm.covariance);
  check_retained(arm.retained, visits);
  Eigen::MatrixXd information = Eigen::MatrixXd::Zero(visits, visits);
  for (Eigen::Index j = 1; j <= visits; ++j) {
    const auto at = static_cast<std::size_t>(j);
    const double leave = arm.retained[at - 1] - (j < visits ? arm.retained[at] : 0);
    information.topLeftCorner(j, j) +=
        leave * arm.covariance.topLeftCorner(j, j).llt().solve(Eigen::MatrixXd::Identity(j, j));
  }
  const Eigen::VectorXd last = Eigen::VectorXd::Unit(visits, visits - 1);
  return last.dot(information.llt().solve(last));
}

double mmrm_power(const MmrmDesign& design, const TwoArmTest& test, double n) {
  return power_of_means(as_means(design, test), test, n);
}

double mmrm_size(const MmrmDesign& design, const TwoArmTest& test, double power) {
  return size_for_means(as_means(design, test), test, power);
}

}  // namespace entact
