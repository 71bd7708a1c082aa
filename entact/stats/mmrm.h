#pragma once

#include <Eigen/Core>
#include <memory>

#include "entact/num/newton.h"
#include "entact/stats/mmrm_covariance.h"
#include "entact/stats/mmrm_fit.h"
#include "entact/stats/mmrm_free_times.h"
#include "entact/stats/mmrm_likelihood.h"
#include "entact/stats/mmrm_sums.h"

namespace entact {

struct MmrmOptions {
  CovarianceKind covariance = CovarianceKind::us;
  Eigen::MatrixXd coordinates{};  ///< visits x dimensions: where each visit is, for sp_exp
  int endpoints = 1;              ///< for direct products
  bool reml = true;
  double gradient = 1e-6;  ///< of the log-likelihood, every component; one step more is taken
  int max_iterations = 200;
  /// sp_exp: with more visits than this every participant has a covariance matrix of his own
  /// (mmrm_free_times.h) instead of a part of one in common; the answer is the same.
  int most_in_common = 20;
};

/// A mixed model for repeated measures whose structure is built once and refitted to many
/// responses.
///
/// Holds the sums over visit patterns (mmrm_sums.h), the likelihood (mmrm_likelihood.h; with
/// times of each participant's own mmrm_free_times.h) and the space of the search.
class Mmrm {
 public:
  /// @throws as sum_design; "stats.mmrm.covariance" if the structure does not suit the visits
  explicit Mmrm(const MmrmData& data, const MmrmOptions& how = {});

  /// The restricted or full maximum-likelihood fit to a response.
  ///
  /// Newton's method with the exact Hessian on unconstrained parameters, from the residuals of
  /// least squares or from `start`. A search that stops elsewhere than at a maximum says so in
  /// fit.reservations; theta_vcov is then empty.
  ///
  /// @param y      length n, in the rows' order
  /// @param start  theta; empty: from the data
  /// @throws Error "stats.mmrm.data" if y has another length or is not finite;
  /// "stats.mmrm.constant" if it is fitted without error
  /// @cost   4 to 12 evaluations (mmrm_likelihood.h); allocates nothing but at the first call.
  ///         With free times an evaluation grows with the participants
  /// @checked reference/mmrm (R mmrm 0.3.18, polished)
  const MmrmFit& fit(const Eigen::Ref<const Eigen::VectorXd>& y, const Eigen::VectorXd& start = {});

  /// Counts each participant so many times in the fits from now on: 0 leaves out, 2 is two copies.
  ///
  /// What resampling needs: a jackknife or bootstrap replicate is a count and a fit from the start
  /// of another. Only fit() knows of counts; inference and residuals do not.
  ///
  /// @param counts  by participant's number, >= 0
  /// @throws Error "stats.mmrm.rank" (unanswerable) if the columns are linearly dependent among
  ///         those who count; "stats.mmrm.covariance" with free times, which have no sums to count
  /// @cost   O(n (q + visits)^2), at the next fit too
  void count(const Eigen::VectorXd& counts);

  [[nodiscard]] const MmrmFit& last() const { return fit_; }
  /// Where participants share their visits: free_times() is null.
  [[nodiscard]] const MmrmLikelihood& likelihood() const { return *likelihood_; }
  /// Where they do not, else null.
  [[nodiscard]] const MmrmFreeTimes* free_times() const { return free_.get(); }
  /// With free times without patterns and maps.
  [[nodiscard]] const MmrmSums& sums() const { return free_ ? free_->sums() : *sums_; }
  [[nodiscard]] const MmrmOptions& options() const { return how_; }
  /// The structure; with free times over two places a unit apart.
  [[nodiscard]] const Covariance& covariance() const {
    return free_ ? free_->covariance() : likelihood_->covariance();
  }
  /// K with beta's covariance K K', p x p.
  [[nodiscard]] Eigen::MatrixXd root_vcov() const {
    return free_ ? free_->root_vcov() : likelihood_->root_vcov();
  }

 private:
  template <class Likelihood>
  void search(Likelihood& likelihood, const Eigen::Ref<const Eigen::VectorXd>& y,
              const Eigen::VectorXd& start);
  void describe(const NewtonEnd& end);

  MmrmOptions how_;
  std::unique_ptr<MmrmSums>
      sums_;  // stays where it is when this moves: the likelihood points at it
  std::unique_ptr<MmrmLikelihood> likelihood_;
  std::unique_ptr<MmrmFreeTimes> free_;
  NewtonSpace space_{};
  Eigen::MatrixXd root_{}, information_{};
  MmrmFit fit_{};
};

/// One fit: Mmrm(data, how).fit(y).
MmrmFit fit_mmrm(const MmrmData& data, const Eigen::VectorXd& y, const MmrmOptions& how = {});

}  // namespace entact
