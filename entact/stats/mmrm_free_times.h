#pragma once

#include <Eigen/Core>
#include <array>
#include <vector>

#include "entact/stats/mmrm_covariance.h"
#include "entact/stats/mmrm_sums.h"

namespace entact {

/// Sums over the participants of one group from which every derivative of the spatial exponential
/// likelihood follows.
///
///     V = v R,  R(s, t) = exp(-d(s, t) / range),  V = L L'
///     B1 = L^-1 (V o D) L^-T,  B2 = L^-1 (V o D o D) L^-T,  D = d / range
///
/// Each derivative of V is, whitened by L, a combination of I, B1 and B2. x and e are a
/// participant's whitened rows in the hat basis, in which X'V^-1 X = I, and residuals.
struct RangeSums {
  std::array<Eigen::MatrixXd, 4> x{};  ///< p x p: sums of x'x, x'B1 x, x'B2 x, x'B1 B1 x
  std::array<double, 4> e{};           ///< the same of e
  std::array<double, 4> trace{};       ///< of I, B1, B2, B1 B1
  std::array<Eigen::VectorXd, 2> h{};  ///< length p: sums of x'e, x'B1 e
};

/// First and second derivatives of V as combinations of I, B1 and B2.
struct RangeDerivatives {
  Eigen::Matrix2d first{};             ///< I, B1 (rows) by parameter
  Eigen::Matrix3d second{};            ///< I, B1, B2 (rows) by pair of parameters 00, 10, 11
  static RangeDerivatives in_theta();  ///< of log standard deviation and log range
  static RangeDerivatives in_natural(double variance, double range);
};

/// Half the deviance of a mixed model whose participants were each seen at times (or places) of
/// their own, with spatial exponential covariance: mmrm_likelihood.h without visits in common.
///
/// Each participant has a covariance matrix of the order of his own rows. Parameters are the log
/// standard deviation and the log range of each group; derivatives are exact.
///
/// @cost   O(sum over participants of m^3 + m^2 p + m p^2), m their rows: grows with the
///         participants; n p + sum m^2 numbers of memory
/// @checked entact/stats/mmrm_likelihood.h on visits in common; reference/mmrm (R nlme, gls)
class MmrmFreeTimes {
 public:
  /// @param data         visit: row of `coordinates`
  /// @param coordinates  visits x dimensions
  /// @throws as sum_design; "stats.mmrm.twice" also if a participant has two rows in one place
  MmrmFreeTimes(const MmrmData& data, const Eigen::MatrixXd& coordinates, bool reml);

  void set_response(const Eigen::Ref<const Eigen::VectorXd>& y);
  /// f at theta; infinite where a matrix is not positive definite.
  double value(const Eigen::VectorXd& theta);
  /// Gradient and Hessian of f at the theta of the last value().
  void derivatives(Eigen::VectorXd& gradient, Eigen::MatrixXd& hessian);
  /// The best of some ranges, with the residuals' standard deviation.
  [[nodiscard]] Eigen::VectorXd start();

  [[nodiscard]] int parameters() const { return per_group() * sums_.groups; }
  [[nodiscard]] int per_group() const { return parameter_count(covariance_); }
  /// Only what is said of rows and columns: there are no patterns and no maps.
  [[nodiscard]] const MmrmSums& sums() const { return sums_; }
  /// The structure over two places a unit apart: what names its parameters.
  [[nodiscard]] const Covariance& covariance() const { return covariance_; }
  /// Length n: residuals of least squares, weighted.
  [[nodiscard]] const Eigen::VectorXd& residual() const { return residual_; }

  // At the theta of the last value() and derivatives(), as in MmrmLikelihood:
  [[nodiscard]] Eigen::VectorXd beta() const;
  [[nodiscard]] Eigen::MatrixXd root_vcov() const;
  [[nodiscard]] const Eigen::VectorXd& hat_shift() const { return hat_shift_; }
  [[nodiscard]] const RangeSums& range_sums(int group) const { return range_[index(group)]; }
  /// Design rows in the hat basis.
  [[nodiscard]] Eigen::MatrixXd hat_rows(const std::vector<int>& rows) const;
  /// Covariance matrix of one participant's rows (times the roots of their weights).
  [[nodiscard]] Eigen::MatrixXd covariance_of(const std::vector<int>& rows) const;

 private:
  struct Participant {
    int group = 0;
    std::vector<int> rows{};
    Eigen::Index first = 0;      // of his rows in white_
    Eigen::MatrixXd distance{};  // m x m
    Eigen::MatrixXd factor{};    // L of R
  };
  static std::size_t index(int i) { return static_cast<std::size_t>(i); }
  void take_participants(const MmrmData& data, const Eigen::MatrixXd& coordinates);
  void orthonormalise(Eigen::MatrixXd x);
  bool whiten(Participant& one);
  void add_sums(const Participant& one, RangeSums& sums) const;

  MmrmSums sums_;
  bool reml_;
  Covariance covariance_{};
  std::vector<Participant> participants_{};
  Eigen::MatrixXd basis_rows_{};  // n x p: the design's columns, weighted, made orthonormal
  Eigen::VectorXd fitted_{}, residual_{}, theta_{}, hat_shift_{};
  Eigen::MatrixXd white_{};  // n x (p + 1): columns and residuals times L^-1, by participant
  Eigen::MatrixXd xvx_{};    // p x p, then its Cholesky factor
  std::vector<RangeSums> range_{};
};

}  // namespace entact
