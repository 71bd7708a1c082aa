#pragma once

#include <Eigen/Core>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "entact/base/estimate.h"
#include "entact/stats/block_covariance.h"
#include "entact/stats/multilevel.h"

namespace entact {

/// What cluster-robust inference starts from: data and the covariance that one believes in, which
/// sets the weights and need not be right.
struct WorkingModel {
  Eigen::VectorXd y{};         ///< length k
  Eigen::MatrixXd x{};         ///< k x p
  BlockCovariance marginal{};  ///< k x k, up to a factor; one block must not span two clusters
};

/// Correction of the sandwich for few clusters m.
enum class RobustType {
  cr0,  ///< none; too small with few clusters
  cr1,  ///< times m / (m - p); metafor's robust(), clubSandwich's CR1p
  cr2,  ///< unbiased if the working model holds (bias-reduced linearisation)
};

/// Degrees of freedom of a robust test.
enum class RobustDf {
  satterthwaite,     ///< from the moments of the sandwich under the working model, per contrast
  clusters_minus_p,  ///< m - p for all; too many when clusters differ in size or leverage
};

struct RobustOptions {
  RobustType type = RobustType::cr2;
  std::optional<RobustDf> df{};  ///< unless said: satterthwaite for cr2, m - p for cr0 and cr1
};

/// Cluster-robust covariance of generalised least squares coefficients, and what its tests need.
struct RobustFit {
  Eigen::VectorXd beta{};   ///< length p
  Eigen::MatrixXd vcov{};   ///< p x p, robust
  Eigen::MatrixXd bread{};  ///< p x p, M = (X' W X)^-1
  std::ptrdiff_t clusters = 0;
  RobustType type = RobustType::cr2;
  RobustDf df = RobustDf::satterthwaite;
  /// Of cluster j, with E = A W X: E' Phi E and X' E, each p x p. The variance that the working
  /// model expects of any contrast follows from these.
  struct Moments {
    Eigen::MatrixXd spread{};
    Eigen::MatrixXd overlap{};
  };
  std::vector<Moments> moments{};  ///< length m
  Fit fit{};                       ///< that of the working model
};

/// Cluster-robust inference: coefficients weighted by a working covariance, their uncertainty from
/// how the residuals of whole clusters scatter, so that it holds whatever the dependence within a
/// cluster is.
///
///     V = M (sum_j X_j' W_j A_j e_j e_j' A_j W_j X_j) M,   W_j = Phi_j^-1,  e = y - X beta
///     cr2:  A_j = L G^(-1/2) L',  Phi_j = L L',  G = L' (Phi_j - X_j M X_j') L
///
/// so that A_j (Phi_j - X_j M X_j') A_j = Phi_j: residuals are given back the spread that fitting
/// took. G^(-1/2) is the pseudo-inverse root where a cluster alone settles a coefficient.
///
/// @param cluster  length k: study of each effect
/// @throws Error "stats.robust.length" if lengths differ, "stats.robust.cluster" if two effects of
/// different clusters depend on one another in the working model, "stats.robust.few" if there are
/// fewer than 2 clusters, or not more than p where df are m - p
/// @cost   O(sum of n^3) over clusters of n effects
/// @source Pustejovsky and Tipton 2018, J Bus Econ Stat 36:672 [pustejovsky2018]; Hedges, Tipton
/// and Johnson 2010, Res Synth Methods 1:39 [hedges2010]
/// @checked reference/multilevel (clubSandwich; metafor robust)
RobustFit cluster_robust(const WorkingModel& model, std::span<const std::string> cluster,
                         const RobustOptions& how = {});
RobustFit cluster_robust(const MultilevelFit& fit, std::span<const std::string> cluster,
                         const RobustOptions& how = {});

/// A robust t test of one contrast.
struct RobustTest {
  double value = 0;
  double se = 0;
  double df = 0;
  double statistic = 0;
  double p = 1;
  double low = 0, high = 0;
  /// Share of the variance which the working model expects that the sandwich can see. With cr2 it
  /// is 1, but less where a cluster alone settles a coefficient: its residuals are 0 whatever it
  /// says.
  double seen = 1;
  /// Below 4 degrees of freedom t is a poor approximation and p too optimistic (Tipton 2015).
  [[nodiscard]] bool df_too_few() const { return df < 4; }
};

/// @param contrast  length p
/// @throws Error "stats.robust.length"; "stats.robust.identified" (unanswerable) if one cluster
/// alone settles the contrast, so that its scatter cannot be seen
/// @cost   O(m p^2)
/// @source Tipton 2015, Psychol Methods 20:375 [tipton2015]
RobustTest robust_test(const RobustFit& fit, const Eigen::VectorXd& contrast, double level = 0.95);

/// The same as an Estimate; reservations say when there are fewer than 4 degrees of freedom, or a
/// cluster alone settles part of the contrast.
Estimate robust_estimate(const RobustFit& fit, const Eigen::VectorXd& contrast,
                         const Estimand& estimand = {}, bool log_scale = false);

/// That several contrasts are all 0. With Satterthwaite df an approximate Hotelling T-squared test
/// (HTZ), else F with m - p.
///
/// @param contrasts  q x p of rank q
/// @throws Error "stats.robust.length"; "stats.robust.identified" (unanswerable) if fewer than q
/// clusters inform them
/// @cost   O(m^2 q^3)
/// @source Tipton and Pustejovsky 2015, J Educ Behav Stat 40:604 [tipton2015b]
WaldTest robust_wald_test(const RobustFit& fit, const Eigen::MatrixXd& contrasts);

}  // namespace entact
