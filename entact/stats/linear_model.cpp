// Least squares and its covariances. The cluster-robust core is robust.cpp's; hypotheses about
// whole terms are term_tests.cpp's.
#include "entact/stats/linear_model.h"

#include <fmt/format.h>

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <Eigen/QR>
#include <array>
#include <cmath>

#include "entact/base/error.h"
#include "entact/num/distributions.h"
#include "entact/stats/proportion.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr std::array names{"classical", "hc0", "hc1", "hc2", "hc3", "cr0", "cr1", "cr1s", "cr2"};

void check(const MatrixXd& x, const VectorXd& y, const LinearOptions& options) {
  require(
      x.rows() == y.size() && (options.weights.size() == 0 || options.weights.size() == y.size()),
      "stats.linear.length",
      fmt::format("{} responses need as many rows of the design and weights; saw {} and {}",
                  y.size(), x.rows(), options.weights.size()));
  require(x.rows() > x.cols(), "stats.linear.few",
          fmt::format("{} coefficients need more than {} observations; saw {}", x.cols(), x.cols(),
                      x.rows()),
          ErrorKind::unanswerable);
  require(x.allFinite() && y.allFinite(), "stats.linear.value",
          "responses and design must be finite numbers");
  require(options.weights.size() == 0 ||
              (options.weights.allFinite() && options.weights.minCoeff() > 0),
          "stats.linear.value", "weights must be positive numbers");
  const std::size_t ways = options.clusters.size();
  const bool clustered = is_clustered(options.covariance);
  require(clustered == (ways > 0) && ways <= 2 &&
              !(ways == 2 && options.covariance == LinearCovariance::cr2),
          "stats.linear.clusters",
          fmt::format("{} takes {}; saw {} ways of clustering", to_text(options.covariance),
                      !clustered                                    ? "no clusters"
                      : options.covariance == LinearCovariance::cr2 ? "one way of clustering"
                                                                    : "one or two",
                      ways),
          ErrorKind::usage);
  for (const auto& cluster : options.clusters)
    require(static_cast<Index>(cluster.size()) == y.size(), "stats.linear.length",
            fmt::format("{} observations need as many clusters; saw {}", y.size(), cluster.size()));
}

/// X' diag(omega) X with the squared scores that the kind asks for.
MatrixXd heteroscedastic_meat(const MatrixXd& x, const VectorXd& weighted_residuals,
                              const VectorXd& leverage, LinearCovariance kind) {
  VectorXd omega = weighted_residuals.cwiseAbs2();
  if (kind == LinearCovariance::hc2 || kind == LinearCovariance::hc3) {
    Index row = 0;
    if (leverage.maxCoeff(&row) > 1 - 1e-10)
      throw Error("stats.linear.leverage",
                  fmt::format("observation {} alone settles a coefficient (leverage 1), so {} has "
                              "no value: use hc0 or hc1, or leave out that term",
                              row + 1, to_text(kind)),
                  ErrorKind::unanswerable);
    omega.array() /= (1 - leverage.array());
    if (kind == LinearCovariance::hc3) omega.array() /= (1 - leverage.array());
  }
  return x.transpose() * omega.asDiagonal() * x;
}

/// One way of clustering: factor * bread * meat * bread, and the number of clusters.
std::pair<MatrixXd, std::ptrdiff_t> clustered(const WorkingModel& model,
                                              const std::vector<std::string>& cluster,
                                              LinearCovariance kind) {
  const RobustFit fit =
      cluster_robust(model, cluster, {.type = RobustType::cr0, .df = RobustDf::satterthwaite});
  const auto m = static_cast<double>(fit.clusters);
  const auto n = static_cast<double>(model.y.size()), p = static_cast<double>(model.x.cols());
  double factor = kind == LinearCovariance::cr0 ? 1 : m / (m - 1);
  if (kind == LinearCovariance::cr1s) factor *= (n - 1) / (n - p);
  return {factor * fit.vcov, fit.clusters};
}

/// Sets negative eigenvalues to 0, which two-way clustering can leave.
void make_covariance(LinearFit& fit) {
  const Eigen::SelfAdjointEigenSolver<MatrixXd> eigen(fit.vcov);
  const double least = eigen.eigenvalues().minCoeff();
  if (least >= -1e-12 * eigen.eigenvalues().maxCoeff()) return;
  fit.vcov = eigen.eigenvectors() * eigen.eigenvalues().cwiseMax(0).asDiagonal() *
             eigen.eigenvectors().transpose();
  fit.fit.reservations.push_back(
      "the two-way clustered covariance had negative eigenvalues, which were set to 0: there are "
      "too few clusters for two ways");
}

