#include "entact/stats/count_imputation.h"

#include <fmt/format.h>

#include <Eigen/Cholesky>
#include <cmath>
#include <limits>
#include <utility>

#include "entact/base/error.h"
#include "entact/base/parallel.h"
#include "entact/base/random.h"
#include "entact/stats/normal_draws.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using Strategy = ImputationStrategy;

void check_participant(const CountData& d, Index i) {
  const auto at = static_cast<std::size_t>(i);
  const bool known = d.strategy[at] == Strategy::mar || d.strategy[at] == Strategy::jr ||
                     d.strategy[at] == Strategy::cr;
  require(known, "stats.count.strategy",
          fmt::format("participant {}: counts are imputed under MAR, JR (J2R) or CR; saw {}",
                      d.participants[at], to_text(d.strategy[at])),
          ErrorKind::usage);
  require(d.planned[i] >= d.exposure[i] && std::isfinite(d.planned[i]), "stats.count.value",
          fmt::format("participant {} was observed for {}, longer than the {} planned",
                      d.participants[at], d.exposure[i], d.planned[i]));
  require(d.factor.size() == 0 || d.factor[i] > 0, "stats.count.value",
          fmt::format("participant {}: the factor of a rate must be positive", d.participants[at]));
}

void check(const CountData& d, const CountImputationOptions& how) {
  const Index n = d.events.size();
  const auto entries = static_cast<std::size_t>(n);
  require(n > 0 && d.exposure.size() == n && d.planned.size() == n && d.x.rows() == n &&
              d.x_reference.rows() == n && d.x_reference.cols() == d.x.cols() &&
              d.strategy.size() == entries && d.participants.size() == entries &&
              (d.factor.size() == 0 || d.factor.size() == n),
          "stats.impute.shape",
          "counts, times, designs and strategies need one entry a participant");
  require(how.draws >= 2, "stats.impute.option",
          fmt::format("imputation needs 2 draws or more; saw {}", how.draws), ErrorKind::usage);
  for (Index i = 0; i < n; ++i) check_participant(d, i);
}

CountFit fitted(const MatrixXd& x, const VectorXd& events, const VectorXd& exposure, bool poisson) {
  return poisson ? fit_poisson(x, events, exposure) : fit_negative_binomial(x, events, exposure);
}

// By inversion, in parts whose probability of 0 is no rounding error.
double draw_poisson(RandomStream& random, double mean) {
  double count = 0;
  while (mean > 0) {
    const double part = std::min(mean, 200.0);
    double p = std::exp(-part), u = random.uniform() - p, k = 0;
    while (u > 0 && p > 0) {
      p *= part / ++k;
      u -= p;
    }
    count += k;
    mean -= part;
  }
  return count;
}

// Rates before and after leaving.
struct Rates {
  double before = 0, after = 0;
};

Rates rates_of(const CountData& d, Index i, const VectorXd& beta) {
  const Strategy strategy = d.strategy[static_cast<std::size_t>(i)];
  const double own = std::exp(d.x.row(i).dot(beta));
  const double reference = std::exp(d.x_reference.row(i).dot(beta));
  const double factor = d.factor.size() == 0 ? 1 : d.factor[i];
  return {strategy == Strategy::cr ? reference : own,
          factor * (strategy == Strategy::mar ? own : reference)};
}

VectorXd drawn_parameters(const CountFit& model, const MatrixXd& root, std::uint64_t seed,
                          std::uint32_t replicate) {
  RandomStream random({.seed = seed, .purpose = RandomPurpose::posterior, .replicate = replicate});
  return model.theta + root * normals<VectorXd>(random, model.theta.size());
}

VectorXd completed(const CountData& d, const VectorXd& theta, std::uint64_t seed,
                   std::uint32_t replicate) {
  const Index p = d.x.cols();
  const double k = theta.size() > p ? std::exp(theta[p]) : 0;
  VectorXd made = d.events;
  for (Index i = 0; i < made.size(); ++i) {
    if (d.planned[i] == d.exposure[i]) continue;
    RandomStream random({.seed = seed,
                         .purpose = RandomPurpose::imputation,
                         .participant = static_cast<std::uint32_t>(i),
                         .replicate = replicate});
    const Rates rate = rates_of(d, i, theta.head(p));
    const double frailty =
        k > 0 ? random.gamma(1 / k + d.events[i]) * k / (1 + k * rate.before * d.exposure[i]) : 1;
    made[i] += draw_poisson(random, frailty * rate.after * (d.planned[i] - d.exposure[i]));
  }
  return made;
}

// Of one completed data set: ratios to the first arm, then rates.
std::vector<AnalysisEstimate> analysed(const CountData& d, const VectorXd& events,
                                       const CountAnalysis& analysis, bool poisson) {
  const CountFit fit = fitted(analysis.x, events, d.planned, poisson);
  const Index q = analysis.x.cols(), arms = static_cast<Index>(analysis.as_arm.size());
  const MatrixXd covariance = fit.vcov.topLeftCorner(q, q);
  MatrixXd rows(arms, q);
  for (Index a = 0; a < arms; ++a)
    rows.row(a) = analysis.as_arm[static_cast<std::size_t>(a)].colwise().mean();
  std::vector<AnalysisEstimate> estimates;
  const auto add = [&](const Eigen::RowVectorXd& l) {
    estimates.push_back({l.dot(fit.beta), std::sqrt((l * covariance).dot(l)),
                         std::numeric_limits<double>::infinity()});
  };
  for (Index a = 1; a < arms; ++a) add(rows.row(a) - rows.row(0));
  for (Index a = 0; a < arms; ++a) add(rows.row(a));
  return estimates;
}

}  // namespace

CountImputations impute_counts(const CountData& data, const CountImputationOptions& how) {
  check(data, how);
  CountImputations made{.model = fitted(data.x, data.events, data.exposure, how.poisson)};
  made.fit = made.model.fit;
  const MatrixXd root = made.model.vcov.llt().matrixL();
  made.completed.resize(static_cast<std::size_t>(how.draws));
  parallel_for(how.draws, how.threads, [&](std::ptrdiff_t d) {
    const auto replicate = static_cast<std::uint32_t>(d);
    made.completed[static_cast<std::size_t>(d)] = completed(
        data, drawn_parameters(made.model, root, how.seed, replicate), how.seed, replicate);
  });
  return made;
}

std::vector<PooledImputation> pool_counts(const CountData& data, const CountImputations& made,
                                          const CountAnalysis& analysis,
                                          const CountImputationOptions& how, double level) {
  const std::size_t sets = made.completed.size(), count = 2 * analysis.as_arm.size() - 1;
  std::vector<std::vector<AnalysisEstimate>> results(count, std::vector<AnalysisEstimate>(sets));
  parallel_for(static_cast<std::ptrdiff_t>(sets), how.threads, [&](std::ptrdiff_t s) {
    const auto at = static_cast<std::size_t>(s);
    const auto estimates = analysed(data, made.completed[at], analysis, how.poisson);
    for (std::size_t k = 0; k < count; ++k) results[k][at] = estimates[k];
  });
  std::vector<PooledImputation> pooled;
  for (const auto& each : results) pooled.push_back(pool_rubin(each, level));
  return pooled;
}

}  // namespace entact
