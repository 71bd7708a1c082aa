#pragma once

#include <Eigen/Core>
#include <vector>

#include "entact/pharm/aggregate_fit.h"

namespace entact {

/// Summaries of studies about a point, where their predictions are linear in the parameters: each
/// question of the variances costs the algebra of as many rows, and no prediction.
///
///     r = J d + Z b + e,   Var(r) = sigma^2 W^-1 + tau^2 Z Z'
///
/// @checked aggregate_fit_test.cpp
class AggregateLinear {
 public:
  /// @param jacobian   of the logarithms of predictions, at the point
  /// @param residuals  logarithms of observed less predicted, there
  AggregateLinear(const std::vector<AggregateRow>& rows, Eigen::MatrixXd jacobian,
                  Eigen::VectorXd residuals);

  /// The estimate at one ratio of the variances; its x is the step d from the point.
  /// @param share  of tau^2 in tau^2 + sigma^2
  [[nodiscard]] AggregateFit at(double share) const;
  /// Of the highest restricted likelihood.
  [[nodiscard]] double best_share() const;
  /// Weighted squares of residuals elsewhere, for which steps are halved.
  [[nodiscard]] double squares(double share, const Eigen::VectorXd& residuals) const;
  /// Limits of tau by the profile of the restricted likelihood, at 95%.
  void add_interval(AggregateFit& fit) const;

 private:
  /// -2 restricted log likelihood at tau, sigma the likeliest beside it.
  [[nodiscard]] double criterion_of(double tau, double sigma) const;
  [[nodiscard]] Eigen::MatrixXd covariance(double ratio) const;
  [[nodiscard]] Eigen::VectorXd effects(double ratio, const Eigen::VectorXd& weighted) const;

  const std::vector<AggregateRow>& rows_;
  Eigen::MatrixXd jacobian_;
  Eigen::VectorXd residuals_;
};

}  // namespace entact
