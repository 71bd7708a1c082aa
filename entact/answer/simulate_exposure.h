#pragma once

#include <span>
#include <string>
#include <vector>

#include "entact/answer/exposure_window.h"
#include "entact/answer/simulate_command.h"

namespace entact {

/// What a metric takes of a course.
enum class ExposureKind {
  peak,
  trough,  ///< instead of a peak, where the typical course falls more than it rises
  time_of_peak,
  time_of_trough,
  area,           ///< straight trapezoids between the times asked for
  area_by_model,  ///< integral of the course itself: of the typical person (fine_course.h)
  half_life,      ///< of the terminal slope, by the rule of nca()
  time_above,     ///< a level; crossings are on straight lines
};

/// One number taken of a course.
struct ExposureMetric {
  int output = 0;  ///< place in SimulationPlan::outputs
  ExposureKind kind = ExposureKind::peak;
  std::string name{};
  std::string unit{};
  std::size_t first = 0;          ///< the window's first time, in those of the plan
  std::vector<double> since_h{};  ///< its times, from the first dose of the window
  double last_dose_h = 0;         ///< from the first one
  double level = 0;               ///< of the time above it
};

/// The metrics of every output in every window. Areas, half-lives and times above are of
/// concentrations of drugs alone, and of two times at least.
///
/// @param typical  by output, by time
std::vector<ExposureMetric> exposure_metrics(
    const SimulationPlan& plan, const SimulatedCase& one, const SimulateRequest& request,
    const std::vector<std::vector<SimulatedQuantity>>& typical);

/// The metric of a whole course; NaN if a value in its window is no finite number, if there is no
/// such thing (the time of the peak of a flat course, the half-life of one that does not fall), and
/// always by model.
///
/// @param y  at the times of the plan
double exposure_of(const ExposureMetric& metric, std::span<const double> y);

}  // namespace entact
