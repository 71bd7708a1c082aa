#include "entact/stats/summary.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "entact/base/error.h"

namespace entact {
namespace {

// R's sleep data: extra hours of sleep, groups 1 and 2.
const std::vector<double> first{0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0};
const std::vector<double> second{1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};

TEST(Summary, agrees_with_r) {
  const Summary ours = summarise(second);  // R 4.2.2: mean, sd, median, t.test(x)$conf.int
  EXPECT_NEAR(ours.mean, 2.33, 1e-14);
  EXPECT_NEAR(ours.sd, 2.002248735796829, 1e-14);
  EXPECT_NEAR(ours.median, 1.75, 1e-15);
  EXPECT_NEAR(ours.mean_interval.low, 0.89767753937670547, 1e-13);
  EXPECT_NEAR(ours.mean_interval.high, 3.7623224606232943, 1e-13);
}

TEST(Summary, welch_agrees_with_r) {
  // t.test(extra ~ group): t = -1.8608, df = 17.77647, p = 0.07939414, interval -3.365 to 0.205.
  const Estimate ours = welch_difference(summarise(first), summarise(second));
  EXPECT_NEAR(ours.value, -1.58, 1e-14);
  EXPECT_NEAR(ours.df, 17.776473516178498, 1e-12);
  EXPECT_NEAR(*ours.p, 0.079394140187358173, 1e-13);
  EXPECT_NEAR(ours.interval->low, -3.365483230711710, 1e-12);
  EXPECT_NEAR(ours.interval->high, 0.205483230711710, 1e-12);
}

TEST(Summary, missing_values_do_not_count) {
  std::vector<double> gaps = second;
  gaps.insert(gaps.begin() + 3, std::nan(""));
  EXPECT_EQ(summarise(gaps).n, 10);
  EXPECT_EQ(summarise(gaps).mean, summarise(second).mean);
  EXPECT_EQ(summarise(std::vector<double>{}).n, 0);
  EXPECT_TRUE(std::isnan(summarise(std::vector<double>{}).mean));
}

TEST(Summary, one_value_has_no_spread) {
  const Summary one = summarise(std::vector<double>{4});
  EXPECT_EQ(one.median, 4);
  EXPECT_TRUE(std::isnan(one.sd));
  EXPECT_TRUE(std::isnan(one.mean_interval.low));
  EXPECT_TRUE(std::isnan(welch_difference(one, summarise(second)).interval->low));
  EXPECT_THROW(summarise(second, 95), Error);
}

TEST(Summary, shifts_with_its_values) {
  std::vector<double> moved = first;
  for (double& each : moved) each += 100;
  const Summary before = summarise(first), after = summarise(moved);
  EXPECT_NEAR(after.mean, before.mean + 100, 1e-12);
  EXPECT_NEAR(after.sd, before.sd, 1e-12);
  EXPECT_NEAR(after.median, before.median + 100, 1e-12);
}

}  // namespace
}  // namespace entact
