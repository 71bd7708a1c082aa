#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "entact/pharm/covariates.h"
#include "entact/pharm/model_description.h"

namespace entact {

/// A covariate of the people to be drawn: fixed, or normal within the covariate's bounds.
struct DrawnCovariate {
  double mean = 0;
  double sd = 0;
};

/// Whether ignorance leaves a parameter a range: finite, and wider than a point.
bool has_open_range(const ModelParameter& parameter);

/// The value of a parameter with an open range below which ignorance places the probability u:
///
///     low + 2 u (value - low) for u < 1/2, value + (2 u - 1) (high - value) from there on
///
/// so the typical value is the median, and each side is uniform.
double ignorance_quantile(const ModelParameter& parameter, double u);

/// Draws the parameters of people and of what nobody knows, apart from each other.
///
/// A person's deviations are normal on the log scale with the description's between_sd and the
/// population's correlations. Ignorance draws each parameter that has an open range by
/// ignorance_quantile(). Draw i is a function of seed and i alone.
class ParameterDraws {
 public:
  /// @param covariates  length of population.covariates; sd 0: everybody has the mean
  /// @throws Error "pharm.draws.correlation" if the correlations are not those of any people;
  ///         "pharm.draws.covariates" if their number differs; "pharm.draws.range" if a parameter's
  ///         value lies outside its range
  ParameterDraws(const ModelDescription& description, const PeopleModel& population,
                 std::vector<DrawnCovariate> covariates, std::uint64_t seed);

  /// What is unknown at its typical value, nobody deviates.
  [[nodiscard]] std::vector<double> typical() const;
  /// Person i, what is unknown at its typical value.
  [[nodiscard]] std::vector<double> person(std::uint32_t i) const;
  /// A typical person under ignorance draw i.
  [[nodiscard]] std::vector<double> unknown(std::uint32_t i) const;
  /// The mean of a group of n people under ignorance draw i: deviations divided by sqrt(n). Groups
  /// of no size have no deviations, as unknown().
  [[nodiscard]] std::vector<double> group_and_unknown(std::uint32_t i, int n) const;
  /// Person i under ignorance draw i.
  [[nodiscard]] std::vector<double> person_and_unknown(std::uint32_t i) const;
  /// Person i under another ignorance draw, as of a group that shares it.
  [[nodiscard]] std::vector<double> person_and_unknown(std::uint32_t i,
                                                       std::uint32_t unknown) const;
  /// Body weight and the like of person i; length of population.covariates.
  [[nodiscard]] std::vector<double> covariates(std::uint32_t i) const;

 private:
  [[nodiscard]] std::vector<double> deviations(std::uint32_t i) const;
  [[nodiscard]] std::vector<double> parameters(std::uint32_t i) const;
  [[nodiscard]] std::vector<double> reference_covariates() const;

  ModelDescription description_;
  PeopleModel people_;
  std::vector<DrawnCovariate> covariates_;
  std::uint64_t seed_;
  std::vector<int> varying_{};  ///< parameters with between_sd > 0
  std::vector<double> root_{};  ///< Cholesky factor of their correlation, row by row
  std::vector<double> typical_{};
};

}  // namespace entact
