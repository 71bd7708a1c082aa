#include "entact/stats/cox_residuals.h"

#include <algorithm>
#include <cmath>

#include "entact/base/error.h"
#include "entact/stats/cross_products.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::RowVectorXd;
using Eigen::VectorXd;

void require_smooth(const CoxModel& model) {
  require(model.ties == CoxTies::efron || model.ties == CoxTies::breslow, "stats.cox.robust",
          "residuals need efron or breslow ties", ErrorKind::usage);
}

/// Walks the rows in the order of risk and gives each row's score contribution to `use(position,
/// contribution)`.
///
///     w_i [d_i (x_i - mean xbar) - e^eta_i (x_i H_i - A_i)],
///     H = sum hazard, A = sum hazard xbar over the ties at which the row was at risk
template <typename Use>
void each_score(const CoxModel& model, const VectorXd& beta, Use use) {
  require_smooth(model);
  const RiskOrder& order = model.order;
  CoxSums sums = cox_sums(model, beta);
  const Index n = model.x.rows(), p = model.x.cols();
  std::vector<double> hazard(order.ties.size() + 1, 0.0);
  // s1 of a tie is overwritten by A up to and with it, once it has been used.
  RowVectorXd a = RowVectorXd::Zero(p), mean(p), eased(p), score(p);
  double eased_hazard = 0;
  std::ptrdiff_t done = 0;
  for (Index i = 0; i < n; ++i) {
    const std::ptrdiff_t first = order.first_tie[static_cast<std::size_t>(i)];
    const std::ptrdiff_t last = order.last_tie[static_cast<std::size_t>(i)];
    for (; done < last; ++done) {
      const auto k = static_cast<std::size_t>(done);
      const TieTerms terms = tie_terms(model, sums, k);
      hazard[k + 1] = hazard[k] + terms.hazard;
      mean = terms.hazard / terms.weight * sums.s1.row(done);
      a += terms.c11 * sums.s1.row(done);
      eased_hazard = terms.eased;
      eased.setZero();
      if (terms.c22 > 0) {
        const RowVectorXd e = s1_of_events(model, sums, k);
        mean -= terms.eased / terms.weight * e;
        a -= terms.c12 * e;
        eased = terms.c12 * sums.s1.row(done) - terms.c22 * e;
      }
      sums.s1.row(done) = a;
    }
    score.setZero();
    if (first < last) {
      double lived =
          hazard[static_cast<std::size_t>(last)] - hazard[static_cast<std::size_t>(first)];
      score = sums.s1.row(last - 1);
      if (first > 0) score -= sums.s1.row(first - 1);
      if (order.is_event(i)) {
        lived -= eased_hazard;
        score -= eased;
      }
      score = sums.risk(i) * (score - lived * model.x.row(i));
      if (order.is_event(i)) score += model.weight(i) * (model.x.row(i) - mean);
    }
    use(i, score);
  }
}

}  // namespace

ScoreSpread score_spread(const CoxModel& model, const VectorXd& beta,
                         std::span<const int> cluster) {
  const Index p = model.x.cols();
  ScoreSpread spread{.total = VectorXd::Zero(p)};
  CrossProducts meat(p);
  if (cluster.empty()) {
    each_score(model, beta, [&](Index, const RowVectorXd& score) {
      spread.total += score.transpose();
      meat.add(score, score);
    });
    spread.clusters = model.x.rows();
    spread.meat = meat.total();
    return spread;
  }
  const int clusters = 1 + *std::max_element(cluster.begin(), cluster.end());
  RowMatrix sums = RowMatrix::Zero(clusters, p);
  std::vector<bool> seen(static_cast<std::size_t>(clusters), false);
  each_score(model, beta, [&](Index i, const RowVectorXd& score) {
    const int at = cluster[model.order.row[static_cast<std::size_t>(i)]];
    sums.row(at) += score;
    seen[static_cast<std::size_t>(at)] = true;
  });
  spread.clusters = std::count(seen.begin(), seen.end(), true);
  spread.total = sums.colwise().sum().transpose();
  spread.meat = sums.transpose() * sums;
  return spread;
}

RowMatrix score_residuals(const CoxModel& model, const VectorXd& beta) {
  RowMatrix scores(model.x.rows(), model.x.cols());
  each_score(model, beta, [&](Index i, const RowVectorXd& score) {
    scores.row(static_cast<Index>(model.order.row[static_cast<std::size_t>(i)])) = score;
  });
  return scores;
}

VectorXd martingale_residuals(const CoxModel& model, const VectorXd& beta) {
  require_smooth(model);
  const RiskOrder& order = model.order;
  const CoxSums sums = cox_sums(model, beta);
  std::vector<double> hazard(order.ties.size() + 1, 0.0), eased(order.ties.size());
  for (std::size_t k = 0; k < order.ties.size(); ++k) {
    const TieTerms terms = tie_terms(model, sums, k);
    hazard[k + 1] = hazard[k] + terms.hazard;
    eased[k] = terms.eased;
  }
  VectorXd residual = VectorXd::Zero(model.x.rows());
  for (Index i = 0; i < residual.size(); ++i) {
    const auto at = static_cast<std::size_t>(i);
    const auto first = static_cast<std::size_t>(order.first_tie[at]);
    const auto last = static_cast<std::size_t>(order.last_tie[at]);
    if (first >= last) continue;
    const bool event = order.is_event(i);
    const double lived = hazard[last] - hazard[first] - (event ? eased[last - 1] : 0);
    residual(static_cast<Index>(order.row[at])) =
        (event ? 1 : 0) - sums.risk(i) / model.weight(i) * lived;
  }
  return residual;
}

VectorXd deviance_residuals(const CoxModel& model, const VectorXd& beta) {
  VectorXd residual = martingale_residuals(model, beta);
  for (Index i = 0; i < residual.size(); ++i) {
    double& m = residual(static_cast<Index>(model.order.row[static_cast<std::size_t>(i)]));
    const double d = model.order.is_event(i) ? 1 : 0;
    const double deviance = -2 * (m + (d > 0 ? std::log(d - m) : 0));
    m = std::copysign(std::sqrt(std::max(0.0, deviance)), m);
  }
  return residual;
}

BaselineHazard baseline_hazard(const CoxModel& model, const VectorXd& beta) {
  require_smooth(model);
  const CoxSums sums = cox_sums(model, beta);
  const double at_zero = std::exp(-model.centre.dot(beta) - model.offset_centre);
  BaselineHazard baseline;
  int stratum = -1;
  double hazard = 0;
  for (std::size_t k = 0; k < model.order.ties.size(); ++k) {
    if (model.order.ties[k].opens) {
      ++stratum;
      hazard = 0;
    }
    hazard += tie_terms(model, sums, k).hazard * at_zero;
    baseline.stratum.push_back(stratum);
    baseline.time.push_back(model.order.ties[k].time);
    baseline.hazard.push_back(hazard);
  }
  return baseline;
}

}  // namespace entact
