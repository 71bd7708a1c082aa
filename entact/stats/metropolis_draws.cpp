#include "entact/stats/metropolis_draws.h"

#include <fmt/format.h>

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <utility>

#include "entact/base/error.h"
#include "entact/base/random.h"
#include "entact/stats/covariance_prior.h"
#include "entact/stats/imputation_reml.h"
#include "entact/stats/mmrm_likelihood.h"
#include "entact/stats/normal_draws.h"
#include "entact/stats/run_chains.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double proposal_df = 8;

// The posterior density of theta around its REML estimate, as one chain evaluates it.
class Target {
 public:
  Target(const Mmrm& model, const VectorXd& y)
      : reml_(&model.last()),
        sums_(model.sums()),
        likelihood_(sums_, model.covariance(), true),
        root_(reml_->theta_vcov.llt().matrixL()) {
    likelihood_.set_response(y);
  }

  double log_density(const VectorXd& theta) {
    const double value = likelihood_.value(theta);
    if (!std::isfinite(value)) return -value;
    double log_density = -value;
    const Index each = likelihood_.per_group();
    for (int g = 0; g < sums_.groups; ++g)
      log_density += log_covariance_prior(likelihood_.covariance(), theta.segment(g * each, each),
                                          reml_->covariance[static_cast<std::size_t>(g)]);
    return log_density;
  }

  // beta given theta, and Sigma.
  ImputationParameters parameters(const VectorXd& theta, RandomStream& random) {
    likelihood_.value(theta);
    ImputationParameters made;
    made.beta =
        likelihood_.beta() + likelihood_.root_vcov() * normals<VectorXd>(random, sums_.columns);
    for (int g = 0; g < sums_.groups; ++g) made.covariance.push_back(likelihood_.sigma(g));
    return made;
  }

  [[nodiscard]] const VectorXd& centre() const { return reml_->theta; }
  [[nodiscard]] const MatrixXd& root() const { return root_; }

 private:
  const MmrmFit* reml_;
  MmrmSums sums_;
  MmrmLikelihood likelihood_;
  MatrixXd root_;
};

class Chain {
 public:
  Chain(const Mmrm& model, const VectorXd& y, const RandomKey& key)
      : target_(model, y), random_(key), theta_(target_.centre()) {
    log_density_ = target_.log_density(theta_);
  }

  void sweep() {
    propose_anew();
    step();
  }
  ImputationParameters draw() { return target_.parameters(theta_, random_); }
  [[nodiscard]] double acceptance() const { return taken_ / std::max(1.0, proposed_); }

 private:
  // Of the proposal that does not depend on where the chain is.
  [[nodiscard]] double log_proposal(const VectorXd& theta) const {
    const auto d = static_cast<double>(theta.size());
    const VectorXd z =
        target_.root().triangularView<Eigen::Lower>().solve(theta - target_.centre());
    return -(proposal_df + d) / 2 * std::log1p(z.squaredNorm() / proposal_df);
  }

  bool take(const VectorXd& theta, double log_weight) {
    const double log_density = target_.log_density(theta);
    const double u = random_.uniform();  // always drawn: the stream does not depend on the answer
    if (!(std::log(u) < log_density - log_density_ + log_weight)) return false;
    theta_ = theta;
    log_density_ = log_density;
    return true;
  }

  void propose_anew() {
    const auto z = normals<VectorXd>(random_, theta_.size());
    const double stretch = std::sqrt(proposal_df / random_.chi_squared(proposal_df));
    const VectorXd theta = target_.centre() + stretch * (target_.root() * z);
    proposed_ += 1;
    if (take(theta, log_proposal(theta_) - log_proposal(theta))) taken_ += 1;
  }

  void step() {
    const double size = 2.38 / std::sqrt(static_cast<double>(theta_.size()));
    take(theta_ + size * (target_.root() * normals<VectorXd>(random_, theta_.size())), 0);
  }

  Target target_;
  RandomStream random_;
  VectorXd theta_;
  double log_density_ = 0, taken_ = 0, proposed_ = 0;
};

void check_maximum(const MmrmFit& reml, CovarianceKind kind) {
  require(reml.fit.converged && reml.theta_vcov.size() > 0, "stats.impute.posterior",
          fmt::format("Bayesian draws start from the REML estimate of the imputation model, and "
                      "there is none within the range of the parameters of {}: take a simpler "
                      "covariance structure, or fewer visits",
                      name_of(kind)),
          ErrorKind::unanswerable);
}

}  // namespace

PosteriorDraws metropolis_draws(const ImputationData& data, const PosteriorOptions& how) {
  check_posterior_options(how);
  ImputationReml reml(data);
  PosteriorDraws found{.reml = reml.fit()};
  check_maximum(found.reml, data.covariance);
  found.fit = found.reml.fit;
  std::vector<double> acceptance(static_cast<std::size_t>(how.chains));
  const int chains = run_chains(
      how, found, [&](const RandomKey& key) { return Chain(reml.model(), reml.response(), key); },
      [&](Chain& chain, std::size_t c, std::size_t k) {
        found.draws[k] = chain.draw();
        acceptance[c] = chain.acceptance();
      });
  found.acceptance = 0;
  for (const double share : acceptance) found.acceptance += share / chains;
  return found;
}

}  // namespace entact
