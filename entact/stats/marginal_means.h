#pragma once

#include <Eigen/Core>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "entact/stats/design_matrix.h"

namespace entact {

/// A least-squares mean as a combination of coefficients.
struct MarginalMean {
  std::vector<std::pair<std::string, std::string>> at{};  ///< column and level, in the order asked
  Eigen::RowVectorXd coefficients{};                      ///< 1 x p; NaN if not estimable
  bool estimable = true;  ///< false: the data have no information on some part of it
};

/// What the other variables of the model are at.
enum class MarginWeights {
  equal,           ///< every level of the other factors counts alike: emmeans' and SAS's default
  observed,        ///< as often as it is observed in the rows in use (emmeans' "proportional")
  counterfactual,  ///< mean over the rows in use, each with only the asked columns changed
};

/// Least-squares means and what stands behind them.
struct MarginalMeans {
  std::vector<MarginalMean> means{};  ///< the first asked column varies fastest
  Setting covariates{};               ///< at which numeric covariates were held, by column
  std::string weights{};              ///< for people: how the rest was averaged
};

/// Least-squares means of each combination of the levels of `by`, as R's emmeans: numeric columns
/// at their mean over the rows in use (a transform of the mean, not the mean of the transform);
/// one of two values only, such as 0/1, is averaged over the two as a factor is.
///
/// @param design  made from `table`
/// @param by      columns of the terms; empty for one overall mean
/// @param at      numeric columns to hold elsewhere than at their mean; not with counterfactual
///                weights
/// @throws Error "stats.marginal.column" (usage) if one of `by` is not a column of the terms, or
/// one
///         of `at` no numeric column of them or held with counterfactual weights;
///         "stats.marginal.size" (unanswerable) over 1e6 combinations of levels;
///         "stats.marginal.mixed" (unanswerable) with counterfactual weights if a transform takes
///         an asked column and another
/// @cost   O(combinations p); with counterfactual O(n p + means p)
/// @source Searle, Speed and Milliken 1980, Am Stat 34:216 [searle1980]
/// @checked reference/design (emmeans)
MarginalMeans marginal_means(const Design& design, const Table& table,
                             const std::vector<std::string>& by,
                             MarginWeights weights = MarginWeights::equal,
                             const std::map<std::string, double>& at = {});

/// Slopes of least-squares means in a numeric column, at its mean: the derivative of each mean by a
/// central difference of a thousandth of the column's range, exact for terms up to the second
/// power.
///
/// @param column  numeric column of the terms
/// @return as marginal_means, per unit of the column
/// @throws Error "stats.marginal.column" (usage) as marginal_means
/// @checked reference/mmrm (slope.R: R nlme)
MarginalMeans marginal_slopes(const Design& design, const Table& table,
                              const std::vector<std::string>& by, const std::string& column,
                              MarginWeights weights = MarginWeights::equal);

}  // namespace entact
