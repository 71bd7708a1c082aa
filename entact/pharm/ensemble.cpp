// Participants go to lanes by index, sixteen a block; four blocks are a chunk, which one thread
// computes. Counts of the sketches are whole numbers and may be added in any order; means and
// variances are merged chunk by chunk in order. So no result depends on the threads.
#include "entact/pharm/ensemble.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <mutex>

#include "entact/base/error.h"
#include "entact/base/parallel.h"
#include "entact/num/quantile_sketch.h"
#include "entact/num/sample_quantile.h"
#include "entact/pharm/course.h"
#include "entact/pharm/wide_solver.h"
#include "entact/pharm/wide_summary.h"

namespace entact {
namespace {

constexpr std::ptrdiff_t chunk_size = 4 * n_lanes;
constexpr std::ptrdiff_t wave_size = 32;    ///< chunks between two calls of the sink
constexpr std::size_t most_uncounted = 64;  ///< blocks
constexpr std::int16_t nobody = INT16_MIN;  ///< the interval of a lane that counts nowhere
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

void solve_lanes(WideTask& task, const CourseOptions& how, WideMethod method) {
  switch (best_instruction_set()) {
    case InstructionSet::avx512:
      return solve_wide<InstructionSet::avx512>(task, how, method);
    case InstructionSet::avx2:
      return solve_wide<InstructionSet::avx2>(task, how, method);
    default:
      return solve_wide<InstructionSet::sse2>(task, how, method);
  }
}

WideSummary best_wide_summary() {
  switch (best_instruction_set()) {
    case InstructionSet::avx512:
      return wide_summary<InstructionSet::avx512>();
    case InstructionSet::avx2:
      return wide_summary<InstructionSet::avx2>();
    default:
      return wide_summary<InstructionSet::sse2>();
  }
}

/// Means and sums of squared deviations of a number of participants, one pair a cell.
struct Moments {
  double n = 0;
  std::vector<double> mean{}, squares{};

  /// @source Chan, Golub, LeVeque 1983, Am Stat 37:242 [chan1983]
  void merge(const Moments& other) {
    if (other.n == 0) return;
    if (n == 0) return void(*this = other);
    const double both = n + other.n, share = other.n / both;
    for (std::size_t i = 0; i < mean.size(); ++i) {
      const double apart = other.mean[i] - mean[i];
      mean[i] += apart * share;
      squares[i] += other.squares[i] + apart * apart * n * share;
    }
    n = both;
  }
};

/// What a thread needs, and the counts that it has made.
struct Bench {
  std::vector<Lanes> parameters{}, rows{}, outputs{}, space{};
  std::vector<Lanes> sets{};             ///< of parameters, one after the other, where they change
  std::vector<Lanes> mean{}, squares{};  ///< of a chunk, lane by lane
  std::vector<QuantileSketch> sketches{};
  /// Intervals of values yet to be counted, [block][cell][lane]: counting many for one sketch while
  /// it is in the cache is several times faster than one for each of thousands of sketches.
  std::vector<std::int16_t> uncounted{};
  std::size_t n_uncounted = 0;  ///< blocks
};

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

struct Chunk {
  Moments moments{};
  std::vector<EnsembleFault> faults{};
  EnsembleBlock block{};
  double steps = 0;
};

class Ensemble {
 public:
  Ensemble(const PharmModel& model, const Population& population, std::span<const double> times_h,
           const EnsembleOptions& how)
      : model_(model),
        population_(population),
        times_h_(times_h),
        how_(how),
        solver_(course_options(how.solver)),
        n_x_(model.description.states.size()),
        n_y_(model.description.outputs.size()),
        n_p_(model.description.parameters.size()),
        n_columns_(n_y_ + (how.states ? n_x_ : 0)),
        n_cells_(n_columns_ * times_h.size()) {
    const auto values = static_cast<double>(n_cells_) * static_cast<double>(population.n);
    exact_ = values <= static_cast<double>(how.exact_values);
    sketched_ = !exact_ && !how.probabilities.empty();
    if (exact_ && !how.probabilities.empty())
      values_.assign(n_cells_ * static_cast<std::size_t>(population.n), nan);
  }

