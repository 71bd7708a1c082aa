#pragma once

#include <Eigen/Core>
#include <vector>

#include "entact/stats/imputation_data.h"
#include "entact/stats/posterior_draws.h"

namespace entact {

/// Binary outcomes at several visits, as whether a normal variable behind them is positive.
struct LatentDraws {
  PosteriorDraws posterior{};             ///< on the latent scale, covariances with diagonal 1
  std::vector<Eigen::MatrixXd> latent{};  ///< n x m by draw: what informs the model, else NaN
};

/// Gibbs sampling of the multivariate probit model.
///
///     y_iv = 1 where z_iv > 0,  z_i ~ N(X_i beta, R_g(i)),  R a correlation matrix
///     p(beta) constant, each correlation uniform on (-1, 1): R from the inverse Wishart (m + 1, I)
///     without those R by which the other visits explain more than 99.9% of one
///
/// A sweep draws each z given the others and its sign, beta with the missing z integrated out, and
/// R by parameter expansion. beta is identified since R has diagonal 1.
///
/// @param data  y of 0 and 1, NaN where missing
/// @return posterior.fit with the reservations of posterior_draws()
/// @throws Error "stats.impute.binary" (input) on another outcome; "stats.impute.separation"
///         (unanswerable) if all who were seen at a visit are alike, or covariates tell them apart
///         completely; as posterior_draws()
/// @cost   some 0.1 ms a sweep at n = 100, m = 3, p = 9; linear in n
/// @source Albert and Chib 1993, JASA 88:669 [albert1993]; Barnard, McCulloch, Meng 2000, Stat Sin
///         10:1281 [barnard2000]; Lawrence, Bingham, Liu, Nair 2008, Technometrics 50:182
///         [lawrence2008]
/// @checked latent_normal_test.cpp (known parameters; probit by R; mice in reference/impute)
LatentDraws latent_draws(const ImputationData& data, const PosteriorOptions& how = {});

/// One completed data set of 0/1 outcomes.
struct CompletedBinary {
  Eigen::MatrixXd y{};  ///< n x m
  /// n x m: the shift of log odds above which an imputed outcome is 1; NaN where nothing was
  /// imputed
  Eigen::MatrixXd turning{};
};

/// Completed 0/1 outcomes of one draw: z of missing visits under each participant's strategy
/// (imputer.h), whose means and covariances are those of z; outcomes that a strategy defines are
/// set.
///
/// A shift delta of an imputed outcome adds to the log odds that it is 1, given the draw's
/// parameters and latent values of what was observed of that participant: with mu and s the mean
/// and standard deviation from which z was drawn,
///
///     logit P(y = 1) = logit Phi(mu / s) + delta
///     y = 1 where delta > turning = logit Phi((mu - z) / s) - logit Phi(mu / s)
///
/// so z, and with it the dependence between visits, is the same at every delta. The scale is log
/// odds, not the latent one, because analysts state departures from MAR as an odds ratio of
/// response (`exp(delta)`), as the SHIFT of a logistic imputation in SAS and the delta of mice; 0.6
/// on the latent scale is about 1 here.
///
/// @param draw  index among latent.latent
/// @source Higgins, White, Wood 2008, Clin Trials 5:225 [higgins2008] (the odds ratio between
///         missing and observed)
/// @checked shifted_binary_test.cpp (closed form of the mean, limits)
CompletedBinary completed_binary(const ImputationData& data, const LatentDraws& latent,
                                 std::size_t draw, std::uint64_t seed);

/// The completed outcomes where log odds of imputed ones are shifted; those shifted by 0 stay.
///
/// @param delta  n x m, or empty: none
/// @throws Error "stats.impute.shape" if delta has another shape
Eigen::MatrixXd with_log_odds_delta(Eigen::MatrixXd completed, const Eigen::MatrixXd& turning,
                                    const Eigen::MatrixXd& delta);

}  // namespace entact
