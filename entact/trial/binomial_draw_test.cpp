#include "entact/trial/binomial_draw.h"

#include <gtest/gtest.h>

#include <cmath>

#include "entact/base/error.h"
#include "entact/num/distributions.h"

namespace entact {
namespace {

RandomStream stream() { return RandomStream({.seed = 5, .purpose = RandomPurpose::course}); }

// Chi-square of the draws' counts against the exact distribution, cells of at least 20 expected.
void expect_binomial(long n, double p) {
  const BinomialDraw draw(n, p);
  RandomStream random = stream();
  const int draws = 20000;
  std::vector<int> seen(static_cast<std::size_t>(n) + 1);
  for (int i = 0; i < draws; ++i) ++seen[static_cast<std::size_t>(draw(random))];
  double chi = 0, expected = 0, before = 0;
  int observed = 0, cells = 0;
  for (long k = 0; k <= n; ++k) {
    const double now = binomial_cdf(static_cast<double>(k), static_cast<double>(n), p);
    expected += draws * (now - before);
    observed += seen[static_cast<std::size_t>(k)];
    before = now;
    if (expected < 20) continue;
    chi += (observed - expected) * (observed - expected) / expected;
    expected = observed = 0;
    ++cells;
  }
  EXPECT_GT(chi_squared_upper(chi, cells - 1), 1e-4) << n << " " << p;
}

TEST(BinomialDraw, follows_the_exact_distribution) {
  expect_binomial(1, 0.3);
  expect_binomial(15, 0.6);
  expect_binomial(40, 0.05);
  expect_binomial(3000, 0.41);
}

TEST(BinomialDraw, of_certain_events_is_certain) {
  RandomStream random = stream();
  EXPECT_EQ(BinomialDraw(12, 0)(random), 0);
  EXPECT_EQ(BinomialDraw(12, 1)(random), 12);
  EXPECT_EQ(BinomialDraw(0, 0.5)(random), 0);
}

TEST(BinomialDraw, refuses_what_is_no_binomial) {
  EXPECT_THROW(BinomialDraw(-1, 0.5), Error);
  EXPECT_THROW(BinomialDraw(5, 1.5), Error);
}

}  // namespace
}  // namespace entact