  EnsembleSummary run() {
    const std::ptrdiff_t n_chunks = (population_.n + chunk_size - 1) / chunk_size;
    Moments moments;
    EnsembleSummary summary{.t_h = {times_h_.begin(), times_h_.end()}, .exact_quantiles = exact_};
    double steps = 0;
    std::vector<Chunk> all(static_cast<std::size_t>(std::min(wave_size, n_chunks)));
    for (std::ptrdiff_t first = 0; first < n_chunks; first += wave_size) {
      const std::ptrdiff_t n = std::min(wave_size, n_chunks - first);
      const auto wave = std::span(all).first(static_cast<std::size_t>(n));
      parallel_for(n, how_.threads, [&](std::ptrdiff_t i) {
        solve_chunk(first + i, wave[static_cast<std::size_t>(i)]);
      });
      for (Chunk& chunk : wave) {
        moments.merge(chunk.moments);
        steps += chunk.steps;
        summary.faults.insert(summary.faults.end(), chunk.faults.begin(), chunk.faults.end());
        if (how_.sink) how_.sink(chunk.block);
      }
    }
    summary.n = static_cast<std::ptrdiff_t>(moments.n);
    summary.mean_steps = moments.n > 0 ? steps / moments.n : 0;
    summarise(moments, summary);
    return summary;
  }

 private:
  [[nodiscard]] bool changing() const { return !population_.schedule.changes.empty(); }

