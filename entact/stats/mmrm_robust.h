#pragma once

#include <Eigen/Core>
#include <vector>

#include "entact/stats/mmrm.h"

namespace entact {

enum class MmrmVcov;

/// Robust covariance of the coefficients with participants as clusters, and what its degrees of
/// freedom need.
///
///     sum_i g_i g_i',  g_i = x_i' A_i e_i  (in the hat basis, x and e whitened by V_i^-1/2)
///     cr0  A = I;  cr2  A = (I - x x')^-1/2;  cr3  A = (I - x x')^-1
///
/// Under the working model var(v_hat) / E(v_hat)^2 of a contrast k (in the hat basis) follows from
/// a_i = |A_i x_i k|^2 and b_i = x_i' A_i x_i k.
struct MmrmRobust {
  Eigen::MatrixXd vcov{};             ///< p x p
  Eigen::MatrixXd whitened{};         ///< n x p: x, participants one after another
  Eigen::MatrixXd adjusted{};         ///< n x p: A x
  std::vector<Eigen::Index> start{};  ///< first row of each participant, and their number

  /// Satterthwaite's df of contrast k in the hat basis, length p.
  [[nodiscard]] double df(const Eigen::VectorXd& k) const;
};

/// @throws Error "stats.mmrm.vcov" (unanswerable) if a participant alone settles a coefficient
/// (cr2, cr3)
/// @cost   O(rows (visits^2 + p^2)); 2 n p numbers of memory
/// @source Bell and McCaffrey 2002, Survey Methodology 28:169 [bell2002]
/// @checked reference/mmrm (R mmrm: Empirical, Empirical-Bias-Reduced, Empirical-Jackknife)
MmrmRobust robust_vcov(const Mmrm& model, MmrmVcov kind);

}  // namespace entact
