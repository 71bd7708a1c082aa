#include "entact/stats/pool_covariance.h"

#include <fmt/format.h>

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <utility>

#include "entact/base/error.h"
#include "entact/num/distributions.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// Effects turned block by block onto the axes of V, where they are independent.
struct Turned {
  std::vector<double> y{};
  std::vector<double> v{};
  Moderators moderators{};
};

Turned turn(std::span<const double> yi, const BlockCovariance& v, const Moderators& moderators) {
  const Eigen::Map<const VectorXd> y(yi.data(), static_cast<Index>(yi.size()));
  Turned turned{.y = std::vector<double>(yi.size()),
                .v = std::vector<double>(yi.size()),
                .moderators = moderators};
  for (const CovarianceBlock& block : v.blocks) {
    const Eigen::SelfAdjointEigenSolver<MatrixXd> eigen(block.value);
    const VectorXd along = eigen.eigenvectors().transpose() * y(block.rows);
    const MatrixXd x = eigen.eigenvectors().transpose() * moderators.x(block.rows, Eigen::all);
    turned.moderators.x(block.rows, Eigen::all) = x;
    for (Index i = 0; i < along.size(); ++i) {
      const std::size_t row = static_cast<std::size_t>(block.rows[static_cast<std::size_t>(i)]);
      turned.y[row] = along[i];
      turned.v[row] = eigen.eigenvalues()[i];
    }
  }
  return turned;
}

void require_sound(std::span<const double> yi, const BlockCovariance& v,
                   const Moderators& moderators, const PoolOptions& how) {
  const Index k = static_cast<Index>(yi.size());
  require(k == v.size && k == moderators.x.rows(), "stats.pool.length",
          fmt::format("each estimate needs its row of the covariance matrix and of the moderators; "
                      "saw {} estimates, {} and {} rows",
                      k, v.size, moderators.x.rows()));
  require_positive_definite(v);
  for (std::size_t i = 0; i < yi.size(); ++i)
    if (!std::isfinite(yi[i]))
      throw Error(
          "stats.pool.value",
          fmt::format("study {}: the estimate must be a finite number; saw {}", i + 1, yi[i]));
  require(how.method != Tau2Method::sj, "stats.pool.covariance",
          "method SJ is not defined for effects that covary; ask for REML, ML, DL, HE or PM",
          ErrorKind::usage);
  require(how.test != PoolTest::kr, "stats.pool.kr",
          "the Kenward-Roger type test is for independent effects; ask for knha or adhoc",
          ErrorKind::usage);
}

Index constant_column(const MatrixXd& x) {
  for (Index j = 0; j < x.cols(); ++j)
    if (x(0, j) != 0 && (x.col(j).array() == x(0, j)).all()) return j;
  return -1;
}

std::vector<double> weights_of_mean(const BlockCovariance& v, double tau2) {
  std::vector<double> weights(static_cast<std::size_t>(v.size));
  double sum = 0;
  for (const CovarianceBlock& block : v.blocks) {
    const Index n = block.value.rows();
    const VectorXd w =
        (block.value + tau2 * MatrixXd::Identity(n, n)).llt().solve(VectorXd::Ones(n));
    sum += w.sum();
    for (Index i = 0; i < n; ++i)
      weights[static_cast<std::size_t>(block.rows[static_cast<std::size_t>(i)])] = w[i];
  }
  for (double& w : weights) w /= sum;
  return weights;
}

// The intervals for a new effect that `pool` leaves to models of a mean.
void add_predictions(const Turned& turned, Pooled& pooled) {
  const double one[] = {1.0};
  pooled.prediction = predict(pooled, one).new_study;
  if (!pooled.prediction) return;
  if (pooled.k > 2) {
    const double half = t_quantile(0.5 + pooled.how.level / 2, static_cast<double>(pooled.k - 2)) *
                        std::sqrt(pooled.tau2 + pooled.se() * pooled.se());
    pooled.prediction_hts =
        Interval{pooled.value() - half, pooled.value() + half, pooled.how.level, "t(k-2)"};
  }
  if (!pooled.tau2_interval) return;
  PoolOptions high = pooled.how;
  high.tau2 = pooled.tau2_interval->high;
  pooled.prediction_high_tau2 =
      predict(pool(turned.y, turned.v, turned.moderators, high), one).new_study;
  pooled.prediction_high_tau2->method = "upper tau2";
}

}  // namespace

Pooled pool_with_covariance(std::span<const double> yi, const BlockCovariance& v,
                            const PoolOptions& how) {
  const Moderators mean{MatrixXd::Ones(static_cast<Index>(yi.size()), 1), {"intercept"}};
  return pool_with_covariance(yi, v, mean, how);
}

Pooled pool_with_covariance(std::span<const double> yi, const BlockCovariance& v,
                            const Moderators& moderators, const PoolOptions& how) {
  require_sound(yi, v, moderators, how);
  const Turned turned = turn(yi, v, moderators);
  Pooled pooled = pool(turned.y, turned.v, turned.moderators, how);
  pooled.weights = weights_of_mean(v, pooled.tau2);
  const Index intercept = constant_column(moderators.x);
  const bool mean_only = pooled.p == 1 && intercept == 0;
  if (mean_only && moderators.x(0, 0) == 1) add_predictions(turned, pooled);
  if (mean_only || intercept < 0) return pooled;

  std::vector<std::ptrdiff_t> others;
  for (std::ptrdiff_t j = 0; j < pooled.p; ++j)
    if (j != intercept) others.push_back(j);
  pooled.qm = test_coefficients(pooled, others);
  if (how.method == Tau2Method::common || how.tau2) return pooled;
  PoolOptions plain = how;
  plain.intervals = false;
  const double total = pool_with_covariance(yi, v, plain).tau2;
  pooled.r2 = total == 0 ? 0 : std::max(0.0, (total - pooled.tau2) / total);
  return pooled;
}

}  // namespace entact
