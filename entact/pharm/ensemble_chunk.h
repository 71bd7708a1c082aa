#pragma once

#include <span>
#include <vector>

#include "entact/pharm/cell_moments.h"
#include "entact/pharm/cell_quantiles.h"
#include "entact/pharm/course_solver.h"
#include "entact/pharm/ensemble.h"

namespace entact {

/// What all threads of an ensemble share.
struct EnsembleSetting {
  EnsembleSetting(const PharmModel& model_, const Population& population_,
                  std::span<const double> times, const EnsembleOptions& how_);

  const PharmModel& model;
  const Population& population;
  std::span<const double> times_h;
  const EnsembleOptions& how;
  CourseOptions solver;
  WideSummary summary = best_wide_summary();
  std::size_t n_x, n_y, n_p;
  std::size_t n_columns;             ///< that are summarised
  std::vector<Lanes> times_aside{};  ///< times by sixteen; the last one fills its group
  bool exact = false;                ///< quantiles are exact
  bool sketched = false;             ///< quantiles are asked for and come from sketches
  double* exact_values = nullptr;    ///< [time][column][participant], where quantiles are exact

  [[nodiscard]] std::size_t n_groups() const { return times_aside.size(); }
  [[nodiscard]] std::size_t n_all() const { return n_y + n_x; }
  [[nodiscard]] bool changing() const { return !population.schedule.changes.empty(); }
};

/// What a thread needs, and the counts that it has made.
struct EnsembleBench {
  explicit EnsembleBench(const EnsembleSetting& setting);

  std::vector<Lanes> parameters, space;
  std::vector<Lanes> sets;   ///< of parameters, one after the other, where they change
  std::vector<Lanes> rows;   ///< [lane][group of times][column]: the outputs, then the states
  std::vector<Lanes> shown;  ///< the outputs of one participant, where states are not shown
  std::vector<Lanes> own;    ///< parameters of one participant
  CellQuantiles quantiles;
};

/// What some participants one after the other gave.
struct EnsembleChunk {
  CellMoments moments{};
  std::vector<EnsembleFault> faults{};  ///< in order of participants
  EnsembleBlock block{};                ///< where there is a sink
  double steps = 0;
};

/// Solves participants first .. first + n - 1. A lane that is done takes the next of them, and
/// which one that is depends on nothing but the chunk.
void solve_chunk(const EnsembleSetting& setting, std::ptrdiff_t first, std::ptrdiff_t n,
                 EnsembleBench& bench, EnsembleChunk& chunk);

}  // namespace entact
