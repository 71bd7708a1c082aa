#pragma once

#include <Eigen/Core>
#include <memory>
#include <vector>

#include "entact/base/estimate.h"
#include "entact/num/newton.h"
#include "entact/stats/mmrm_covariance.h"
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

/// A fitted mixed model for repeated measures.
struct MmrmFit {
  Eigen::VectorXd beta{};                     ///< length p
  Eigen::MatrixXd beta_vcov{};                ///< p x p, (X'V^-1 X)^-1
  std::vector<Eigen::MatrixXd> covariance{};  ///< by group, visits x visits
  Eigen::VectorXd theta{};                    ///< unconstrained parameters, group by group
  Eigen::MatrixXd theta_vcov{};  ///< inverse of the observed information; empty if it has none
  double log_likelihood = 0;     ///< restricted with REML
  double gradient = 0;           ///< largest component of the log-likelihood's gradient
  double aic = 0, bic = 0;       ///< parameters counted: theta with REML, beta too with ML
  int rows = 0, subjects = 0, parameters = 0;
  Fit fit{};
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
