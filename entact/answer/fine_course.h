#pragma once

#include <span>
#include <vector>

#include "entact/answer/simulate_exposure.h"
#include "entact/pharm/pharm_model.h"

namespace entact {

/// A typical person's course at so many times that what a coarse grid misses is seen.
struct FineCourse {
  std::vector<double> t_h{};                  ///< increasing
  std::vector<double> weight_h{};             ///< of quadrature
  std::vector<std::vector<double>> values{};  ///< by output of the plan, by time
};

/// The course over the exposure's windows, each from its first dose on if that is before it:
/// Gauss-Legendre nodes, five in each of the stretches that grow from 1/32 h by 1.3 after every
/// instant at which a dose begins or ends to enter or parameters change, up to a quarter of an hour
/// or 1/400 of the whole.
///
/// @param sets  parameters, set after set
/// @throws as simulate()
/// @cost   one course, some hundred values of each output for a day
FineCourse fine_course(const PharmModel& model, const SimulationPlan& plan,
                       const SimulatedCase& one, std::span<const double> sets,
                       const SimulateOptions& how);

/// The metric's area under the course, or its peak or trough from the first dose on, or when that
/// is; NaN of other kinds.
double fine_exposure(const FineCourse& fine, const SimulationPlan& plan,
                     const ExposureMetric& metric);

}  // namespace entact
