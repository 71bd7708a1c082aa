#include "entact/stats/fine_gray.h"

#include <fmt/format.h>

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "entact/base/error.h"
#include "entact/num/distributions.h"
#include "entact/stats/cross_products.h"
#include "entact/stats/kaplan_meier.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::RowVectorXd;
using Eigen::VectorXd;

/// Rows by time; 1 the cause, 2 another, 0 censored; `free` is G(T-). A moment is one distinct
/// time.
struct Sorted {
  RowMatrix x{};  // n x p, centred
  std::vector<double> time{}, free{};
  std::vector<int> kind{};
  std::vector<Index> moment{};  // first row of each distinct time, and n
};

Sorted sorted(const CoxData& data, int cause) {
  const std::vector<double>& stop = data.survival.stop;
  std::vector<std::size_t> order(stop.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&stop](std::size_t a, std::size_t b) { return stop[a] < stop[b]; });
  SurvivalData censoring{.stop = stop};
  for (const int event : data.survival.event) censoring.event.push_back(event == 0 ? 1 : 0);
  const SurvivalCurve curve = kaplan_meier(censoring);
  Sorted s{.x = RowMatrix(data.x.rows(), data.x.cols())};
  const RowVectorXd centre = data.x.colwise().mean();
  std::size_t passed = 0;  // times of the curve before the row's
  for (std::size_t i = 0; i < order.size(); ++i) {
    const std::size_t row = order[i];
    const int event = data.survival.event[row];
    if (i == 0 || stop[row] != s.time.back()) s.moment.push_back(static_cast<Index>(i));
    while (curve.time[passed] < stop[row]) ++passed;
    s.time.push_back(stop[row]);
    s.kind.push_back(event == cause ? 1 : event > 0 ? 2 : 0);
    s.free.push_back(passed == 0 ? 1 : curve.survival[passed - 1]);
    s.x.row(static_cast<Index>(i)) = data.x.row(static_cast<Index>(row)) - centre;
  }
  s.moment.push_back(static_cast<Index>(order.size()));
  return s;
}

/// Risk sets at each moment, and sums over those who had another cause before it.
struct Sums {
  VectorXd eta{}, risk{};
  VectorXd s0{}, past0{};  // by moment
  RowMatrix s1{}, past1{};
  VectorXd hazard{};  // d / s0; 0 without an event of the cause
};

Sums sums_of(const Sorted& s, const VectorXd& beta) {
  const Index p = s.x.cols(), m = static_cast<Index>(s.moment.size()) - 1;
  Sums sums{.eta = s.x * beta,
            .risk = {},
            .s0 = VectorXd(m),
            .past0 = VectorXd(m),
            .s1 = RowMatrix(m, p),
            .past1 = RowMatrix(m, p),
            .hazard = VectorXd::Zero(m)};
  sums.risk = sums.eta.array().exp();
  double s0 = 0;
  RowVectorXd s1 = RowVectorXd::Zero(p);
  const auto rows_of = [&](Index k) {
    return std::pair{s.moment[static_cast<std::size_t>(k)],
                     s.moment[static_cast<std::size_t>(k) + 1]};
  };
  for (Index k = m - 1; k >= 0; --k) {
    const auto [from, to] = rows_of(k);
    for (Index i = from; i < to; ++i) {
      s0 += sums.risk(i);
      s1 += sums.risk(i) * s.x.row(i);
      if (s.kind[static_cast<std::size_t>(i)] == 1) ++sums.hazard(k);
    }
    sums.s0(k) = s0;
    sums.s1.row(k) = s1;
  }
  s0 = 0;
  s1.setZero();
  for (Index k = 0; k < m; ++k) {
    const auto [from, to] = rows_of(k);
    sums.past0(k) = s0;
    sums.past1.row(k) = s1;
    const double free = s.free[static_cast<std::size_t>(from)];
    sums.s0(k) += free * s0;
    sums.s1.row(k) += free * s1;
    sums.hazard(k) /= sums.s0(k);
    for (Index i = from; i < to; ++i)
      if (s.kind[static_cast<std::size_t>(i)] == 2) {
        s0 += sums.risk(i) / free;
        s1 += sums.risk(i) / free * s.x.row(i);
      }
  }
  return sums;
}

