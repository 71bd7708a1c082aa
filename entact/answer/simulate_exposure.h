#pragma once

#include <span>
#include <string>
#include <vector>

#include "entact/answer/simulate_command.h"

namespace entact {

/// One number taken of a course: the peak (the trough where the typical course falls more than it
/// rises), its time, and for concentrations the area and the time above a level.
struct ExposureMetric {
  int output = 0;  ///< place in SimulationPlan::outputs
  std::string name{};
  std::string unit{};
  double (*of)(std::span<const double> t, std::span<const double> y, double level) = nullptr;
  std::size_t first = 0;          ///< the session's first time, in those of the plan
  std::vector<double> since_h{};  ///< its times, from its start
  double level = 0;               ///< of the time above it
};

/// The metrics of every output, for the first and the last session: gaps between sessions are no
/// one's course.
///
/// @param typical  by output, by time
std::vector<ExposureMetric> exposure_metrics(
    const SimulationPlan& plan, const SimulateRequest& request,
    const std::vector<std::vector<SimulatedQuantity>>& typical);

/// The metric of a whole course, with time from the session's start; NaN if a value in it is. Area
/// by straight trapezoids, time above a level with its crossings on straight lines.
///
/// @param y  at the times of the plan
double exposure_of(const ExposureMetric& metric, std::span<const double> y);

}  // namespace entact
