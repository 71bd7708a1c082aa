#pragma once

#include <vector>

#include "entact/base/random.h"

namespace entact {

/// Draws from one binomial distribution by inversion with a guide table.
///
/// @cost  O(n) to make; 20 ns a draw, one uniform each
/// @source Devroye 1986, Non-Uniform Random Variate Generation, ch. III.2.4 [devroye1986]
/// @checked binomial_draw_test.cpp (chi-square against the exact distribution)
class BinomialDraw {
 public:
  /// @param n  at least 0; p in [0, 1]
  /// @throws Error "trial.binomial.domain" (usage)
  BinomialDraw(long n, double p);
  /// Events in n trials.
  [[nodiscard]] long operator()(RandomStream& random) const;

 private:
  std::vector<double> cumulative_{};  ///< P(X <= least + i), the last 1
  std::vector<int> guide_{};          ///< first i that uniforms of this part of (0, 1) can give
  long least_ = 0;
};

}  // namespace entact
