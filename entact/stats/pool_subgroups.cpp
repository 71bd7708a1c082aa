#include "entact/stats/pool_subgroups.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "entact/base/error.h"
#include "entact/num/distributions.h"

namespace entact {
namespace {

using Members = std::map<std::string, std::vector<std::size_t>>;

Members members_of(std::span<const double> yi, std::span<const std::string> group) {
  require(group.size() == yi.size(), "stats.pool.group",
          fmt::format("each study needs the name of its group; saw {} names for {} studies",
                      group.size(), yi.size()));
  Members members;
  for (std::size_t i = 0; i < group.size(); ++i) members[group[i]].push_back(i);
  require(members.size() >= 2, "stats.pool.group",
          fmt::format("subgroup analysis needs at least two groups; saw {}", members.size()),
          ErrorKind::unanswerable);
  return members;
}

std::vector<double> pick(std::span<const double> from, const std::vector<std::size_t>& rows) {
  std::vector<double> picked;
  for (const std::size_t i : rows) picked.push_back(from[i]);
  return picked;
}

Pooled pool_group(std::span<const double> yi, std::span<const double> vi,
                  const std::vector<std::size_t>& rows, PoolOptions how) {
  if (rows.size() > 1) return pool(pick(yi, rows), pick(vi, rows), how);
  how.method = Tau2Method::common;
  how.test = PoolTest::z;
  Pooled single = pool(pick(yi, rows), pick(vi, rows), how);
  single.fit.reservations.emplace_back(
      "the group has one study only: its own estimate with a normal interval");
  return single;
}

Subgroups separate(std::span<const double> yi, std::span<const double> vi, const Members& members,
                   const PoolOptions& how) {
  Subgroups found;
  std::vector<double> means, variances;
  for (const auto& [name, rows] : members) {
    found.groups.push_back({name, pool_group(yi, vi, rows, how)});
    means.push_back(found.groups.back().pooled.value());
    variances.push_back(found.groups.back().pooled.covariance(0, 0));
  }
  const Pooled over = pool(means, variances, {.method = Tau2Method::common, .test = PoolTest::z});
  found.between = {.statistic = over.q, .df1 = over.q_df, .p = over.q_p};
  return found;
}

// One column an indicator of a group, or the intercept and the groups but the first.
Moderators indicators(const Members& members, std::size_t k, bool intercept) {
  Moderators m{.x = Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(k),
                                          static_cast<Eigen::Index>(members.size()))};
  for (const auto& [name, rows] : members) {
    const auto j = static_cast<Eigen::Index>(m.names.size());
    m.names.push_back(name);
    for (const std::size_t i : rows) m.x(static_cast<Eigen::Index>(i), j) = 1;
  }
  if (intercept) m.x.col(0).setOnes();
  return m;
}

// The group's own heterogeneity and weights, with the mean and the tau2 of the cell-means model.
Pooled cell(const Pooled& own, const Pooled& cells, Eigen::Index j) {
  Pooled group = own;
  group.coefficients = {cells.coefficients[static_cast<std::size_t>(j)]};
  group.covariance = cells.covariance.block(j, j, 1, 1);
  group.residual_scale = cells.residual_scale;
  group.tau2_se = cells.tau2_se;
  group.how = cells.how;
  group.qm = test_coefficients(group, std::vector<std::ptrdiff_t>{0});
  group.fit = cells.fit;
  const auto at = predict(group, std::vector<double>{1});
  group.prediction = at.new_study;
  group.prediction_hts.reset();
  return group;
}

Subgroups common(std::span<const double> yi, std::span<const double> vi, const Members& members,
                 const PoolOptions& how) {
  const Pooled cells = pool(yi, vi, indicators(members, yi.size(), false), how);
  Subgroups found;
  for (const auto& [name, rows] : members) {
    const PoolOptions own{
        .method = how.method, .test = PoolTest::z, .level = how.level, .tau2 = cells.tau2};
    found.groups.push_back({name, cell(pool_group(yi, vi, rows, own), cells,
                                       static_cast<Eigen::Index>(found.groups.size()))});
  }
  found.between = pool(yi, vi, indicators(members, yi.size(), true), how).qm;
  return found;
}

}  // namespace

Subgroups pool_subgroups(std::span<const double> yi, std::span<const double> vi,
                         std::span<const std::string> group, const SubgroupOptions& how) {
  const Members members = members_of(yi, group);
  return how.common_tau2 ? common(yi, vi, members, how.pool) : separate(yi, vi, members, how.pool);
}

}  // namespace entact
