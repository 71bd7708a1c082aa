#include "entact/stats/log_rank.h"

#include <fmt/format.h>

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>

#include "entact/base/error.h"
#include "entact/num/distributions.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// Adds one stratum's observed, expected and variance.
void add_stratum(LogRank& test, const SurvivalData& data, std::span<const int> group) {
  const Index groups = test.observed.size();
  const std::vector<double> times = end_times(data, true);
  const auto t = static_cast<Index>(times.size());
  MatrixXd at_risk(t, groups), events(t, groups);
  const auto rows = rows_by(data, group, static_cast<int>(groups));
  for (Index g = 0; g < groups; ++g) {
    const RiskCounts counts = count_risk(subset(data, rows[static_cast<std::size_t>(g)]), times);
    at_risk.col(g) = counts.at_risk;
    events.col(g) = counts.events.col(0);
  }
  double survival = 1;
  for (Index k = 0; k < t; ++k) {
    const double n = at_risk.row(k).sum(), d = events.row(k).sum();
    const double w = std::pow(survival, test.how.rho) * std::pow(1 - survival, test.how.gamma);
    const VectorXd share = at_risk.row(k).transpose() / n;
    test.observed += w * events.row(k).transpose();
    test.expected += w * d * share;
    if (n > 1) {
      const double spread = w * w * d * (n - d) / (n - 1);
      test.variance += spread * (MatrixXd(share.asDiagonal()) - share * share.transpose());
    }
    survival *= 1 - d / n;
  }
}

/// (O - E)' V^- (O - E) over the groups that ever expect an event; one of them follows from the
/// rest.
void add_statistic(LogRank& test) {
  std::vector<Index> used;
  for (Index g = 0; g < test.expected.size(); ++g)
    if (test.expected(g) > 0) used.push_back(g);
  require(used.size() > 1, "stats.log_rank.events",
          "groups can be compared only while at least two of them are at risk when an event "
          "happens; no event does so here",
          ErrorKind::unanswerable);
  used.pop_back();
  const VectorXd u = (test.observed - test.expected)(used);
  const MatrixXd v = test.variance(used, used);
  const Eigen::LDLT<MatrixXd> factor(v);
  require(factor.isPositive() && factor.vectorD().minCoeff() > 1e-12 * v.diagonal().maxCoeff(),
          "stats.log_rank.events",
          "the events do not inform every comparison of the groups; leave out groups without "
          "overlap in time",
          ErrorKind::unanswerable);
  test.statistic = u.dot(factor.solve(u));
  test.df = static_cast<double>(used.size());
  test.p = chi_squared_upper(test.statistic, test.df);
}

}  // namespace

LogRank log_rank(const SurvivalData& data, std::span<const int> group, int groups,
                 const LogRankOptions& how) {
  check_survival(data);
  require(how.rho >= 0 && how.gamma >= 0, "stats.log_rank.option",
          fmt::format("rho and gamma are not negative, saw {} and {}", how.rho, how.gamma),
          ErrorKind::usage);
  const auto members = rows_by(data, group, groups);
  const auto with_rows =
      std::count_if(members.begin(), members.end(), [](const auto& rows) { return !rows.empty(); });
  require(
      with_rows >= 2, "stats.log_rank.groups",
      fmt::format("a comparison needs at least two groups with participants, saw {}", with_rows),
      ErrorKind::unanswerable);
  LogRank test{.observed = VectorXd::Zero(groups),
               .expected = VectorXd::Zero(groups),
               .variance = MatrixXd::Zero(groups, groups),
               .how = how};
  const int strata =
      data.stratum.empty() ? 1 : 1 + *std::max_element(data.stratum.begin(), data.stratum.end());
  const std::vector<int> one(data.stratum.empty() ? data.stop.size() : 0, 0);
  for (const auto& rows : rows_by(data, data.stratum.empty() ? one : data.stratum, strata)) {
    std::vector<int> inside;
    for (const std::size_t row : rows) inside.push_back(group[row]);
    add_stratum(test, subset(data, rows), inside);
  }
  add_statistic(test);
  return test;
}

LogRankTrend log_rank_trend(const LogRank& test, std::span<const double> scores) {
  require(static_cast<Index>(scores.size()) == test.observed.size(), "stats.log_rank.groups",
          fmt::format("a trend needs one score for each of {} groups, saw {}", test.observed.size(),
                      scores.size()),
          ErrorKind::usage);
  const Eigen::Map<const VectorXd> c(scores.data(), static_cast<Index>(scores.size()));
  const double variance = c.dot(test.variance * c);
  require(variance > 0, "stats.log_rank.events", "the scores do not differ between the groups",
          ErrorKind::unanswerable);
  LogRankTrend trend{.z = c.dot(test.observed - test.expected) / std::sqrt(variance)};
  trend.p = two_sided_p(trend.z, std::numeric_limits<double>::infinity());
  return trend;
}

}  // namespace entact
