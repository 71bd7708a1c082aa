#pragma once

#include <Eigen/Core>
#include <optional>

#include "entact/stats/imputation_data.h"
#include "entact/stats/mmrm.h"

namespace entact {

/// REML estimate of the imputation model, and of resampled participants, by the engine of
/// `entact mmrm` (mmrm.h).
///
///     y_i ~ N(X_i beta, Sigma_g(i)) at the visits that inform the model, beta profiled out
///
/// A replicate of a jackknife or bootstrap renews the sums over participants and begins at the
/// estimate of all: two or three Newton steps, whose cost does not grow with the participants.
class ImputationReml {
 public:
  /// @throws Error "stats.impute.visit_empty" (unanswerable) if nobody informs the model at a
  ///         visit; "stats.impute.rank" (unanswerable) if the covariates are not linearly
  ///         independent among the values that do, or as many
  explicit ImputationReml(const ImputationData& data);

  /// Of all participants.
  /// @return fit.converged false with a reservation if the maximum was not reached: a pair of
  ///         visits that nobody attended both of, or too few participants
  const MmrmFit& fit();

  /// Of participants who count so many times each, starting at another fit's parameters.
  /// @param counts  length n, >= 0
  /// @throws Error "stats.impute.rank" (unanswerable) as above, among those who count
  /// @cost   some 0.05 ms at m = 4, p = 12, and O(n)
  /// @checked imputation_reml_test.cpp (fits of the copied data; R in reference/impute)
  const MmrmFit& refit(const Eigen::VectorXd& counts, const MmrmFit& near);

  /// After fit().
  [[nodiscard]] const Mmrm& model() const { return *model_; }
  /// The values that inform the model, in the order of its rows.
  [[nodiscard]] const Eigen::VectorXd& response() const { return y_; }

 private:
  const MmrmFit& described();

  CovarianceKind kind_;
  std::optional<Mmrm> model_{};
  Eigen::VectorXd y_{};
  MmrmFit fit_{};
};

}  // namespace entact
