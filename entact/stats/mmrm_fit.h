#pragma once

#include <Eigen/Core>
#include <vector>

#include "entact/base/estimate.h"

namespace entact {

/// A fitted mixed model for repeated measures.
struct MmrmFit {
  Eigen::VectorXd beta{};                     ///< length p
  Eigen::MatrixXd beta_vcov{};                ///< p x p, (X'V^-1 X)^-1
  std::vector<Eigen::MatrixXd> covariance{};  ///< by group, visits x visits; none with free times
  Eigen::VectorXd theta{};                    ///< unconstrained parameters, group by group
  Eigen::MatrixXd theta_vcov{};  ///< inverse of the observed information; empty if it has none
  double log_likelihood = 0;     ///< restricted with REML
  double gradient = 0;           ///< largest component of the log-likelihood's gradient
  double aic = 0, bic = 0;       ///< parameters counted: theta with REML, beta too with ML
  int rows = 0, subjects = 0, parameters = 0;
  Fit fit{};
};

}  // namespace entact
