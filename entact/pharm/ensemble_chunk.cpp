#include "entact/pharm/ensemble_chunk.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "entact/base/error.h"
#include "entact/pharm/course.h"
#include "entact/pharm/wide_solver.h"

namespace entact {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

void solve_lanes(WideTask& task, const CourseOptions& how, WideMethod method) {
  with_best_set([&]<InstructionSet set> { solve_wide<set>(task, how, method); });
}

/// The parameters of the lanes, out of the sets of each.
struct ChangingLanes {
  const std::vector<Lanes>& sets;
  std::vector<Lanes>& now;
  static void change(void* self, int lane, const Stop<double>& stop) {
    auto& of = *static_cast<ChangingLanes*>(self);
    const auto l = static_cast<std::size_t>(lane);
    const std::size_t first = static_cast<std::size_t>(stop.state) * of.now.size();
    for (std::size_t i = 0; i < of.now.size(); ++i) of.now[i].lane[l] = of.sets[first + i].lane[l];
  }
};

std::vector<Lanes> by_sixteen(std::span<const double> times_h) {
  std::vector<Lanes> result((times_h.size() + n_lanes - 1) / n_lanes);
  for (std::size_t i = 0; i < result.size() * n_lanes; ++i)
    result[i / n_lanes].lane[i % n_lanes] = times_h[std::min(i, times_h.size() - 1)];
  return result;
}

/// Who is in which lane, and what becomes of them.
class ChunkRun {
 public:
  ChunkRun(const EnsembleSetting& setting, std::ptrdiff_t first, std::ptrdiff_t n,
           EnsembleBench& bench, EnsembleChunk& chunk)
      : of_(setting), next_(first), end_(first + n), bench_(bench), chunk_(chunk) {
    task_.n_states = static_cast<int>(of_.n_x);
    task_.equations = equations_of(of_.model.wide);
    task_.parameters = bench.parameters.data();
    task_.n_columns = static_cast<int>(of_.n_all());
    task_.times_aside = of_.times_aside.data();
    for (int l = 0; l < n_lanes; ++l) task_.rows[l] = rows_of(l) + of_.n_y;
    task_.space = bench.space.data();
    task_.steady_self = &steady_, task_.steady = LaneSteadySearch::find;
    task_.change_self = &changing_, task_.change = ChangingLanes::change;
    task_.next_self = this, task_.next = [](void* self, int lane) {
      auto& run = *static_cast<ChunkRun*>(self);
      run.finish(lane);
      return run.take(lane);
    };
  }

  void run() {
    const OdeMethod method = method_for(of_.model, of_.how.solver);
    if (method == OdeMethod::rosenbrock && of_.model.wide_solve == nullptr) return one_by_one();
    for (int l = 0; l < n_lanes; ++l) {
      // A lane without a participant repeats the first one's parameters and does nothing.
      if (!take(l))
        for (Lanes& p : bench_.parameters) p.lane[static_cast<std::size_t>(l)] = p.lane[0];
    }
    if (method == OdeMethod::rosenbrock) {
      if (!solve_by_own(WideMethod::rosenbrock)) one_by_one();
    } else if (method != OdeMethod::tsitouras || !solve_by_own(WideMethod::tsitouras)) {
      solve_lanes(
          task_, of_.solver,
          method == OdeMethod::tsitouras ? WideMethod::tsitouras : WideMethod::dormand_prince);
    }
  }

 private:
  /// By the solver that has the model's equations in its code, if there is one.
  bool solve_by_own(WideMethod method) {
    return of_.model.wide_solve != nullptr && of_.model.wide_solve(task_, of_.solver, method);
  }

  /// The lanes that have somebody, and then the rest in the first lane.
  void one_by_one() {
    for (int l = 0; l < n_lanes; ++l)
      for (bool more = task_.lane[l].stops != nullptr || take(l); more; more = take(l))
        solve_alone(l), finish(l);
  }

  /// The next participant whose parameters and doses are sound; false if there is none.
  bool take(int l) {
    for (LaneTask<double>& lane = task_.lane[l]; next_ < end_;) {
      lane = {.times_h = of_.times_h.data(), .n_times = static_cast<int>(of_.times_h.size())};
      who_[l] = next_++;
      EnsembleFault fault;
      if (prepare(l, fault)) {
        lane.stops = stops_[l].data();
        return true;
      }
      note(l, std::move(fault));
    }
    task_.lane[l].stops = nullptr;
    return false;
  }

  /// Of who is in the lane, [group of times][column].
  [[nodiscard]] Lanes* rows_of(int l) const {
    return bench_.rows.data() + static_cast<std::size_t>(l) * of_.n_groups() * of_.n_all();
  }
  /// The value at time t of column j.
  [[nodiscard]] double& value(int l, std::size_t t, std::size_t j) const {
    return rows_of(l)[t / n_lanes * of_.n_all() + j].lane[t % n_lanes];
  }

