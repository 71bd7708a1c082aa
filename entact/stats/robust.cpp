#include "entact/stats/robust.h"

#include <fmt/format.h>

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <cmath>
#include <map>

#include "entact/base/error.h"
#include "entact/num/distributions.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

struct Cluster {
  std::vector<Index> rows{};
  MatrixXd phi{};  // n x n, working covariance
};

// Blocks of the working model collected into clusters, in the order in which these first appear.
std::vector<Cluster> collect(const BlockCovariance& marginal,
                             std::span<const std::string> cluster) {
  std::map<std::string_view, std::size_t> number;
  std::vector<std::vector<const CovarianceBlock*>> blocks;
  for (const CovarianceBlock& block : marginal.blocks) {
    const std::string& name = cluster[static_cast<std::size_t>(block.rows.front())];
    for (const Index row : block.rows)
      if (cluster[static_cast<std::size_t>(row)] != name)
        throw Error("stats.robust.cluster",
                    fmt::format("effects {} and {} depend on one another in the model but stand in "
                                "the clusters \"{}\" and \"{}\"; cluster by something wider",
                                block.rows.front() + 1, row + 1, name,
                                cluster[static_cast<std::size_t>(row)]));
    const std::size_t at = number.try_emplace(name, blocks.size()).first->second;
    if (at == blocks.size()) blocks.emplace_back();
    blocks[at].push_back(&block);
  }
  std::vector<Cluster> clusters;
  for (const auto& parts : blocks) {
    Index n = 0;
    for (const CovarianceBlock* part : parts) n += part->value.rows();
    Cluster c{.phi = MatrixXd::Zero(n, n)};
    for (const CovarianceBlock* part : parts) {
      const Index from = static_cast<Index>(c.rows.size()), size = part->value.rows();
      c.phi.block(from, from, size, size) = part->value;
      c.rows.insert(c.rows.end(), part->rows.begin(), part->rows.end());
    }
    clusters.push_back(std::move(c));
  }
  return clusters;
}

// Symmetric power of a positive semidefinite matrix; directions without spread are left out.
MatrixXd inverse_root(const MatrixXd& g) {
  const Eigen::SelfAdjointEigenSolver<MatrixXd> eigen(g);
  const double least = 1e-12 * eigen.eigenvalues().maxCoeff();
  const VectorXd root = eigen.eigenvalues().unaryExpr(
      [least](double value) { return value > least ? 1 / std::sqrt(value) : 0.0; });
  return eigen.eigenvectors() * root.asDiagonal() * eigen.eigenvectors().transpose();
}

// A W X of one cluster.
MatrixXd estimating(const Cluster& c, const MatrixXd& x, const MatrixXd& bread, RobustType type) {
  const Eigen::LLT<MatrixXd> factor(c.phi);
  const MatrixXd wx = factor.solve(x);
  if (type != RobustType::cr2) return wx;
  const MatrixXd l = factor.matrixL();
  const MatrixXd g = l.transpose() * (c.phi - x * bread * x.transpose()) * l;
  return l * (inverse_root(g) * (l.transpose() * wx));
}

void require_clusters(Index clusters, Index p, RobustDf df) {
  require(clusters >= 2, "stats.robust.few",
          fmt::format("cluster-robust inference needs at least 2 clusters, saw {}", clusters),
          ErrorKind::unanswerable);
  require(df == RobustDf::satterthwaite || clusters > p, "stats.robust.few",
          fmt::format("{} coefficients need more than {} clusters, saw {}; ask for Satterthwaite "
                      "degrees of freedom or fewer moderators",
                      p, p, clusters),
          ErrorKind::unanswerable);
}

void require_length(Index saw, Index p) {
  require(saw == p, "stats.robust.length",
          fmt::format("a contrast of {} coefficients needs as many numbers, saw {}", p, saw));
}

// What the working model expects of the robust variance of C beta, as a sum over clusters i, j of
// q x q terms: P_ij = [i = j] C M D_i M C' - (U_i M C')' M (U_j M C').
struct Expected {
  std::vector<MatrixXd> spread{};   // of cluster j: C M D_j M C'
  std::vector<MatrixXd> overlap{};  // of cluster j: R U_j M C' with R'R = M
};

