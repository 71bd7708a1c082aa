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
  int draws = 200;     ///< of what is not known, each with a group of n people
  int people = 10000;  ///< with typical parameters, for the value of statistics of people
  std::uint64_t seed = 1;
};

/// What the model says of one observation.
struct ModelPrediction {
  double value = 0;             ///< with typical parameters; of people, the mean of such groups
  std::vector<double> draws{};  ///< sorted
};

/// The observation as the model has it.
///
/// Draws are those of `entact simulate` (ParameterDraws): what is not known by its ranges and,
/// where the observation says how many people were in it, moved by the mean of n people's
/// deviations. For statistics of people a draw is n persons who share what is not known, and the
/// share or the highest of these; where n was not reported, as many as `people`. Both sides of a
/// change share their draws.
///
/// @param parameters  typical values; empty: those of the file
ModelPrediction predict(const PharmModel& model, const ModelFile& file,
                        const PharmObservation& observation, const PredictionOptions& how = {},
                        std::span<const double> parameters = {});

/// Whether the same simulated courses answer both.
bool share_courses(const PharmObservation& a, const PharmObservation& b);

/// As predict() of each, from courses that are simulated once.
/// @param observations  at least one; each two of them share_courses()
/// @cost  (draws + people / n) n courses for statistics of people, else draws + 1
std::vector<ModelPrediction> predict_together(const PharmModel& model, const ModelFile& file,
                                              std::span<const PharmObservation* const> observations,
                                              const PredictionOptions& how = {},
                                              std::span<const double> parameters = {});

}  // namespace entact
