#pragma once

#include <cstddef>
#include <cstdint>

#include "entact/num/lanes.h"

namespace entact {

/// How the values of a participant are summarised with one instruction set. A cell is a time and a
/// column.
struct WideSummary {
  /// Adds a participant, the n-th, to means and sums of squared deviations by cell.
  /// @source Welford 1962, Technometrics 4:419 [welford1962]
  void (*add)(const double* values, std::size_t n_cells, double n, double* mean,
              double* squares) = nullptr;
  /// The intervals that the values fall into, as a row of QuantileSketch::add_rows() for each tile
  /// of row_size cells; rows are `pitch` numbers apart, and 0 beyond the last cell.
  void (*intervals)(const double* values, std::size_t n_cells, std::size_t pitch,
                    std::int16_t* to) = nullptr;
  /// Rows as times side by side, [group of sixteen][column]; the last one fills its group.
  void (*to_lanes)(const double* rows, std::size_t pitch, std::size_t n_rows, std::size_t n_columns,
                   Lanes* lanes) = nullptr;
  /// The other way.
  void (*to_rows)(const Lanes* lanes, std::size_t pitch, std::size_t n_rows, std::size_t n_columns,
                  double* rows) = nullptr;
};

/// Specialised in wide_summary_wide.cpp.
template <InstructionSet set>
WideSummary wide_summary();

/// Of the widest set that this machine can run.
WideSummary best_wide_summary();

}  // namespace entact
