#pragma once

#include <cstdint>

#include "entact/pharm/population_fit.h"

namespace entact {

struct SaemOptions {
  std::uint64_t seed = 1;
  int threads = 0;
  int exploring = 300;  ///< iterations that forget the past
  int smoothing = 200;  ///< iterations that average over it
  int chains = 0;       ///< for each person; 0: enough for 50 in all, at least one
};

struct SaemFit {
  Eigen::VectorXd u{};      ///< PopulationLayout
  Eigen::VectorXd drift{};  ///< of `natural` over the second half of the smoothing
  Eigen::MatrixXd trace{};  ///< iterations x size of u
};

/// Maximum likelihood by stochastic approximation of the EM algorithm.
///
/// Random effects are simulated by Metropolis steps (from the population, one at a time, all at
/// once); typical values and covariate coefficients of parameters that differ between people follow
/// by least squares from the simulated parameters, other ones by Fisher scoring with the same
/// decreasing weights; observations below the limit are drawn from their truncated distribution.
/// Each person, chain and iteration has its own random stream: the result depends on the seed
/// only.
///
/// @throws Error "pharm.saem.options" (usage) for fewer than 1 iteration of either kind; as
/// check_population_start
/// @source Kuhn and Lavielle 2005, Comput Stat Data Anal 49:1020 [kuhn2005]
/// @checked saem_test.cpp (the exact maximum of a linear model, FOCE-I's of theophylline)
SaemFit fit_saem(const PopulationLayout& layout, const SaemOptions& how = {});

}  // namespace entact
