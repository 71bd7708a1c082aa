#include "entact/trial/adaptive_allocation.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "entact/base/error.h"

namespace entact {
namespace {

void domain(bool ok, const char* rule) {
  require(ok, "trial.allocation.domain", rule, ErrorKind::usage);
}

bool all_positive(std::span<const double> values) {
  return std::all_of(values.begin(), values.end(),
                     [](double x) { return x > 0 && std::isfinite(x); });
}

std::vector<double> to_one(std::vector<double> shares) {
  const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
  for (double& share : shares) share /= sum;
  return shares;
}

double lower_tail(double z) { return 0.5 * std::erfc(-z * std::numbers::sqrt2 / 2); }

}  // namespace

std::vector<double> probability_best(std::span<const double> mean, std::span<const double> sd) {
  domain(mean.size() >= 2 && mean.size() == sd.size() && all_positive(sd),
         "each of two or more arms needs a mean and a positive standard deviation");
  std::vector<double> best;
  // Over arm i's own posterior; the step follows the sharpest of the others.
  const double narrow = *std::min_element(sd.begin(), sd.end());
  for (std::size_t i = 0; i < mean.size(); ++i) {
    const double step = 0.25 * std::min(1.0, narrow / sd[i]);
    const int steps = static_cast<int>(std::min(20000.0, std::ceil(8.5 / step)));
    double sum = 0;
    for (int k = -steps; k <= steps; ++k) {
      const double x = step * k;
      double all = std::exp(-x * x / 2);
      for (std::size_t j = 0; j < mean.size(); ++j)
        if (j != i) all *= lower_tail((mean[i] + sd[i] * x - mean[j]) / sd[j]);
      sum += all;
    }
    best.push_back(sum * step);
  }
  return to_one(best);
}

std::vector<double> thompson_shares(std::span<const double> p_best, double seen, double planned,
                                    double floor) {
  const auto arms = static_cast<double>(p_best.size());
  domain(p_best.size() >= 2 && planned > 0 && seen >= 0 && seen <= planned && floor >= 0 &&
             floor < 1 / arms,
         "needs two or more arms, 0 <= seen <= planned, and a floor in [0, 1 / arms)");
  domain(std::all_of(p_best.begin(), p_best.end(), [](double p) { return p >= 0 && p <= 1; }),
         "chances to be best must lie in [0, 1]");
  std::vector<double> shares;
  for (const double p : p_best) shares.push_back(std::pow(p, seen / (2 * planned)));
  shares = to_one(shares);
  // Arms below the floor are set to it; the others share what is left, until none is below.
  std::vector<bool> low(shares.size());
  for (std::size_t round = 0; round < shares.size(); ++round) {
    double fixed = 0, rest = 0;
    for (std::size_t i = 0; i < shares.size(); ++i) {
      if (shares[i] < floor) low[i] = true;
      (low[i] ? fixed : rest) += low[i] ? floor : shares[i];
    }
    for (std::size_t i = 0; i < shares.size(); ++i)
      shares[i] = low[i] ? floor : shares[i] * (1 - fixed) / rest;
  }
  return shares;
}

std::vector<double> neyman_shares(std::span<const double> sd) {
  domain(sd.size() >= 2 && all_positive(sd), "needs positive standard deviations of two arms");
  return to_one({sd.begin(), sd.end()});
}

std::vector<double> fewest_failures_shares(std::span<const double> p) {
  domain(p.size() >= 2 && std::all_of(p.begin(), p.end(), [](double x) { return x > 0 && x < 1; }),
         "needs chances of success in (0, 1) of two arms");
  std::vector<double> shares;
  for (const double x : p) shares.push_back(std::sqrt(x));
  return to_one(shares);
}

std::vector<double> biased_coin_shares(std::span<const double> target,
                                       std::span<const double> current, double gamma) {
  domain(target.size() >= 2 && target.size() == current.size() && all_positive(target) &&
             all_positive(current) && gamma >= 0,
         "needs positive targets and current shares of the same two or more arms, gamma >= 0");
  std::vector<double> shares;
  for (std::size_t i = 0; i < target.size(); ++i)
    shares.push_back(target[i] * std::pow(target[i] / current[i], gamma));
  return to_one(shares);
}

}  // namespace entact