/// Hazard, and hazard times the mean covariates, up to each moment and, weighted by G, after it.
struct Cumulated {
  VectorXd hazard{}, later{};
  RowMatrix mean{}, later_mean{};
};

Cumulated cumulated(const Sorted& s, const Sums& sums) {
  const Index m = sums.s0.size(), p = s.x.cols();
  Cumulated c{VectorXd(m), VectorXd(m + 1), RowMatrix(m, p), RowMatrix(m + 1, p)};
  double hazard = 0;
  RowVectorXd mean = RowVectorXd::Zero(p);
  for (Index k = 0; k < m; ++k) {
    c.hazard(k) = hazard += sums.hazard(k);
    c.mean.row(k) = mean += sums.hazard(k) / sums.s0(k) * sums.s1.row(k);
  }
  c.later(m) = 0;
  c.later_mean.row(m).setZero();
  for (Index k = m - 1; k >= 0; --k) {
    const double weighted =
        sums.hazard(k) * s.free[static_cast<std::size_t>(s.moment[static_cast<std::size_t>(k)])];
    c.later(k) = c.later(k + 1) + weighted;
    c.later_mean.row(k) = c.later_mean.row(k + 1) + weighted / sums.s0(k) * sums.s1.row(k);
  }
  return c;
}

CoxDerivatives derivatives(const Sorted& s, const VectorXd& beta) {
  const Sums sums = sums_of(s, beta);
  const Cumulated c = cumulated(s, sums);
  CoxDerivatives result{.gradient = VectorXd::Zero(beta.size())};
  CrossProducts inner(beta.size()), outer(beta.size());
  for (Index k = 0; k < sums.s0.size(); ++k) {
    const double events = sums.hazard(k) * sums.s0(k);
    result.log_likelihood -= events * std::log(sums.s0(k));
    outer.add(sums.s1.row(k), sums.hazard(k) / sums.s0(k) * sums.s1.row(k));
    for (Index i = s.moment[static_cast<std::size_t>(k)];
         i < s.moment[static_cast<std::size_t>(k) + 1]; ++i) {
      const auto at = static_cast<std::size_t>(i);
      const double lived = c.hazard(k) + (s.kind[at] == 2 ? c.later(k + 1) / s.free[at] : 0);
      const double event = s.kind[at] == 1 ? 1 : 0;
      result.log_likelihood += event * sums.eta(i);
      result.gradient += (event - sums.risk(i) * lived) * s.x.row(i).transpose();
      inner.add(s.x.row(i), sums.risk(i) * lived * s.x.row(i));
    }
  }
  result.information = inner.total() - outer.total();
  return result;
}

/// Sum of squared influences: of the row itself and, through G, of its censoring.
MatrixXd meat(const Sorted& s, const VectorXd& beta) {
  const Sums sums = sums_of(s, beta);
  const Cumulated c = cumulated(s, sums);
  const Index n = s.x.rows(), p = s.x.cols();
  CrossProducts total(p);
  RowVectorXd compensator = RowVectorXd::Zero(p);
  for (Index k = 0; k < sums.s0.size(); ++k) {
    const Index from = s.moment[static_cast<std::size_t>(k)],
                to = s.moment[static_cast<std::size_t>(k) + 1];
    const auto at_risk = static_cast<double>(n - from);
    const auto censored =
        static_cast<double>(std::count(s.kind.begin() + from, s.kind.begin() + to, 0));
    // How the equations move with G at this moment: q.
    const RowVectorXd q = sums.past1.row(k) * c.later(k) - sums.past0(k) * c.later_mean.row(k);
    compensator += censored / (at_risk * at_risk) * q;
    for (Index i = from; i < to; ++i) {
      const auto at = static_cast<std::size_t>(i);
      const bool other = s.kind[at] == 2;
      const double lived = c.hazard(k) + (other ? c.later(k + 1) / s.free[at] : 0);
      RowVectorXd mean = c.mean.row(k);
      if (other) mean += c.later_mean.row(k + 1) / s.free[at];
      RowVectorXd influence = sums.risk(i) * (mean - lived * s.x.row(i)) - compensator;
      if (s.kind[at] == 1) influence += s.x.row(i) - sums.s1.row(k) / sums.s0(k);
      if (s.kind[at] == 0) influence += q / at_risk;
      total.add(influence, influence);
    }
  }
  return total.total();
}

