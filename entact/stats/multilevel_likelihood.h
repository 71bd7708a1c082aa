#pragma once

#include <Eigen/Core>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "entact/stats/block_covariance.h"

namespace entact {

/// One level of random effects: effects of the same group share one draw.
struct RandomLevel {
  std::string name{};                ///< "study", "study/effect"
  std::vector<std::string> group{};  ///< length k
  std::optional<double> sigma2{};    ///< held at this value, >= 0; else estimated
};

/// Groups within groups: column l is nested in columns 0 .. l-1, so that school 1 of one district
/// is not school 1 of another. nested_levels({"study", "effect"}, {study, effect}) is what metafor
/// writes as ~ 1 | study/effect.
///
/// @param names    length L
/// @param columns  L columns of length k
/// @throws Error "stats.multilevel.length" if lengths differ
std::vector<RandomLevel> nested_levels(std::span<const std::string> names,
                                       std::span<const std::vector<std::string>> columns);

/// Several effects of each study, with what is known and assumed of their dependence.
struct MultilevelData {
  Eigen::VectorXd y{};                     ///< length k, estimates on the additive scale
  Eigen::MatrixXd x{};                     ///< k x p; a column of ones pools
  BlockCovariance v{};                     ///< k x k, known covariance of y
  std::vector<RandomLevel> levels{};       ///< L >= 0 of them
  std::vector<std::string> coefficient{};  ///< length p or empty: names of the columns of x
  std::vector<std::string> label{};        ///< length k or empty: names of the effects in errors
};

/// Restricted likelihood judges variances without the bias that estimating beta brings; full
/// likelihood lets models with different columns of x be compared.
enum class MultilevelMethod { reml, ml };

/// The model at given variances.
struct MultilevelPoint {
  double log_likelihood = 0;
  Eigen::VectorXd beta{};      ///< length p, generalised least squares
  Eigen::MatrixXd vcov{};      ///< p x p, (X' M^-1 X)^-1
  Eigen::VectorXd gradient{};  ///< length L, of the log-likelihood in sigma2
  Eigen::MatrixXd hessian{};   ///< L x L, likewise
};

/// Likelihood of the multilevel model as a function of its variances; the coefficients are profiled
/// out.
///
///     y ~ N(X beta, M),   M = V + sum_l sigma2_l Z_l Z_l'
///
///     ml:    -2 ll = k log 2 pi + log|M| + r' M^-1 r,   r = y - X beta
///     reml:  -2 ll = (k - p) log 2 pi + log|M| + log|X' M^-1 X| - log|X'X| + r' M^-1 r
///
/// Effects that share a block of V or a group of any level form one cluster; M is factored cluster
/// by cluster. Structure is built once; set_response changes y alone.
///
/// @cost   construction and each evaluation O(sum of n^3 L^2) over clusters of n effects
/// @source Harville 1977, J Am Stat Assoc 72:320 (gradient and Hessian) [harville1977];
///         Konstantopoulos 2011, Res Synth Methods 2:61 [konstantopoulos2011]
/// @checked reference/multilevel (metafor rma.mv at fixed variances)
class MultilevelLikelihood {
 public:
  /// @throws Error "stats.multilevel.length" if shapes differ, "stats.multilevel.missing" if y or x
  /// is not finite, "stats.multilevel.few" unless k > p, "stats.multilevel.rank" if a column of x
  /// follows from others, "stats.multilevel.level" if two levels have the same groups or a held
  /// variance is negative, "stats.covariance.*" if V is no covariance
  explicit MultilevelLikelihood(const MultilevelData& data);

  /// @param sigma2  length L, >= 0
  [[nodiscard]] MultilevelPoint at(const Eigen::VectorXd& sigma2, MultilevelMethod method) const;

  /// M at these variances, one block a cluster.
  [[nodiscard]] BlockCovariance marginal(const Eigen::VectorXd& sigma2) const;

  /// @param y  length k, finite
  void set_response(const Eigen::VectorXd& y);

  [[nodiscard]] Eigen::Index effects() const { return y_.size(); }
  [[nodiscard]] Eigen::Index coefficients() const { return x_.cols(); }
  [[nodiscard]] Eigen::Index levels() const { return levels_; }
  [[nodiscard]] const Eigen::VectorXd& y() const { return y_; }
  [[nodiscard]] const Eigen::MatrixXd& x() const { return x_; }

 private:
  struct Cluster {
    std::vector<Eigen::Index> rows{};         // length n
    Eigen::MatrixXd x{};                      // n x p
    Eigen::MatrixXd v{};                      // n x n
    std::vector<Eigen::MatrixXd> together{};  // L of n x n, Z Z': 1 where two effects share a group
  };
  struct Sums;
  [[nodiscard]] Eigen::MatrixXd marginal(const Cluster& cluster,
                                         const Eigen::VectorXd& sigma2) const;
  Eigen::VectorXd y_{};
  Eigen::MatrixXd x_{};
  Eigen::Index levels_ = 0;
  double log_det_xx_ = 0;
  std::vector<Cluster> clusters_{};
};

}  // namespace entact
