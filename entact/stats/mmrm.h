#pragma once

#include <Eigen/Core>
#include <memory>

#include "entact/num/newton.h"
#include "entact/stats/mmrm_covariance.h"
#include "entact/stats/mmrm_fit.h"
#include "entact/stats/mmrm_likelihood.h"
#include "entact/stats/mmrm_sums.h"

namespace entact {

struct MmrmOptions {
  CovarianceKind covariance = CovarianceKind::us;
  Eigen::MatrixXd distance{};  ///< visits x visits, for sp_exp
  int endpoints = 1;           ///< for direct products
  bool reml = true;
  double gradient = 1e-6;  ///< of the log-likelihood, every component; one step more is taken
  int max_iterations = 200;
};

/// A mixed model for repeated measures whose structure is built once and refitted to many
/// responses.
///
/// Holds the sums over visit patterns (mmrm_sums.h), the likelihood (mmrm_likelihood.h) and the
/// space of the search.
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
  /// @cost   4 to 12 evaluations (mmrm_likelihood.h); allocates nothing but at the first call
  /// @checked reference/mmrm (R mmrm 0.3.18, polished)
  const MmrmFit& fit(const Eigen::Ref<const Eigen::VectorXd>& y, const Eigen::VectorXd& start = {});

  /// Counts each participant so many times in the fits from now on: 0 leaves out, 2 is two copies.
  ///
  /// What resampling needs: a jackknife or bootstrap replicate is a count and a fit from the start
  /// of another. Only fit() knows of counts; inference and residuals do not.
  ///
  /// @param counts  by participant's number, >= 0
  /// @throws Error "stats.mmrm.rank" (unanswerable) if the columns are linearly dependent among
  ///         those who count
  /// @cost   O(n (q + visits)^2), at the next fit too
  void count(const Eigen::VectorXd& counts);

  [[nodiscard]] const MmrmFit& last() const { return fit_; }
  [[nodiscard]] const MmrmLikelihood& likelihood() const { return *likelihood_; }
  [[nodiscard]] const MmrmSums& sums() const { return *sums_; }
  [[nodiscard]] const MmrmOptions& options() const { return how_; }

 private:
  void describe(const NewtonEnd& end);

  MmrmOptions how_;
  std::unique_ptr<MmrmSums>
      sums_;  // stays where it is when this moves: the likelihood points at it
  std::unique_ptr<MmrmLikelihood> likelihood_;
  NewtonSpace space_{};
  Eigen::MatrixXd root_{}, information_{};
  MmrmFit fit_{};
};

/// One fit: Mmrm(data, how).fit(y).
MmrmFit fit_mmrm(const MmrmData& data, const Eigen::VectorXd& y, const MmrmOptions& how = {});

}  // namespace entact
