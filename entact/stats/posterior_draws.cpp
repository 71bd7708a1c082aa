// The Gibbs sampler's covariances, and what its draws are worth. Its other steps are
// posterior_chain.h, Wishart draws wishart.h, diagnostics chain_diagnostics.h.
#include "entact/stats/posterior_draws.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "entact/base/error.h"
#include "entact/stats/chain_diagnostics.h"
#include "entact/stats/imputation_reml.h"
#include "entact/stats/metropolis_draws.h"
#include "entact/stats/posterior_chain.h"
#include "entact/stats/run_chains.h"
#include "entact/stats/wishart.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

Eigen::Map<const VectorXd> as_column(const MatrixXd& matrix) {
  return {matrix.data(), matrix.size()};
}

// One Markov chain, whose prior of Sigma has the REML estimate as its scale.
class GibbsChain {
 public:
  GibbsChain(const PatternSums& sums, const MmrmFit& reml, const RandomKey& key)
      : reml_(&reml), chain_(sums, {reml.beta, reml.covariance}, key) {}

  void sweep() {
    chain_.draw_beta();
    const ResidualProducts residuals = chain_.draw_residuals();
    for (std::size_t g = 0; g < residuals.n.size(); ++g) {
      const MatrixXd& prior = reml_->covariance[g];
      chain_.set_covariance(
          g, draw_inverse_wishart(chain_.random(),
                                  static_cast<double>(prior.rows() + 2) + residuals.n[g],
                                  prior + residuals.squares[g]));
    }
  }
  [[nodiscard]] const ImputationParameters& at() const { return chain_.at(); }

 private:
  const MmrmFit* reml_;
  PosteriorChain chain_;
};

}  // namespace

void check_posterior_options(const PosteriorOptions& how) {
  require(how.draws >= 1 && how.burn_in >= 0 && how.burn_between >= 1 && how.chains >= 1,
          "stats.impute.option",
          fmt::format("draws, sweeps between them and chains must be 1 or more; saw {}, {} and {}",
                      how.draws, how.burn_between, how.chains),
          ErrorKind::usage);
}

namespace {

VectorXd flattened(const ImputationParameters& draw) {
  const Index m = draw.covariance.front().rows();
  VectorXd flat(draw.beta.size() + static_cast<Index>(draw.covariance.size()) * m * m);
  flat.head(draw.beta.size()) = draw.beta;
  Index at = draw.beta.size();
  for (const MatrixXd& covariance : draw.covariance) {
    flat.segment(at, m * m) = as_column(covariance);
    at += m * m;
  }
  return flat;
}

}  // namespace

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

PosteriorDraws posterior_draws(const ImputationData& data, const PosteriorOptions& how) {
  if (data.covariance != CovarianceKind::us) return metropolis_draws(data, how);
  check_posterior_options(how);
  const PatternSums sums(data);
  PosteriorDraws found{.reml = ImputationReml(data).fit()};
  found.fit = found.reml.fit;
  run_chains(
      how, found, [&](const RandomKey& key) { return GibbsChain(sums, found.reml, key); },
      [&](const GibbsChain& chain, std::size_t, std::size_t k) { found.draws[k] = chain.at(); });
  return found;
}

}  // namespace entact
