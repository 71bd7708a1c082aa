#include "entact/stats/multilevel.h"

#include <fmt/format.h>

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <set>

#include "entact/base/error.h"
#include "entact/num/bounded_newton.h"
#include "entact/num/distributions.h"
#include "entact/num/roots.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// Homogeneity: what is left over and what was to be expected when all variances are 0.
struct Homogeneity {
  double q_e = 0;
  double df = 0;
  double trace = 0;  // tr(P), P = W - W X (X'WX)^-1 X'W
};

Homogeneity homogeneity(const MultilevelLikelihood& likelihood) {
  const VectorXd none = VectorXd::Zero(likelihood.levels());
  const MultilevelPoint point = likelihood.at(none, MultilevelMethod::reml);
  const VectorXd residual = likelihood.y() - likelihood.x() * point.beta;
  MatrixXd square = MatrixXd::Zero(point.beta.size(), point.beta.size());
  Homogeneity h{.df = static_cast<double>(likelihood.effects() - likelihood.coefficients())};
  for (const CovarianceBlock& block : likelihood.marginal(none).blocks) {
    const Eigen::LLT<MatrixXd> factor(block.value);
    const MatrixXd wx = factor.solve(likelihood.x()(block.rows, Eigen::all).eval());
    const VectorXd r = residual(block.rows);
    h.q_e += r.dot(factor.solve(r));
    h.trace += factor.solve(MatrixXd::Identity(r.size(), r.size())).trace();
    square += wx.transpose() * wx;
  }
  h.trace -= (point.vcov * square).trace();
  return h;
}

// How the variances of the free levels share their total: evenly, one alone, two of three.
std::vector<VectorXd> directions(Index free) {
  std::vector<VectorXd> shares;
  if (free != 1) shares.emplace_back(VectorXd::Constant(free, 1 / static_cast<double>(free)));
  for (Index l = 0; l < free; ++l) shares.emplace_back(VectorXd::Unit(free, l));
  if (free == 3)
    for (Index l = 0; l < free; ++l)
      shares.emplace_back((VectorXd::Ones(free) - VectorXd::Unit(free, l)) / 2);
  return shares;
}

// Totals of the variances between which a maximum may lie. Of one level none lies above `last`,
// for there r' W r <= RSS / s^2 < (k - p) / (max v + s) <= tr P.
struct Totals {
  double first = 0;
  double last = 0;
};

Totals totals(const MultilevelLikelihood& likelihood) {
  const MatrixXd& x = likelihood.x();
  const VectorXd beta = (x.transpose() * x).llt().solve(x.transpose() * likelihood.y());
  const double df = static_cast<double>(likelihood.effects() - likelihood.coefficients());
  Totals found{.first = std::numeric_limits<double>::infinity(),
               .last = (likelihood.y() - x * beta).squaredNorm() / df};
  double largest = 0;
  for (const CovarianceBlock& block :
       likelihood.marginal(VectorXd::Zero(likelihood.levels())).blocks) {
    found.first = std::min(found.first, block.value.diagonal().minCoeff() / 8);
    largest = std::max(largest, block.value.diagonal().maxCoeff());
  }
  found.last += largest;
  return found;
}

using Objective = std::function<SecondOrder(const VectorXd&)>;

// 0, and on every ray of shares the better end of each interval of a doubling grid at whose lower
// end the likelihood rises outward and at whose upper end it no longer does.
std::vector<VectorXd> starts(const Objective& minus_likelihood, Index free, const Totals& range) {
  std::vector<VectorXd> points{VectorXd::Zero(free)};
  const SecondOrder at_zero = minus_likelihood(points.front());
  for (const VectorXd& share : directions(free)) {
    double low = 0, high = std::min(range.first, range.last);
    SecondOrder at_low = at_zero;
    while (low < range.last) {
      const SecondOrder at_high = minus_likelihood(high * share);
      const bool rises = at_low.gradient.dot(share) < 0, rises_on = at_high.gradient.dot(share) < 0;
      if (rises && (!rises_on || high == range.last))
        points.emplace_back((at_high.value < at_low.value ? high : low) * share);
      low = high;
      high = std::min(range.last, 2 * high);
      at_low = at_high;
    }
  }
  return points;
}

