#pragma once

#include <span>
#include <vector>

#include "entact/pharm/dose_event.h"
#include "entact/pharm/pharm_model.h"

namespace entact {

/// Methods: explicit ones of order 5 (Dormand-Prince, Tsitouras), and one of order 4 for stiff
/// models (Rosenbrock, with the model's own Jacobian). `by_model`: Rosenbrock where the description
/// says that the model is stiff, else Tsitouras.
enum class OdeMethod { by_model, dormand_prince, tsitouras, rosenbrock };

/// Tolerances are fixed for a run: the local error of each state is held below
/// absolute + relative |x|.
struct SimulateOptions {
  OdeMethod method = OdeMethod::by_model;
  double relative = 1e-6;
  double absolute = 1e-8;
  double first_step_h = 0;    ///< 0: chosen from the rates at the start and after each event
  double longest_step_h = 0;  ///< 0: unlimited
  int max_steps = 200000;     ///< between two doses
};

/// One participant's course: rows of states and of outputs at the times asked for.
struct Course {
  std::vector<double> t_h{};
  std::vector<double> states{};   ///< row by row, n_states a row
  std::vector<double> outputs{};  ///< row by row, n_outputs a row
  int steps = 0;
  int rejected = 0;
};

/// A course and its derivatives by some of the parameters.
struct CourseDerivatives {
  Course course{};
  std::vector<double> states{};   ///< [row][state][k], k over the parameters asked for
  std::vector<double> outputs{};  ///< [row][output][k]
};

/// The course of one participant: integrates from event to event, so that no dose, lag end or
/// infusion end is stepped over; values between steps by dense output.
///
/// The course starts at the first of all doses and times. A value at the time of a dose is that
/// before it; at a steady-state record, which stands for the past, that of the steady state before
/// its dose.
///
/// @param parameters  length n_parameters, in the description's order
/// @param doses       sorted by time (`check_events`)
/// @param times_h     increasing
/// @throws Error (unanswerable, naming model and time) "pharm.simulate.rate" if a rate is not
/// finite,
///         "pharm.simulate.step" if the step size vanishes, "pharm.simulate.steps" if max_steps do
///         not suffice, "pharm.simulate.steady_state"; "pharm.simulate.parameters",
///         "pharm.simulate.times", "pharm.simulate.tolerance" and those of check_doses() if an
///         input is not as said
/// @checked reference/pharm (Runge-Kutta-Fehlberg 7(8) at 1e-12)
Course simulate(const PharmModel& model, std::span<const double> parameters,
                std::span<const DoseEvent> doses, std::span<const double> times_h,
                const SimulateOptions& how = {});

/// As simulate(), with the derivatives of every value by the parameters named, by automatic
/// differentiation through the solver (lags and durations included).
///
/// @param by  indices of parameters, any number; eight at a time share one pass
CourseDerivatives simulate_derivatives(const PharmModel& model, std::span<const double> parameters,
                                       std::span<const int> by, std::span<const DoseEvent> doses,
                                       std::span<const double> times_h,
                                       const SimulateOptions& how = {});

/// When the parameters of a course change, as between occasions. Sets are numbered from 0; the
/// course begins with set 0.
struct ScheduledChange {
  double t_h = 0;           ///< from then on ...
  int set = 0;              ///< ... this set holds
  std::ptrdiff_t dose = 0;  ///< of doses at t_h, those from this index on are after the change
};
struct ParameterSchedule {
  std::vector<ScheduledChange> changes{};  ///< in order of time
  std::vector<int> of_dose{};  ///< set that gives each dose its lag, fraction and duration
  std::vector<int> of_time{};  ///< set that gives the outputs at each time
};

/// As simulate(), with parameters that change in the course; what is in the body, and infusions
/// that run, go on. Times may be equal, since two sets may give the outputs at one moment.
///
/// @param sets  n_parameters of the first set, then of the second ...
/// @throws Error as simulate(), and "pharm.simulate.schedule" (usage) for a schedule of another
///         length than doses and times, or a set that is not there
Course simulate_changing(const PharmModel& model, std::span<const double> sets,
                         const ParameterSchedule& schedule, std::span<const DoseEvent> doses,
                         std::span<const double> times_h, const SimulateOptions& how = {});

/// As simulate_derivatives(); the parameters `by` of the first set, then those of the second ...
CourseDerivatives simulate_changing_derivatives(
    const PharmModel& model, std::span<const double> sets, std::span<const int> by,
    const ParameterSchedule& schedule, std::span<const DoseEvent> doses,
    std::span<const double> times_h, const SimulateOptions& how = {});

}  // namespace entact
