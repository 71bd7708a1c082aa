#pragma once

#include <Eigen/Core>

#include "entact/base/random.h"

namespace entact {

/// A draw of sum_{i=1..df} z_i z_i' with z_i ~ N(0, I_k), by Bartlett's decomposition.
///
/// @param df  whole if below k (the draw is then singular), else any number; 0 gives zero
/// @return k x k
/// @source Bartlett 1933, Proc R Soc Edinb 53:260 [bartlett1933]
/// @checked wishart_test.cpp (moments)
Eigen::MatrixXd draw_wishart(RandomStream& random, double df, Eigen::Index k);

/// A draw of the inverse Wishart distribution with density proportional to
///
///     |X|^-((df + k + 1)/2) exp(-tr(scale X^-1)/2),  mean scale/(df - k - 1)
///
/// @param df     above k - 1
/// @param scale  k x k, positive definite
/// @throws Error "stats.wishart.scale" (unanswerable) unless it is
Eigen::MatrixXd draw_inverse_wishart(RandomStream& random, double df, const Eigen::MatrixXd& scale);

}  // namespace entact