std::vector<Index> estimated(const std::vector<std::optional<double>>& held) {
  std::vector<Index> free;
  for (std::size_t l = 0; l < held.size(); ++l)
    if (!held[l]) free.push_back(static_cast<Index>(l));
  return free;
}

std::vector<std::optional<double>> held_variances(const MultilevelData& data, Fit& fit) {
  std::vector<std::optional<double>> held;
  for (const RandomLevel& level : data.levels) {
    held.push_back(level.sigma2);
    if (level.sigma2 || std::set<std::string>(level.group.begin(), level.group.end()).size() > 1)
      continue;
    held.back() = 0;
    fit.reservations.push_back(
        fmt::format("level \"{}\" has one group only, which cannot show a variance between groups; "
                    "it is held at 0",
                    level.name));
  }
  return held;
}

void tell(const MultilevelMaximum& maximum, const std::vector<std::optional<double>>& held,
          const std::vector<RandomLevel>& levels, Fit& fit) {
  fit.converged = maximum.converged;
  fit.iterations = maximum.iterations;
  if (!fit.converged)
    fit.reservations.emplace_back("the likelihood of the variances reached no maximum");
  for (std::size_t l = 0; l < levels.size(); ++l)
    if (!held[l] && maximum.sigma2[static_cast<Index>(l)] == 0)
      fit.reservations.push_back(fmt::format(
          "the variance of level \"{}\" is estimated at 0, the end of its range", levels[l].name));
  if (std::isfinite(maximum.other_maximum))
    fit.reservations.push_back(
        fmt::format("the likelihood has another maximum, {:.3g} lower in its logarithm",
                    maximum.other_maximum));
}

void require_contrast(const MultilevelFit& fit, const VectorXd& contrast) {
  require(contrast.size() == fit.beta.size(), "stats.multilevel.length",
          fmt::format("a contrast of {} coefficients needs as many numbers, saw {}",
                      fit.beta.size(), contrast.size()));
}

}  // namespace

MultilevelMaximum maximise_likelihood(const MultilevelLikelihood& likelihood,
                                      const std::vector<std::optional<double>>& held,
                                      const MultilevelOptions& how) {
  const std::vector<Index> free = estimated(held);
  VectorXd sigma2(likelihood.levels());
  for (std::size_t l = 0; l < held.size(); ++l) sigma2[static_cast<Index>(l)] = held[l].value_or(0);
  MultilevelMaximum best{.sigma2 = sigma2};
  if (free.empty()) {
    best.point = likelihood.at(sigma2, how.method);
    best.converged = true;
    return best;
  }
  const auto objective = [&](const VectorXd& variances) {
    sigma2(free) = variances;
    const MultilevelPoint at = likelihood.at(sigma2, how.method);
    return SecondOrder{-at.log_likelihood, -at.gradient(free), -at.hessian(free, free)};
  };
  std::vector<BoundedMinimum> found;
  for (const VectorXd& start :
       starts(objective, static_cast<Index>(free.size()), totals(likelihood))) {
    found.push_back(minimise_bounded(objective, start, VectorXd::Zero(start.size()),
                                     {.max_iterations = how.max_iterations}));
    best.iterations += found.back().iterations;
  }
  // Ends that agree to 1e-9 are the same maximum; of those a converged one is kept.
  const auto better = [](const BoundedMinimum& a, const BoundedMinimum& b) {
    if (std::abs(a.value - b.value) > 1e-9) return a.value < b.value;
    return a.converged && !b.converged;
  };
  const BoundedMinimum& top = *std::min_element(found.begin(), found.end(), better);
  for (const BoundedMinimum& other : found)
    if (other.converged && other.value - top.value > 1e-6)
      best.other_maximum = std::min(best.other_maximum, other.value - top.value);
  best.converged = top.converged;
  best.sigma2(free) = top.x;
  best.point = likelihood.at(best.sigma2, how.method);
  return best;
}