Expected expected(const RobustFit& fit, const MatrixXd& contrasts) {
  const MatrixXd mc = fit.bread * contrasts.transpose();
  const MatrixXd root = fit.bread.llt().matrixU();
  Expected sums;
  for (const RobustFit::Moments& moments : fit.moments) {
    sums.spread.emplace_back(mc.transpose() * moments.spread * mc);
    sums.overlap.emplace_back(root * moments.overlap * mc);
  }
  return sums;
}

MatrixXd expected_total(const Expected& sums) {
  MatrixXd total = MatrixXd::Zero(sums.spread.front().rows(), sums.spread.front().cols());
  for (std::size_t j = 0; j < sums.spread.size(); ++j)
    total += sums.spread[j] - sums.overlap[j].transpose() * sums.overlap[j];
  return total;
}

struct Satterthwaite {
  double df = 0;
  double seen = 0;  // expected variance over that of the working model
};

// 2 E^2 / Var of the robust variance of one contrast: (sum P_jj)^2 / sum P_ij^2. The double sum is
// taken as |D - H'H|^2 = sum d^2 - 2 sum d h'h + |H H'|^2, which is linear in the clusters.
Satterthwaite satterthwaite(const RobustFit& fit, const VectorXd& contrast) {
  const Expected sums = expected(fit, contrast.transpose());
  const double mean = expected_total(sums)(0, 0);
  MatrixXd outer = MatrixXd::Zero(contrast.size(), contrast.size());
  double squares = 0;
  for (std::size_t j = 0; j < sums.spread.size(); ++j) {
    const double d = sums.spread[j](0, 0);
    const VectorXd h = sums.overlap[j];
    squares += d * d - 2 * d * h.squaredNorm();
    outer += h * h.transpose();
  }
  return {mean * mean / (squares + outer.squaredNorm()), mean / contrast.dot(fit.bread * contrast)};
}

// q (q + 1) over the total variance of the robust covariance of contrasts that the working model
// expects to be the identity.
double hotelling_df(const RobustFit& fit, const MatrixXd& contrasts) {
  const Index q = contrasts.rows();
  const Expected raw = expected(fit, contrasts);
  const MatrixXd omega = expected_total(raw);
  const Expected sums = expected(fit, inverse_root(omega) * contrasts);
  double total = 0;
  for (std::size_t i = 0; i < sums.spread.size(); ++i)
    for (std::size_t j = 0; j < sums.spread.size(); ++j) {
      MatrixXd b = -(sums.overlap[i].transpose() * sums.overlap[j]);
      if (i == j) b += sums.spread[i];
      total += b.cwiseProduct(b.transpose()).sum() + b.trace() * b.trace();
    }
  return static_cast<double>(q * (q + 1)) / total;
}

}  // namespace

RobustFit cluster_robust(const WorkingModel& model, std::span<const std::string> cluster,
                         const RobustOptions& how) {
  const Index k = model.y.size(), p = model.x.cols();
  require(
      model.x.rows() == k && model.marginal.size == k && static_cast<Index>(cluster.size()) == k,
      "stats.robust.length",
      fmt::format("{} effects need as many rows of the design, of the covariance and clusters; "
                  "saw {}, {} and {}",
                  k, model.x.rows(), model.marginal.size, cluster.size()));
  const std::vector<Cluster> clusters = collect(model.marginal, cluster);
  RobustFit fit{.clusters = static_cast<std::ptrdiff_t>(clusters.size()), .type = how.type};
  fit.df = how.df.value_or(how.type == RobustType::cr2 ? RobustDf::satterthwaite
                                                       : RobustDf::clusters_minus_p);
  require_clusters(fit.clusters, p, fit.df);

  MatrixXd information = MatrixXd::Zero(p, p);
  VectorXd weighted = VectorXd::Zero(p);
  for (const Cluster& c : clusters) {
    const MatrixXd x = model.x(c.rows, Eigen::all);
    const MatrixXd wx = c.phi.llt().solve(x);
    information += x.transpose() * wx;
    weighted += wx.transpose() * model.y(c.rows);
  }
  fit.bread = information.llt().solve(MatrixXd::Identity(p, p));
  fit.beta = fit.bread * weighted;

  MatrixXd meat = MatrixXd::Zero(p, p);
  for (const Cluster& c : clusters) {
    const MatrixXd x = model.x(c.rows, Eigen::all);
    const MatrixXd e = estimating(c, x, fit.bread, how.type);
    const VectorXd score = e.transpose() * (model.y(c.rows) - x * fit.beta);
    meat += score * score.transpose();
    fit.moments.push_back({e.transpose() * c.phi * e, x.transpose() * e});
  }
  fit.vcov = fit.bread * meat * fit.bread;
  if (how.type == RobustType::cr1)
    fit.vcov *= static_cast<double>(fit.clusters) / static_cast<double>(fit.clusters - p);
  return fit;
}

