#pragma once

#include <Eigen/Core>
#include <vector>

#include "entact/stats/design_matrix.h"

namespace entact {

/// The combinations of coefficients that are 0 if a term has no effect, q x p.
///
/// Type III, as SAS and as R with sum-to-zero contrasts: each other factor's levels count alike,
/// covariates are at 0.
///
/// @throws Error "stats.term.aliased" (unanswerable) if columns of the design were left out (empty
///         cells: what type III means there depends on which), or if the terms are not hierarchical
/// @cost   O(n p^2)
/// @source Searle, Speed and Milliken 1980, Am Stat 34:216 [searle1980]
/// @checked reference/ancova (drop1 of lm with contr.sum)
Eigen::MatrixXd type_three_contrasts(const Design& design, const Table& table, int term);

/// Type II: the term after all others that do not contain it.
///
///     L beta = beta_T - V_TR V_RR^-1 beta_R,   R: coefficients of the terms that contain T
///
/// @param vcov  p x p, covariance of the coefficients
/// @checked reference/ancova (anova of nested lm fits)
Eigen::MatrixXd type_two_contrasts(const Design& design, const Eigen::MatrixXd& vcov, int term);

}  // namespace entact
