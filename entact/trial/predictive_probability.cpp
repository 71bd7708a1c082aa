#include "entact/trial/predictive_probability.h"

#include <cmath>
#include <string>

#include "entact/base/error.h"
#include "entact/num/distributions.h"
#include "entact/trial/sequential_inference.h"

namespace entact {
namespace {

double log_beta(double a, double b) { return std::lgamma(a) + std::lgamma(b) - std::lgamma(a + b); }

/// P(events of m to come | Beta(a, b)).
double beta_binomial(int events, int m, double a, double b) {
  const double k = events, n = m;
  return std::exp(std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1) +
                  log_beta(a + k, b + n - k) - log_beta(a, b));
}

void check(const BinaryInterim& interim, double threshold) {
  const auto counts = [](int events, int seen, int planned) {
    return 0 <= events && events <= seen && seen <= planned && planned > 0;
  };
  require(counts(interim.events1, interim.seen1, interim.planned1) &&
              counts(interim.events2, interim.seen2, interim.planned2) && threshold > 0 &&
              threshold < 1,
          "trial.predictive.counts",
          "an interim needs 0 <= events <= seen <= planned in both arms and a threshold in (0, 1); "
          "saw " +
              std::to_string(interim.events1) + " of " + std::to_string(interim.seen1) + " of " +
              std::to_string(interim.planned1) + ", " + std::to_string(interim.events2) + " of " +
              std::to_string(interim.seen2) + " of " + std::to_string(interim.planned2) +
              ", threshold " + std::to_string(threshold),
          ErrorKind::usage);
}

}  // namespace

double predictive_power(const GroupSequentialDesign& design, int look, double z,
                        const DriftPrior& prior) {
  require(prior.sd >= 0 && std::isfinite(prior.mean), "trial.predictive.prior",
          "the prior's standard deviation must be at least 0 (0: flat) and its mean finite",
          ErrorKind::usage);
  conditional_power(design, look, z, 0);  // checks the look
  const double t = design.rates[static_cast<std::size_t>(look - 1)];
  const double precision = prior.sd > 0 ? 1 / (prior.sd * prior.sd) : 0;
  const double variance = 1 / (t + precision);
  const double mean = variance * (z * std::sqrt(t) + prior.mean * precision);
  // The trapezoid rule over the posterior converges exponentially; conditional power is smooth.
  constexpr double step = 0.25;
  double sum = 0, weight = 0;
  for (int i = -32; i <= 32; ++i) {
    const double x = step * i, density = std::exp(-x * x / 2);
    sum += density * conditional_power(design, look, z, mean + std::sqrt(variance) * x);
    weight += density;
  }
  return sum / weight;
}

double predictive_power_at_last(double critical, double t, double z, const DriftPrior& prior) {
  const double precision = prior.sd > 0 ? 1 / (prior.sd * prior.sd) : 0;
  const double variance = 1 / (t + precision);
  const double drift = variance * (z * std::sqrt(t) + prior.mean * precision);
  const double mean = std::sqrt(t) * z + (1 - t) * drift;
  return normal_upper((critical - mean) / std::sqrt((1 - t) * (1 + (1 - t) * variance)));
}

double probability_greater(double a1, double b1, double a2, double b2) {
  require(a1 > 0 && b1 > 0 && a2 > 0 && b2 > 0, "trial.predictive.beta",
          "parameters of a beta distribution must be positive", ErrorKind::usage);
  // Over u = logit p_1, where the density falls off exponentially at both ends.
  const double centre = std::log(a1 / b1), sd = std::sqrt(1 / a1 + 1 / b1);
  const double low = centre - 12 * sd - 30 / a1, high = centre + 12 * sd + 30 / b1;
  const int steps = 400;
  const double step = (high - low) / steps, constant = -log_beta(a1, b1);
  double sum = 0, weight = 0;
  for (int i = 0; i <= steps; ++i) {
    const double u = low + step * i;
    const double p = 1 / (1 + std::exp(-u));
    const double log_p = -std::log1p(std::exp(-u)), log_q = -std::log1p(std::exp(u));
    const double density = std::exp(constant + a1 * log_p + b1 * log_q);
    sum += density * beta_cdf(p, a2, b2);
    weight += density;
  }
  return sum / weight;
}

double predictive_success(const BinaryInterim& interim, double threshold) {
  check(interim, threshold);
  const double a1 = interim.prior_a + interim.events1, a2 = interim.prior_a + interim.events2;
  const double b1 = interim.prior_b + interim.seen1 - interim.events1;
  const double b2 = interim.prior_b + interim.seen2 - interim.events2;
  const int m1 = interim.planned1 - interim.seen1, m2 = interim.planned2 - interim.seen2;
  double sum = 0;
  // The more events in arm 2, the more arm 1 needs: the least that succeed only grow.
  int least = 0;
  for (int y2 = 0; y2 <= m2; ++y2) {
    const double other = beta_binomial(y2, m2, a2, b2);
    while (least <= m1 &&
           probability_greater(a1 + least, b1 + m1 - least, a2 + y2, b2 + m2 - y2) < threshold)
      ++least;
    for (int y1 = least; y1 <= m1; ++y1) sum += other * beta_binomial(y1, m1, a1, b1);
  }
  return sum;
}

}  // namespace entact
