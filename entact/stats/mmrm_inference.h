#pragma once

#include <Eigen/Core>
#include <string_view>
#include <vector>

#include "entact/stats/mmrm.h"
#include "entact/stats/mmrm_robust.h"

namespace entact {

/// Degrees of freedom of the t and F reference distributions.
enum class MmrmDf {
  satterthwaite,
  kenward_roger,         ///< with the adjusted covariance, as SAS PROC MIXED computes both
  kenward_roger_linear,  ///< the same without second derivatives of Sigma
  between_within,
  residual,
};

/// Covariance of the coefficients.
enum class MmrmVcov {
  model,  ///< asymptotic, or Kenward-Roger's where the df are Kenward-Roger's
  cr0,
  cr2,
  cr3,  ///< robust: plain, bias-reduced, jackknife; participants are the clusters
};

/// @throws Error "stats.mmrm.df" (usage): satterthwaite, kenward-roger, kenward-roger-linear,
/// between-within, residual
MmrmDf df_named(std::string_view name);
/// @throws Error "stats.mmrm.vcov" (usage): model, cr0, cr2, cr3
MmrmVcov vcov_named(std::string_view name);

/// A linear combination of the coefficients.
struct MmrmContrast {
  double estimate = 0, se = 0, df = 0, t = 0, p = 0;
};

/// A test of several at once.
struct MmrmTest {
  double f = 0, p = 0;
  int numerator_df = 0;
  double denominator_df = 0;
};

/// Standard errors and degrees of freedom of a fitted model.
///
/// Satterthwaite: 2 v^2 / (g'Wg), v the contrast's variance, g its gradient in the covariance
/// parameters, W their covariance (inverse observed information). Kenward-Roger: the covariance
/// C + 2 C [sum_ab W_ab (Q_ab - P_a C P_b - R_ab / 4)] C and the df of the scaled F that matches
/// two moments. R_ab holds second derivatives of Sigma in the natural parameters
/// (mmrm_covariance.h); for us they vanish. With a robust covariance Satterthwaite's df are those
/// of Bell and McCaffrey under the working model.
///
/// @source Kenward and Roger 1997, Biometrics 53:983 [kenward1997]; Fai and Cornelius 1996, J Stat
/// Comput Simul 54:363 [fai1996]; Bell and McCaffrey 2002, Survey Methodology 28:169 [bell2002]
/// @checked reference/mmrm (R mmrm 0.3.18; SAS listings for Kenward-Roger)
class MmrmInference {
 public:
  /// @param model  fitted; not needed afterwards
  /// @throws Error "stats.mmrm.df" (usage) for a pair without meaning (Kenward-Roger with a robust
  /// covariance, or without REML); (unanswerable) if the information matrix cannot be inverted
  MmrmInference(const Mmrm& model, MmrmDf df, MmrmVcov vcov = MmrmVcov::model);

  /// @param l  length p
  /// @cost O(p^2 + parameters^2); robust Satterthwaite O(participants p)
  [[nodiscard]] MmrmContrast contrast(const Eigen::Ref<const Eigen::VectorXd>& l) const;
  /// @param l  r x p, of rank r
  [[nodiscard]] MmrmTest test(const Eigen::MatrixXd& l) const;
  /// Covariance of the coefficients in use, p x p.
  [[nodiscard]] const Eigen::MatrixXd& vcov() const { return vcov_; }
  [[nodiscard]] const Eigen::VectorXd& beta() const { return beta_; }

 private:
  [[nodiscard]] double df_of(const Eigen::VectorXd& l) const;
  [[nodiscard]] double satterthwaite(const Eigen::VectorXd& l) const;
  struct ScaledF {
    double df = 0, scale = 1;
  };
  [[nodiscard]] ScaledF kenward_roger_df(const Eigen::MatrixXd& l) const;
  [[nodiscard]] double joint_df(const Eigen::MatrixXd& l, const Eigen::MatrixXd& v,
                                double& f) const;

  MmrmDf df_;
  MmrmVcov kind_;
  Eigen::VectorXd beta_{};
  Eigen::MatrixXd root_{};  // K, p x p
  Eigen::MatrixXd vcov_{};
  Eigen::MatrixXd w_{};       // covariance of the parameters in use
  Eigen::MatrixXd slopes_{};  // packed hat F of each parameter
  MmrmRobust robust_{};
  Eigen::VectorXd simple_df_{};  // between-within and residual: by coefficient
};

}  // namespace entact
