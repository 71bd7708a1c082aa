#pragma once

#include <span>

#include "entact/stats/survival_data.h"

namespace entact {

/// Whether the incidence of one cause is the same in all groups.
struct GrayTest {
  Eigen::VectorXd score{};     ///< length groups
  Eigen::MatrixXd variance{};  ///< groups x groups
  double statistic = 0;        ///< chi-squared
  double df = 0;
  double p = 1;
};

/// Gray's test, within strata if the data have some: compares hazards of the subdistribution, so
/// that the answer is about how many come to have the cause, while a log-rank test that censors the
/// other causes is about how fast it strikes those still free of all.
///
///     score_k = sum_t w (d_k - d R_k / R),  R_k = n_k (1 - F_k(t-)) / S_k(t-),  w = (1 -
///     F(t-))^rho
///
/// @param group   length n, from 0
/// @throws Error "stats.gray.groups" (unanswerable) if fewer than two groups have rows or no event
/// informs the comparison; "stats.gray.rows" (usage) with late entry or weights; as check_survival
/// @cost   O(n log n + t groups^3)
/// @source Gray 1988, Ann Stat 16:1141 [gray1988]
/// @checked reference/survival (R cmprsk cuminc)
GrayTest gray_test(const SurvivalData& data, std::span<const int> group, int groups, int causes,
                   int cause, double rho = 0);

}  // namespace entact
