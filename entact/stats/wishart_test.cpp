#include "entact/stats/wishart.h"

#include <gtest/gtest.h>

#include <cmath>

#include "entact/base/error.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;

MatrixXd scale() {
  MatrixXd s(3, 3);
  s << 4, 1, 0.5, 1, 3, -0.7, 0.5, -0.7, 2;
  return s;
}

// E W = df I and var W_ij = df (1 + [i = j]); tolerances are four Monte Carlo standard errors.
TEST(Wishart, draws_have_their_moments_also_when_singular) {
  constexpr int n = 20000;
  for (const double df : {0.0, 1.0, 2.0, 3.0, 7.5}) {
    RandomStream random({.seed = 7});
    MatrixXd sum = MatrixXd::Zero(3, 3), squares = sum;
    for (int i = 0; i < n; ++i) {
      const MatrixXd w = draw_wishart(random, df, 3);
      sum += w;
      squares += w.cwiseProduct(w);
    }
    const MatrixXd mean = sum / n;
    const MatrixXd variance = squares / n - mean.cwiseProduct(mean);
    for (Index r = 0; r < 3; ++r)
      for (Index c = 0; c < 3; ++c) {
        const double of = df * (r == c ? 2 : 1);
        EXPECT_NEAR(mean(r, c), r == c ? df : 0, 4 * std::sqrt(of / n) + 1e-12) << df;
        EXPECT_NEAR(variance(r, c), of, 0.12 * of + 1e-12) << df;
      }
  }
}

TEST(Wishart, the_inverse_has_its_mean) {
  constexpr int n = 40000;
  RandomStream random({.seed = 8});
  MatrixXd sum = MatrixXd::Zero(3, 3);
  for (int i = 0; i < n; ++i) sum += draw_inverse_wishart(random, 12, scale());
  // Relative sd of a diagonal element is sqrt(2/(df - k - 3)) = 0.58, so four errors are 0.012.
  EXPECT_LT((sum / n - scale() / 8).cwiseAbs().maxCoeff(), 0.012 * scale().maxCoeff() / 8);
}

TEST(Wishart, a_scale_that_is_not_definite_is_refused) {
  RandomStream random({.seed = 8});
  EXPECT_THROW(draw_inverse_wishart(random, 12, -scale()), Error);
  EXPECT_THROW(draw_inverse_wishart(random, 1.5, scale()), Error);
}

}  // namespace
}  // namespace entact
