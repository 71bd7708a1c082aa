// What simulate(), the steady state and the ensemble share: how a model's functions become plain
// pointers, and one lane's course for a scalar type that is no pack. Includes the solver template:
// for .cpp files of pharm only.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "entact/num/rosenbrock.h"
#include "entact/pharm/course_solver.h"
#include "entact/pharm/pharm_model.h"
#include "entact/pharm/simulate.h"

namespace entact {

template <class Real>
CourseEquations<Real> equations_of(const ModelFunctions<Real>& functions) {
  using Functions = ModelFunctions<Real>;
  return {&functions,
          [](const void* self, const Real* p, Real* x) {
            static_cast<const Functions*>(self)->initial(p, x);
          },
          [](const void* self, const Real& t_h, const Real* x, const Real* p, Real* dx) {
            static_cast<const Functions*>(self)->rates(t_h, x, p, dx);
          }};
}

/// Derivatives of the rates by x (n x n, by columns) and t, by automatic differentiation; of the
/// values alone if T has derivatives of its own.
template <class T>
void model_jacobian(const PharmModel& model, const T& t_h, const T* x, const T* p, double* j,
                    double* by_time);

/// A model's equations with their Jacobian, perhaps from another state than its own start.
template <class T>
struct StiffEquations {
  const PharmModel& model;
  const ModelFunctions<T>& functions;
  const std::vector<T>* start = nullptr;

  [[nodiscard]] CourseEquations<T> equations() const {
    return {this,
            [](const void* self, const T* p, T* x) {
              const auto* of = static_cast<const StiffEquations*>(self);
              if (of->start == nullptr) return of->functions.initial(p, x);
              std::copy(of->start->begin(), of->start->end(), x);
            },
            [](const void* self, const T& t_h, const T* x, const T* p, T* dx) {
              static_cast<const StiffEquations*>(self)->functions.rates(t_h, x, p, dx);
            },
            [](const void* self, const T& t_h, const T* x, const T* p, double* j, double* by_time) {
              model_jacobian(static_cast<const StiffEquations*>(self)->model, t_h, x, p, j,
                             by_time);
            }};
  }
};

inline OdeMethod method_for(const PharmModel& model, const SimulateOptions& how) {
  if (how.method != OdeMethod::by_model) return how.method;
  return model.description.stiff ? OdeMethod::rosenbrock : OdeMethod::tsitouras;
}

inline CourseOptions course_options(const SimulateOptions& how) {
  return {.tolerance = {.relative = how.relative, .absolute = how.absolute},
          .first_step_h = how.first_step_h,
          .longest_step_h = how.longest_step_h,
          .max_steps = static_cast<double>(how.max_steps)};
}

/// Stops of the doses, and those at which the parameters change.
///
/// @param sets  n_parameters of the first set, then of the second ...
template <class T>
std::vector<Stop<T>> scheduled_stops(const PharmModel& model, std::span<const T> sets,
                                     const ParameterSchedule& schedule,
                                     std::span<const DoseEvent> doses);

/// Stops up to the last time, then the end.
template <class T>
std::vector<Stop<T>> until_last_time(std::vector<Stop<T>> stops, std::span<const double> times_h) {
  const double last = times_h.back();
  std::erase_if(stops, [&](const Stop<T>& stop) { return !(value_of(stop.t_h) < last); });
  stops.push_back({.t_h = T(last)});
  return stops;
}

/// The message of a fault, in the user's words.
std::string fault_message(const PharmModel& model, CourseFault fault, double t_h, OdeMethod method);
/// "pharm.simulate.rate" and so on.
std::string fault_code(CourseFault fault);

/// @throws Error "pharm.simulate.parameters", "pharm.simulate.times"
void check_simulation(const PharmModel& model, std::span<const double> parameters,
                      std::span<const double> times_h, const SimulateOptions& how);

/// @param n_sets  of parameters
/// @throws Error "pharm.simulate.schedule"
void check_schedule(const PharmModel& model, int n_sets, const ParameterSchedule& schedule,
                    std::size_t doses, std::size_t times);

/// The state of a participant who has taken the dose of `stop` for ever, `phase_h` after one has
/// entered (0: just before one enters).
///
/// A fixed point of the map over one interval, found by repeating it with reduced-rank
/// extrapolation: for linear kinetics that is exact once as many intervals have been seen as there
/// are states, and sums that the model conserves stay as they are at the start. States that only
/// add up (no rate depends on them) have no steady state and keep their start values. Derivatives
/// follow from the map's own.
///
/// @return false if none was found; x: any state on entry (of the conserved sums), that on return
/// @source Smith, Ford, Sidi 1987, SIAM Rev 29:199 [smith1987]
template <class T>
struct SteadySearch {
  const PharmModel* model;
  std::span<const T> parameters;
  OdeTolerance tolerance;
  static bool find(const void* self, int lane, const Stop<T>& stop, T* x);
};

/// As SteadySearch, for one of the lanes.
struct LaneSteadySearch {
  const PharmModel* model;
  const Lanes* parameters;
  OdeTolerance tolerance;
  static bool find(const void* self, int lane, const Stop<double>& stop, Lanes* x);
};

/// The rows of one course, and how it went.
template <class T>
struct CourseRows {
  std::vector<T> rows{};  ///< [time][state]
  CourseFault fault = CourseFault::none;
  double fault_h = 0;
  int n_left = 0;  ///< times not reached
  int steps = 0, rejected = 0;
};

/// The parameters that hold at present, out of several sets.
template <class T>
struct ChangingParameters {
  std::span<const T> sets;
  std::vector<T> now;