MultilevelFit fit_multilevel(const MultilevelData& data, const MultilevelOptions& how) {
  const MultilevelLikelihood likelihood(data);
  MultilevelFit result{.coefficient = data.coefficient, .y = data.y, .x = data.x};
  const auto held = held_variances(data, result.fit);
  MultilevelMaximum maximum = maximise_likelihood(likelihood, held, how);
  tell(maximum, held, data.levels, result.fit);
  const Homogeneity h = homogeneity(likelihood);
  for (const RandomLevel& level : data.levels) result.level.push_back(level.name);
  result.marginal = likelihood.marginal(maximum.sigma2);
  result.sigma2 = std::move(maximum.sigma2);
  result.beta = std::move(maximum.point.beta);
  result.vcov = std::move(maximum.point.vcov);
  result.se = result.vcov.diagonal().cwiseSqrt();
  result.log_likelihood = maximum.point.log_likelihood;
  result.q_e = h.q_e;
  result.q_e_df = h.df;
  result.q_e_p = chi_squared_upper(h.q_e, h.df);
  result.typical_variance = h.df / h.trace;
  if (how.test == MultilevelTest::residual_t) result.df = h.df;
  return result;
}

Estimate multilevel_estimate(const MultilevelFit& fit, const VectorXd& contrast,
                             const Estimand& estimand, bool log_scale) {
  require_contrast(fit, contrast);
  return {.estimand = estimand,
          .value = contrast.dot(fit.beta),
          .se = std::sqrt(contrast.dot(fit.vcov * contrast)),
          .df = fit.df,
          .log_scale = log_scale,
          .fit = fit.fit};
}

Interval prediction_interval(const MultilevelFit& fit, const VectorXd& contrast, double level) {
  require_contrast(fit, contrast);
  const double centre = contrast.dot(fit.beta);
  const double half = t_quantile((1 + level) / 2, fit.df) *
                      std::sqrt(contrast.dot(fit.vcov * contrast) + fit.sigma2.sum());
  return {centre - half, centre + half, level, "prediction"};
}

VectorXd variance_shares(const MultilevelFit& fit) {
  return fit.sigma2 / (fit.sigma2.sum() + fit.typical_variance);
}

WaldTest wald_test(const MultilevelFit& fit, std::span<const Index> columns) {
  const std::vector<Index> at(columns.begin(), columns.end());
  const VectorXd beta = fit.beta(at);
  WaldTest test{.statistic = beta.dot(fit.vcov(at, at).llt().solve(beta)),
                .df1 = static_cast<double>(at.size()),
                .df2 = fit.df};
  test.p = f_upper(test.statistic / test.df1, test.df1, test.df2);
  if (std::isfinite(test.df2)) test.statistic /= test.df1;
  return test;
}

Interval profile_interval(const MultilevelData& data, std::size_t index,
                          const MultilevelOptions& how, double level) {
  const MultilevelLikelihood likelihood(data);
  Fit ignored;
  auto held = held_variances(data, ignored);
  require(index < held.size() && !held[index], "stats.multilevel.profile",
          fmt::format("level {} has no estimated variance to profile", index + 1),
          ErrorKind::usage);
  const MultilevelMaximum top = maximise_likelihood(likelihood, held, how);
  const double allowed = chi_squared_quantile(level, 1) / 2;
  const auto excess = [&](double sigma2) {
    held[index] = sigma2;
    const double there = maximise_likelihood(likelihood, held, how).point.log_likelihood;
    return top.point.log_likelihood - there - allowed;
  };
  const double at = top.sigma2[static_cast<Index>(index)];
  Interval interval{.low = 0, .level = level, .method = "profile likelihood"};
  const RootOptions close{.absolute = 1e-12};
  if (at > 0 && excess(0) > 0) interval.low = find_root(excess, 0, at, close).x;
  const double total = top.sigma2.sum() + variances_of(data.v).mean();
  const double step = at > 0 ? at : 1e-3 * total;
  const auto [below, above] = double_until_sign_change(excess, step, 1e6 * total);
  require(above > below, "stats.multilevel.profile",
          fmt::format("the likelihood sets no upper end to the variance of level \"{}\"",
                      data.levels[index].name),
          ErrorKind::unanswerable);
  interval.high = find_root(excess, below, above, close).x;
  return interval;
}

}  // namespace entact
