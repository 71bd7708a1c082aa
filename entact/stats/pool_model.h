#pragma once

#include <Eigen/Core>
#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace entact {

/// Study-level covariates of a meta-regression: one row a study, one column a coefficient. The
/// intercept is a column of ones like any other.
struct Moderators {
  Eigen::MatrixXd x{};               ///< k x p
  std::vector<std::string> names{};  ///< length p; the names of the coefficients
};

/// Sums over the studies at weights w_i = 1/(v_i + tau2), with W = diag(w) and the projection
/// P = W - W X (X'WX)^-1 X'W. Whatever the estimators and tests need is a function of these.
struct PoolSums {
  double w = 0;           ///< sum of w
  double w2 = 0;          ///< sum of w^2
  double q = 0;           ///< y'Py, the weighted residual sum of squares
  double y_pp_y = 0;      ///< y'PPy = -d q / d tau2
  double y_ppp_y = 0;     ///< y'PPPy
  double trace_p = 0;     ///< tr P
  double trace_pp = 0;    ///< tr PP
  double trace_pv = 0;    ///< tr PV, V = diag(v)
  double trace_ppv = 0;   ///< tr PPV
  double trace_pvpv = 0;  ///< tr PVPV
};

/// The normal model y_i ~ N(x_i'beta, v_i + tau2) of k independent estimates, made once and
/// evaluated at many values of tau2.
///
/// The design is kept in an orthonormal basis, so that scales and near-collinearity of the
/// moderators cost no digits; an intercept-only model takes closed sums instead. No call after the
/// constructor allocates.
///
/// @cost  k (p^2 + 1) operations and no k x k matrix for each evaluation
class PoolModel {
 public:
  /// Intercept only.
  /// @param y  length k >= 1, finite
  /// @param v  length k, positive and finite
  /// @throws Error "stats.pool.length", "stats.pool.few", "stats.pool.value", "stats.pool.variance"
  PoolModel(std::span<const double> y, std::span<const double> v);
  /// With moderators.
  /// @throws also Error "stats.pool.moderator" (shape, not finite), "stats.pool.rank"
  PoolModel(std::span<const double> y, std::span<const double> v, const Moderators& moderators);

  [[nodiscard]] std::ptrdiff_t k() const { return static_cast<std::ptrdiff_t>(y_.size()); }
  [[nodiscard]] std::ptrdiff_t p() const { return p_; }
  [[nodiscard]] std::span<const double> y() const { return y_; }
  [[nodiscard]] std::span<const double> v() const { return v_; }
  /// X is a column of ones.
  [[nodiscard]] bool mean_only() const { return mean_only_; }
  /// Column of X that is constant, or -1.
  [[nodiscard]] std::ptrdiff_t intercept() const { return intercept_; }

  /// w, w2, q and y_pp_y at tau2; the rest is left 0.
  PoolSums q_at(double tau2);
  /// All but the traces with V.
  PoolSums sums_at(double tau2);
  /// All sums at weights 1/(v + tau2), or all weights 1 if `unweighted`.
  PoolSums sums_with_variances(double tau2, bool unweighted = false);

  /// Maximum-likelihood coefficients at tau2 and their covariance (X'WX)^-1.
  struct Coefficients {
    Eigen::VectorXd value{};
    Eigen::MatrixXd covariance{};
    double log_det_information = 0;  ///< log |X'WX|
  };
  Coefficients coefficients_at(double tau2);

  /// Log-likelihood at tau2, beta at its maximum; restricted as metafor: with + log|X'X| / 2.
  double log_likelihood(double tau2);
  double restricted_log_likelihood(double tau2);

 private:
  enum class Depth { q, sums, variances };
  void check() const;
  void set_weights(double tau2, bool unweighted);
  PoolSums evaluate(Depth depth);
  PoolSums evaluate_mean(Depth depth);
  PoolSums evaluate_regression(Depth depth);
  void accumulate(const std::array<Eigen::MatrixXd*, 3>& into, int power_v) const;
  double log_det_information() const;

  using RowMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

  std::vector<double> y_{}, v_{}, w_{}, residual_{};
  double centre_ = 0;  // mean of y; intercept-only sums run about it
  std::ptrdiff_t p_ = 1;
  std::ptrdiff_t intercept_ = 0;
  bool mean_only_ = true;
  double log_abs_det_r_ = 0;
  RowMatrix basis_{};            // Q of X = QR, k x p
  Eigen::MatrixXd r_inverse_{};  // p x p
  Eigen::MatrixXd information_{}, inverse_{}, m2_{}, m3_{}, mv_{}, work_{}, work2_{};
  Eigen::VectorXd gamma_{}, g_{};
};

}  // namespace entact
