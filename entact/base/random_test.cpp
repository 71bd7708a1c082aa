#include "entact/base/random.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <set>
#include <vector>

#include "entact/base/error.h"

namespace entact {
namespace {

using Words = std::array<std::uint32_t, 4>;

// The known answers of Random123's kat_vectors for philox4x32 with 10 rounds.
TEST(Random, philox_gives_the_published_known_answers) {
  EXPECT_EQ(philox({0, 0, 0, 0}, {0, 0}), (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  constexpr std::uint32_t all = 0xffffffff;
  EXPECT_EQ(philox({all, all, all, all}, {all, all}),
            (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

double upper_tail(double x) { return 0.5 * std::erfc(x / std::numbers::sqrt2); }

TEST(Random, normal_inverts_its_distribution_to_double_precision) {
  for (double p = 1e-300; p < 0.5; p = p < 0.01 ? p * 10 : p + 0.0137) {
    const double x = normal_from_uniform(p);
    // d log p / dx is about x in the tail: a relative error of p is |x| times that of x.
    EXPECT_NEAR(upper_tail(-x) / p, 1, 1e-15 * (4 + x * x)) << p;
    if (p >= 0.01) {
      EXPECT_NEAR(normal_from_uniform(1 - p), -x, 1e-13) << p;  // 1 - p itself is rounded
    }
  }
  EXPECT_EQ(normal_from_uniform(0.5), 0);
}

TEST(Random, a_stream_is_its_key_and_no_two_keys_share_numbers) {
  std::set<double> seen;
  for (const RandomKey& key :
       {RandomKey{.seed = 1}, RandomKey{.seed = 2}, RandomKey{.seed = 1ULL << 32U},
        RandomKey{.seed = 1, .purpose = RandomPurpose::imputation},
        RandomKey{.seed = 1, .participant = 1}, RandomKey{.seed = 1, .replicate = 1}}) {
    RandomStream stream(key), again(key);
    for (int i = 0; i < 100; ++i) {
      const double u = stream.uniform();
      EXPECT_EQ(u, again.uniform());
      EXPECT_TRUE(seen.insert(u).second) << "twice";
    }
  }
}

TEST(Random, uniforms_fill_twenty_bins_evenly) {
  RandomStream stream({.seed = 11});
  std::vector<double> bins(20);
  constexpr int n = 200000;
  for (int i = 0; i < n; ++i) {
    const double u = stream.uniform();
    ASSERT_GT(u, 0);
    ASSERT_LT(u, 1);
    ++bins[static_cast<std::size_t>(20 * u)];
  }
  double chi_squared = 0;
  for (const double count : bins) chi_squared += std::pow(count - n / 20.0, 2) / (n / 20.0);
  EXPECT_LT(chi_squared, 43.8);  // 99.9th percentile of chi-squared with 19 df
  EXPECT_GT(chi_squared, 5.4);   // and the 0.1th: not too even either
}

struct Moments {
  double mean = 0, variance = 0, skewness = 0;
};

template <class Draw>
Moments moments_of(int n, Draw draw) {
  std::vector<double> x;
  for (int i = 0; i < n; ++i) x.push_back(draw());
  Moments m;
  for (const double v : x) m.mean += v / n;
  for (const double v : x) m.variance += (v - m.mean) * (v - m.mean) / n;
  for (const double v : x) m.skewness += std::pow((v - m.mean) / std::sqrt(m.variance), 3) / n;
  return m;
}

// Tolerances are four Monte Carlo standard errors at n = 200,000.
TEST(Random, normals_and_gammas_have_their_moments) {
  constexpr int n = 200000;
  RandomStream stream({.seed = 5});
  const Moments normal = moments_of(n, [&] { return stream.normal(); });
  EXPECT_NEAR(normal.mean, 0, 4 / std::sqrt(n));
  EXPECT_NEAR(normal.variance, 1, 4 * std::sqrt(2.0 / n));
  EXPECT_NEAR(normal.skewness, 0, 4 * std::sqrt(6.0 / n));
  for (const double shape : {0.3, 1.0, 2.5, 40.0}) {
    const Moments gamma = moments_of(n, [&] { return stream.gamma(shape); });
    EXPECT_NEAR(gamma.mean, shape, 4 * std::sqrt(shape / n)) << shape;
    EXPECT_NEAR(gamma.variance, shape, 4 * shape * std::sqrt((2 + 6 / shape) / n)) << shape;
    EXPECT_NEAR(gamma.skewness, 2 / std::sqrt(shape), 0.1 + 0.2 / shape) << shape;
  }
}

TEST(Random, whole_numbers_stay_below_their_bound_and_reach_all) {
  RandomStream stream({.seed = 3});
  std::vector<int> seen(7);
  for (int i = 0; i < 7000; ++i) ++seen[stream.below(7)];
  for (const int count : seen) EXPECT_NEAR(count, 1000, 4 * std::sqrt(1000 * 6.0 / 7));
}

TEST(Random, a_shape_that_is_not_positive_is_refused) {
  RandomStream stream({.seed = 3});
  EXPECT_THROW(stream.gamma(0), Error);
}

}  // namespace
}  // namespace entact
