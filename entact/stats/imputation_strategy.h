#pragma once

#include <Eigen/Core>

#include "entact/stats/imputation_data.h"

namespace entact {

/// Mean of a participant's outcomes at all visits under a strategy.
///
/// @param first      first visit affected by the event, 0-based; m: none
/// @param own        length m, mean under their own arm
/// @param reference  length m, mean under the reference arm
/// @return before `first` the own mean (CR: the reference's); from there on that of the strategy
/// @source Carpenter, Roger, Kenward 2013, J Biopharm Stat 23:1352 [carpenter2013]
/// @checked imputation_strategy_test.cpp (closed forms), reference/impute (rbmi's numbers)
Eigen::VectorXd strategy_mean(ImputationStrategy strategy, Eigen::Index first,
                              const Eigen::VectorXd& own, const Eigen::VectorXd& reference);

/// Covariance of a participant's outcomes at all visits under a strategy.
///
/// JR and CIR join the covariance of the own arm before the event with the regression of later on
/// earlier visits in the reference arm: with blocks 1 before and 2 from the event, T own and R
/// reference,
///
///     S11 = T11,  S21 = R21 R11^-1 T11,  S22 = R22 - R21 R11^-1 (R11 - T11) R11^-1 R12
///
/// @param own, reference  m x m
/// @throws Error "stats.impute.covariance" (unanswerable) if R11 is not positive definite
/// @source as strategy_mean
Eigen::MatrixXd strategy_covariance(ImputationStrategy strategy, Eigen::Index first,
                                    const Eigen::MatrixXd& own, const Eigen::MatrixXd& reference);

}  // namespace entact
