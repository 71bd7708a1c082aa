#include "entact/stats/cox.h"

#include <fmt/format.h>

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <limits>

#include "entact/base/error.h"
#include "entact/num/distributions.h"
#include "entact/stats/cox_residuals.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Spread of each covariate over the rows, for steps and pivots without a unit.
VectorXd spread(const RowMatrix& x) {
  return (x.colwise().squaredNorm().transpose() / std::max(1.0, static_cast<double>(x.rows())))
      .cwiseSqrt();
}

/// Columns of the information that earlier ones do not explain: elimination in order, a pivot
/// counting if it is more than rounding makes of the covariate's spread times the events.
std::vector<Index> informed(MatrixXd information, const VectorXd& scale, double events) {
  std::vector<Index> kept;
  for (Index j = 0; j < information.cols(); ++j) {
    if (!(information(j, j) > 1e-9 * events * scale(j) * scale(j))) continue;
    kept.push_back(j);
    const VectorXd column = information.col(j) / information(j, j);
    const Eigen::RowVectorXd row = information.row(j);
    information -= column * row;
  }
  return kept;
}

CoxTest tested(double statistic, Index df) {
  return {.statistic = statistic,
          .df = static_cast<double>(df),
          .p = chi_squared_upper(std::max(0.0, statistic), static_cast<double>(df))};
}

/// Covariates whose coefficient still moves while the likelihood has stopped to rise.
std::vector<Index> running_away(const VectorXd& step, const VectorXd& scale, double decrement) {
  std::vector<Index> away;
  if (decrement > 1e-5) return away;
  for (Index j = 0; j < step.size(); ++j)
    if (std::abs(step(j)) * scale(j) > 0.02) away.push_back(j);
  return away;
}

void reserve_monotone(CoxFit& fit, const std::vector<Index>& away) {
  fit.fit.converged = false;
  for (const Index j : away)
    fit.fit.reservations.push_back(fmt::format(
        "{}: the likelihood still rises as its coefficient goes to {}infinity (monotone "
        "likelihood: within the risk sets the covariate separates those with the event); its "
        "estimate, standard error and interval mean nothing, the likelihood ratio and score tests "
        "hold",
        fit.coefficients[static_cast<std::size_t>(j)].name, fit.beta(j) < 0 ? "minus " : ""));
}

struct Climb {
  VectorXd beta{};
  CoxDerivatives at{};
  std::vector<Index> away{};
  bool converged = false;
  int iterations = 0;
};

/// Newton from 0. A step that lowers the likelihood is halved until it does not.
Climb climb(const CoxModel& model, CoxDerivatives start, int max_iterations) {
  const VectorXd scale = spread(model.x);
  Climb now{.beta = VectorXd::Zero(model.x.cols()), .at = std::move(start)};
  for (; now.iterations < max_iterations; ++now.iterations) {
    const Eigen::LDLT<MatrixXd> factor(now.at.information);
    VectorXd step = factor.solve(now.at.gradient);
    const double decrement = now.at.gradient.dot(step);
    now.away = running_away(step, scale, decrement);
    if (!now.away.empty() || !std::isfinite(decrement)) return now;
    // Twice the rise still to be had: below rounding of the likelihood and of the gradient.
    now.converged = decrement <= 1e-20 * (1 + std::abs(now.at.log_likelihood));
    if (now.converged) return now;
    CoxDerivatives next = cox_derivatives(model, now.beta + step);
    const double slack = 1e-12 * std::abs(now.at.log_likelihood);
    for (int half = 0; half < 40 && !(next.log_likelihood >= now.at.log_likelihood - slack);
         ++half) {
      step /= 2;
      next = cox_derivatives(model, now.beta + step);
    }
    now.beta += step;
    now.at = std::move(next);
  }
  return now;
}

void add_robust(CoxFit& fit, const CoxData& data) {
  require(fit.how.ties == CoxTies::efron || fit.how.ties == CoxTies::breslow, "stats.cox.robust",
          "robust variance needs efron or breslow ties", ErrorKind::usage);
  const ScoreSpread at_fit = score_spread(fit.model, fit.beta, data.cluster);
  fit.clusters = at_fit.clusters;
  fit.vcov = fit.model_vcov * at_fit.meat * fit.model_vcov;
  const ScoreSpread at_null =
      score_spread(fit.model, VectorXd::Zero(fit.beta.size()), data.cluster);
  const Eigen::LDLT<MatrixXd> factor(at_null.meat);
  fit.robust_score = tested(at_null.total.dot(factor.solve(at_null.total)), fit.beta.size());
  if (fit.clusters <= fit.beta.size())
    fit.fit.reservations.push_back(
        fmt::format("robust variance of {} coefficients from only {} clusters is singular",
                    fit.beta.size(), fit.clusters));
  else if (fit.clusters < 30)
    fit.fit.reservations.push_back(
        fmt::format("robust standard errors from only {} clusters are too small", fit.clusters));
}

