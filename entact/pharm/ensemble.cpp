// Participants go to chunks by index; one thread computes a chunk, each lane of it the next
// participant that has not begun. Counts of the sketches are whole numbers and may be added in any
// order; means and variances are merged chunk by chunk in order. So no result depends on the
// threads.
#include "entact/pharm/ensemble.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <mutex>
#include <thread>

#include "entact/base/error.h"
#include "entact/base/parallel.h"
#include "entact/num/sample_quantile.h"
#include "entact/pharm/course.h"
#include "entact/pharm/ensemble_chunk.h"

namespace entact {
namespace {

/// Longer where the work of participants differs more, so that lanes seldom wait at the end.
std::ptrdiff_t chunk_size_for(OdeMethod method) {
  return (method == OdeMethod::rosenbrock ? 16 : 4) * n_lanes;
}
/// Chunks between two calls of the sink: few, so that rows are handed on while the cache has them.
std::ptrdiff_t wave_size_for(const EnsembleOptions& how) {
  const auto threads =
      how.threads > 0 ? static_cast<unsigned>(how.threads) : std::thread::hardware_concurrency();
  return how.sink ? std::max(8, 2 * static_cast<int>(threads)) : 256;
}
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

class Ensemble {
 public:
  Ensemble(const PharmModel& model, const Population& population, std::span<const double> times_h,
           const EnsembleOptions& how)
      : of_(model, population, times_h, how) {
    if (!of_.exact || how.probabilities.empty()) return;
    values_.assign(times_h.size() * of_.n_columns * static_cast<std::size_t>(population.n), nan);
    of_.exact_values = values_.data();
  }

  EnsembleSummary run() {
    const std::ptrdiff_t n_people = of_.population.n;
    const std::ptrdiff_t chunk_size = chunk_size_for(method_for(of_.model, of_.how.solver));
    const std::ptrdiff_t n_chunks = (n_people + chunk_size - 1) / chunk_size;
    CellMoments moments;
    EnsembleSummary summary{.t_h = {of_.times_h.begin(), of_.times_h.end()},
                            .exact_quantiles = of_.exact};
    double steps = 0;
    const std::ptrdiff_t wave_size = wave_size_for(of_.how);
    std::vector<EnsembleChunk> all(static_cast<std::size_t>(std::min(wave_size, n_chunks)));
    for (std::ptrdiff_t first = 0; first < n_chunks; first += wave_size) {
      const std::ptrdiff_t n = std::min(wave_size, n_chunks - first);
      const auto wave = std::span(all).first(static_cast<std::size_t>(n));
      parallel_for(n, of_.how.threads, [&](std::ptrdiff_t i) {
        const std::ptrdiff_t from = (first + i) * chunk_size;
        std::unique_ptr<EnsembleBench> bench = borrow();
        solve_chunk(of_, from, std::min(chunk_size, n_people - from), *bench,
                    wave[static_cast<std::size_t>(i)]);
        give_back(std::move(bench));
      });
      for (EnsembleChunk& chunk : wave) {
        moments.merge(chunk.moments);
        steps += chunk.steps;
        summary.faults.insert(summary.faults.end(), chunk.faults.begin(), chunk.faults.end());
        if (of_.how.sink) of_.how.sink(chunk.block);
      }
    }
    summary.n = static_cast<std::ptrdiff_t>(moments.n);
    summary.mean_steps = moments.n > 0 ? steps / moments.n : 0;
    summarise(moments, summary);
    return summary;
  }

 private:
  /// A bench that no other thread uses. Which one it is does not matter: only counts stay on it.
  std::unique_ptr<EnsembleBench> borrow() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return std::make_unique<EnsembleBench>(of_);
    auto bench = std::move(idle_.back());
    idle_.pop_back();
    return bench;
  }
  void give_back(std::unique_ptr<EnsembleBench> bench) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(bench));
  }

  void summarise(const CellMoments& moments, EnsembleSummary& summary) {
    for (auto& bench : idle_) {
      bench->quantiles.finish();
      if (bench != idle_.front()) idle_.front()->quantiles.merge(bench->quantiles);
    }
    const ModelDescription& names = of_.model.description;
    for (std::size_t j = 0; j < of_.n_columns; ++j) {
      EnsembleQuantity quantity{.id = j < of_.n_y ? names.outputs[j].id
                                                  : names.states[j - of_.n_y].id};
      for (std::size_t t = 0; t < of_.times_h.size(); ++t) {
        const std::size_t value = t / n_lanes * of_.n_columns + j, place = t % n_lanes;
        const double squares = moments.n > 1 ? moments.squares[value].lane[place] : nan;
        quantity.mean.push_back(moments.n > 0 ? moments.mean[value].lane[place] : nan);
        quantity.sd.push_back(std::sqrt(squares / (moments.n - 1)));
      }
      quantity.quantiles.assign(of_.how.probabilities.size(),
                                std::vector<double>(of_.times_h.size()));
      summary.quantities.push_back(std::move(quantity));
    }
    if (of_.how.probabilities.empty()) return;
    parallel_for(static_cast<std::ptrdiff_t>(of_.times_h.size()), of_.how.threads,
                 [&](std::ptrdiff_t t) {
                   for (std::size_t j = 0; j < of_.n_columns; ++j)
                     put_quantiles(static_cast<std::size_t>(t), j, summary.quantities[j].quantiles);
                 });
  }

  void put_quantiles(std::size_t t, std::size_t j, std::vector<std::vector<double>>& into) {
    std::vector<double> sorted;
    if (of_.exact) {
      const auto at = static_cast<std::ptrdiff_t>(t * of_.n_columns + j);
      const auto first = values_.begin() + at * of_.population.n;
      std::copy_if(first, first + of_.population.n, std::back_inserter(sorted),
                   [](double value) { return !std::isnan(value); });
      std::sort(sorted.begin(), sorted.end());
    }
    const std::size_t cell = (t / n_lanes * of_.n_columns + j) * n_lanes + t % n_lanes;
    for (std::size_t k = 0; k < of_.how.probabilities.size(); ++k) {
      const double p = of_.how.probabilities[k];
      into[k][t] = of_.exact       ? sample_quantile(sorted, p)
                   : idle_.empty() ? nan
                                   : idle_.front()->quantiles.quantile(cell, p);
    }
  }

  EnsembleSetting of_;
  std::vector<double> values_{};  ///< [cell][participant], where quantiles are exact
  std::mutex mutex_{};
  std::vector<std::unique_ptr<EnsembleBench>> idle_{};
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
