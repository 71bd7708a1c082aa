#pragma once

#include <limits>
#include <span>
#include <string>
#include <vector>

namespace entact {

/// A property of people that a model's parameters depend on.
struct ModelCovariate {
  std::string id{};  ///< as commands and data files name it: "weight_kg"
  std::string unit{};
  std::string label{};
  double reference = 0;  ///< where the typical values hold
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
};

/// How a covariate z with reference z0 and coefficient b changes a parameter.
enum class CovariateForm {
  power,         ///< times (z / z0)^b
  proportional,  ///< times 1 + b (z - z0)
  exponential,   ///< times exp(b (z - z0))
};

/// One dependence. Indices are those of the description's parameters and of the covariates; the
/// coefficient is a parameter too, so that what is not known of it is treated like the rest.
struct CovariateRule {
  int parameter = 0;
  int covariate = 0;
  CovariateForm form = CovariateForm::power;
  int coefficient = 0;
};

/// Correlation between the deviations of two parameters among people, on the log scale.
struct ParameterCorrelation {
  int first = 0;
  int second = 0;
  double value = 0;
};

/// How people differ, apart from the sizes (`ModelParameter::between_sd`).
struct PeopleModel {
  std::vector<ModelCovariate> covariates{};
  std::vector<CovariateRule> effects{};
  std::vector<ParameterCorrelation> correlations{};
};

/// The parameters of one person.
///
///     p_k = typical_k exp(deviation_k) times the effects on k
///
/// @param typical    length n_parameters
/// @param covariate  length of population.covariates; NaN stands for its reference
/// @param deviation  on the log scale, length n_parameters; empty: none
/// @return length n_parameters
/// @throws Error "pharm.covariates.length" if a length differs; "pharm.covariates.range" if a
///         covariate is outside its bounds, or an effect leaves nothing of a parameter
std::vector<double> individual_parameters(const PeopleModel& population,
                                          std::span<const double> typical,
                                          std::span<const double> covariate,
                                          std::span<const double> deviation = {});

}  // namespace entact
