#include "entact/stats/posterior_chain.h"

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <utility>

#include "entact/stats/normal_draws.h"
#include "entact/stats/wishart.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

Eigen::Map<const VectorXd> stacked(const MatrixXd& matrix) {
  return {matrix.data(), matrix.size()};
}

// F with FF' = squares of rank at most n.
MatrixXd root_of(const MatrixXd& squares, double n) {
  const Index v = squares.rows();
  if (n >= static_cast<double>(v)) {
    const Eigen::LLT<MatrixXd> llt(squares);
    if (llt.info() == Eigen::Success) return llt.matrixL();
  }
  const Index rank = std::min(v, static_cast<Index>(std::lround(n)));
  const Eigen::SelfAdjointEigenSolver<MatrixXd> eigen(squares);
  return eigen.eigenvectors().rightCols(rank) *
         eigen.eigenvalues().tail(rank).cwiseMax(0).cwiseSqrt().asDiagonal();
}

std::vector<Index> missing_of(const PatternSums& sums, const PatternSums::Pattern& pattern) {
  std::vector<Index> missing;
  for (Index visit = 0; visit < sums.m(); ++visit)
    if (!std::binary_search(pattern.visits.begin(), pattern.visits.end(), visit))
      missing.push_back(visit);
  return missing;
}

}  // namespace

PosteriorChain::PosteriorChain(const PatternSums& sums, ImputationParameters start,
                               const RandomKey& key)
    : sums_(&sums), random_(key), at_(std::move(start)) {
  for (const auto& pattern : sums.patterns()) missing_.push_back(missing_of(sums, pattern));
}

const MatrixXd& PosteriorChain::covariance(const PatternSums::Pattern& pattern) const {
  return at_.covariance[static_cast<std::size_t>(pattern.group)];
}

void PosteriorChain::set_covariance(std::size_t group, MatrixXd covariance) {
  at_.covariance[group] = std::move(covariance);
}

void PosteriorChain::draw_beta() {
  const Index p = sums_->p(), z = p + 1;
  VectorXd cross = VectorXd::Zero(z * z);
  weights_.clear();
  for (const auto& pattern : sums_->patterns()) {
    const MatrixXd part = covariance(pattern)(pattern.visits, pattern.visits);
    weights_.push_back(part.llt().solve(MatrixXd::Identity(part.rows(), part.cols())));
    cross.noalias() += pattern.gram * stacked(weights_.back());
  }
  const Eigen::Map<const MatrixXd> products(cross.data(), z, z);
  const Eigen::LLT<MatrixXd> llt(products.topLeftCorner(p, p));
  at_.beta =
      llt.solve(products.col(p).head(p)) + llt.matrixU().solve(normals<MatrixXd>(random_, p, 1));
}

ResidualProducts PosteriorChain::draw_residuals() {
  const std::size_t groups = at_.covariance.size();
  ResidualProducts made{std::vector<MatrixXd>(groups, MatrixXd::Zero(sums_->m(), sums_->m())),
                        std::vector<double>(groups, 0.0)};
  for (std::size_t k = 0; k < sums_->patterns().size(); ++k) {
    const auto group = static_cast<std::size_t>(sums_->patterns()[k].group);
    add_completed(k, made.squares[group]);
    made.n[group] += sums_->patterns()[k].n;
  }
  return made;
}

// Adds the cross-products of a pattern's residuals, the missing ones drawn given the observed:
// of n x k errors only their projection on the observed residuals and its complement matter.
void PosteriorChain::add_completed(std::size_t k, MatrixXd& squares) {
  const auto& pattern = sums_->patterns()[k];
  const auto& o = pattern.visits;
  const auto& u = missing_[k];
  const auto v = static_cast<Index>(o.size());
  VectorXd residual(sums_->p() + 1);
  residual << -at_.beta, 1;
  const MatrixXd outer = residual * residual.transpose();
  const VectorXd flat = pattern.gram.transpose() * stacked(outer);
  const Eigen::Map<const MatrixXd> seen(flat.data(), v, v);
  for (Index a = 0; a < v; ++a)
    for (Index b = 0; b < v; ++b)
      squares(o[static_cast<std::size_t>(a)], o[static_cast<std::size_t>(b)]) += seen(a, b);
  if (u.empty() || pattern.n == 0) return;
  const MatrixXd cross = covariance(pattern)(u, o);
  const MatrixXd slope = cross * weights_[k];
  const MatrixXd left = covariance(pattern)(u, u) - slope * cross.transpose();
  const MatrixXd factor = left.llt().matrixL();
  const MatrixXd root = root_of(seen, pattern.n);
  const auto z = normals<MatrixXd>(random_, root.cols(), static_cast<Index>(u.size()));
  const MatrixXd seen_error = root * z * factor.transpose();
  const MatrixXd error_error =
      factor *
      (z.transpose() * z + draw_wishart(random_, pattern.n - static_cast<double>(root.cols()),
                                        static_cast<Index>(u.size()))) *
      factor.transpose();
  const MatrixXd mixed = seen * slope.transpose() + seen_error;  // observed x missing
  const MatrixXd half = slope * seen_error;
  const MatrixXd both = slope * seen * slope.transpose() + half + half.transpose() + error_error;
  for (std::size_t b = 0; b < u.size(); ++b) {
    for (std::size_t a = 0; a < o.size(); ++a) {
      squares(o[a], u[b]) += mixed(static_cast<Index>(a), static_cast<Index>(b));
      squares(u[b], o[a]) += mixed(static_cast<Index>(a), static_cast<Index>(b));
    }
    for (std::size_t a = 0; a < u.size(); ++a)
      squares(u[a], u[b]) += both(static_cast<Index>(a), static_cast<Index>(b));
  }
}

}  // namespace entact
