#pragma once

#include <Eigen/Core>
#include <vector>

#include "entact/stats/mmrm.h"

namespace entact {

/// Rows of each participant of a mixed model, by visit; participants without rows left out.
std::vector<std::vector<int>> rows_by_participant(const MmrmSums& sums);

/// L^-1 columns, with L L' the fitted covariance of the participant whose rows these are: columns
/// of theirs become independent, with variance 1.
///
/// @param rows     of one participant, by visit
/// @param columns  as many rows
/// @cost   O(visits^3 + visits^2 columns)
Eigen::MatrixXd whitened(const Mmrm& model, const std::vector<int>& rows,
                         const Eigen::MatrixXd& columns);

/// The same of one value a row, all participants.
/// @param values  length n, in the rows' order, such as residuals times the roots of the weights
Eigen::VectorXd whitened(const Mmrm& model, const Eigen::VectorXd& values);

}  // namespace entact