RobustFit cluster_robust(const MultilevelFit& fit, std::span<const std::string> cluster,
                         const RobustOptions& how) {
  RobustFit robust = cluster_robust(WorkingModel{fit.y, fit.x, fit.marginal}, cluster, how);
  robust.fit = fit.fit;
  return robust;
}

RobustTest robust_test(const RobustFit& fit, const VectorXd& contrast, double level) {
  require_length(contrast.size(), fit.beta.size());
  RobustTest test{.value = contrast.dot(fit.beta),
                  .se = std::sqrt(contrast.dot(fit.vcov * contrast))};
  const Satterthwaite moments = satterthwaite(fit, contrast);
  test.seen = moments.seen;
  if (!(test.seen > 1e-10))
    throw Error("stats.robust.identified",
                "one cluster alone settles this contrast, so nothing shows how much it would vary "
                "between clusters",
                ErrorKind::unanswerable);
  test.df = fit.df == RobustDf::satterthwaite ? moments.df
                                              : static_cast<double>(fit.clusters - fit.beta.size());
  test.statistic = test.value / test.se;
  test.p = two_sided_p(test.statistic, test.df);
  const double half = t_quantile((1 + level) / 2, test.df) * test.se;
  test.low = test.value - half;
  test.high = test.value + half;
  return test;
}

Estimate robust_estimate(const RobustFit& fit, const VectorXd& contrast, const Estimand& estimand,
                         bool log_scale) {
  const RobustTest test = robust_test(fit, contrast);
  Estimate estimate{.estimand = estimand,
                    .value = test.value,
                    .se = test.se,
                    .df = test.df,
                    .log_scale = log_scale,
                    .fit = fit.fit};
  if (test.df_too_few())
    estimate.fit.reservations.push_back(
        fmt::format("only {:.1f} degrees of freedom between clusters, of which 4 are needed for a "
                    "p value and interval to be trusted",
                    test.df));
  if (fit.type == RobustType::cr2 && test.seen < 0.999)
    estimate.fit.reservations.push_back(
        fmt::format("a cluster alone settles part of this contrast; only {:.0f} % of its expected "
                    "variance shows between clusters",
                    100 * test.seen));
  return estimate;
}

WaldTest robust_wald_test(const RobustFit& fit, const MatrixXd& contrasts) {
  require_length(contrasts.cols(), fit.beta.size());
  const double q = static_cast<double>(contrasts.rows());
  const VectorXd value = contrasts * fit.beta;
  const Eigen::LLT<MatrixXd> factor(contrasts * fit.vcov * contrasts.transpose());
  const double eta = fit.df == RobustDf::satterthwaite
                         ? hotelling_df(fit, contrasts)
                         : static_cast<double>(fit.clusters - fit.beta.size()) + q - 1;
  const double df2 = eta - q + 1;
  if (factor.info() != Eigen::Success || !(df2 > 0))
    throw Error("stats.robust.identified",
                fmt::format("{} clusters cannot show how {} contrasts vary together", fit.clusters,
                            contrasts.rows()),
                ErrorKind::unanswerable);
  const double scale = fit.df == RobustDf::satterthwaite ? df2 / eta : 1.0;
  WaldTest test{.statistic = scale * value.dot(factor.solve(value)) / q, .df1 = q, .df2 = df2};
  test.p = f_upper(test.statistic, test.df1, test.df2);
  return test;
}

}  // namespace entact
