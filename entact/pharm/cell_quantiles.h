#pragma once

#include <cstdint>
#include <vector>

#include "entact/num/quantile_sketch.h"
#include "entact/pharm/wide_summary.h"

namespace entact {

/// Quantiles of many cells over a stream of participants. What they add is put aside, and counted
/// once there is enough of it for each tile of cells (num/quantile_sketch.h, add_rows()).
///
/// @cost 2 KiB a cell for what is put aside, and its sketch
class CellQuantiles {
 public:
  /// @param n_values  of a participant, each of sixteen cells
  explicit CellQuantiles(std::size_t n_values = 0,
                         QuantileIntervals intervals = QuantileIntervals());
  void add(const Lanes* values, const WideSummary& summary);
  /// Counts what is still put aside.
  void finish();
  void merge(const CellQuantiles& other);
  [[nodiscard]] double quantile(std::size_t cell, double p) const {
    return sketches_[cell].quantile(p);
  }

 private:
  static constexpr std::size_t n_kept = 1024;  ///< participants
  /// From tile to tile. With 16 KiB all would fall on the same places of the cache.
  static constexpr std::size_t pitch = n_kept * QuantileSketch::row_size + 32;

  QuantileIntervals intervals_;
  std::vector<QuantileSketch> sketches_;
  std::vector<std::int16_t> kept_;  ///< [tile][participant][cell of the tile]
  std::size_t n_ = 0;               ///< participants kept
};

}  // namespace entact
