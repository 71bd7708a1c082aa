#include "entact/pharm/simulate.h"

#include <ceres/jet.h>

#include <cmath>

#include "entact/base/error.h"
#include "entact/pharm/course.h"

namespace entact {
namespace {

template <class T>
CourseRows<T> solved(const PharmModel& model, const ModelFunctions<T>& functions,
                     std::span<const T> parameters, std::span<const DoseEvent> doses,
                     std::span<const double> times_h, const SimulateOptions& how) {
  std::vector<Stop<T>> stops = expand_doses(std::span(model.description.inputs), parameters, doses);
  CourseRows<T> found;
  const StiffEquations<T> equations{model, functions};
  const CourseOptions options = course_options(how);
  switch (method_for(model, how)) {
    case OdeMethod::rosenbrock:
      found = solve_course<RosenbrockStep<T>, T>(model, equations.equations(), parameters,
                                                 std::move(stops), times_h, options);
      break;
    case OdeMethod::tsitouras:
      found = solve_course<ExplicitStep<Tsitouras, T>, T>(model, equations.equations(), parameters,
                                                          std::move(stops), times_h, options);
      break;
    default:
      found = solve_course<ExplicitStep<DormandPrince, T>, T>(
          model, equations.equations(), parameters, std::move(stops), times_h, options);
  }
  if (found.fault != CourseFault::none)
    throw Error(fault_code(found.fault), fault_message(model, found.fault, found.fault_h),
                ErrorKind::unanswerable);
  return found;
}

/// All outputs, row by row.
template <class T>
std::vector<T> outputs_of(const PharmModel& model, const ModelFunctions<T>& functions,
                          std::span<const T> parameters, std::span<const double> times_h,
                          const std::vector<T>& rows) {
  const std::size_t n_x = model.description.states.size(), n_y = model.description.outputs.size();
  std::vector<T> outputs(times_h.size() * n_y, T(0.0));
  for (std::size_t i = 0; i < times_h.size(); ++i)
    functions.outputs(T(times_h[i]), rows.data() + i * n_x, parameters.data(),
                      outputs.data() + i * n_y);
  return outputs;
}

/// Parameters of which eight from `first` on carry a direction each.
std::vector<PharmJet> directed(std::span<const double> parameters, std::span<const int> by,
                               std::size_t first) {
  std::vector<PharmJet> jets(parameters.begin(), parameters.end());
  for (std::size_t k = first; k < by.size() && k < first + n_directions; ++k) {
    require(by[k] >= 0 && static_cast<std::size_t>(by[k]) < parameters.size(),
            "pharm.simulate.parameters",
            "derivatives by parameter " + std::to_string(by[k]) + "; the parameters are 0 to " +
                std::to_string(static_cast<long>(parameters.size()) - 1),
            ErrorKind::usage);
    jets[static_cast<std::size_t>(by[k])].v[static_cast<Eigen::Index>(k - first)] = 1;
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

}  // namespace

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
    default:
      return "pharm.simulate.steady_state";
  }
}

std::string fault_message(const PharmModel& model, CourseFault fault, double t_h) {
  std::string text = "model " + model.description.id + ", time " + std::to_string(t_h) + " h: ";
  switch (fault) {
    case CourseFault::rate:
      return text +
             "a rate of change is not finite; look for a division by zero or a logarithm of "
             "a number that is not positive";
    case CourseFault::step:
      return text +
             "the step size vanished: the solution blows up, or a rate is not finite; a "
             "stiff model needs the method rosenbrock";
    case CourseFault::steps:
      return text + "the steps allowed do not suffice; a stiff model needs the method rosenbrock";
    default:
      return text + "no steady state was found for the dose record there";
  }
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
  CourseRows<double> found = solved<double>(model, model.scalar, parameters, doses, times_h, how);
  Course course{.t_h = {times_h.begin(), times_h.end()},
                .outputs = outputs_of<double>(model, model.scalar, parameters, times_h, found.rows),
                .steps = found.steps,
                .rejected = found.rejected};
  course.states = std::move(found.rows);
  return course;
}

CourseDerivatives simulate_derivatives(const PharmModel& model, std::span<const double> parameters,
                                       std::span<const int> by, std::span<const DoseEvent> doses,
                                       std::span<const double> times_h,
                                       const SimulateOptions& how) {
  check_simulation(model, parameters, times_h, how);
  check_doses(model.description, doses);
  CourseDerivatives result{.course = {.t_h = {times_h.begin(), times_h.end()}}};
  for (std::size_t first = 0; first == 0 || first < by.size(); first += n_directions) {
    const std::vector<PharmJet> jets = directed(parameters, by, first);
    const CourseRows<PharmJet> found =
        solved<PharmJet>(model, model.jet, jets, doses, times_h, how);
    const std::vector<PharmJet> outputs =
        outputs_of<PharmJet>(model, model.jet, jets, times_h, found.rows);
    result.course.states = values_of(found.rows), result.course.outputs = values_of(outputs);
    result.course.steps = found.steps, result.course.rejected = found.rejected;
    spread(found.rows, first, by.size(), result.states);
    spread(outputs, first, by.size(), result.outputs);
  }
  return result;
}

}  // namespace entact
