#include <ceres/jet.h>

#include <Eigen/Core>
#include <Eigen/QR>
#include <cmath>

#include "entact/pharm/course.h"

namespace entact {
namespace {

constexpr double endless_h = 24;  ///< how far one application goes where no dose sets a period

/// The doses of one interval, the first entering at its start, and what still runs from before it.
template <class T>
std::vector<Stop<T>> stops_within(const Stop<T>& stop, const T& length_h) {
  std::vector<Stop<T>> stops;
  const auto push = [&](const T& t_h, StopKind kind, const T& amount) {
    if (value_of(t_h) < value_of(length_h))
      stops.push_back({.t_h = t_h, .kind = kind, .state = stop.state, .amount = amount});
  };
  if (stop.interval_h == 0) {
    push(T(0.0), StopKind::infusion_on, stop.amount);
  } else if (value_of(stop.duration_h) == 0) {
    push(T(0.0), StopKind::bolus, stop.amount);
  } else {
    const double whole = std::floor(value_of(stop.duration_h) / stop.interval_h);
    for (int i = 0; i <= static_cast<int>(whole); ++i)
      push(T(0.0), StopKind::infusion_on, stop.amount);
    push(stop.duration_h - whole * stop.interval_h, StopKind::infusion_off, stop.amount);
  }
  stops.push_back({.t_h = length_h});
  return stops;
}

template <class Method, class T>
std::vector<T> run_between(const CourseEquations<T>& equations, std::span<const T> parameters,
                           const std::vector<Stop<T>>& stops, const OdeTolerance& tolerance,
                           std::size_t n) {
  using Solver = CourseSolver<Method, T>;
  std::vector<T> space(n * static_cast<std::size_t>(Solver::room), T(0.0));
  CourseTask<T> task{.n_states = static_cast<int>(n),
                     .equations = equations,
                     .parameters = parameters.data(),
                     .space = space.data()};
  task.lane[0].stops = stops.data();
  const CourseOptions how{.tolerance = tolerance};
  Solver solver(task, how);
  solver.run();
  if (task.lane[0].fault != CourseFault::none) return {};
  return {solver.state(), solver.state() + n};
}

/// The state `length_h` after the dose enters a state `start`; empty if the solver fails.
template <class T>
std::vector<T> advanced(const PharmModel& model, const ModelFunctions<T>& functions,
                        std::span<const T> parameters, const Stop<T>& stop, const T& length_h,
                        const OdeTolerance& tolerance, const std::vector<T>& start) {
  const StiffEquations<T> from{model, functions, &start};
  std::vector<Stop<T>> stops = stops_within(stop, length_h);
  // Rates that depend on time are taken as those after the record, in every interval before it.
  for (Stop<T>& each : stops) each.t_h += T(value_of(stop.t_h - stop.phase_h));
  return model.description.stiff
             ? run_between<RosenbrockStep<T>, T>(from.equations(), parameters, stops, tolerance,
                                                 start.size())
             : run_between<ExplicitStep<DormandPrince, T>, T>(from.equations(), parameters, stops,
                                                              tolerance, start.size());
}

using Factor = Eigen::ColPivHouseholderQR<Eigen::MatrixXd>;
using Map = std::function<std::vector<double>(const std::vector<double>&)>;

Eigen::Map<const Eigen::VectorXd> vector_of(const std::vector<double>& x) {
  return {x.data(), static_cast<Eigen::Index>(x.size())};
}

/// The largest difference, in units of the tolerance.
double distance(const std::vector<double>& a, const std::vector<double>& b,
                const OdeTolerance& tolerance) {
  double worst = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    worst = std::max(
        worst, std::abs(a[i] - b[i]) / (tolerance.absolute + tolerance.relative * std::abs(a[i])));
  return worst;
}

/// Reduced-rank extrapolation of the sequence x_0, x_1, ...: the weighted mean whose differences
/// cancel best.
std::vector<double> extrapolated(const std::vector<std::vector<double>>& x,
                                 const OdeTolerance& tolerance) {
  const auto n = static_cast<Eigen::Index>(x[0].size());
  const auto k = static_cast<Eigen::Index>(x.size()) - 2;
  Eigen::MatrixXd first(n, k + 1);
  for (Eigen::Index i = 0; i <= k; ++i)
    first.col(i) =
        vector_of(x[static_cast<std::size_t>(i + 1)]) - vector_of(x[static_cast<std::size_t>(i)]);
  const Eigen::VectorXd unit =
      (tolerance.absolute + tolerance.relative * vector_of(x.back()).array().abs()).inverse();
  const Eigen::MatrixXd second = unit.asDiagonal() * (first.rightCols(k) - first.leftCols(k));
  Factor factor(n, k);
  factor.setThreshold(1e-10);
  factor.compute(second);
  const Eigen::MatrixXd weight = factor.solve(Eigen::MatrixXd(-unit.cwiseProduct(first.col(0))));
  const Eigen::VectorXd found = vector_of(x[0]) + first.leftCols(k) * weight;
  return {found.data(), found.data() + n};
}

/// Where the map leaves a state as it is.
bool find_fixed_point(const Map& map, const OdeTolerance& tolerance, std::vector<double>& x) {
  for (int round = 0; round < 60; ++round) {
    std::vector<std::vector<double>> sequence{x};
    for (std::size_t i = 0; i < x.size() + 2; ++i) {
      sequence.push_back(map(sequence.back()));
      if (sequence.back().empty()) return false;
    }
    std::vector<double> guess = extrapolated(sequence, tolerance);
    const std::vector<double> after = map(guess);
    const bool better =
        !after.empty() && vector_of(guess).allFinite() &&
        distance(after, guess, tolerance) <=
            distance(sequence[sequence.size() - 1], sequence[sequence.size() - 2], tolerance);
    if (!better) guess = sequence.back();
    const double moved = distance(guess, x, tolerance);
    x = better ? after : guess;
    if (moved < 10) return true;  // a tenth of what was asked for
  }
  return false;
}

Stop<double> plain(const Stop<PharmJet>& stop) {
  return {.t_h = stop.t_h.a,
          .kind = stop.kind,
          .state = stop.state,
          .amount = stop.amount.a,
          .duration_h = stop.duration_h.a,
          .phase_h = stop.phase_h.a,
          .interval_h = stop.interval_h,
          .add = stop.add,
          .dose = stop.dose};
}

double period(double interval_h) { return interval_h > 0 ? interval_h : endless_h; }

/// Which states no rate depends on: amounts and areas that only add up, and have no steady state.
std::vector<bool> only_add_up(const PharmModel& model, std::span<const double> parameters,
                              const std::vector<double>& x) {
  const std::size_t n = x.size();
  const std::vector<PharmJet> p(parameters.begin(), parameters.end());
  std::vector<bool> adds_up(n, true);
  for (std::size_t j = 0; j < n; ++j) {
    std::vector<PharmJet> state(x.begin(), x.end()), rates(n);
    state[j].v[0] = 1;
    model.jet.rates(PharmJet(0.0), state.data(), p.data(), rates.data());
    for (const PharmJet& rate : rates) adds_up[j] = adds_up[j] && rate.v[0] == 0;
  }
  return adds_up;
}

bool find_values(const PharmModel& model, std::span<const double> parameters,
                 const Stop<double>& stop, const OdeTolerance& tolerance, std::vector<double>& x) {
  const double length_h = period(stop.interval_h);
  const std::vector<double> start = x;
  const auto one = [&](const std::vector<double>& from) {
    return advanced(model, model.scalar, parameters, stop, length_h, tolerance, from);
  };
  const std::vector<double> seen = one(x);
  if (seen.empty()) return false;
  const std::vector<bool> kept = only_add_up(model, parameters, seen);
  const auto map = [&](const std::vector<double>& from) {
    std::vector<double> to = one(from);
    for (std::size_t i = 0; i < to.size(); ++i)
      if (kept[i]) to[i] = start[i];
    return to;
  };
  return find_fixed_point(map, tolerance, x);
}

std::vector<double> plain_values(std::span<const PharmJet> jets) {
  std::vector<double> values(jets.size());
  for (std::size_t i = 0; i < jets.size(); ++i) values[i] = jets[i].a;
  return values;
}

/// How the map over one interval changes with the state it starts from, n x n.
Eigen::MatrixXd slopes_of_map(const PharmModel& model, const std::vector<PharmJet>& parameters,
                              const Stop<PharmJet>& stop, const OdeTolerance& tolerance,
                              const std::vector<double>& x) {
  const auto n = static_cast<Eigen::Index>(x.size());
  Eigen::MatrixXd slopes = Eigen::MatrixXd::Zero(n, n);
  for (Eigen::Index first = 0; first < n; first += n_directions) {
    std::vector<PharmJet> start(x.begin(), x.end());
    const Eigen::Index last = std::min<Eigen::Index>(n, first + n_directions);
    for (Eigen::Index j = first; j < last; ++j) start[static_cast<std::size_t>(j)].v[j - first] = 1;
    const std::vector<PharmJet> end = advanced<PharmJet>(
        model, model.jet, parameters, stop, PharmJet(period(stop.interval_h)), tolerance, start);
    for (Eigen::Index i = 0; i < static_cast<Eigen::Index>(end.size()); ++i)
      slopes.block(i, first, 1, last - first) =
          end[static_cast<std::size_t>(i)].v.head(last - first).transpose();
  }
  return slopes;
}

/// With x = map(x, p): dx = (I - d map/dx)^-1 d map/dp.
std::vector<PharmJet> with_derivatives(const PharmModel& model,
                                       std::span<const PharmJet> parameters,
                                       const Stop<PharmJet>& stop, const OdeTolerance& tolerance,
                                       const std::vector<double>& x) {
  const std::vector<double> numbers = plain_values(parameters);
  const std::vector<PharmJet> values(numbers.begin(), numbers.end());
  Stop<PharmJet> still = stop;
  still.amount = PharmJet(stop.amount.a), still.duration_h = PharmJet(stop.duration_h.a);
  const Eigen::MatrixXd slopes = slopes_of_map(model, values, still, tolerance, x);
  std::vector<PharmJet> jets(x.begin(), x.end());
  const std::vector<PharmJet> end = advanced<PharmJet>(
      model, model.jet, parameters, stop, PharmJet(period(stop.interval_h)), tolerance, jets);
  const auto n = static_cast<Eigen::Index>(x.size());
  Eigen::MatrixXd by(n, n_directions);
  if (end.empty()) return {};
  Eigen::MatrixXd whole = Eigen::MatrixXd::Identity(n, n) - slopes;
  const std::vector<bool> kept = only_add_up(model, numbers, x);
  for (Eigen::Index i = 0; i < n; ++i) {
    by.row(i) = end[static_cast<std::size_t>(i)].v.transpose();
    if (!kept[static_cast<std::size_t>(i)]) continue;
    by.row(i).setZero(), whole.row(i).setZero();
    whole(i, i) = 1;
  }
  const Factor factor(whole);
  const Eigen::MatrixXd change = factor.solve(by);
  for (Eigen::Index i = 0; i < n; ++i) jets[static_cast<std::size_t>(i)].v = change.row(i);
  return jets;
}

/// The solver's own errors must not look like movement.
OdeTolerance tightened(const OdeTolerance& tolerance) {
  return {.relative = std::max(1e-12, tolerance.relative * 1e-2),
          .absolute = std::max(1e-14, tolerance.absolute * 1e-2)};
}

template <class T>
bool to_phase(const PharmModel& model, const ModelFunctions<T>& functions,
              std::span<const T> parameters, const Stop<T>& stop, const OdeTolerance& tolerance,
              std::vector<T> state, T* x) {
  if (value_of(stop.phase_h) > 0)
    state = advanced(model, functions, parameters, stop, stop.phase_h, tolerance, state);
  std::copy(state.begin(), state.end(), x);
  return !state.empty();
}

}  // namespace

template <>
bool SteadySearch<double>::find(const void* self, int, const Stop<double>& stop, double* x) {
  const auto& search = *static_cast<const SteadySearch*>(self);
  const OdeTolerance tolerance = tightened(search.tolerance);
  std::vector<double> state(x, x + search.model->description.states.size());
  return find_values(*search.model, search.parameters, stop, tolerance, state) &&
         to_phase(*search.model, search.model->scalar, search.parameters, stop, tolerance, state,
                  x);
}

template <>
bool SteadySearch<PharmJet>::find(const void* self, int, const Stop<PharmJet>& stop, PharmJet* x) {
  const auto& search = *static_cast<const SteadySearch*>(self);
  const OdeTolerance tolerance = tightened(search.tolerance);
  const std::vector<double> values = plain_values(search.parameters);
  std::vector<double> state;
  for (std::size_t i = 0; i < search.model->description.states.size(); ++i) state.push_back(x[i].a);
  if (!find_values(*search.model, values, plain(stop), tolerance, state)) return false;
  const std::vector<PharmJet> jets =
      with_derivatives(*search.model, search.parameters, stop, tolerance, state);
  return to_phase(*search.model, search.model->jet, search.parameters, stop, tolerance, jets, x);
}

bool LaneSteadySearch::find(const void* self, int lane, const Stop<double>& stop, Lanes* x) {
  const auto& search = *static_cast<const LaneSteadySearch*>(self);
  const auto l = static_cast<std::size_t>(lane);
  std::vector<double> p(search.model->description.parameters.size());
  std::vector<double> state(search.model->description.states.size());
  for (std::size_t i = 0; i < p.size(); ++i) p[i] = search.parameters[i].lane[l];
  for (std::size_t i = 0; i < state.size(); ++i) state[i] = x[i].lane[l];
  const SteadySearch<double> one{search.model, p, search.tolerance};
  const bool found = SteadySearch<double>::find(&one, 0, stop, state.data());
  for (std::size_t i = 0; i < state.size(); ++i) x[i].lane[l] = state[i];
  return found;
}

}  // namespace entact
