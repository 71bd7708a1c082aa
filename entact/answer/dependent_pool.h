#pragma once

#include <optional>
#include <string>
#include <vector>

#include "entact/answer/pool_command.h"
#include "entact/stats/block_covariance.h"
#include "entact/stats/multilevel.h"

namespace entact {

/// Effects of which several may come from one study.
struct DependentData {
  PoolData effects{};                ///< length k
  std::vector<std::string> study{};  ///< length k
  BlockCovariance covariance{};      ///< k x k, sampling covariance; no block spans two studies
  std::optional<double> rho{};       ///< correlation that was assumed in it; none if none was
};

/// A pooled estimate or meta-regression of dependent effects, each coefficient tested twice.
struct DependentPooled {
  MultilevelFit fit{};
  std::vector<PooledCoefficient> model_based{};   ///< length p; right if the working model is
  std::vector<PooledCoefficient> coefficients{};  ///< cluster-robust; model-based without --robust
  std::ptrdiff_t clusters = 0;
  std::optional<double> sigma2_study{};   ///< variance between studies
  std::optional<double> sigma2_effect{};  ///< within them; none if each study has one effect
  std::string model{};                    ///< in words
  double level = 0.95;
  std::vector<std::string> reservations{};
};

/// Correlated and hierarchical effects: random effects of studies and of effects within studies, on
/// top of a sampling covariance that is known or assumed.
///
///     y = X beta + u_study + w_effect + e,   e ~ N(0, V)
///
/// @param request  method REML (default) or ML; test t (default, k - p degrees of freedom) or z for
/// the model-based part; robust cr2 (default), cr1, cr0 or none, with the studies as clusters: CR2
/// has Satterthwaite degrees of freedom, the others m - p
/// @throws Error "answer.pool.method", "answer.pool.test", "answer.pool.robust" (usage);
///         "answer.pool.independent_only" (usage) for --diagnostics and --bayes; as
///         fit_multilevel() and cluster_robust()
/// @source Pustejovsky and Tipton 2022, Prev Sci 23:425 [pustejovsky2022]
/// @checked reference/multilevel (metafor rma.mv, clubSandwich)
DependentPooled dependent_pool(const DependentData& data, const PoolRequest& request);

/// The same as the answer of `entact pool`.
///
/// JSON keys of the result: measure, scale, model, level, k, clusters, estimate, se, statistic, df,
/// p, ci_low, ci_high (the first coefficient; robust unless --robust none), model_based {the same},
/// sigma2 {study, effect}, rho, q, q_df, q_p, coefficients[{term, estimate ..., model_based}],
/// studies[{slab, study, yi, vi, moderators ...}], fit. Ratios are logs; where there is no
/// moderator their back-transformed values stand beside them.
Answer dependent_answer(const DependentData& data, const PoolRequest& request);

/// Effects of a table whose studies stand in the column `request.columns.id` (each its own study if
/// empty): covariance from the CSV file `request.cov`, else the correlation `request.rho`.
///
/// The matrix has a row and a column for each row of the table, and may have a line of names first.
/// Its diagonal must agree with the variances to 0.1 percent.
/// @throws Error "answer.pool.columns" (usage) if the column is absent; "answer.pool.dependent"
/// (unanswerable) if a study has several effects and neither is given; "answer.pool.covariance" if
/// the matrix does not fit or both are given
DependentData dependent_data(const CsvTable& table, const PoolRequest& request);

}  // namespace entact
