#pragma once

#include <algorithm>
#include <cmath>

namespace entact {

/// Mean and standard deviation of what was added.
struct RunningSums {
  double n = 0, sum = 0, squares = 0;
  void add(double value) { ++n, sum += value, squares += value * value; }
  [[nodiscard]] double mean() const { return sum / n; }
  [[nodiscard]] double sd() const {
    return std::sqrt(std::max(0.0, (squares - sum * sum / n) / (n - 1)));
  }
};

}  // namespace entact