void check(const CoxData& data, int causes, int cause) {
  check_survival(data.survival, causes);
  require(data.survival.start.empty() && data.survival.weight.empty() &&
              data.survival.stratum.empty() && data.offset.size() == 0 && data.cluster.empty(),
          "stats.fine_gray.rows",
          "a Fine-Gray model takes one row a participant, from the start, without weights, strata, "
          "offsets or clusters",
          ErrorKind::usage);
  require(data.x.rows() == data.survival.rows() &&
              static_cast<Index>(data.names.size()) == data.x.cols(),
          "stats.cox.shape", "covariates, names and rows differ in number");
  require(data.x.allFinite(), "stats.cox.value", "a covariate is missing or not finite");
  const auto& events = data.survival.event;
  require(std::find(events.begin(), events.end(), cause) != events.end(), "stats.cox.events",
          fmt::format("no row has the cause {}", cause), ErrorKind::unanswerable);
}

void climb(FineGrayFit& fit, const Sorted& s, CoxDerivatives& at) {
  for (fit.fit.converged = false; fit.fit.iterations < 50; ++fit.fit.iterations) {
    VectorXd step = at.information.ldlt().solve(at.gradient);
    fit.fit.converged = at.gradient.dot(step) <= 1e-20 * (1 + std::abs(at.log_likelihood));
    if (fit.fit.converged) return;
    CoxDerivatives next = derivatives(s, fit.beta + step);
    const double slack = 1e-12 * std::abs(at.log_likelihood);
    for (int half = 0; half < 40 && !(next.log_likelihood >= at.log_likelihood - slack); ++half) {
      step /= 2;
      next = derivatives(s, fit.beta + step);
    }
    fit.beta += step;
    at = std::move(next);
  }
}

}  // namespace

FineGrayFit fit_fine_gray(const CoxData& data, int causes, int cause, double level) {
  check(data, causes, cause);
  const Index p = data.x.cols();
  const Sorted s = sorted(data, cause);
  FineGrayFit fit{.beta = VectorXd::Zero(p), .rows = data.survival.rows()};
  fit.events = std::count(s.kind.begin(), s.kind.end(), 1);
  CoxDerivatives at = derivatives(s, fit.beta);
  const Eigen::LDLT<MatrixXd> factor(at.information);
  require(p > 0 && factor.isPositive() &&
              factor.vectorD().minCoeff() > 1e-10 * factor.vectorD().maxCoeff(),
          "stats.fine_gray.rank",
          "a covariate does not vary among those at risk, or follows from others; leave it out",
          ErrorKind::unanswerable);
  fit.null_log_likelihood = at.log_likelihood;
  climb(fit, s, at);
  fit.log_likelihood = at.log_likelihood;
  const MatrixXd bread = at.information.ldlt().solve(MatrixXd::Identity(p, p));
  fit.vcov = bread * meat(s, fit.beta) * bread;
  const double statistic = fit.beta.dot(fit.vcov.ldlt().solve(fit.beta));
  fit.wald = {.statistic = statistic,
              .df = static_cast<double>(p),
              .p = chi_squared_upper(std::max(0.0, statistic), static_cast<double>(p))};
  const double z = normal_quantile((1 + level) / 2);
  for (Index j = 0; j < p; ++j) {
    CoxCoefficient c{.name = data.names[static_cast<std::size_t>(j)],
                     .value = fit.beta(j),
                     .se = std::sqrt(fit.vcov(j, j)),
                     .model_se = std::sqrt(bread(j, j))};
    c.z = c.value / c.se;
    c.p = two_sided_p(c.z, std::numeric_limits<double>::infinity());
    c.low = c.value - z * c.se;
    c.high = c.value + z * c.se;
    fit.coefficients.push_back(c);
  }
  if (!fit.fit.converged)
    fit.fit.reservations.push_back(
        "the search did not reach a maximum: perhaps a covariate separates those with the cause");
  return fit;
}

}  // namespace entact
