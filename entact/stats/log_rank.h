#pragma once

#include <span>

#include "entact/stats/survival_data.h"

namespace entact {

/// Weight of each event time, by the pooled curve just before it: S^rho (1 - S)^gamma.
///
/// rho = gamma = 0: log-rank. rho = 1: Peto and Peto's Wilcoxon, early differences count more;
/// gamma = 1: late ones do, as with a treatment whose effect takes time.
struct LogRankOptions {
  double rho = 0;
  double gamma = 0;
};

/// Whether groups have the same hazard at every time.
struct LogRank {
  Eigen::VectorXd observed{};  ///< weighted events, length groups
  Eigen::VectorXd expected{};
  Eigen::MatrixXd variance{};  ///< of observed - expected, groups x groups
  double statistic = 0;        ///< chi-squared
  double df = 0;
  double p = 1;
  LogRankOptions how{};
};

/// Test of equal hazards, within strata if the data have some.
///
///     U_g = sum_t w(t) (d_g - d n_g / n),
///     V_gh = sum_t w(t)^2 d (n - d) / (n - 1) (n_g / n) ([g = h] - n_h / n)
///
/// @param group   length n, from 0
/// @param groups  number of groups, at least 2, each with rows
/// @throws Error "stats.log_rank.groups" (unanswerable) if there are fewer than two groups with
/// rows, "stats.log_rank.events" (unanswerable) if no event informs the comparison,
/// "stats.log_rank.option" (usage) if rho or gamma is negative; as check_survival
/// @cost   O(n log n + t groups^2)
/// @source Fleming and Harrington 1991 [fleming1991]; Peto and Peto 1972, J R Stat Soc A 135:185
/// [peto1972]
/// @checked reference/survival (R survival survdiff; gamma by direct sums)
LogRank log_rank(const SurvivalData& data, std::span<const int> group, int groups,
                 const LogRankOptions& how = {});

/// Test for a trend over the groups, one degree of freedom: (c'U)^2 / (c'V c).
/// @param scores  length groups, of each group
/// @return z with the sign of c'U
struct LogRankTrend {
  double z = 0;
  double p = 1;
};
LogRankTrend log_rank_trend(const LogRank& test, std::span<const double> scores);

}  // namespace entact
