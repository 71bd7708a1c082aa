// Per participant, with eta = log mu and k the dispersion,
//
//     l = sum_{j < y} log(1 + k j) + y eta - y log(1 + k mu) - log(1 + k mu) / k - log y!
//
// which is Poisson's as k falls to 0: no gamma function, nothing that cancels but the last
// quotient, which has a series.
#include "entact/stats/negative_binomial.h"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "entact/base/error.h"
#include "entact/num/newton.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// A function of k with its first two derivatives.
struct InK {
  double value = 0, first = 0, second = 0;
};

// g(k) = log(1 + k mu) / k; by its series in k mu where that is small.
InK log_quotient(double k, double mu) {
  const double x = k * mu;
  if (x < 0.03) {
    InK g;
    double power = mu;  // (-k)^(i - 1) mu^i
    for (int i = 1; i <= 12; ++i, power *= -x) {
      g.value += power / i;
      g.first -= mu * power * i / (i + 1.0);
      g.second += mu * mu * power * i * (i + 1.0) / (i + 2.0);
    }
    return g;
  }
  const double log = std::log1p(x), odds = mu / (1 + x);
  return {log / k, (odds - log / k) / k, (2 * log / k - 2 * odds - k * odds * odds) / (k * k)};
}

// sum_{j < y} log(1 + k j).
InK log_rising(double k, double y) {
  InK sum;
  for (double j = 1; j < y; ++j) {
    const double d = j / (1 + k * j);
    sum.value += std::log1p(k * j);
    sum.first += d;
    sum.second -= d * d;
  }
  return sum;
}

struct Counts {
  const MatrixXd& x;
  const VectorXd& events;
  VectorXd log_exposure{};
  double constant = 0;  // sum of log y!
  bool dispersed = true;

  [[nodiscard]] Index p() const { return x.cols(); }
};

Counts counts_of(const MatrixXd& x, const VectorXd& events, const VectorXd& exposure,
                 bool dispersed) {
  require(x.rows() == events.size() && x.rows() == exposure.size() && x.rows() > x.cols(),
          "stats.count.shape",
          "design, counts and times must have one row a participant, and more of them than "
          "covariates");
  for (Index i = 0; i < events.size(); ++i) {
    require(events[i] >= 0 && events[i] == std::floor(events[i]) && events[i] < 1e6,
            "stats.count.value",
            "a count is a whole number from 0 to a million; saw " + std::to_string(events[i]));
    require(exposure[i] > 0 && std::isfinite(exposure[i]), "stats.count.value",
            "the time at risk must be positive; saw " + std::to_string(exposure[i]));
  }
  Counts made{
      .x = x, .events = events, .log_exposure = exposure.array().log(), .dispersed = dispersed};
  for (const double y : events) made.constant += std::lgamma(y + 1);
  return made;
}

// Adds one participant's part; the last parameter is log k.
void add(const Counts& c, Index i, double eta, double k, CountObjective& sum) {
  const Index p = c.p();
  const double y = c.events[i], mu = std::exp(eta), d = 1 + k * mu;
  sum.value += y * eta - y * std::log1p(k * mu);
  const double weight = mu * (1 + k * y) / (d * d);
  sum.score.head(p) += (y - mu) / d * c.x.row(i).transpose();
  sum.information.topLeftCorner(p, p).noalias() += weight * c.x.row(i).transpose() * c.x.row(i);
  const InK quotient = log_quotient(k, mu), rising = log_rising(k, y);
  sum.value += rising.value - quotient.value;
  if (!c.dispersed) return;
  const double first = rising.first - quotient.first - y * mu / d;
  const double second = rising.second - quotient.second + y * mu * mu / (d * d);
  sum.score[p] += k * first;
  sum.information(p, p) -= k * k * second + k * first;
  sum.information.col(p).head(p) += k * (y - mu) * mu / (d * d) * c.x.row(i).transpose();
}

CountObjective evaluate(const Counts& c, const VectorXd& theta) {
  const Index p = c.p(), all = p + (c.dispersed ? 1 : 0);
  CountObjective sum{-c.constant, VectorXd::Zero(all), MatrixXd::Zero(all, all)};
  const double k = c.dispersed ? std::exp(theta[p]) : 0;
  const VectorXd eta = c.x * theta.head(p) + c.log_exposure;
  for (Index i = 0; i < eta.size(); ++i) add(c, i, eta[i], k, sum);
  if (c.dispersed) sum.information.row(p).head(p) = sum.information.col(p).head(p).transpose();
  return sum;
}

