#include "entact/num/pack.h"
#include "entact/pharm/wide_summary.h"

namespace entact {
namespace {

using Real = Pack<WideArch>;

void add(const Lanes* values, std::size_t n_values, double n, Lanes* mean, Lanes* squares) {
  const Real weight(1 / n);
  for (std::size_t i = 0; i < n_values; ++i) {
    const Real x(values[i]), before(mean[i]), apart = x - before;
    const Real now = multiply_add(apart, weight, before);
    now.store(mean[i]);
    multiply_add(apart, x - now, Real(squares[i])).store(squares[i]);
  }
}

void find_intervals(const QuantileIntervals& intervals, const Lanes* values, std::size_t n_values,
                    std::size_t pitch, std::int16_t* to) {
  const QuantileIntervals interval = intervals;  // what is stored cannot change it
  constexpr std::size_t row = QuantileSketch::row_size;
  static_assert(n_lanes == 2 * row);
  for (std::size_t i = 0; i < n_values; ++i, to += 2 * pitch) {
    std::int16_t both[n_lanes];
    for (std::size_t l = 0; l < n_lanes; ++l) both[l] = interval(values[i].lane[l]);
    __builtin_memcpy(to, both, row * sizeof(std::int16_t));
    __builtin_memcpy(to + pitch, both + row, row * sizeof(std::int16_t));
  }
}

using Eight = double __attribute__((vector_size(64)));

/// Row r gets the r-th number of each.
void transpose(Eight (&v)[8]) {
  for (int i = 0; i < 8; i += 2) {
    const Eight a = v[i], b = v[i + 1];
    v[i] = __builtin_shufflevector(a, b, 0, 8, 2, 10, 4, 12, 6, 14);
    v[i + 1] = __builtin_shufflevector(a, b, 1, 9, 3, 11, 5, 13, 7, 15);
  }
  for (const int i : {0, 1, 4, 5}) {
    const Eight a = v[i], b = v[i + 2];
    v[i] = __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13);
    v[i + 2] = __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15);
  }
  for (int i = 0; i < 4; ++i) {
    const Eight a = v[i], b = v[i + 4];
    v[i] = __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11);
    v[i + 4] = __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15);
  }
}

/// Eight times of up to eight columns. A row that is shorter than eight is stored as eight where
/// the rows after it, which mend that, reach so far.
struct EightTimes {
  std::size_t n_columns = 0, pitch = 0;
  double* end = nullptr;  ///< of all rows

  void put(const Lanes* values, std::size_t place, std::size_t n, double* rows) const {
    Eight v[8]{};
    for (std::size_t j = 0; j < n_columns; ++j)
      __builtin_memcpy(&v[j], values[j].lane.data() + place, sizeof(Eight));
    transpose(v);
    for (std::size_t r = 0; r < n; ++r, rows += pitch)
      if (end - rows >= 8)
        __builtin_memcpy(rows, &v[r], sizeof(Eight));
      else
        for (std::size_t j = 0; j < n_columns; ++j) rows[j] = v[r][j];
  }
};

void to_rows(const Lanes* values, std::size_t n_rows, std::size_t n_columns, double* rows) {
  const EightTimes eight{n_columns < 8 ? n_columns : 8, n_columns, rows + n_rows * n_columns};
  for (std::size_t first = 0; first < n_rows; first += 8) {
    const Lanes* group = values + first / n_lanes * n_columns;
    const std::size_t n = n_rows - first < 8 ? n_rows - first : 8;
    for (std::size_t j = 0; j < n_columns; j += 8) {
      // The last eight columns may begin among those before.
      const std::size_t from = n_columns < 8 || j + 8 <= n_columns ? j : n_columns - 8;
      eight.put(group + from, first % n_lanes, n, rows + first * n_columns + from);
    }
  }
}

}  // namespace

template <>
WideSummary wide_summary<wide_set>() {
  return {add, find_intervals, to_rows};
}

}  // namespace entact
