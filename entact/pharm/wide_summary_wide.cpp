#include "entact/num/pack.h"
#include "entact/num/quantile_sketch.h"
#include "entact/pharm/wide_summary.h"

namespace entact {
namespace {

void add(const double* values, std::size_t n_cells, double n, double* mean, double* squares) {
  const double weight = 1 / n;
  for (std::size_t i = 0; i < n_cells; ++i) {
    const double apart = values[i] - mean[i];
    mean[i] += apart * weight;
    squares[i] += apart * (values[i] - mean[i]);
  }
}

void intervals(const double* values, std::size_t n_cells, std::size_t pitch, std::int16_t* to) {
  constexpr std::size_t tile = QuantileSketch::row_size, some = 32 * tile;
  std::int16_t line[some];
  for (std::size_t first = 0; first < n_cells; first += some) {
    const std::size_t n = n_cells - first < some ? n_cells - first : some;
    for (std::size_t i = 0; i < n; ++i) line[i] = QuantileSketch::interval(values[first + i]);
    for (std::size_t i = n; i < some; ++i) line[i] = 0;
    for (std::size_t i = 0; i < n; i += tile, to += pitch)
      __builtin_memcpy(to, line + i, tile * sizeof(std::int16_t));
  }
}

void to_lanes(const double* rows, std::size_t pitch, std::size_t n_rows, std::size_t n_columns,
              Lanes* lanes) {
  for (std::size_t first = 0; first < n_rows; first += n_lanes) {
    const std::size_t n = n_rows - first < n_lanes ? n_rows - first : n_lanes;
    for (std::size_t j = 0; j < n_columns; ++j, ++lanes) {
      const double* column = rows + first * pitch + j;
      for (std::size_t l = 0; l < n; ++l) lanes->lane[l] = column[l * pitch];
      for (std::size_t l = n; l < n_lanes; ++l) lanes->lane[l] = column[(n - 1) * pitch];
    }
  }
}

void to_rows(const Lanes* lanes, std::size_t pitch, std::size_t n_rows, std::size_t n_columns,
             double* rows) {
  for (std::size_t first = 0; first < n_rows; first += n_lanes) {
    const std::size_t n = n_rows - first < n_lanes ? n_rows - first : n_lanes;
    for (std::size_t j = 0; j < n_columns; ++j, ++lanes)
      for (std::size_t l = 0; l < n; ++l) rows[(first + l) * pitch + j] = lanes->lane[l];
  }
}

}  // namespace

template <>
WideSummary wide_summary<wide_set>() {
  return {add, intervals, to_lanes, to_rows};
}

}  // namespace entact
