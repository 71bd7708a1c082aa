#include "entact/stats/number_needed.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "entact/base/error.h"
#include "entact/stats/risk_interval.h"

namespace entact {
namespace {

TEST(NumberNeeded, inverts_the_difference_and_its_ends) {
  const auto ours = number_needed(0.25, {0.10, 0.40}, 0.5);
  ASSERT_TRUE(ours.has_value());
  EXPECT_DOUBLE_EQ(ours->value, 4);
  EXPECT_DOUBLE_EQ(ours->low, 2.5);
  EXPECT_DOUBLE_EQ(ours->high, 10);
  EXPECT_TRUE(ours->more_events);
  EXPECT_DOUBLE_EQ(ours->baseline_risk, 0.5);
}

TEST(NumberNeeded, of_fewer_events_has_the_same_numbers) {
  const auto ours = number_needed(-0.25, {-0.40, -0.10}, 0.5);
  ASSERT_TRUE(ours.has_value());
  EXPECT_DOUBLE_EQ(ours->value, 4);
  EXPECT_DOUBLE_EQ(ours->low, 2.5);
  EXPECT_DOUBLE_EQ(ours->high, 10);
  EXPECT_FALSE(ours->more_events);
}

TEST(NumberNeeded, is_absent_where_the_interval_holds_no_effect) {
  EXPECT_FALSE(number_needed(0.1, {-0.05, 0.25}, 0.3).has_value());
  EXPECT_FALSE(number_needed(0.1, {0, 0.25}, 0.3).has_value());
  EXPECT_FALSE(number_needed(-0.1, {-0.25, 0}, 0.3).has_value());
}

// Response in MAPP2, 45/52 against 29/42: one more response for every 5.7 persons treated.
TEST(NumberNeeded, follows_from_counts) {
  const TwoByTwo t{45, 52, 29, 42};
  const Interval interval = score_risk_difference(t);
  const double difference = 45. / 52 - 29. / 42;
  const auto ours = number_needed(difference, interval, 29. / 42);
  ASSERT_TRUE(ours.has_value());
  EXPECT_NEAR(ours->value, 5.717, 5e-4);  // 1 / (45/52 - 29/42)
  EXPECT_DOUBLE_EQ(ours->high, 1 / interval.low);
}

TEST(NumberNeeded, turns_ratios_into_differences_at_a_baseline) {
  EXPECT_DOUBLE_EQ(risk_difference_from_risk_ratio(1.5, 0.2), 0.1);
  EXPECT_DOUBLE_EQ(risk_difference_from_risk_ratio(9, 0.2), 0.8);  // no risk above 1
  const double p0 = 0.3, p1 = risk_difference_from_odds_ratio(2.5, p0) + p0;
  EXPECT_NEAR(p1 / (1 - p1) / (p0 / (1 - p0)), 2.5, 1e-14);
  EXPECT_DOUBLE_EQ(risk_difference_from_odds_ratio(2.5, 0), 0);
  EXPECT_DOUBLE_EQ(risk_difference_from_odds_ratio(0, 1), 0);
}

TEST(NumberNeeded, refuses_what_is_no_risk) {
  EXPECT_THROW(number_needed(0.3, {0.1, 0.2}, 0.5), Error);
  EXPECT_THROW(number_needed(0.3, {0.4, 0.2}, 0.5), Error);
  EXPECT_THROW(number_needed(0.3, {0.1, 0.5}, 0.9), Error);
  EXPECT_THROW(number_needed(0.3, {0.1, 1.5}, 0.5), Error);
  EXPECT_THROW(number_needed(std::nan(""), {0.1, 0.5}, 0.5), Error);
  EXPECT_THROW(risk_difference_from_risk_ratio(-1, 0.5), Error);
  EXPECT_THROW(risk_difference_from_odds_ratio(std::numeric_limits<double>::infinity(), 0.5),
               Error);
}

}  // namespace
}  // namespace entact
