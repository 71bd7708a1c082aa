#pragma once

#include <Eigen/Core>
#include <vector>

#include "entact/base/estimate.h"

namespace entact {

struct LogisticOptions {
  bool firth = false;  ///< maximise the likelihood times the root of the information's determinant
  int max_iterations = 100;
};

/// A fitted logistic regression.
struct LogisticFit {
  Eigen::VectorXd beta{};       ///< length p; of separated columns only where the search ended
  Eigen::MatrixXd vcov{};       ///< p x p, inverse of the information X' diag(p (1 - p)) X
  Eigen::VectorXd fitted{};     ///< length n, probabilities
  double log_likelihood = 0;    ///< without the penalty
  double gradient = 0;          ///< largest entry of the (penalised) score at beta
  bool separated = false;       ///< some combination of the columns predicts without fault
  std::vector<int> infinite{};  ///< columns whose estimate is then infinite
  std::vector<double>
      direction{};  ///< length p if separated: the way in which the likelihood rises
  Fit fit{};
};

/// Logistic regression by Newton's method with halved steps.
///
///     logit P(y_i = 1) = x_i' beta
///
/// Separation is certified, not guessed from large numbers: the last step d has
/// (2 y_i - 1) x_i' d >= 0 for all i, so the likelihood rises along it for ever. It is answered
/// with a reservation; Firth's penalty gives finite estimates always.
///
/// @param x  n x p of full rank
/// @param y  length n, 0 or 1
/// @throws Error "stats.logistic.response" unless y is 0 or 1; "stats.logistic.one_outcome"
///         (unanswerable) if all are equal and there is no penalty; "stats.logistic.few" unless n
///         >= p
/// @cost   O(n p^2) an iteration, about 6 iterations
/// @source Firth 1993, Biometrika 80:27 [firth1993]; Heinze and Schemper 2002, Stat Med 21:2409
///         [heinze2002]; Albert and Anderson 1984, Biometrika 71:1 [albert1984]
/// @checked reference/responders (glm; the penalised likelihood maximised by nlm)
LogisticFit fit_logistic(const Eigen::MatrixXd& x, const Eigen::VectorXd& y,
                         const LogisticOptions& options = {});

}  // namespace entact