void add_clustered(LinearFit& fit, const MatrixXd& x, const VectorXd& y, const VectorXd& w,
                   const LinearOptions& options) {
  std::vector<double> variances;
  for (double weight : w) variances.push_back(1 / weight);
  const WorkingModel model{y, x, diagonal_covariance(variances)};
  if (options.covariance == LinearCovariance::cr2) {
    fit.robust = cluster_robust(model, options.clusters[0]);
    fit.vcov = fit.robust->vcov;
    fit.clusters = {fit.robust->clusters};
  } else {
    fit.vcov.setZero();
    for (const auto& cluster : options.clusters) {
      const auto [vcov, m] = clustered(model, cluster, options.covariance);
      fit.vcov += vcov;
      fit.clusters.push_back(m);
    }
    if (options.clusters.size() == 2) {
      std::vector<std::string> both = options.clusters[0];
      for (std::size_t i = 0; i < both.size(); ++i) both[i] += '\x1f' + options.clusters[1][i];
      fit.vcov -= clustered(model, both, options.covariance).first;
      make_covariance(fit);
    }
  }
  fit.df = static_cast<double>(*std::min_element(fit.clusters.begin(), fit.clusters.end())) - 1;
}

}  // namespace

std::string_view to_text(LinearCovariance covariance) {
  return names[static_cast<std::size_t>(covariance)];
}

LinearCovariance linear_covariance(std::string_view name) {
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == name) return static_cast<LinearCovariance>(i);
  throw Error("stats.linear.covariance",
              fmt::format("no covariance '{}'; there are {}", name, fmt::join(names, ", ")),
              ErrorKind::usage);
}

bool is_clustered(LinearCovariance covariance) { return covariance >= LinearCovariance::cr0; }

LinearFit fit_linear(const MatrixXd& x, const VectorXd& y, const LinearOptions& options) {
  check(x, y, options);
  const Index n = x.rows(), p = x.cols();
  const VectorXd w = options.weights.size() > 0 ? options.weights : VectorXd::Ones(n);
  const VectorXd root = w.cwiseSqrt();
  const MatrixXd scaled = root.asDiagonal() * x;
  const Eigen::HouseholderQR<MatrixXd> qr(scaled);
  LinearFit fit{.covariance = options.covariance};
  fit.beta = qr.solve(root.cwiseProduct(y));
  const MatrixXd inverse =
      qr.matrixQR().topRows(p).triangularView<Eigen::Upper>().solve(MatrixXd::Identity(p, p));
  fit.bread = inverse * inverse.transpose();
  fit.residuals = y - x * fit.beta;
  fit.leverage = (scaled * inverse).rowwise().squaredNorm();
  fit.df = static_cast<double>(n - p);
  const double rest = w.dot(fit.residuals.cwiseAbs2());
  fit.sigma = std::sqrt(rest / fit.df);
  const double mean = w.dot(y) / w.sum();
  fit.r_squared = 1 - rest / w.dot((y.array() - mean).square().matrix());
  fit.vcov = fit.sigma * fit.sigma * fit.bread;
  if (is_clustered(options.covariance)) {
    add_clustered(fit, x, y, w, options);
  } else if (options.covariance != LinearCovariance::classical) {
    const VectorXd scores = w.cwiseProduct(fit.residuals);
    fit.vcov =
        fit.bread * heteroscedastic_meat(x, scores, fit.leverage, options.covariance) * fit.bread;
    if (options.covariance == LinearCovariance::hc1) fit.vcov *= static_cast<double>(n) / fit.df;
  }
  return fit;
}

LinearTest linear_test(const LinearFit& fit, const VectorXd& contrast, double level) {
  check_level(level);
  require(contrast.size() == fit.beta.size(), "stats.linear.length",
          fmt::format("a contrast of {} coefficients needs as many numbers, saw {}",
                      fit.beta.size(), contrast.size()));
  LinearTest test{.value = contrast.dot(fit.beta),
                  .se = std::sqrt(std::max(0.0, contrast.dot(fit.vcov * contrast))),
                  .df = fit.df};
  if (fit.robust) {
    const RobustTest robust = robust_test(*fit.robust, contrast, level);
    test.df = robust.df;
    if (robust.df_too_few())
      test.reservations.push_back(
          fmt::format("only {:.1f} degrees of freedom between clusters, of which 4 are needed for "
                      "a p value and interval to be trusted",
                      robust.df));
  }
  const double half = t_quantile((1 + level) / 2, test.df) * test.se;
  test.low = test.value - half;
  test.high = test.value + half;
  test.statistic = test.value / test.se;
  test.p = std::isnan(test.statistic) ? 1 : two_sided_p(test.statistic, test.df);
  return test;
}

WaldTest linear_wald_test(const LinearFit& fit, const MatrixXd& contrasts) {
  if (fit.robust) return robust_wald_test(*fit.robust, contrasts);
  const VectorXd value = contrasts * fit.beta;
  const Eigen::LDLT<MatrixXd> factor(contrasts * fit.vcov * contrasts.transpose());
  const VectorXd pivots = factor.vectorD();
  require(pivots.minCoeff() > 1e-13 * pivots.maxCoeff(), "stats.linear.singular",
          fmt::format("{} combinations of coefficients cannot be tested together: their covariance "
                      "is singular (too few clusters, or dependent combinations)",
                      contrasts.rows()),
          ErrorKind::unanswerable);
  const auto q = static_cast<double>(contrasts.rows());
  WaldTest test{.statistic = value.dot(factor.solve(value)) / q, .df1 = q, .df2 = fit.df};
  test.p = f_upper(test.statistic, test.df1, test.df2);
  return test;
}

}  // namespace entact
