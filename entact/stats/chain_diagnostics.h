#pragma once

#include <Eigen/Core>
#include <vector>

namespace entact {

/// Whether Markov chains of one number agree, and how many independent draws they are worth.
struct ChainDiagnostics {
  double r_hat = 1;  ///< split R-hat: 1 if halves of chains agree; above 1.05 they do not
  double ess = 0;    ///< effective sample size of the mean
};

/// @param chains  draws x chains, at least 4 draws
/// @return r_hat 1 and ess = all draws if every draw is the same
/// @source Gelman et al. 2013, Bayesian Data Analysis, 3rd ed., 11.4-11.5 [gelman2013]; Geyer 1992,
///         Stat Sci 7:473 [geyer1992]
ChainDiagnostics chain_diagnostics(const Eigen::MatrixXd& chains);

}  // namespace entact
