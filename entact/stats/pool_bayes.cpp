#include "entact/stats/pool_bayes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <utility>

#include "entact/base/error.h"
#include "entact/num/roots.h"
#include "entact/stats/pool_model.h"
#include "entact/stats/tau2.h"
#include "entact/stats/tau_posterior.h"

namespace entact {
namespace {

constexpr double unbounded = std::numeric_limits<double>::infinity();

double standard_cdf(double z) { return 0.5 * std::erfc(-z / std::numbers::sqrt2); }
double standard_density(double z) {
  return std::exp(-0.5 * z * z) / std::sqrt(2 * std::numbers::pi);
}

// A mixture of normals; zero variances do not occur, for given tau mu has one.
struct Mixture {
  struct Part {
    double mass = 0, mean = 0, sd = 0;
  };
  std::vector<Part> parts{};

  [[nodiscard]] double cdf(double x) const {
    double sum = 0;
    for (const Part& p : parts) sum += p.mass * standard_cdf((x - p.mean) / p.sd);
    return sum;
  }
  [[nodiscard]] double density(double x) const {
    double sum = 0;
    for (const Part& p : parts) sum += p.mass / p.sd * standard_density((x - p.mean) / p.sd);
    return sum;
  }
  [[nodiscard]] double mean() const {
    double sum = 0;
    for (const Part& p : parts) sum += p.mass * p.mean;
    return sum;
  }
  [[nodiscard]] double sd() const {
    const double centre = mean();
    double sum = 0;
    for (const Part& p : parts)
      sum += p.mass * (p.sd * p.sd + (p.mean - centre) * (p.mean - centre));
    return std::sqrt(sum);
  }
  [[nodiscard]] double quantile(double p) const {
    const auto excess = [&](double x) { return cdf(x) - p; };
    const double centre = mean();
    double step = 0;
    for (const Part& part : parts) step += part.mass * part.sd;
    double low = centre - 2 * step, high = centre + 2 * step;
    while (excess(low) > 0) low -= step *= 2;
    while (excess(high) < 0) high += step *= 2;
    return find_root(excess, low, high, {.absolute = 1e-13 * (high - low)}).x;
  }
};

// Ends of equal density, or from the lowest value if the density falls from there on.
Interval shortest_interval(const auto& posterior, double level) {
  const auto higher_above = [&](double p) {
    return posterior.density(posterior.quantile(p + level)) -
           posterior.density(posterior.quantile(p));
  };
  const double span = 1 - level, edge = 1e-9 * span;
  double p = 0;
  if (higher_above(edge) > 0) {
    p = find_root([&](double q) { return higher_above(q); }, edge, span - edge, {.absolute = 1e-9})
            .x;
  }
  return {posterior.quantile(p), posterior.quantile(p + level), level, "shortest"};
}

template <class Distribution>
Posterior describe(const Distribution& d, double mean, double sd, double level, bool shortest) {
  const double tail = (1 - level) / 2;
  Posterior p{.median = d.quantile(0.5), .mean = mean, .sd = sd};
  p.central = {d.quantile(tail), d.quantile(1 - tail), level, "central"};
  if (shortest) p.shortest = shortest_interval(d, level);
  return p;
}

double log_prior(const PoolBayesOptions& how, double tau) {
  const double z = tau / how.tau_scale;
  switch (how.tau_prior) {
    case TauPrior::half_normal:
      return -0.5 * z * z;
    case TauPrior::half_cauchy:
      return -std::log1p(z * z);
    case TauPrior::uniform:
      break;
  }
  return 0;
}

// The posterior density of tau falls like tau^-power; infinite for the half-normal prior.
double tail_power(std::ptrdiff_t k, const PoolBayesOptions& how) {
  if (how.tau_prior == TauPrior::half_normal) return unbounded;
  const double likelihood = static_cast<double>(k) - (std::isinf(how.mu_sd) ? 1 : 0);
  return likelihood + (how.tau_prior == TauPrior::half_cauchy ? 2 : 0);
}

void check_options(const PoolModel& model, const PoolBayesOptions& how) {
  require(how.level > 0 && how.level < 1, "stats.pool.option",
          fmt::format("level must lie between 0 and 1; saw {}", how.level), ErrorKind::usage);
  require(how.mu_sd > 0 && std::isfinite(how.mu_mean), "stats.pool.option",
          fmt::format("the prior of mu needs a finite mean and a positive sd; saw {} and {}",
                      how.mu_mean, how.mu_sd),
          ErrorKind::usage);
  require(how.tau_prior == TauPrior::uniform || (how.tau_scale > 0 && std::isfinite(how.tau_scale)),
          "stats.pool.option",
          fmt::format("the prior of tau needs a positive scale; saw {}", how.tau_scale),
          ErrorKind::usage);
  require(tail_power(model.k(), how) > 1, "stats.pool.improper",
          fmt::format("the posterior is not a distribution: {} studies under these flat priors; "
                      "give tau a half-normal or half-Cauchy prior",
                      model.k()),
          ErrorKind::unanswerable);
}

TauEvaluation evaluate(const PoolModel& model, const PoolBayesOptions& how, double tau) {
  const double prior_precision = std::isinf(how.mu_sd) ? 0 : 1 / (how.mu_sd * how.mu_sd);
  double precision = prior_precision, sum = prior_precision * how.mu_mean, log_weights = 0;
  const auto y = model.y(), v = model.v();
  const double tau2 = tau * tau;
  for (std::size_t i = 0; i < y.size(); ++i) {
    const double variance = v[i] + tau2;
    precision += 1 / variance;
    sum += y[i] / variance;
    log_weights += std::log(variance);
  }
  const double mean = sum / precision;
  double q = prior_precision * (mean - how.mu_mean) * (mean - how.mu_mean);
  for (std::size_t i = 0; i < y.size(); ++i) q += (y[i] - mean) * (y[i] - mean) / (v[i] + tau2);
  return {log_prior(how, tau) - 0.5 * (log_weights + std::log(precision) + q), mean, 1 / precision};
}

double typical_tau(PoolModel& model, const PoolBayesOptions& how) {
  const double tau2 = model.k() > 1 ? estimate_tau2(model, Tau2Method::pm).value : 0;
  const double likely = std::sqrt(tau2 + 0.25 * static_cast<double>(model.k()) / model.q_at(0).w);
  return how.tau_prior == TauPrior::uniform ? likely : std::min(likely, how.tau_scale);
}

TauPosterior posterior_of_tau(PoolModel& model, const PoolBayesOptions& how) {
  check_options(model, how);
  return {[&model, how](double tau) { return evaluate(model, how, tau); }, typical_tau(model, how)};
}

Mixture mixture(const TauPosterior& tau, const auto& part) {
  Mixture m;
  m.parts.reserve(tau.nodes().size());
  for (const TauNode& node : tau.nodes()) m.parts.push_back(part(node));
  return m;
}

Mixture mu_mixture(const TauPosterior& tau) {
  return mixture(tau, [](const TauNode& n) {
    return Mixture::Part{n.mass, n.mu_mean, std::sqrt(n.mu_variance)};
  });
}

Mixture predictive_mixture(const TauPosterior& tau) {
  return mixture(tau, [](const TauNode& n) {
    return Mixture::Part{n.mass, n.mu_mean, std::sqrt(n.mu_variance + n.tau * n.tau)};
  });
}

// theta_i given tau: the study's estimate drawn towards mu by b = v/(v + tau^2).
Mixture study_mixture(const TauPosterior& tau, double y, double v) {
  return mixture(tau, [y, v](const TauNode& n) {
    const double b = v / (v + n.tau * n.tau);
    return Mixture::Part{n.mass, (1 - b) * y + b * n.mu_mean,
                         std::sqrt((1 - b) * v + b * b * n.mu_variance)};
  });
}

Posterior describe_tau(const TauPosterior& tau, double power, double level) {
  double mean = 0, variance = 0;
  for (const TauNode& n : tau.nodes()) mean += n.mass * n.tau;
  for (const TauNode& n : tau.nodes()) variance += n.mass * (n.tau - mean) * (n.tau - mean);
  return describe(tau, power > 2 ? mean : unbounded, power > 3 ? std::sqrt(variance) : unbounded,
                  level, true);
}

}  // namespace

PooledBayes pool_bayes(std::span<const double> yi, std::span<const double> vi,
                       const PoolBayesOptions& how) {
  PoolModel model(yi, vi);
  const TauPosterior tau = posterior_of_tau(model, how);
  const double power = tail_power(model.k(), how);
  // With a flat prior the variance of mu given tau grows like tau^2.
  const bool second = power > 3, mu_second = second || std::isfinite(how.mu_sd);
  PooledBayes found{.how = how};
  const Mixture mu = mu_mixture(tau), predictive = predictive_mixture(tau);
  found.mu = describe(mu, mu.mean(), mu_second ? mu.sd() : unbounded, how.level, true);
  found.tau = describe_tau(tau, power, how.level);
  found.predictive = describe(predictive, predictive.mean(), second ? predictive.sd() : unbounded,
                              how.level, true);
  found.p_mu_below_0 = mu.cdf(0);
  found.p_predictive_below_0 = predictive.cdf(0);
  for (std::size_t i = 0; how.studies && i < yi.size(); ++i) {
    const Mixture study = study_mixture(tau, yi[i], vi[i]);
    found.studies.push_back(describe(study, study.mean(), study.sd(), how.level, false));
  }
  found.fit.converged = tau.converged();
  if (!tau.converged())
    found.fit.reservations.emplace_back("the quadrature over tau did not reach its precision");
  return found;
}

PosteriorBelow posterior_below(std::span<const double> yi, std::span<const double> vi, double x,
                               const PoolBayesOptions& how) {
  PoolModel model(yi, vi);
  const TauPosterior tau = posterior_of_tau(model, how);
  return {mu_mixture(tau).cdf(x), predictive_mixture(tau).cdf(x)};
}

Estimate to_estimate(const PooledBayes& pooled, const Estimand& estimand, bool log_scale) {
  Interval interval = pooled.mu.central;
  interval.method = "Bayesian, central";
  return {.estimand = estimand,
          .value = pooled.mu.median,
          .se = pooled.mu.sd,
          .log_scale = log_scale,
          .interval = interval,
          .fit = pooled.fit};
}

}  // namespace entact