// Minus the log-likelihood, as newton_minimise asks for it.
struct Deviance {
  const Counts* counts;
  CountObjective at{};
  double value(const VectorXd& theta) {
    at = evaluate(*counts, theta);
    return std::isfinite(at.value) ? -at.value : std::numeric_limits<double>::infinity();
  }
  void derivatives(VectorXd& gradient, MatrixXd& hessian) const {
    gradient = -at.score;
    hessian = at.information;
  }
};

// Of each participant's log rate.
VectorXd variances(const MatrixXd& x, const MatrixXd& vcov) {
  const MatrixXd part = x * vcov.topLeftCorner(x.cols(), x.cols());
  return part.cwiseProduct(x).rowwise().sum();
}

CountFit maximised(const Counts& counts, VectorXd start) {
  Deviance deviance{&counts};
  NewtonSpace space;
  const NewtonEnd end =
      newton_minimise(deviance, start, space, {.gradient = 1e-9, .longest_step = 2});
  const Eigen::LLT<MatrixXd> llt(deviance.at.information);
  const MatrixXd vcov = llt.solve(MatrixXd::Identity(start.size(), start.size()));
  // Where a rate falls to 0 its logarithm has no standard error.
  require(llt.info() == Eigen::Success && variances(counts.x, vcov).maxCoeff() < 1e4,
          "stats.count.rank",
          "the regression of counts has no finite maximum: covariates that depend on one another, "
          "or an arm without any event. Use fewer covariates",
          ErrorKind::unanswerable);
  CountFit fit{.beta = start.head(counts.p()),
               .dispersion = counts.dispersed ? std::exp(start[counts.p()]) : 0,
               .theta = start,
               .vcov = vcov,
               .log_likelihood = -end.value,
               .gradient = end.gradient};
  fit.fit.converged = end.gradient < 1e-6 && end.minimum;
  fit.fit.iterations = end.iterations;
  if (!fit.fit.converged)
    fit.fit.reservations.emplace_back("the regression of counts did not converge");
  return fit;
}

VectorXd start_of(const Counts& counts) {
  const double rate = (counts.events.sum() + 0.5) / counts.log_exposure.array().exp().sum();
  const Eigen::LDLT<MatrixXd> ldlt(counts.x.transpose() * counts.x);
  return ldlt.solve(counts.x.transpose() * VectorXd::Constant(counts.x.rows(), std::log(rate)));
}

// The score of k at 0, and how far the counts vary more than Poisson's would.
std::pair<double, double> overdispersion(const Counts& counts, const VectorXd& beta) {
  const VectorXd mu = (counts.x * beta + counts.log_exposure).array().exp();
  const auto y = counts.events.array();
  const double score = (0.5 * ((y - mu.array()).square() - y)).sum();
  return {score, 2 * score / mu.squaredNorm()};  // the second is the moment estimate of k
}

}  // namespace

CountFit fit_poisson(const MatrixXd& x, const VectorXd& events, const VectorXd& exposure) {
  const Counts counts = counts_of(x, events, exposure, false);
  return maximised(counts, start_of(counts));
}

CountFit fit_negative_binomial(const MatrixXd& x, const VectorXd& events,
                               const VectorXd& exposure) {
  CountFit poisson = fit_poisson(x, events, exposure);
  const Counts counts = counts_of(x, events, exposure, true);
  const auto [score, moment] = overdispersion(counts, poisson.beta);
  if (score <= 0) {
    poisson.fit.reservations.emplace_back(
        "the counts do not vary more than Poisson's: the negative binomial dispersion is 0");
    return poisson;
  }
  VectorXd start(counts.p() + 1);
  start << poisson.beta, std::log(std::min(10.0, std::max(0.05, moment)));
  return maximised(counts, std::move(start));
}

CountObjective count_objective(const MatrixXd& x, const VectorXd& events, const VectorXd& exposure,
                               const VectorXd& theta) {
  return evaluate(counts_of(x, events, exposure, true), theta);
}

}  // namespace entact
