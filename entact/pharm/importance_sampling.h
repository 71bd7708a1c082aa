#pragma once

#include <cstdint>

#include "entact/pharm/population_fit.h"

namespace entact {

struct ImportanceOptions {
  int draws = 3000;  ///< for each person
  double df = 5;     ///< of the t distribution that is drawn from
  std::uint64_t seed = 1;
  int threads = 0;
};

/// -2 log L with n log(2 pi) of the measured observations, and its Monte Carlo standard error.
struct SampledLikelihood {
  double minus_two_log_likelihood = 0;
  double standard_error = 0;
};

/// The integral over each person's random effects by importance sampling from a multivariate t
/// around the mode. Exact but for the Monte Carlo error, whatever the method of estimation.
///
/// @param modes  at these values; their Hessian scales the draws
/// @source Kuhn and Lavielle 2005, Comput Stat Data Anal 49:1020 [kuhn2005]
/// @checked reference/population (adaptive cubature by Pumas), importance_sampling_test.cpp
/// (Gauss-Hermite quadrature, linear model)
SampledLikelihood sample_likelihood(const PopulationLayout& layout, const PopulationValues& values,
                                    const std::vector<SubjectMode>& modes,
                                    const ImportanceOptions& how = {});

}  // namespace entact
