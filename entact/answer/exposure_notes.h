#pragma once

#include <string>
#include <vector>

#include "entact/answer/fine_course.h"

namespace entact {

/// What the times asked for do not tell: where an output is no number, and which peaks and areas
/// are more than 1% off those of the fine course.
///
/// @param metrics  with their values of the typical person in `result`
std::vector<std::string> exposure_notes(const FineCourse& fine, const SimulationPlan& plan,
                                        const std::vector<ExposureMetric>& metrics,
                                        const SimulatedCaseResult& result);

}  // namespace entact
