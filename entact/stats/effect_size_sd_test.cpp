#include "entact/stats/effect_size_sd.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "entact/base/error.h"

namespace entact {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

TEST(EffectSizeSd, converts_there_and_back) {
  EXPECT_DOUBLE_EQ(sd_from_se(2, 25), 10);
  EXPECT_DOUBLE_EQ(se_from_sd(sd_from_se(1.7, 42), 42), 1.7);
  EXPECT_DOUBLE_EQ(correlation_from_sds(6, 12, sd_of_change(6, 12, 0.37)), 0.37);
}

TEST(EffectSizeSd, reads_intervals) {
  EXPECT_NEAR(se_from_interval(-1.959963984540054, 1.959963984540054, infinity), 1, 1e-15);
  // qt(0.975, 24) = 2.0638985616280205 (R 4.2.2): 25 persons, sd 10, se 2
  const double half = 2 * 2.0638985616280205;
  EXPECT_NEAR(sd_from_interval(50 - half, 50 + half, 25), 10, 1e-13);
  EXPECT_NEAR(se_from_ratio_interval(std::exp(-1.959963984540054), std::exp(1.959963984540054)), 1,
              1e-15);
  EXPECT_GT(se_from_interval(0, 4, infinity, 0.90), se_from_interval(0, 4, infinity, 0.95));
}

TEST(EffectSizeSd, reads_test_statistics) {
  EXPECT_DOUBLE_EQ(se_from_t(-6, 2), 3);
  EXPECT_NEAR(se_from_p(-1.959963984540054, 0.05, infinity), 1, 1e-14);
  EXPECT_NEAR(se_from_p(5, 0.05, 24), 5 / 2.0638985616280205, 1e-13);  // qt(0.975, 24)
}

TEST(EffectSizeSd, gives_the_pooled_sd_between_the_two) {
  EXPECT_DOUBLE_EQ(pooled_sd(3, 10, 3, 20), 3);
  EXPECT_DOUBLE_EQ(pooled_sd(3, 11, 4, 11), std::sqrt(12.5));
}

TEST(EffectSizeSd, gives_the_sd_of_change_at_the_extremes) {
  EXPECT_DOUBLE_EQ(sd_of_change(3, 4, 0), 5);
  EXPECT_DOUBLE_EQ(sd_of_change(3, 4, 1), 1);
  EXPECT_DOUBLE_EQ(sd_of_change(3, 4, -1), 7);
}

ArmMean of(const std::vector<double>& x) {
  double sum = 0, squares = 0;
  for (double v : x) sum += v;
  const double n = static_cast<double>(x.size()), mean = sum / n;
  for (double v : x) squares += (v - mean) * (v - mean);
  return {mean, std::sqrt(squares / (n - 1)), n};
}

TEST(EffectSizeSd, joins_groups_as_if_their_persons_were_one_group) {
  const ArmMean joined = combine_groups(of({1, 4, 2, 7}), of({9, 3, 3}));
  const ArmMean whole = of({1, 4, 2, 7, 9, 3, 3});
  EXPECT_DOUBLE_EQ(joined.mean, whole.mean);
  EXPECT_DOUBLE_EQ(joined.sd, whole.sd);
  EXPECT_EQ(joined.n, 7);
}

TEST(EffectSizeSd, refuses_what_breaks_a_rule) {
  EXPECT_THROW(sd_from_se(-1, 5), Error);
  EXPECT_THROW(sd_from_se(1, 0), Error);
  EXPECT_THROW(se_from_sd(nan, 5), Error);
  EXPECT_THROW(se_from_interval(2, 1, infinity), Error);
  EXPECT_THROW(se_from_interval(1, 2, 0), Error);
  EXPECT_THROW(se_from_interval(1, 2, 10, 95), Error);
  EXPECT_THROW(se_from_ratio_interval(0, 2), Error);
  EXPECT_THROW(sd_from_interval(1, 2, 1), Error);
  EXPECT_THROW(se_from_t(3, 0), Error);
  EXPECT_THROW(se_from_p(3, 0, 10), Error);
  EXPECT_THROW(pooled_sd(1, 1, 1, 1), Error);
  EXPECT_THROW(sd_of_change(1, 1, 1.01), Error);
  EXPECT_THROW(correlation_from_sds(3, 4, 8), Error);
  EXPECT_THROW(combine_groups({nan, 1, 4}, {1, 1, 4}), Error);
}

}  // namespace
}  // namespace entact
