#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "entact/answer/pharm_observations.h"
#include "entact/pharm/pharm_model.h"

namespace entact {

/// What a statistic of one course is.
/// @param dose_mg  of the whole course, for a clearance
/// @param t_h, y   equally long; `t_h` rises
double statistic_of(CourseStatistic asked, std::span<const double> t_h, std::span<const double> y,
                    const PharmCourse& course, double share, double dose_mg);

struct PredictionOptions {
  int draws = 200;   ///< of what is not known, each with the mean of a group of n people
  int people = 400;  ///< for statistics of people
  std::uint64_t seed = 1;
};

/// What the model says of one observation.
struct ModelPrediction {
  double value = 0;             ///< with typical parameters; of people, their mean
  std::vector<double> draws{};  ///< sorted
};

/// The observation as the model has it.
///
/// Draws are those of `entact simulate` (ParameterDraws): what is not known by its ranges and,
/// where the observation says how many people were in it, moved by the mean of n people's
/// deviations. Statistics of people draw persons with typical parameters. Both sides of a change
/// share their draws.
///
/// @param parameters  typical values; empty: those of the file
ModelPrediction predict(const PharmModel& model, const ModelFile& file,
                        const PharmObservation& observation, const PredictionOptions& how = {},
                        std::span<const double> parameters = {});

}  // namespace entact