  ChangingParameters(std::span<const T> all, std::size_t n_parameters)
      : sets(all), now(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(n_parameters)) {}
  static void change(void* self, int, const Stop<T>& stop) {
    auto& of = *static_cast<ChangingParameters*>(self);
    const auto set = of.sets.begin() + stop.state * static_cast<std::ptrdiff_t>(of.now.size());
    std::copy(set, set + static_cast<std::ptrdiff_t>(of.now.size()), of.now.begin());
  }
};

/// One course between the stops given.
///
/// @param parameters  those of the start; where stops change them, one set follows the other, and
///                    those of the start are the first
template <class Method, class T>
CourseRows<T> solve_course(const PharmModel& model, CourseEquations<T> equations,
                           std::span<const T> parameters, std::vector<Stop<T>> stops,
                           std::span<const double> times_h, const CourseOptions& how) {
  stops = until_last_time(std::move(stops), times_h);
  const std::size_t n = model.description.states.size();
  ChangingParameters<T> changing(parameters, model.description.parameters.size());
  const SteadySearch<T> steady{&model, changing.now, how.tolerance};
  CourseRows<T> found{.rows = std::vector<T>(times_h.size() * n)};
  std::vector<T> space(n * static_cast<std::size_t>(CourseSolver<Method, T>::room), T(0.0));
  CourseTask<T> task{.n_states = static_cast<int>(n),
                     .equations = equations,
                     .parameters = changing.now.data(),
                     .steady_self = &steady,
                     .steady = SteadySearch<T>::find,
                     .change_self = &changing,
                     .change = ChangingParameters<T>::change,
                     .rows = {found.rows.data()},
                     .n_columns = static_cast<int>(n),
                     .space = space.data()};
  task.lane[0].stops = stops.data();
  task.lane[0].times_h = times_h.data();
  task.lane[0].n_times = static_cast<int>(times_h.size());
  CourseSolver<Method, T>(task, how).run();
  found.fault = task.lane[0].fault;
  found.n_left = task.lane[0].n_times - task.lane[0].n_done;
  found.fault_h = value_of(task.lane[0].fault_h);
  found.steps = static_cast<int>(value_of(task.steps));
  found.rejected = static_cast<int>(value_of(task.rejected));
  return found;
}

}  // namespace entact
