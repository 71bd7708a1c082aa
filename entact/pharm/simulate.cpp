#include "entact/pharm/simulate.h"

#include <ceres/jet.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "entact/base/error.h"
#include "entact/pharm/course.h"

namespace entact {
namespace {

template <class T>
CourseRows<T> solved(const PharmModel& model, const ModelFunctions<T>& functions,
                     std::span<const T> sets, const ParameterSchedule& schedule,
                     std::span<const DoseEvent> doses, std::span<const double> times_h,
                     const SimulateOptions& how) {
  std::vector<Stop<T>> stops = scheduled_stops(model, sets, schedule, doses);
  CourseRows<T> found;
  const StiffEquations<T> equations{model, functions};
  const CourseOptions options = course_options(how);
  switch (method_for(model, how)) {
    case OdeMethod::rosenbrock:
      found = solve_course<RosenbrockStep<T>, T>(model, equations.equations(), sets,
                                                 std::move(stops), times_h, options);
      break;
    case OdeMethod::tsitouras:
      found = solve_course<ExplicitStep<Tsitouras, T>, T>(model, equations.equations(), sets,
                                                          std::move(stops), times_h, options);
      break;
    default:
      found = solve_course<ExplicitStep<DormandPrince, T>, T>(model, equations.equations(), sets,
                                                              std::move(stops), times_h, options);
  }
  if (found.fault != CourseFault::none)
    throw Error(fault_code(found.fault),
                fault_message(model, found.fault, found.fault_h, method_for(model, how)),
                ErrorKind::unanswerable);
  return found;
}

/// All outputs, row by row.
template <class T>
std::vector<T> outputs_of(const PharmModel& model, const ModelFunctions<T>& functions,
                          std::span<const T> sets, const ParameterSchedule& schedule,
                          std::span<const double> times_h, const std::vector<T>& rows) {
  const std::size_t n_x = model.description.states.size(), n_y = model.description.outputs.size();
  std::vector<T> outputs(times_h.size() * n_y, T(0.0));
  for (std::size_t i = 0; i < times_h.size(); ++i) {
    const std::size_t set =
        schedule.of_time.empty() ? 0 : static_cast<std::size_t>(schedule.of_time[i]);
    functions.outputs(T(times_h[i]), rows.data() + i * n_x,
                      sets.data() + set * model.description.parameters.size(),
                      outputs.data() + i * n_y);
  }
  return outputs;
}

/// How many sets of parameters follow one another.
std::size_t sets_in(std::span<const double> sets, std::size_t n_parameters) {
  return n_parameters == 0 ? 1 : sets.size() / n_parameters;
}

/// Parameters of all sets, of which eight from `first` on carry a direction each.
std::vector<PharmJet> directed(std::span<const double> sets, std::size_t n_parameters,
                               std::span<const int> by, std::size_t first) {
  std::vector<PharmJet> jets(sets.begin(), sets.end());
  const std::size_t all = by.size() * sets_in(sets, n_parameters);
  for (std::size_t k = first; k < all && k < first + n_directions; ++k) {
    const int wanted = by[k % by.size()];
    require(wanted >= 0 && static_cast<std::size_t>(wanted) < n_parameters,
            "pharm.simulate.parameters",
            "derivatives by parameter " + std::to_string(wanted) + "; the parameters are 0 to " +
                std::to_string(static_cast<long>(n_parameters) - 1),
            ErrorKind::usage);
    const std::size_t set = k / by.size();
    jets[set * n_parameters + static_cast<std::size_t>(wanted)]
        .v[static_cast<Eigen::Index>(k - first)] = 1;
  }
  return jets;
}

std::vector<double> values_of(const std::vector<PharmJet>& jets) {
  std::vector<double> values(jets.size());
  for (std::size_t i = 0; i < jets.size(); ++i) values[i] = jets[i].a;
  return values;
}

void spread(const std::vector<PharmJet>& from, std::size_t first, std::size_t n_by,
            std::vector<double>& to) {
  to.resize(from.size() * n_by);
  for (std::size_t i = 0; i < from.size(); ++i)
    for (std::size_t k = first; k < n_by && k < first + n_directions; ++k)
      to[i * n_by + k] = from[i].v[static_cast<Eigen::Index>(k - first)];
}

Course course_of(const PharmModel& model, std::span<const double> sets,
                 const ParameterSchedule& schedule, std::span<const DoseEvent> doses,
                 std::span<const double> times_h, const SimulateOptions& how) {
  CourseRows<double> found =
      solved<double>(model, model.scalar, sets, schedule, doses, times_h, how);
  Course course{
      .t_h = {times_h.begin(), times_h.end()},
      .outputs = outputs_of<double>(model, model.scalar, sets, schedule, times_h, found.rows),
      .steps = found.steps,
      .rejected = found.rejected};
  course.states = std::move(found.rows);
  return course;
}

CourseDerivatives derivatives_of(const PharmModel& model, std::span<const double> sets,
                                 std::span<const int> by, const ParameterSchedule& schedule,
                                 std::span<const DoseEvent> doses, std::span<const double> times_h,
                                 const SimulateOptions& how) {
  const std::size_t n_p = model.description.parameters.size();
  const std::size_t all = by.size() * sets_in(sets, n_p);
  CourseDerivatives result{.course = {.t_h = {times_h.begin(), times_h.end()}}};
  for (std::size_t first = 0; first == 0 || first < all; first += n_directions) {
    const std::vector<PharmJet> jets = directed(sets, n_p, by, first);
    const CourseRows<PharmJet> found =
        solved<PharmJet>(model, model.jet, jets, schedule, doses, times_h, how);
    const std::vector<PharmJet> outputs =
        outputs_of<PharmJet>(model, model.jet, jets, schedule, times_h, found.rows);
    result.course.states = values_of(found.rows), result.course.outputs = values_of(outputs);
    result.course.steps = found.steps, result.course.rejected = found.rejected;
    spread(found.rows, first, all, result.states);
    spread(outputs, first, all, result.outputs);
  }
  return result;
}

// Sets one after the other, and times that may be equal.
void check_changing(const PharmModel& model, std::span<const double> sets,
                    const ParameterSchedule& schedule, std::span<const DoseEvent> doses,
                    std::span<const double> times_h, const SimulateOptions& how) {
  const std::size_t n_p = model.description.parameters.size(), n = sets_in(sets, n_p);
  check_schedule(model, n_p * n == sets.size() ? static_cast<int>(n) : 0, schedule, doses.size(),
                 times_h.size());
  std::vector<double> distinct(times_h.begin(), times_h.end());
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  for (std::size_t first = 0; first < sets.size(); first += n_p)
    check_simulation(model, sets.subspan(first, n_p), distinct, how);
  check_doses(model.description, doses);
}

}  // namespace

template <class T>
std::vector<Stop<T>> scheduled_stops(const PharmModel& model, std::span<const T> sets,
                                     const ParameterSchedule& schedule,
                                     std::span<const DoseEvent> doses) {
  const std::span<const DoseInput> inputs(model.description.inputs);
  if (schedule.changes.empty()) return expand_doses(inputs, sets, doses);
  const std::size_t n_p = model.description.parameters.size();
  std::vector<std::span<const T>> of_dose;
  for (const int set : schedule.of_dose)
    of_dose.push_back(sets.subspan(static_cast<std::size_t>(set) * n_p, n_p));
  std::vector<Stop<T>> stops = expand_doses_of(inputs, std::span(std::as_const(of_dose)), doses);
  for (const ScheduledChange& change : schedule.changes) {
    const auto at = std::find_if(stops.begin(), stops.end(), [&](const Stop<T>& stop) {
      const double t_h = value_of(stop.t_h);
      return t_h > change.t_h ||
             (t_h == change.t_h && stop.dose >= change.dose && stop.kind != StopKind::parameters);
    });
    stops.insert(at, {.t_h = T(change.t_h),
                      .kind = StopKind::parameters,
                      .state = change.set,
                      .dose = change.dose});
  }
  return stops;
}

template std::vector<Stop<double>> scheduled_stops(const PharmModel&, std::span<const double>,
                                                   const ParameterSchedule&,
                                                   std::span<const DoseEvent>);
template std::vector<Stop<PharmJet>> scheduled_stops(const PharmModel&, std::span<const PharmJet>,
                                                     const ParameterSchedule&,
                                                     std::span<const DoseEvent>);

template <class T>
void model_jacobian(const PharmModel& model, const T& t_h, const T* x, const T* p, double* j,
                    double* by_time) {
  const std::size_t n = model.description.states.size();
  std::vector<PharmJet> parameters, state, rates(n);
  for (std::size_t i = 0; i < model.description.parameters.size(); ++i)
    parameters.emplace_back(value_of(p[i]));
  for (std::size_t i = 0; i < n; ++i) state.emplace_back(value_of(x[i]));
  // One direction a state, and the last for time; eight share an evaluation.
  for (std::size_t first = 0; first <= n; first += n_directions) {
    PharmJet time(value_of(t_h));
    const std::size_t last = std::min<std::size_t>(n + 1, first + n_directions);
    for (std::size_t k = first; k < last; ++k)
      (k < n ? state[k] : time).v[static_cast<Eigen::Index>(k - first)] = 1;
    model.jet.rates(time, state.data(), parameters.data(), rates.data());
    for (std::size_t k = first; k < last; ++k) {
      double* column = k < n ? j + k * n : by_time;
      for (std::size_t i = 0; i < n; ++i)
        column[i] = rates[i].v[static_cast<Eigen::Index>(k - first)];
      if (k < n) state[k].v.setZero();
    }
  }
}
template void model_jacobian(const PharmModel&, const double&, const double*, const double*,
                             double*, double*);
template void model_jacobian(const PharmModel&, const PharmJet&, const PharmJet*, const PharmJet*,
                             double*, double*);

std::string fault_code(CourseFault fault) {
  switch (fault) {
    case CourseFault::rate:
      return "pharm.simulate.rate";
    case CourseFault::step:
      return "pharm.simulate.step";
    case CourseFault::steps:
      return "pharm.simulate.steps";
    case CourseFault::superposition:
      return "pharm.simulate.superposition";
    default:
      return "pharm.simulate.steady_state";
  }
}

std::string fault_message(const PharmModel& model, CourseFault fault, double t_h,
                          OdeMethod method) {
  std::string text = "model " + model.description.id + ", time " + std::to_string(t_h) + " h: ";
  const std::string advice =
      method == OdeMethod::rosenbrock ? "" : "; a stiff model's file says `stiff = true`";
  switch (fault) {
    case CourseFault::rate:
      return text +
             "a rate of change is not finite; look for a division by zero or a logarithm of "
             "a number that is not positive";
    case CourseFault::step:
      return text + "the step size vanished: the solution blows up, or a rate is not finite" +
             advice;
    case CourseFault::steps:
      return text + "the steps allowed do not suffice" + advice;
    case CourseFault::superposition:
      return text +
             "SS 2 adds a steady state to what is there, and a state would fall below zero: doses "
             "do not add up in this model; write the earlier doses out";
    default:
      return text + "no steady state was found for the dose record there";
  }
}

void check_schedule(const PharmModel& model, int n_sets, const ParameterSchedule& schedule,
                    std::size_t doses, std::size_t times) {
  const auto known = [&](int set) { return set >= 0 && set < n_sets; };
  bool sound = n_sets > 0 && schedule.of_dose.size() == doses && schedule.of_time.size() == times;
  for (const ScheduledChange& change : schedule.changes) sound = sound && known(change.set);
  for (const int set : schedule.of_dose) sound = sound && known(set);
  for (const int set : schedule.of_time) sound = sound && known(set);
  require(sound, "pharm.simulate.schedule",
          "model " + model.description.id + ": each dose and each time has one of the " +
              std::to_string(n_sets) + " sets of " +
              std::to_string(model.description.parameters.size()) + " parameters; saw " +
              std::to_string(schedule.of_dose.size()) + " doses of " + std::to_string(doses) +
              ", " + std::to_string(schedule.of_time.size()) + " times of " + std::to_string(times),
          ErrorKind::usage);
}

void check_simulation(const PharmModel& model, std::span<const double> parameters,
                      std::span<const double> times_h, const SimulateOptions& how) {
  const std::vector<ModelParameter>& names = model.description.parameters;
  const std::string who = "model " + model.description.id + ": ";
  require(parameters.size() == names.size(), "pharm.simulate.parameters",
          who + "it has " + std::to_string(names.size()) + " parameters; saw " +
              std::to_string(parameters.size()));
  for (std::size_t i = 0; i < names.size(); ++i)
    require(std::isfinite(parameters[i]), "pharm.simulate.parameters",
            who + "parameter " + names[i].id + " is not a finite number");
  require(!times_h.empty(), "pharm.simulate.times", who + "give at least one time");
  for (std::size_t i = 0; i < times_h.size(); ++i)
    require(std::isfinite(times_h[i]) && (i == 0 || times_h[i - 1] < times_h[i]),
            "pharm.simulate.times",
            who + "times must increase; place " + std::to_string(i + 1) + " is " +
                std::to_string(times_h[i]) + " h");
  require(how.relative > 0 && how.absolute > 0, "pharm.simulate.tolerance",
          "tolerances must be positive", ErrorKind::usage);
}

Course simulate(const PharmModel& model, std::span<const double> parameters,
                std::span<const DoseEvent> doses, std::span<const double> times_h,
                const SimulateOptions& how) {
  check_simulation(model, parameters, times_h, how);
  check_doses(model.description, doses);
  return course_of(model, parameters, {}, doses, times_h, how);
}

CourseDerivatives simulate_derivatives(const PharmModel& model, std::span<const double> parameters,
                                       std::span<const int> by, std::span<const DoseEvent> doses,
                                       std::span<const double> times_h,
                                       const SimulateOptions& how) {
  check_simulation(model, parameters, times_h, how);
  check_doses(model.description, doses);
  return derivatives_of(model, parameters, by, {}, doses, times_h, how);
}

Course simulate_changing(const PharmModel& model, std::span<const double> sets,
                         const ParameterSchedule& schedule, std::span<const DoseEvent> doses,
                         std::span<const double> times_h, const SimulateOptions& how) {
  check_changing(model, sets, schedule, doses, times_h, how);
  return course_of(model, sets, schedule, doses, times_h, how);
}

CourseDerivatives simulate_changing_derivatives(
    const PharmModel& model, std::span<const double> sets, std::span<const int> by,
    const ParameterSchedule& schedule, std::span<const DoseEvent> doses,
    std::span<const double> times_h, const SimulateOptions& how) {
  check_changing(model, sets, schedule, doses, times_h, how);
  return derivatives_of(model, sets, by, schedule, doses, times_h, how);
}

}  // namespace entact
