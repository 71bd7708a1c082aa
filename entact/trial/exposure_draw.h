#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "entact/pharm/draws.h"
#include "entact/pharm/pharm_model.h"
#include "entact/trial/exposure.h"

namespace entact {

enum class ExposureMetricKind { area, peak };

/// People of one genotype: how many, and the model's parameters in them.
struct ExposureGenotype {
  std::string name{};
  double share = 1;
  ModelDescription description{};
};

/// Whose exposure to what is to be drawn.
struct ExposureQuestion {
  std::vector<ExposureGenotype> genotypes{};  ///< shares add up to 1
  std::vector<DrawnCovariate> covariates{};   ///< of the population's: body weight
  int output = 0;                             ///< of the model: a concentration
  ExposureMetricKind metric = ExposureMetricKind::area;
  std::vector<double> doses_mg{};
  double reference_mg = 0;
  int people = 1000;
  std::uint64_t seed = 1;
  double hours = 48;  ///< of the course after the dose
  int threads = 1;
};

/// Simulates one dose in many people: CYP2D6 genotypes by their shares, body weight and what else
/// differs between people; what is unknown stays at its typical value. Person i is the same at
/// every dose.
///
/// @throws Error "trial.exposure.shares" (usage) unless the shares add up to 1;
///         "trial.exposure.course" if somebody's course cannot be finished; as ParameterDraws and
///         simulate()
/// @cost   some 50 microseconds a person and dose
ExposureTable draw_exposures(const PharmModel& model, const PeopleModel& population,
                             const ExposureQuestion& question);

}  // namespace entact
