#pragma once

#include <cstddef>
#include <vector>

namespace entact {

/// Means and sums of squared deviations of a number of participants, one pair a cell.
struct CellMoments {
  double n = 0;
  std::vector<double> mean{}, squares{};

  void clear(std::size_t n_cells) {
    n = 0;
    mean.assign(n_cells, 0), squares.assign(n_cells, 0);
  }

  /// @source Chan, Golub, LeVeque 1983, Am Stat 37:242 [chan1983]
  void merge(const CellMoments& other) {
    if (other.n == 0) return;
    if (n == 0) return void(*this = other);
    const double both = n + other.n, share = other.n / both;
    for (std::size_t i = 0; i < mean.size(); ++i) {
      const double apart = other.mean[i] - mean[i];
      mean[i] += apart * share;
      squares[i] += other.squares[i] + apart * apart * n * share;
    }
    n = both;
  }
};

}  // namespace entact