  /// Parameters and stops of a lane; false, with the fault, if they cannot be.
  bool prepare(int l, EnsembleFault& fault) {
    const std::size_t n_p = of_.n_p;
    const auto lane = static_cast<std::size_t>(l);
    const Population& population = of_.population;
    p_.assign(n_p * (of_.changing() ? static_cast<std::size_t>(population.n_sets) : 1), 0);
    try {
      population.parameters(who_[l], p_);
      for (std::size_t i = 0; i < n_p; ++i) bench_.parameters[i].lane[lane] = p_[i];
      for (std::size_t i = 0; i < bench_.sets.size(); ++i) bench_.sets[i].lane[lane] = p_[i];
      for (std::size_t i = 0; i < p_.size(); ++i)
        require(std::isfinite(p_[i]), "pharm.simulate.parameters", [&] {
          return "parameter " + of_.model.description.parameters[i % n_p].id +
                 " is not a finite number";
        });
      std::span<const DoseEvent> doses = population.doses;
      std::vector<DoseEvent> own;
      if (population.doses_of) {
        doses = own = population.doses_of(who_[l]);
        check_doses(of_.model.description, doses, "");
      }
      stops_[l] = until_last_time(
          scheduled_stops(of_.model, std::span<const double>(p_), population.schedule, doses),
          of_.times_h);
      return true;
    } catch (const Error& error) {
      fault = {who_[l], error.code(), error.what()};
      return false;
    }
  }

  /// One lane of a stiff model.
  void solve_alone(int l) {
    LaneTask<double>& lane = task_.lane[l];
    const auto at = static_cast<std::size_t>(l);
    const std::vector<Lanes>& sets = of_.changing() ? bench_.sets : bench_.parameters;
    std::vector<double> p;
    for (const Lanes& each : sets) p.push_back(each.lane[at]);
    const StiffEquations<double> equations{of_.model, of_.model.scalar};
    const auto found = solve_course<RosenbrockStep<double>, double>(
        of_.model, equations.equations(), p, stops_[l], of_.times_h, of_.solver);
    for (std::size_t t = 0; t < of_.times_h.size(); ++t)
      for (std::size_t i = 0; i < of_.n_x; ++i)
        value(l, t, of_.n_y + i) = found.rows[t * of_.n_x + i];
    lane.fault = found.fault, lane.fault_h = found.fault_h;
    lane.n_done = lane.n_times - found.n_left;
    task_.steps.lane[at] = static_cast<double>(found.steps);
  }

  /// Side by side, rows are not exchanged: who fails there by the stiff method is solved again
  /// alone, so that a fault is the same by either way.
  void finish(int l) {
    LaneTask<double>& lane = task_.lane[l];
    if (lane.fault != CourseFault::none &&
        method_for(of_.model, of_.how.solver) == OdeMethod::rosenbrock)
      solve_alone(l);
    make_outputs(l);
    if (lane.fault != CourseFault::none)
      return note(l, {who_[l], fault_code(lane.fault),
                      fault_message(of_.model, lane.fault, lane.fault_h,
                                    method_for(of_.model, of_.how.solver))});
    chunk_.steps += task_.steps.lane[static_cast<std::size_t>(l)];
    summarise(l);
    if (of_.how.sink) hand_over(l);
  }

  /// Keeps a fault; the rows are NaN from there on.
  void note(int l, EnsembleFault fault) {
    chunk_.faults.push_back(std::move(fault));
    for (auto t = static_cast<std::size_t>(task_.lane[l].n_done); t < of_.times_h.size(); ++t)
      for (std::size_t j = 0; j < of_.n_all(); ++j) value(l, t, j) = nan;
    if (of_.how.sink) hand_over(l);
  }

  void hand_over(int l) {
    EnsembleBlock& block = chunk_.block;
    const auto before = static_cast<std::size_t>(who_[l] - block.first);
    of_.summary.to_rows(rows_of(l), block.n_times, block.n_columns,
                        block.values.data() + before * block.n_times * block.n_columns);
  }

  /// Sixteen times side by side.
  void make_outputs(int l) {
    const auto lane = static_cast<std::size_t>(l);
    fill_last_group(l);
    for (std::size_t i = 0; i < of_.n_p; ++i)
      bench_.own[i].lane.fill(bench_.parameters[i].lane[lane]);
    for (std::size_t group = 0; group < of_.n_groups(); ++group) {
      if (of_.changing()) choose_sets(lane, group);
      Lanes* outputs = rows_of(l) + group * of_.n_all();
      of_.model.wide.outputs(of_.times_aside[group], outputs + of_.n_y, bench_.own.data(), outputs);
    }
  }
  /// Its last places, which are no times, have the states of the last time.
  void fill_last_group(int l) {
    Lanes* last = rows_of(l) + (of_.n_groups() - 1) * of_.n_all();
    const std::size_t used = of_.times_h.size() - (of_.n_groups() - 1) * n_lanes;
    for (std::size_t j = of_.n_y; j < of_.n_all(); ++j)
      std::fill(last[j].lane.begin() + static_cast<std::ptrdiff_t>(used), last[j].lane.end(),
                last[j].lane[used - 1]);
  }

