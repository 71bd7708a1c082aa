#pragma once

#include <cstddef>
#include <cstdint>

#include "entact/num/lanes.h"

namespace entact {

/// What the participants side by side gave: [time][output] and [time][state]. A cell is a time
/// and a column, the columns being the outputs and, if they are shown, the states.
struct WideValues {
  const Lanes* outputs = nullptr;
  const Lanes* states = nullptr;
  std::size_t n_times = 0, n_outputs = 0, n_states = 0;
  bool states_shown = true;
};

/// Means and sums of squared deviations, each lane over the participants that it had.
struct WideMoments {
  Lanes n{};
  Lanes* mean = nullptr;     ///< by cell
  Lanes* squares = nullptr;  ///< by cell
};

/// How values are summarised with one instruction set.
struct WideSummary {
  /// Adds the values of the lanes that are sound (1; else 0).
  /// @source Welford 1962, Technometrics 4:419 [welford1962]
  void (*add)(const WideValues& values, const Lanes& sound, WideMoments& moments) = nullptr;
  /// The lanes of each cell as one.
  /// @return how many participants these are
  double (*join)(const WideMoments& moments, std::size_t n_cells, double* mean,
                 double* squares) = nullptr;
  /// The intervals of a QuantileSketch that the values fall into, [cell][lane].
  void (*intervals)(const WideValues& values, std::int16_t* to) = nullptr;
};

/// Specialised in wide_summary_wide.cpp.
template <InstructionSet set>
WideSummary wide_summary();

}  // namespace entact
