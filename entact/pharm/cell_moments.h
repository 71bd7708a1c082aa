#pragma once

#include <cstddef>
#include <vector>

#include "entact/num/lanes.h"

namespace entact {

/// Means and sums of squared deviations of a number of participants, one pair a cell.
struct CellMoments {
  double n = 0;
  std::vector<Lanes> mean{}, squares{};

  void clear(std::size_t n_values) {
    n = 0;
    mean.assign(n_values, {}), squares.assign(n_values, {});
  }

  /// @source Chan, Golub, LeVeque 1983, Am Stat 37:242 [chan1983]
  void merge(const CellMoments& other) {
    if (other.n == 0) return;
    if (n == 0) return void(*this = other);
    const double both = n + other.n, share = other.n / both;
    for (std::size_t i = 0; i < mean.size(); ++i)
      for (std::size_t l = 0; l < n_lanes; ++l) {
        const double apart = other.mean[i].lane[l] - mean[i].lane[l];
        mean[i].lane[l] += apart * share;
        squares[i].lane[l] += other.squares[i].lane[l] + apart * apart * n * share;
      }
    n = both;
  }
};

}  // namespace entact
