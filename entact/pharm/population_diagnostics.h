#pragma once

#include "entact/pharm/population_fit.h"

namespace entact {

/// Predictions and residuals of one person's observations; NaN for the residuals of censored ones.
struct SubjectDiagnostics {
  Eigen::VectorXd pred{};   ///< at the typical parameters
  Eigen::VectorXd ipred{};  ///< at the person's own
  Eigen::VectorXd iwres{};  ///< (y - ipred) / standard deviation there
  /// Conditional weighted residuals: y less its expectation by linearising f at the mode, made
  /// independent by the symmetric root of its covariance.
  Eigen::VectorXd cwres{};
};

struct PopulationDiagnostics {
  std::vector<SubjectDiagnostics> subjects{};
  /// Of each eta: 1 - sd(modes) / omega; NaN for one person, or where omega is 0.
  Eigen::VectorXd shrinkage{};
  Eigen::VectorXd mean{};                ///< of the modes of each eta, near 0 for a sound model
  Eigen::VectorXd occasion_shrinkage{};  ///< of each kappa, over all people and occasions
  Eigen::VectorXd occasion_mean{};
  double residual_shrinkage = 0;  ///< 1 - sd(iwres)
};

/// @param modes  of PopulationFit
/// @source Hooker, Staatz, Karlsson 2007, Pharm Res 24:2187 [hooker2007]; Savic and Karlsson 2009,
/// AAPS J 11:558 [savic2009]
/// @checked reference/population (NONMEM's PRED, IPRED, CWRES and IWRES)
PopulationDiagnostics diagnose_population(const PopulationLayout& layout,
                                          const PopulationValues& values,
                                          const std::vector<SubjectMode>& modes);

}  // namespace entact
