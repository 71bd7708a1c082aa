#pragma once

#include <string>
#include <vector>

#include "entact/answer/simulate_command.h"
#include "entact/num/global_sensitivity.h"

namespace entact {

/// `entact simulate MODEL --sensitivity`: which parameters an exposure metric varies with.
struct SensitivityRequest {
  std::string method = "sobol";  ///< or morris
  std::string of{};              ///< OUTPUT:METRIC; peak, time, auc, above
  bool people = false;           ///< factors are also how people differ
  int base = 0;                  ///< base rows or trajectories; 0: 512 or 40
};

/// What is varied: a parameter over its range, or between people.
struct SensitivityFactor {
  std::size_t parameter = 0;
  bool people = false;
};

struct SensitivityResults {
  SensitivityRequest request{};
  std::string model{}, setup{}, output{}, metric{}, unit{};
  bool hypothesis = false;
  std::vector<ModelParameter> parameters{};
  std::vector<SensitivityFactor> factors{};  ///< in order of the model
  std::vector<std::size_t> order{};          ///< of factors: the most influential first
  SobolIndices sobol{};                      ///< of the one method or
  MorrisEffects morris{};                    ///< of the other
  std::ptrdiff_t courses = 0, failed = 0;
  std::string first_failure{};
};

/// Varies every parameter with an open range by ignorance_quantile(), all at once; with `people`
/// also the deviations of those that differ between people, each on its own (correlations between
/// them are left out, since shares of variance are of independent factors). A trajectory of Morris
/// goes from end to end of a range, and between people from their 2.5th to their 97.5th percentile.
///
/// @throws Error "answer.sensitivity.option" (usage), naming option, rule and value;
///         "answer.sensitivity.none" (unanswerable) if nothing is to vary; as plan_simulation and
///         sobol_indices
/// @cost   base (factors + 2) courses, or base (factors + 1)
SensitivityResults run_sensitivity(const SimulateRequest& simulation,
                                   const SensitivityRequest& request);

/// JSON keys of the result: method, model, case, output, metric, unit, hypothesis, people, base,
/// seed, courses, failed, factors[{parameter, label, varies: "range" or "people", low, high,
/// between_sd, and of sobol: alone{share, low, high}, total{...}; of morris: mean, sd,
/// magnitude{effect, low, high}}], most influential first; mean and sd of the metric (sobol). The
/// CSV has a row a factor. Intervals hold 95%.
Answer sensitivity_answer(const SimulateRequest& simulation, const SensitivityRequest& request);

}  // namespace entact
