// The Gibbs sampler: one chain over coefficients and covariances by visit patterns, and what its
// draws are worth. Wishart draws are wishart.h, diagnostics chain_diagnostics.h.
#include "entact/stats/posterior_draws.h"

#include <fmt/format.h>

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <utility>

#include "entact/base/error.h"
#include "entact/base/parallel.h"
#include "entact/stats/chain_diagnostics.h"
#include "entact/stats/imputation_reml.h"
#include "entact/stats/pattern_sums.h"
#include "entact/stats/wishart.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

Eigen::Map<const VectorXd> stacked(const MatrixXd& matrix) {
  return {matrix.data(), matrix.size()};
}

MatrixXd normals(RandomStream& random, Index rows, Index columns) {
  MatrixXd z(rows, columns);
  for (double& each : z.reshaped()) each = random.normal();
  return z;
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

// One Markov chain over (beta, Sigma).
class Chain {
 public:
  Chain(const PatternSums& sums, const MmrmFit& reml, const RandomKey& key)
      : sums_(&sums), reml_(&reml), random_(key), at_{reml.beta, reml.covariance} {
    for (const auto& pattern : sums.patterns()) missing_.push_back(missing_of(pattern));
  }

  void sweep() {
    draw_beta();
    draw_covariances();
  }
  [[nodiscard]] const ImputationParameters& at() const { return at_; }

 private:
  [[nodiscard]] std::vector<Index> missing_of(const PatternSums::Pattern& pattern) const {
    std::vector<Index> missing;
    for (Index visit = 0; visit < sums_->m(); ++visit)
      if (!std::binary_search(pattern.visits.begin(), pattern.visits.end(), visit))
        missing.push_back(visit);
    return missing;
  }

  [[nodiscard]] const MatrixXd& covariance(const PatternSums::Pattern& pattern) const {
    return at_.covariance[static_cast<std::size_t>(pattern.group)];
  }

  // beta given Sigma and the observed values, missing values integrated out.
  void draw_beta() {
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
    at_.beta = llt.solve(products.col(p).head(p)) + llt.matrixU().solve(normals(random_, p, 1));
  }

  void draw_covariances() {
    std::vector<MatrixXd> squares = reml_->covariance;  // the prior's scale
    std::vector<double> df(squares.size(), static_cast<double>(sums_->m() + 2));
    for (std::size_t k = 0; k < sums_->patterns().size(); ++k) {
      const auto& pattern = sums_->patterns()[k];
      add_completed(k, squares[static_cast<std::size_t>(pattern.group)]);
      df[static_cast<std::size_t>(pattern.group)] += pattern.n;
    }
    for (std::size_t g = 0; g < squares.size(); ++g)
      at_.covariance[g] = draw_inverse_wishart(random_, df[g], squares[g]);
  }

  // Adds the cross-products of a pattern's residuals, the missing ones drawn given the observed:
  // of n x k errors only their projection on the observed residuals and its complement matter.
  void add_completed(std::size_t k, MatrixXd& squares) {
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
    const MatrixXd z = normals(random_, root.cols(), static_cast<Index>(u.size()));
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

  const PatternSums* sums_;
  const MmrmFit* reml_;
  RandomStream random_;
  ImputationParameters at_;
  std::vector<std::vector<Index>> missing_{};
  std::vector<MatrixXd> weights_{};
};

void check_options(const PosteriorOptions& how) {
  require(how.draws >= 1 && how.burn_in >= 0 && how.burn_between >= 1 && how.chains >= 1,
          "stats.impute.option",
          fmt::format("draws, sweeps between them and chains must be 1 or more; saw {}, {} and {}",
                      how.draws, how.burn_between, how.chains),
          ErrorKind::usage);
}

VectorXd flattened(const ImputationParameters& draw) {
  const Index m = draw.covariance.front().rows();
  VectorXd flat(draw.beta.size() + static_cast<Index>(draw.covariance.size()) * m * m);
  flat.head(draw.beta.size()) = draw.beta;
  Index at = draw.beta.size();
  for (const MatrixXd& covariance : draw.covariance) {
    flat.segment(at, m * m) = stacked(covariance);
    at += m * m;
  }
  return flat;
}

// The worst of all parameters, over chains of equal length.
void diagnose(PosteriorDraws& found, int chains) {
  const Index each = static_cast<Index>(found.draws.size()) / chains;
  if (each < 4) {
    found.fit.reservations.emplace_back(
        "too few draws a chain to say whether the chains agree: ask for 16 draws or more");
    return;
  }
  MatrixXd values(each * chains, flattened(found.draws.front()).size());
  for (Index i = 0; i < values.rows(); ++i)
    values.row(i) = flattened(found.draws[static_cast<std::size_t>(i)]).transpose();
  found.least_ess = static_cast<double>(values.rows());
  for (Index j = 0; j < values.cols(); ++j) {
    const VectorXd column = values.col(j);
    const ChainDiagnostics d =
        chain_diagnostics(Eigen::Map<const MatrixXd>(column.data(), each, chains));
    found.worst_r_hat = std::max(found.worst_r_hat, d.r_hat);
    found.least_ess = std::min(found.least_ess, d.ess);
  }
  const double share = found.least_ess / static_cast<double>(values.rows());
  // Many parameters and few draws make R-hat large by chance: its null sd is about 1/sqrt(2 draws).
  const double bound = std::max(1.05, 1 + 3 / static_cast<double>(each));
  if (found.worst_r_hat > bound || share < 0.4)
    found.fit.reservations.push_back(fmt::format(
        "the posterior draws mix slowly (R-hat up to {:.3f}, effective sample size at least {:.0f} "
        "of {}): raise the burn-in or the sweeps between draws",
        found.worst_r_hat, found.least_ess, values.rows()));
}

}  // namespace

PosteriorDraws posterior_draws(const ImputationData& data, const PosteriorOptions& how) {
  check_options(how);
  const PatternSums sums(data);
  PosteriorDraws found{.reml = ImputationReml(data).fit()};
  found.fit = found.reml.fit;
  const int chains = std::min(how.chains, how.draws);
  // Every chain is of equal length; what the last ones have too many is cut off at the end.
  const int each = (how.draws + chains - 1) / chains;
  found.draws.resize(static_cast<std::size_t>(each * chains));
  parallel_for(chains, how.threads, [&](std::ptrdiff_t c) {
    Chain chain(sums, found.reml,
                {.seed = how.seed,
                 .purpose = RandomPurpose::posterior,
                 .participant = static_cast<std::uint32_t>(c)});
    for (int i = 0; i < how.burn_in; ++i) chain.sweep();
    for (int i = 0; i < each; ++i) {
      for (int j = 0; j < how.burn_between; ++j) chain.sweep();
      found.draws[static_cast<std::size_t>(c * each + i)] = chain.at();
    }
  });
  diagnose(found, chains);
  found.draws.resize(static_cast<std::size_t>(how.draws));
  return found;
}

}  // namespace entact
