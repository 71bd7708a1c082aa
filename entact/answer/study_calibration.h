#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "entact/answer/pharm_validation.h"
#include "entact/pharm/aggregate_fit.h"

namespace entact {

/// The calibration with what the rows of a study have in common, and without.
struct StudyCalibration {
  std::vector<int> parameters{};
  std::vector<std::string> studies{};  ///< in the order of study effects
  std::vector<int> levels{};           ///< rows of each study that are no changes within it
  AggregateFit with{};
  AggregateFit without{};
  /// What the criterion falls by the study effects; its distribution without such effects is half
  /// 0, half chi-square of 1.
  double likelihood_ratio = 0;
  double p = 1;
};

/// The rows with weights on the log scale, with a random effect of each study that its peaks, areas
/// and half-lives share and its changes do not (fit_aggregates()).
///
/// @param start  values of the parameters to begin at; empty: the file's
/// @throws Error as calibrate() and fit_aggregates()
StudyCalibration calibrate_by_study(const PharmModel& model, const ModelFile& file,
                                    const PharmObservations& observations,
                                    const std::vector<double>& start = {});

/// Estimates with and without study effects, and the factor by which each study is off, in words.
std::string study_calibration_text(const ModelFile& file, const StudyCalibration& by_study);
/// with and without{parameters[{id, fitted, relative_se}], sigma, tau, tau_low,
/// tau_high, criterion, converged},
/// likelihood_ratio, p, studies[{study, levels, factor}].
nlohmann::ordered_json study_calibration_json(const ModelFile& file,
                                              const StudyCalibration& by_study);

}  // namespace entact
