#include "entact/pharm/cell_quantiles.h"

namespace entact {

constexpr std::size_t tile = QuantileSketch::row_size;

CellQuantiles::CellQuantiles(std::size_t n_values, QuantileIntervals intervals)
    : intervals_(intervals),
      sketches_(n_values * n_lanes, QuantileSketch(intervals)),
      kept_(n_values * n_lanes / tile * pitch) {}

void CellQuantiles::add(const Lanes* values, const WideSummary& summary) {
  summary.intervals(intervals_, values, sketches_.size() / n_lanes, pitch,
                    kept_.data() + n_ * tile);
  if (++n_ == n_kept) finish();
}

void CellQuantiles::finish() {
  for (std::size_t cell = 0; cell < sketches_.size(); cell += tile)
    QuantileSketch::add_rows(std::span(sketches_).subspan(cell, tile),
                             std::span(kept_).subspan(cell / tile * pitch, n_ * tile));
  n_ = 0;
}

void CellQuantiles::merge(const CellQuantiles& other) {
  for (std::size_t i = 0; i < sketches_.size(); ++i) sketches_[i].merge(other.sketches_[i]);
}

}  // namespace entact