void add_coefficients(CoxFit& fit, const CoxData& data) {
  const double z = normal_quantile((1 + fit.how.level) / 2);
  for (Index j = 0; j < fit.beta.size(); ++j) {
    CoxCoefficient c{
        .name = data.names[static_cast<std::size_t>(fit.kept[static_cast<std::size_t>(j)])],
        .value = fit.beta(j),
        .se = std::sqrt(fit.vcov(j, j)),
        .model_se = std::sqrt(fit.model_vcov(j, j))};
    c.z = c.value / c.se;
    c.p = std::isnan(c.z) ? c.z : two_sided_p(c.z, infinity);
    c.low = c.value - z * c.se;
    c.high = c.value + z * c.se;
    fit.coefficients.push_back(c);
  }
}

void check(const CoxData& data, const CoxOptions& how) {
  const Index p = data.x.cols();
  require(static_cast<Index>(data.names.size()) == p, "stats.cox.shape",
          fmt::format("{} covariates need as many names, saw {}", p, data.names.size()));
  require(data.cluster.empty() || data.cluster.size() == data.survival.stop.size(),
          "stats.cox.shape",
          fmt::format("{} rows need one cluster each, saw {}", data.survival.stop.size(),
                      data.cluster.size()));
  require(how.level > 0 && how.level < 1, "stats.survival.level",
          fmt::format("the level of an interval lies between 0 and 1, saw {}", how.level),
          ErrorKind::usage);
  require(std::any_of(data.survival.event.begin(), data.survival.event.end(),
                      [](int e) { return e > 0; }),
          "stats.cox.events", "no row has the event, so hazards cannot be compared",
          ErrorKind::unanswerable);
}

/// The model of the columns that can be estimated, with its derivatives at 0.
CoxDerivatives start_of(CoxFit& fit, const CoxData& data) {
  fit.model = cox_model(data.survival, data.x, fit.how.ties, data.offset);
  const CoxDerivatives all = cox_derivatives(fit.model, VectorXd::Zero(data.x.cols()));
  fit.kept = informed(all.information, spread(fit.model.x), static_cast<double>(fit.events));
  for (Index j = 0; j < data.x.cols(); ++j)
    if (std::find(fit.kept.begin(), fit.kept.end(), j) == fit.kept.end())
      fit.aliased.push_back(data.names[static_cast<std::size_t>(j)]);
  if (fit.aliased.empty()) return all;
  fit.model.x = RowMatrix(fit.model.x(Eigen::all, fit.kept));
  fit.model.centre = VectorXd(fit.model.centre(fit.kept));
  for (const std::string& name : fit.aliased)
    fit.fit.reservations.push_back(
        fmt::format("{} is left out: within every risk set it is constant or follows from the "
                    "covariates before it",
                    name));
  return {.log_likelihood = all.log_likelihood,
          .gradient = all.gradient(fit.kept),
          .information = all.information(fit.kept, fit.kept)};
}

}  // namespace

CoxFit fit_cox(const CoxData& data, const CoxOptions& how) {
  check(data, how);
  CoxFit fit{.rows = data.survival.rows(), .how = how};
  fit.events = std::count_if(data.survival.event.begin(), data.survival.event.end(),
                             [](int e) { return e > 0; });
  const CoxDerivatives start = start_of(fit, data);
  const auto p = static_cast<Index>(fit.kept.size());
  require(p > 0, "stats.cox.constant",
          "no covariate varies within a risk set, so there is no hazard ratio to estimate",
          ErrorKind::unanswerable);
  fit.null_log_likelihood = start.log_likelihood;
  fit.score = tested(start.gradient.dot(start.information.ldlt().solve(start.gradient)), p);

  const Climb top = climb(fit.model, start, how.max_iterations);
  fit.beta = top.beta;
  fit.log_likelihood = top.at.log_likelihood;
  fit.fit.iterations = top.iterations;
  fit.fit.converged = top.converged;
  fit.gradient =
      (top.at.gradient.array() / top.at.information.diagonal().array().sqrt()).abs().maxCoeff();
  fit.model_vcov = top.at.information.ldlt().solve(MatrixXd::Identity(p, p));
  fit.vcov = fit.model_vcov;
  fit.likelihood_ratio = tested(2 * (fit.log_likelihood - fit.null_log_likelihood), p);
  if (how.robust) add_robust(fit, data);
  fit.wald = tested(fit.beta.dot(fit.vcov.ldlt().solve(fit.beta)), p);
  add_coefficients(fit, data);
  if (!top.away.empty()) reserve_monotone(fit, top.away);
  if (!top.converged && top.away.empty())
    fit.fit.reservations.push_back(fmt::format(
        "the search stopped after {} iterations before it reached the maximum", top.iterations));
  return fit;
}

Estimate cox_estimate(const CoxFit& fit, std::size_t coefficient, const Estimand& estimand) {
  require(coefficient < fit.coefficients.size(), "stats.cox.shape",
          fmt::format("the model has {} coefficients, asked for number {}", fit.coefficients.size(),
                      coefficient + 1),
          ErrorKind::usage);
  return {.estimand = estimand,
          .value = fit.coefficients[coefficient].value,
          .se = fit.coefficients[coefficient].se,
          .log_scale = true,
          .fit = fit.fit};
}

}  // namespace entact
