#pragma once

#include <Eigen/Core>
#include <vector>

#include "entact/stats/mmrm_covariance.h"
#include "entact/stats/mmrm_sums.h"

namespace entact {

/// Half the deviance of a mixed model for repeated measures as a function of the covariance
/// parameters, from the sums of the visit patterns.
///
///     y_i ~ N(X_i beta, V_i),  V_i = S_i Sigma_g(theta) S_i',  S_i picks the visits seen
///     ML    f = 1/2 [n log 2 pi + sum log |V_i| + r'V^-1 r]
///     REML  f = 1/2 [(n - p) log 2 pi + sum log |V_i| + log |X'V^-1 X| + r'V^-1 r]
///
/// beta is profiled out by generalised least squares. The derivatives are taken in the elements of
/// Sigma, where they need only sums over patterns, and carried to theta by the structure's
/// Jacobian:
///
///     2 f_a  = tr(P V_a) - y'P V_a P y
///     2 f_ab = -tr(P V_a P V_b) + 2 y'P V_a P V_b P y + (first-order terms in V_ab)
///
/// @cost   O(patterns (visits^3 + visits^2 q^2 + visits^4 q^2 / 8)) + O(visits^4 p^2) a Hessian,
///         whatever the number of participants; no allocation after the first evaluation
/// @source Lindstrom and Bates 1988, J Am Stat Assoc 83:1014 [lindstrom1988]
class MmrmLikelihood {
 public:
  /// @param sums  must outlive this
  MmrmLikelihood(const MmrmSums& sums, const Covariance& covariance, bool reml);

  /// Takes a new response.
  void set_response(const Eigen::Ref<const Eigen::VectorXd>& y);

  /// f at theta; infinite where Sigma is not positive definite.
  double value(const Eigen::VectorXd& theta);
  /// Gradient and Hessian of f at the theta of the last value().
  void derivatives(Eigen::VectorXd& gradient, Eigen::MatrixXd& hessian);

  /// Number of parameters of all groups.
  [[nodiscard]] int parameters() const { return per_group_ * sums_->groups; }
  [[nodiscard]] int per_group() const { return per_group_; }
  /// A start for theta: residuals of least squares, pair by pair of visits.
  [[nodiscard]] Eigen::VectorXd start() const;
  [[nodiscard]] const MmrmSums& sums() const { return *sums_; }
  [[nodiscard]] const Covariance& covariance() const { return covariance_; }
  [[nodiscard]] bool reml() const { return reml_; }
  [[nodiscard]] const ResponseSums& response() const { return response_; }
  [[nodiscard]] const Eigen::VectorXd& residual() const { return response_.residual; }

  // At the theta of the last value() and derivatives(), in the hat basis in which X'V^-1 X = I:
  /// Sigma of a group.
  [[nodiscard]] const Eigen::MatrixXd& sigma(int group) const { return at_[index(group)].sigma; }
  /// d Sigma / d theta of a group's own parameters.
  [[nodiscard]] const Eigen::MatrixXd& jacobian(int group) const {
    return at_[index(group)].jacobian;
  }
  /// beta of X.
  [[nodiscard]] Eigen::VectorXd beta() const;
  /// K with beta's covariance K K' = (X'V^-1 X)^-1, p x p.
  [[nodiscard]] Eigen::MatrixXd root_vcov() const;
  /// V_i^-1 of each pattern, packed, 0 where not seen: packed_size(visits) x patterns.
  [[nodiscard]] const Eigen::MatrixXd& inverses() const { return q_; }
  /// Design rows at each visit in the hat basis, side by side: p x (q visits).
  [[nodiscard]] const Eigen::MatrixXd& hat_maps() const { return hat_; }
  /// Shift of beta from least squares, in the hat basis.
  [[nodiscard]] const Eigen::VectorXd& hat_shift() const { return hat_shift_; }
  /// F_a = X'V^-1 E_a V^-1 X in the hat basis, for every element a of every group's Sigma (columns
  /// group by group): packed p x p, off-diagonal entries times sqrt(2).
  [[nodiscard]] const Eigen::MatrixXd& slopes() const { return f_; }

 private:
  static std::size_t index(int i) { return static_cast<std::size_t>(i); }
  bool factor_patterns();
  void solve_fixed_effects();
  void sum_quadratics();
  void pattern_derivatives(int group);
  void element_hessian(int group);
  void build_slopes(int group);
  void chain(Eigen::VectorXd& gradient, Eigen::MatrixXd& hessian);

  const MmrmSums* sums_;
  Covariance covariance_;
  bool reml_;
  int per_group_;
  Eigen::Index elements_;  // packed_size(visits)
  Eigen::Index q_size_;    // q
  ResponseSums response_{};
  std::vector<CovarianceAt> at_{};
  Eigen::VectorXd theta_{};
  Eigen::VectorXd log_det_{};             // by pattern
  Eigen::MatrixXd q_{};                   // inverses
  Eigen::MatrixXd k_{};                   // elements x packed q: sum of Q(st) zz'
  Eigen::MatrixXd xvx_{};                 // p x p, then its Cholesky factor
  Eigen::VectorXd xvr_{};                 // p
  Eigen::MatrixXd hat_{};                 // p x q visits
  Eigen::VectorXd hat_shift_{};           // p
  Eigen::MatrixXd shift_{};               // q x visits: fit's shift as a function of z
  Eigen::MatrixXd quadratic_{};           // elements x packed q
  Eigen::MatrixXd t_{}, w_{};             // elements x patterns
  Eigen::MatrixXd ze_{};                  // q visits x patterns: sum of z e', e = V^-1 r
  std::vector<Eigen::MatrixXd> slope_{};  // by group: visits x visits, d 2f / d Sigma
  Eigen::MatrixXd scaled_{};              // elements x patterns
  Eigen::MatrixXd qw_{};                  // elements x elements
  std::vector<Eigen::MatrixXd> psi_{};    // by packed q: elements x elements
  Eigen::MatrixXd qze_{};                 // elements x q visits
  Eigen::MatrixXd big_{}, half_{}, slope_matrix_{};
  Eigen::MatrixXd f_{}, h_{};  // packed p x elements groups; p x elements groups
  Eigen::MatrixXd hessian_{};  // of 2f in elements, all groups
  Eigen::MatrixXd block_{};
  Eigen::VectorXd packed_slope_{};
  Eigen::MatrixXd small_a_{}, small_b_{}, small_c_{};
};

}  // namespace entact