  /// A bench that no other thread uses. Which one it is does not matter: only counts stay on it.
  std::unique_ptr<Bench> borrow() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) {
      auto bench = std::make_unique<Bench>();
      bench->parameters.resize(n_p_);
      if (changing()) bench->sets.resize(n_p_ * static_cast<std::size_t>(population_.n_sets));
      bench->rows.resize(n_x_ * times_h_.size());
      bench->outputs.resize(n_y_ * times_h_.size());
      bench->space.resize(n_x_ * static_cast<std::size_t>(wide_room));
      bench->mean.resize(n_cells_), bench->squares.resize(n_cells_);
      if (sketched_) bench->sketches.resize(n_cells_);
      if (sketched_) bench->uncounted.resize(n_cells_ * most_uncounted * n_lanes);
      return bench;
    }
    auto bench = std::move(idle_.back());
    idle_.pop_back();
    return bench;
  }
  void give_back(std::unique_ptr<Bench> bench) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(bench));
  }

  /// Room for the rows of n participants, that of an earlier chunk where it is large enough.
  void begin_block(std::ptrdiff_t first, std::ptrdiff_t n, EnsembleBlock& block) const {
    block.first = first, block.n = n;
    block.n_times = times_h_.size(), block.n_columns = n_y_ + n_x_;
    block.values.resize(static_cast<std::size_t>(n) * block.n_times * block.n_columns);
  }

  void solve_chunk(std::ptrdiff_t index, Chunk& chunk) {
    const std::ptrdiff_t first = index * chunk_size;
    const std::ptrdiff_t n = std::min(chunk_size, population_.n - first);
    chunk.moments.mean.assign(n_cells_, 0), chunk.moments.squares.assign(n_cells_, 0);
    chunk.faults.clear(), chunk.steps = 0;
    if (how_.sink) begin_block(first, n, chunk.block);
    std::unique_ptr<Bench> bench = borrow();
    std::fill(bench->mean.begin(), bench->mean.end(), Lanes{});
    std::fill(bench->squares.begin(), bench->squares.end(), Lanes{});
    WideMoments moments{.mean = bench->mean.data(), .squares = bench->squares.data()};
    for (std::ptrdiff_t i = 0; i < n; i += n_lanes)
      solve_block(first + i, static_cast<int>(std::min<std::ptrdiff_t>(n_lanes, n - i)), *bench,
                  moments, chunk);
    chunk.moments.n =
        summary_.join(moments, n_cells_, chunk.moments.mean.data(), chunk.moments.squares.data());
    give_back(std::move(bench));
  }

  void solve_block(std::ptrdiff_t first, int n, Bench& bench, WideMoments& moments, Chunk& chunk) {
    std::vector<Stop<double>> stops[n_lanes];
    WideTask task{.n_states = static_cast<int>(n_x_),
                  .equations = equations_of(model_.wide),
                  .parameters = bench.parameters.data(),
                  .rows = bench.rows.data(),
                  .space = bench.space.data()};
    const LaneSteadySearch steady{&model_, bench.parameters.data(), solver_.tolerance};
    task.steady_self = &steady, task.steady = LaneSteadySearch::find;
    ChangingLanes lanes{bench.sets, bench.parameters};
    task.change_self = &lanes, task.change = ChangingLanes::change;
    std::vector<EnsembleFault> faults(n_lanes);
    for (int l = 0; l < n_lanes; ++l) {
      const auto lane = static_cast<std::size_t>(l);
      task.lane[l].n_times = static_cast<int>(times_h_.size());
      // A lane without a participant repeats the last one's parameters and does nothing.
      if (!prepare(first + std::min(l, n - 1), l, bench, stops[l], faults[lane]) || l >= n)
        continue;
      task.lane[l].stops = stops[l].data(), task.lane[l].times_h = times_h_.data();
    }
    const OdeMethod method = method_for(model_, how_.solver);
    if (method == OdeMethod::rosenbrock)
      solve_stiff(n, stops, bench, task);
    else if (method != OdeMethod::tsitouras || !solve_by_own(task, WideMethod::tsitouras))
      solve_lanes(
          task, solver_,
          method == OdeMethod::tsitouras ? WideMethod::tsitouras : WideMethod::dormand_prince);
    unsigned sound = 0;
    for (int l = 0; l < n; ++l) {
      if (note_fault(first + l, l, task, faults[static_cast<std::size_t>(l)], bench, chunk))
        continue;
      sound |= 1U << l;
      chunk.steps += task.steps.lane[static_cast<std::size_t>(l)];
    }
    make_outputs(bench);
    add(bench, sound, moments);
    if (!values_.empty()) keep_values(first, sound, bench);
    if (how_.sink) copy_to(first, n, bench, chunk.block);
  }

  /// Parameters and stops of one lane; false, with the fault, if they cannot be.
  bool prepare(std::ptrdiff_t participant, int l, Bench& bench, std::vector<Stop<double>>& stops,
               EnsembleFault& fault) {
    std::vector<double> p(n_p_ * (changing() ? static_cast<std::size_t>(population_.n_sets) : 1));
    const auto lane = static_cast<std::size_t>(l);
    try {
      population_.parameters(participant, p);
      for (std::size_t i = 0; i < n_p_; ++i) bench.parameters[i].lane[lane] = p[i];
      for (std::size_t i = 0; i < bench.sets.size(); ++i) bench.sets[i].lane[lane] = p[i];
      for (std::size_t i = 0; i < p.size(); ++i)
        require(
            std::isfinite(p[i]), "pharm.simulate.parameters",
            "parameter " + model_.description.parameters[i % n_p_].id + " is not a finite number");
      std::vector<DoseEvent> own;
      if (population_.doses_of) {
        own = population_.doses_of(participant);
        check_doses(model_.description, own, std::to_string(participant));
      }
      stops = until_last_time(
          scheduled_stops(model_, std::span<const double>(p), population_.schedule,
                          population_.doses_of ? std::span<const DoseEvent>(own)
                                               : std::span<const DoseEvent>(population_.doses)),
          times_h_);
      return true;
    } catch (const Error& error) {
      fault = {participant, error.code(), error.what()};
      return false;
    }
  }

  /// By the solver that has the model's equations in its code, if there is one.
  bool solve_by_own(WideTask& task, WideMethod method) const {
    return model_.wide_solve != nullptr && model_.wide_solve(task, solver_, method);
  }

  /// Side by side if the model has a solver for that. A lane that fails there, where rows are not
  /// exchanged, is solved again alone, so that a fault is the same by either way.
  void solve_stiff(int n, const std::vector<Stop<double>>* stops, const Bench& bench,
                   WideTask& task) const {
    const bool solved = solve_by_own(task, WideMethod::rosenbrock);
    for (int l = 0; l < n; ++l)
      if (!solved || task.lane[l].fault != CourseFault::none) solve_alone(l, stops[l], bench, task);
  }

  /// One lane of a stiff model.
  void solve_alone(int l, const std::vector<Stop<double>>& stops, const Bench& bench,
                   WideTask& task) const {
    LaneTask<double>& lane = task.lane[l];
    if (lane.stops == nullptr) return;
    const auto at = static_cast<std::size_t>(l);
    const std::vector<Lanes>& sets = changing() ? bench.sets : bench.parameters;
    std::vector<double> p;
    for (const Lanes& each : sets) p.push_back(each.lane[at]);
    const StiffEquations<double> equations{model_, model_.scalar};
    const auto found = solve_course<RosenbrockStep<double>, double>(model_, equations.equations(),
                                                                    p, stops, times_h_, solver_);
    for (std::size_t i = 0; i < found.rows.size(); ++i) task.rows[i].lane[at] = found.rows[i];
    lane.fault = found.fault, lane.fault_h = found.fault_h;
    lane.n_times = found.n_left;
    task.steps.lane[at] = static_cast<double>(found.steps);
  }

  /// Whether the lane failed; then its rows are NaN from there on.
  bool note_fault(std::ptrdiff_t participant, int l, const WideTask& task, EnsembleFault& fault,
                  Bench& bench, Chunk& chunk) const {
    const LaneTask<double>& lane = task.lane[l];
    if (fault.code.empty() && lane.fault == CourseFault::none) return false;
    if (fault.code.empty())
      fault = {participant, fault_code(lane.fault),
               fault_message(model_, lane.fault, lane.fault_h)};
    fault.message = "participant " + std::to_string(participant) + ", " + fault.message;
    chunk.faults.push_back(std::move(fault));
    const std::size_t done = times_h_.size() - static_cast<std::size_t>(lane.n_times);
    for (std::size_t i = done * n_x_; i < bench.rows.size(); ++i)
      bench.rows[i].lane[static_cast<std::size_t>(l)] = nan;
    return true;
  }

  void make_outputs(Bench& bench) const {
    for (std::size_t t = 0; t < times_h_.size(); ++t) {
      Lanes t_h;
      t_h.lane.fill(times_h_[t]);
      const Lanes* parameters = bench.parameters.data();
      if (changing())
        parameters =
            bench.sets.data() + static_cast<std::size_t>(population_.schedule.of_time[t]) * n_p_;
      model_.wide.outputs(t_h, bench.rows.data() + t * n_x_, parameters,
                          bench.outputs.data() + t * n_y_);
    }
  }

  const Lanes& cell(const Bench& bench, std::size_t time, std::size_t column) const {
    return column < n_y_ ? bench.outputs[time * n_y_ + column]
                         : bench.rows[time * n_x_ + column - n_y_];
  }

  void add(Bench& bench, unsigned sound, WideMoments& moments) const {
    const WideValues values{bench.outputs.data(), bench.rows.data(), times_h_.size(), n_y_, n_x_,
                            how_.states};
    Lanes which;
    for (std::size_t l = 0; l < n_lanes; ++l) which.lane[l] = (sound & (1U << l)) != 0 ? 1 : 0;
    summary_.add(values, which, moments);
    if (sketched_) put_aside(values, bench, sound);
  }

  void put_aside(const WideValues& values, Bench& bench, unsigned sound) const {
    std::int16_t* kept = bench.uncounted.data() + bench.n_uncounted * n_cells_ * n_lanes;
    summary_.intervals(values, kept);
    if (sound != (1U << n_lanes) - 1)
      for (std::size_t i = 0; i < n_cells_ * n_lanes; ++i)
        if ((sound & (1U << (i % n_lanes))) == 0) kept[i] = nobody;
    if (++bench.n_uncounted == most_uncounted) count(bench);
  }

  /// A few cells at a time: each block is then read in runs of whole cache lines.
  void count(Bench& bench) const {
    constexpr std::size_t some = 8, most = most_uncounted * n_lanes;
    std::vector<std::int16_t> own(some * most);
    for (std::size_t first = 0; first < n_cells_; first += some) {
      const std::size_t n = std::min(some, n_cells_ - first);
      for (std::size_t block = 0; block < bench.n_uncounted; ++block)
        for (std::size_t i = 0; i < n; ++i)
          std::memcpy(own.data() + i * most + block * n_lanes,
                      bench.uncounted.data() + (block * n_cells_ + first + i) * n_lanes,
                      n_lanes * sizeof(std::int16_t));
      for (std::size_t i = 0; i < n; ++i)
        bench.sketches[first + i].add_intervals(
            std::span(own).subspan(i * most, bench.n_uncounted * n_lanes), nobody);
    }
    bench.n_uncounted = 0;
  }

  void keep_values(std::ptrdiff_t first, unsigned sound, const Bench& bench) {
    for (std::size_t t = 0, at = 0; t < times_h_.size(); ++t)
      for (std::size_t j = 0; j < n_columns_; ++j, ++at)
        for (std::size_t l = 0; l < n_lanes; ++l)
          if ((sound & (1U << l)) != 0)
            values_[at * static_cast<std::size_t>(population_.n) + static_cast<std::size_t>(first) +
                    l] = cell(bench, t, j).lane[l];
  }

  /// Time by time, so that what is read stays in the cache for all lanes.
  void copy_to(std::ptrdiff_t first, int n, const Bench& bench, EnsembleBlock& block) const {
    const auto person = static_cast<std::size_t>(first - block.first);
    for (std::size_t t = 0; t < block.n_times; ++t)
      for (std::size_t l = 0; l < static_cast<std::size_t>(n); ++l) {
        double* to = block.values.data() + ((person + l) * block.n_times + t) * block.n_columns;
        for (std::size_t j = 0; j < n_y_; ++j) to[j] = bench.outputs[t * n_y_ + j].lane[l];
        for (std::size_t j = 0; j < n_x_; ++j) to[n_y_ + j] = bench.rows[t * n_x_ + j].lane[l];
      }
  }

  void summarise(const Moments& moments, EnsembleSummary& summary) {
    for (auto& bench : idle_)
      if (sketched_) count(*bench);
    for (auto& bench : idle_)
      if (sketched_ && bench != idle_.front())
        for (std::size_t i = 0; i < n_cells_; ++i)
          idle_.front()->sketches[i].merge(bench->sketches[i]);
    for (std::size_t j = 0; j < n_columns_; ++j) {
      const auto& names =
          j < n_y_ ? model_.description.outputs[j] : model_.description.states[j - n_y_];
      EnsembleQuantity quantity{.id = names.id};
      for (std::size_t t = 0; t < times_h_.size(); ++t) {
        const std::size_t at = t * n_columns_ + j;
        quantity.mean.push_back(moments.n > 0 ? moments.mean[at] : nan);
        quantity.sd.push_back(moments.n > 1 ? std::sqrt(moments.squares[at] / (moments.n - 1))
                                            : nan);
      }
      quantity.quantiles.assign(how_.probabilities.size(), std::vector<double>(times_h_.size()));
      summary.quantities.push_back(std::move(quantity));
    }
    if (how_.probabilities.empty()) return;
    parallel_for(static_cast<std::ptrdiff_t>(times_h_.size()), how_.threads, [&](std::ptrdiff_t t) {
      for (std::size_t j = 0; j < n_columns_; ++j)
        put_quantiles(static_cast<std::size_t>(t), j, summary.quantities[j].quantiles);
    });
  }

  void put_quantiles(std::size_t t, std::size_t j, std::vector<std::vector<double>>& into) {
    const std::size_t at = t * n_columns_ + j;
    std::vector<double> sorted;
    if (exact_) {
      const auto first = values_.begin() + static_cast<std::ptrdiff_t>(at) * population_.n;
      std::copy_if(first, first + population_.n, std::back_inserter(sorted),
                   [](double value) { return !std::isnan(value); });
      std::sort(sorted.begin(), sorted.end());
    }
    for (std::size_t k = 0; k < how_.probabilities.size(); ++k)
      into[k][t] = exact_          ? sample_quantile(sorted, how_.probabilities[k])
                   : idle_.empty() ? nan
                                   : idle_.front()->sketches[at].quantile(how_.probabilities[k]);
  }

  const PharmModel& model_;
  const Population& population_;
  std::span<const double> times_h_;
  const EnsembleOptions& how_;
  CourseOptions solver_;
  WideSummary summary_ = best_wide_summary();
  std::size_t n_x_, n_y_, n_p_, n_columns_, n_cells_;
  bool exact_ = false;
  bool sketched_ = false;         ///< quantiles are asked for and come from sketches
  std::vector<double> values_{};  ///< [cell][participant], where quantiles are exact
  std::mutex mutex_{};
  std::vector<std::unique_ptr<Bench>> idle_{};
};

}  // namespace

EnsembleSummary simulate_ensemble(const PharmModel& model, const Population& population,
                                  std::span<const double> times_h, const EnsembleOptions& how) {
  require(population.n >= 1 && population.parameters != nullptr, "pharm.ensemble.empty",
          "a population needs at least one participant and their parameters", ErrorKind::usage);
  for (const double p : how.probabilities)
    require(p >= 0 && p <= 1, "pharm.ensemble.probability", "probabilities lie between 0 and 1",
            ErrorKind::usage);
  const std::vector<double> zeros(model.description.parameters.size(), 0.0);
  check_simulation(model, zeros, times_h, how.solver);
  check_doses(model.description, population.doses);
  if (!population.schedule.changes.empty())
    check_schedule(model, population.doses_of ? 0 : population.n_sets, population.schedule,
                   population.doses.size(), times_h.size());
  return Ensemble(model, population, times_h, how).run();
}

}  // namespace entact
