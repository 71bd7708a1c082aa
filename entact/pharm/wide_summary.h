#pragma once

#include <cstddef>
#include <cstdint>

#include "entact/num/lanes.h"
#include "entact/num/quantile_sketch.h"

namespace entact {

/// How the values of a participant are summarised with one instruction set. A cell is a time and a
/// column; sixteen times of a column lie side by side.
struct WideSummary {
  /// Adds a participant, the n-th, to means and sums of squared deviations by cell.
  /// @source Welford 1962, Technometrics 4:419 [welford1962]
  void (*add)(const Lanes* values, std::size_t n_values, double n, Lanes* mean,
              Lanes* squares) = nullptr;
  /// The intervals that the values fall into, as a row of QuantileSketch::add_rows() for each half
  /// of a value; rows are `pitch` numbers apart.
  void (*intervals)(const QuantileIntervals& intervals, const Lanes* values, std::size_t n_values,
                    std::size_t pitch, std::int16_t* to) = nullptr;
  /// [group of times][column] as rows, time by time.
  void (*to_rows)(const Lanes* values, std::size_t n_rows, std::size_t n_columns,
                  double* rows) = nullptr;
};

/// Specialised in wide_summary_wide.cpp.
template <InstructionSet set>
WideSummary wide_summary();

/// Of the widest set that this machine can run.
WideSummary best_wide_summary();

}  // namespace entact