  /// The parameters that hold at each of sixteen times.
  void choose_sets(std::size_t lane, std::size_t group) {
    const std::vector<int>& of_time = of_.population.schedule.of_time;
    for (std::size_t k = 0; k < n_lanes; ++k) {
      const std::size_t t = std::min(group * n_lanes + k, of_time.size() - 1);
      const std::size_t first = static_cast<std::size_t>(of_time[t]) * of_.n_p;
      for (std::size_t i = 0; i < of_.n_p; ++i)
        bench_.own[i].lane[k] = bench_.sets[first + i].lane[lane];
    }
  }

  void summarise(int l) {
    const Lanes* values = rows_of(l);
    const std::size_t n_values = of_.n_groups() * of_.n_columns;
    if (!of_.how.states) {
      for (std::size_t group = 0; group < of_.n_groups(); ++group)
        std::copy_n(values + group * of_.n_all(), of_.n_y, bench_.shown.data() + group * of_.n_y);
      values = bench_.shown.data();
    }
    CellMoments& moments = chunk_.moments;
    of_.summary.add(values, n_values, ++moments.n, moments.mean.data(), moments.squares.data());
    if (of_.sketched) bench_.quantiles.add(values, of_.summary);
    if (of_.exact_values != nullptr) keep_values(l);
  }
  void keep_values(int l) {
    double* to = of_.exact_values + who_[l];
    for (std::size_t t = 0; t < of_.times_h.size(); ++t)
      for (std::size_t j = 0; j < of_.n_columns; ++j, to += of_.population.n) *to = value(l, t, j);
  }

  const EnsembleSetting& of_;
  std::ptrdiff_t next_, end_;
  EnsembleBench& bench_;
  EnsembleChunk& chunk_;
  LaneSteadySearch steady_{&of_.model, bench_.parameters.data(), of_.solver.tolerance};
  ChangingLanes changing_{bench_.sets, bench_.parameters};
  WideTask task_{};
  std::ptrdiff_t who_[n_lanes]{};
  std::vector<Stop<double>> stops_[n_lanes];
  std::vector<double> p_{};
};

}  // namespace

WideSummary best_wide_summary() {
  return with_best_set([]<InstructionSet set> { return wide_summary<set>(); });
}

EnsembleSetting::EnsembleSetting(const PharmModel& model_, const Population& population_,
                                 std::span<const double> times, const EnsembleOptions& how_)
    : model(model_),
      population(population_),
      times_h(times),
      how(how_),
      solver(course_options(how_.solver)),
      n_x(model.description.states.size()),
      n_y(model.description.outputs.size()),
      n_p(model.description.parameters.size()),
      n_columns(n_y + (how.states ? n_x : 0)),
      times_aside(by_sixteen(times)) {
  const double values =
      static_cast<double>(n_columns * times.size()) * static_cast<double>(population.n);
  exact = values <= static_cast<double>(how.exact_values);
  sketched = !exact && !how.probabilities.empty();
}

EnsembleBench::EnsembleBench(const EnsembleSetting& of)
    : parameters(of.n_p),
      space(of.n_x * static_cast<std::size_t>(wide_room)),
      sets(of.changing() ? of.n_p * static_cast<std::size_t>(of.population.n_sets) : 0),
      rows(of.n_groups() * of.n_all() * n_lanes),
      shown(of.how.states ? 0 : of.n_groups() * of.n_y),
      own(of.n_p),
      quantiles(of.sketched ? of.n_groups() * of.n_columns : 0,
                QuantileIntervals(of.solver.tolerance.absolute)) {}

void solve_chunk(const EnsembleSetting& setting, std::ptrdiff_t first, std::ptrdiff_t n,
                 EnsembleBench& bench, EnsembleChunk& chunk) {
  chunk.moments.clear(setting.n_groups() * setting.n_columns);
  chunk.faults.clear(), chunk.steps = 0;
  EnsembleBlock& block = chunk.block;
  block.first = first, block.n = n;
  block.n_times = setting.times_h.size(), block.n_columns = setting.n_all();
  if (setting.how.sink)
    block.values.resize(static_cast<std::size_t>(n) * block.n_times * block.n_columns);
  ChunkRun(setting, first, n, bench, chunk).run();
  std::sort(chunk.faults.begin(), chunk.faults.end(),
            [](const auto& a, const auto& b) { return a.participant < b.participant; });
}

}  // namespace entact
