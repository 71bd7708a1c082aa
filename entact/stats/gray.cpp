#include "entact/stats/gray.h"

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
using Eigen::RowVectorXd;
using Eigen::VectorXd;

/// One event time of one stratum; vectors by group. Groups with nobody at risk have 0 throughout.
struct Moment {
  VectorXd at_risk{}, own{}, others{};   // at risk, events of the cause and of the others
  VectorXd before{}, after{};            // S_k(t-), S_k(t)
  VectorXd full{};                       // h_k = n_k / S_k(t-), those at risk if none had left
  MatrixXd spread{};                     // a_ij = w h_i ([i = j] - h_j / h)
  double events = 0;                     // of the cause, all groups
  double pooled_before = 0, pooled = 0;  // F(t-), F(t) under the hypothesis
  double weight = 1;
};

struct Stratum {
  std::vector<Moment> moments{};
  VectorXd score{};
};

Moment counted(const std::vector<RiskCounts>& counts, Index k, int cause) {
  const auto groups = static_cast<Index>(counts.size());
  Moment m{.at_risk = VectorXd(groups), .own = VectorXd(groups), .others = VectorXd(groups)};
  for (Index g = 0; g < groups; ++g) {
    const RiskCounts& of = counts[static_cast<std::size_t>(g)];
    m.at_risk(g) = of.at_risk(k);
    m.own(g) = of.events(k, cause - 1);
    m.others(g) = of.events.row(k).sum() - m.own(g);
  }
  m.events = m.own.sum();
  return m;
}

Stratum walk(const SurvivalData& data, std::span<const int> group, int groups, int causes,
             int cause, double rho) {
  const std::vector<double> times = end_times(data, true);
  std::vector<RiskCounts> counts;
  for (const auto& rows : rows_by(data, group, groups))
    counts.push_back(count_risk(subset(data, rows), times, causes));
  Stratum stratum{.score = VectorXd::Zero(groups)};
  VectorXd survival = VectorXd::Ones(groups), incidence = VectorXd::Zero(groups);
  double pooled = 0;
  for (Index k = 0; k < static_cast<Index>(times.size()); ++k) {
    Moment m = counted(counts, k, cause);
    m.before = survival;
    m.full = VectorXd::Zero(groups);
    VectorXd still = VectorXd::Zero(groups);  // R_k
    for (Index g = 0; g < groups; ++g) {
      if (m.at_risk(g) == 0) continue;
      m.full(g) = m.at_risk(g) / survival(g);
      still(g) = m.full(g) * (1 - incidence(g));
      incidence(g) += survival(g) * m.own(g) / m.at_risk(g);
      survival(g) *= (m.at_risk(g) - m.own(g) - m.others(g)) / m.at_risk(g);
    }
    m.after = survival;
    m.pooled_before = pooled;
    m.pooled = pooled += m.events / m.full.sum();
    m.weight = std::pow(1 - m.pooled_before, rho);
    m.spread =
        m.weight * (MatrixXd(m.full.asDiagonal()) - m.full * m.full.transpose() / m.full.sum());
    stratum.score += m.weight * (m.own - m.events / still.sum() * still);
    stratum.moments.push_back(std::move(m));
  }
  return stratum;
}

/// What the spread of one moment adds to the influence of earlier jumps.
MatrixXd step(const Moment& m) {
  return m.spread * (m.events / (m.full.sum() * (1 - m.pooled_before)));
}

double tie_share(double d, double n) { return d > 1 && n > 1 ? 1 - (d - 1) / (n - 1) : 1; }

/// A jump of group k at t moves score_i by a_ik (own cause) and, through the estimates that later
/// weights use, by what is still to come of the steps.
MatrixXd variance_of(const Stratum& stratum) {
  const Index groups = stratum.score.size();
  MatrixXd to_come = MatrixXd::Zero(groups, groups), variance = to_come;
  for (const Moment& m : stratum.moments) to_come += step(m);
  for (const Moment& m : stratum.moments) {
    to_come -= step(m);
    for (Index k = 0; k < groups; ++k) {
      if (m.at_risk(k) == 0) continue;
      const double ratio = m.after(k) > 0 ? (1 - m.pooled) / m.after(k) : 0;
      const VectorXd own = m.spread.col(k) + (1 - ratio) * to_come.col(k);
      const double own_variance = tie_share(m.events, m.full.sum() * m.before(k)) * m.before(k) *
                                  m.events / (m.full.sum() * m.at_risk(k));
      variance += own_variance * own * own.transpose();
      if (m.others(k) == 0 || m.after(k) == 0) continue;
      const VectorXd other = ratio * to_come.col(k);
      variance += tie_share(m.others(k), m.at_risk(k)) * m.before(k) * m.before(k) * m.others(k) /
                  (m.at_risk(k) * m.at_risk(k)) * other * other.transpose();
    }
  }
  return variance;
}

void add_statistic(GrayTest& test) {
  const Index q = test.score.size() - 1;
  const MatrixXd v = test.variance.topLeftCorner(q, q);
  const Eigen::LDLT<MatrixXd> factor(v);
  require(factor.isPositive() && factor.vectorD().minCoeff() > 1e-12 * v.diagonal().maxCoeff(),
          "stats.gray.groups", "the events of this cause do not inform every comparison of groups",
          ErrorKind::unanswerable);
  test.statistic = test.score.head(q).dot(factor.solve(test.score.head(q)));
  test.df = static_cast<double>(q);
  test.p = chi_squared_upper(test.statistic, test.df);
}

}  // namespace

GrayTest gray_test(const SurvivalData& data, std::span<const int> group, int groups, int causes,
                   int cause, double rho) {
  check_survival(data, causes);
  require(data.start.empty() && data.weight.empty(), "stats.gray.rows",
          "Gray's test takes participants from the start, one row each, without weights",
          ErrorKind::usage);
  for (const auto& rows : rows_by(data, group, groups))
    require(!rows.empty() && groups > 1, "stats.gray.groups",
            fmt::format("a comparison needs at least two groups, each with participants, saw {}",
                        groups),
            ErrorKind::unanswerable);
  GrayTest test{.score = VectorXd::Zero(groups), .variance = MatrixXd::Zero(groups, groups)};
  const int strata =
      data.stratum.empty() ? 1 : 1 + *std::max_element(data.stratum.begin(), data.stratum.end());
  const std::vector<int> one(data.stratum.empty() ? data.stop.size() : 0, 0);
  for (const auto& rows : rows_by(data, data.stratum.empty() ? one : data.stratum, strata)) {
    std::vector<int> inside;
    for (const std::size_t row : rows) inside.push_back(group[row]);
    const Stratum stratum = walk(subset(data, rows), inside, groups, causes, cause, rho);
    test.score += stratum.score;
    test.variance += variance_of(stratum);
  }
  add_statistic(test);
  return test;
}

}  // namespace entact
