#pragma once

#include <cstdint>

#include "entact/pharm/population_values.h"

namespace entact {

struct PredictiveCheckOptions {
  int replicates = 500;
  std::uint64_t seed = 1;
  int threads = 0;
  int bins = 10;       ///< of time, with about as many observations each; equal times stay together
  double level = 0.9;  ///< of the intervals of simulated quantiles
  /// Observations and simulations times (typical prediction of the bin / own typical prediction).
  bool prediction_corrected = false;
};

/// Observed and simulated quantiles of the observations in one bin of time.
struct PredictiveBin {
  double time_h = 0;  ///< median of the observations' times
  std::ptrdiff_t observations = 0;
  struct Quantile {
    double probability = 0;
    double observed = 0;
    double simulated = 0;  ///< median over the replicates
    double low = 0, high = 0;
  };
  std::vector<Quantile> quantiles{};  ///< of 0.05, 0.5 and 0.95
};

struct PredictiveCheck {
  std::vector<PredictiveBin> bins{};
  double inside = 0;  ///< share of the observed quantiles within their interval
};

/// Visual predictive check: the data's design is simulated with new people, and quantiles compared.
///
/// A limit of quantification in the data applies to the simulations too: below it every value
/// counts as the limit. Each person and replicate has its own random stream.
/// @throws Error "pharm.predictive.options" (usage) for fewer than 2 replicates or 1 bin, or a
/// level outside (0, 1)
/// @source Holford 2005, PAGE 14:738 [holford2005]; Bergstrand et al. 2011, AAPS J 13:143
/// [bergstrand2011]
PredictiveCheck predictive_check(const PopulationLayout& layout, const PopulationValues& values,
                                 const PredictiveCheckOptions& how = {});

/// Observations of one person drawn from the model: random effects, then residuals.
Eigen::VectorXd draw_observations(const PopulationLayout& layout, const PopulationValues& values,
                                  std::ptrdiff_t subject, std::uint64_t seed,
                                  std::uint32_t replicate);

}  // namespace entact
