#pragma once

#include <span>
#include <string>
#include <vector>

#include "entact/stats/pool.h"

namespace entact {

struct SubgroupOptions {
  PoolOptions pool{};
  bool common_tau2 = false;  ///< one between-study variance for all groups
};

struct Subgroup {
  std::string name{};
  Pooled pooled{};
};

struct Subgroups {
  std::vector<Subgroup> groups{};  ///< in the order of the names
  /// Do the groups differ? With separate tau2: Q of the group means at their standard errors,
  /// chi-squared; with common tau2: the Wald test of the moderator, chi-squared or F.
  Pooled::Moderation between{};
};

/// Pools each group of studies and tests whether the groups differ.
///
/// With separate between-study variances a group is what pool() makes of its studies alone; a group
/// of one study is taken as it is, by the common-effect model and test z, and its fit says so. With
/// a common one the groups are the cell means of a meta-regression, so under t tests all have the
/// residual k - G degrees of freedom; its tau2 is that of every group.
///
/// @param group  length k, name of the group of each study
/// @throws Error as pool(); "stats.pool.group" if `group` has another length or names fewer than 2
/// @source Borenstein et al. 2009, Introduction to Meta-Analysis, ch. 19 [borenstein2009]
/// @checked reference/pool (metafor: rma on each subset; rma with the group as moderator)
Subgroups pool_subgroups(std::span<const double> yi, std::span<const double> vi,
                         std::span<const std::string> group, const SubgroupOptions& how = {});

}  // namespace entact
