#include "entact/stats/cox_proportionality.h"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <numeric>

#include "entact/base/error.h"
#include "entact/num/distributions.h"
#include "entact/stats/kaplan_meier.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::RowVectorXd;
using Eigen::VectorXd;

/// 1 - S(t-) of all rows together, strata and weights apart.
std::vector<double> km_scale(const SurvivalData& data, const std::vector<double>& times) {
  SurvivalData plain = data;
  plain.weight.clear();
  plain.stratum.clear();
  const SurvivalCurve curve = kaplan_meier(plain);
  std::vector<double> scale;
  for (const double time : times) {
    const auto before = std::lower_bound(curve.time.begin(), curve.time.end(), time);
    const auto at = before - curve.time.begin();
    scale.push_back(at == 0 ? 0 : 1 - curve.survival[static_cast<std::size_t>(at) - 1]);
  }
  return scale;
}

/// Mean rank, from 1, of each time among all rows.
std::vector<double> rank_scale(const SurvivalData& data, const std::vector<double>& times) {
  std::vector<double> all = data.stop, scale;
  std::sort(all.begin(), all.end());
  for (const double time : times) {
    const auto [from, to] = std::equal_range(all.begin(), all.end(), time);
    const auto first = static_cast<double>(from - all.begin() + 1);
    scale.push_back((first + static_cast<double>(to - all.begin())) / 2);
  }
  return scale;
}

std::vector<double> scaled_times(const SurvivalData& data, const std::vector<double>& times,
                                 TimeScale scale) {
  if (scale == TimeScale::km) return km_scale(data, times);
  if (scale == TimeScale::rank) return rank_scale(data, times);
  std::vector<double> values = times;
  if (scale == TimeScale::log)
    for (double& value : values) {
      require(value > 0, "stats.cox.log",
              "the logarithm of an event time of 0 does not exist; take "
              "the scale km");
      value = std::log(value);
    }
  return values;
}

/// g at each tie, its mean over the events taken off.
VectorXd centred_scale(const CoxModel& model, const SurvivalData& data, TimeScale scale) {
  std::vector<double> times;
  for (const RiskOrder::Tie& tie : model.order.ties) times.push_back(tie.time);
  const std::vector<double> values = scaled_times(data, times, scale);
  double sum = 0, events = 0;
  for (std::size_t k = 0; k < values.size(); ++k) {
    const auto deaths = static_cast<double>(model.order.ties[k].deaths);
    sum += deaths * values[k];
    events += deaths;
  }
  VectorXd g = Eigen::Map<const VectorXd>(values.data(), static_cast<Index>(values.size()));
  return g.array() - sum / events;
}

/// Mean of the covariates in the risk set of a tie, over its events as Efron takes them apart.
RowVectorXd mean_at(const CoxModel& model, const CoxSums& sums, std::size_t k) {
  const TieTerms terms = tie_terms(model, sums, k);
  RowVectorXd mean = terms.hazard / terms.weight * sums.s1.row(static_cast<Index>(k));
  if (terms.c22 > 0) mean -= terms.eased / terms.weight * s1_of_events(model, sums, k);
  return mean;
}

CoxTest score_test(const VectorXd& u, const MatrixXd& variance) {
  const double statistic = u.dot(variance.ldlt().solve(u));
  const auto df = static_cast<double>(u.size());
  return {.statistic = statistic, .df = df, .p = chi_squared_upper(std::max(0.0, statistic), df)};
}

void require_smooth(const CoxFit& fit) {
  require(fit.how.ties == CoxTies::efron || fit.how.ties == CoxTies::breslow, "stats.cox.robust",
          "the test of proportional hazards needs efron or breslow ties", ErrorKind::usage);
}

}  // namespace

Proportionality proportionality(const CoxFit& fit, const CoxData& data, TimeScale scale) {
  require_smooth(fit);
  const CoxModel& model = fit.model;
  const CoxSums sums = cox_sums(model, fit.beta);
  const VectorXd g = centred_scale(model, data.survival, scale);
  VectorXd u = VectorXd::Zero(fit.beta.size());
  for (std::size_t k = 0; k < model.order.ties.size(); ++k) {
    const RiskOrder::Tie& tie = model.order.ties[k];
    const RowVectorXd observed = model.weight.segment(tie.first, tie.deaths).transpose() *
                                 model.x.middleRows(tie.first, tie.deaths);
    const double weight = model.weight.segment(tie.first, tie.deaths).sum();
    u += g(static_cast<Index>(k)) * (observed - weight * mean_at(model, sums, k)).transpose();
  }
  const MatrixXd i11 = weighted_information(model, sums, VectorXd::Ones(g.size()));
  const MatrixXd i12 = weighted_information(model, sums, g);
  const MatrixXd i22 = weighted_information(model, sums, g.cwiseAbs2());
  const MatrixXd variance = i22 - i12 * i11.ldlt().solve(i12);
  Proportionality result{.global = score_test(u, variance), .scale = scale};
  for (Index j = 0; j < u.size(); ++j) {
    result.names.push_back(fit.coefficients[static_cast<std::size_t>(j)].name);
    result.tests.push_back(score_test(u.segment(j, 1), variance.block(j, j, 1, 1)));
  }
  return result;
}

SchoenfeldResiduals schoenfeld_residuals(const CoxFit& fit) {
  require_smooth(fit);
  const CoxModel& model = fit.model;
  const CoxSums sums = cox_sums(model, fit.beta);
  SchoenfeldResiduals residuals{.raw = MatrixXd(fit.events, fit.beta.size())};
  Index at = 0;
  for (std::size_t k = 0; k < model.order.ties.size(); ++k) {
    const RiskOrder::Tie& tie = model.order.ties[k];
    const RowVectorXd mean = mean_at(model, sums, k);
    for (std::ptrdiff_t i = tie.first; i < tie.first + tie.deaths; ++i, ++at) {
      residuals.time.push_back(tie.time);
      residuals.row.push_back(model.order.row[static_cast<std::size_t>(i)]);
      residuals.raw.row(at) = model.weight(i) * (model.x.row(i) - mean);
    }
  }
  residuals.scaled = static_cast<double>(fit.events) * residuals.raw * fit.model_vcov;
  residuals.scaled.rowwise() += fit.beta.transpose();
  return residuals;
}

}  // namespace entact
