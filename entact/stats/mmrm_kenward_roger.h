#pragma once

#include <Eigen/Core>

#include "entact/stats/mmrm.h"

namespace entact {

/// What Kenward and Roger's method needs of a fitted model, in the natural covariance parameters.
struct KenwardRoger {
  Eigen::MatrixXd w{};       ///< covariance of the parameters
  Eigen::MatrixXd slopes{};  ///< hat F of each parameter, packed as MmrmLikelihood::slopes()
  Eigen::MatrixXd vcov{};    ///< adjusted covariance of the coefficients, p x p
};

/// @param second  with second derivatives of Sigma (they vanish for us, cs and toep)
/// @throws Error "stats.mmrm.df" (unanswerable) if the information matrix cannot be inverted
/// @cost   O(patterns visits^4 + elements p^3)
/// @source Kenward and Roger 1997, Biometrics 53:983 [kenward1997]
KenwardRoger kenward_roger(const Mmrm& model, bool second);

/// F_a = X'V^-1 (dV / d theta_a) V^-1 X of every parameter in the hat basis, packed as
/// MmrmLikelihood::slopes(): -d (X'V^-1 X) / d theta_a.
Eigen::MatrixXd parameter_slopes(const Mmrm& model);

/// A packed slope as the symmetric p x p matrix it is.
Eigen::MatrixXd unpacked_slope(const Eigen::Ref<const Eigen::VectorXd>& packed, Eigen::Index p);

}  // namespace entact
