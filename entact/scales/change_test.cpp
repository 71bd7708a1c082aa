#include "entact/scales/change.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "entact/base/error.h"

namespace entact {
namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

TEST(Change, is_from_the_participants_own_baseline) {
  const ScoreChange change = change_since({40, 30, 0, 10, nothing}, {0, 0, 2, 2, 0}, false);
  EXPECT_EQ(change.change[1], -10);
  EXPECT_EQ(change.percent[1], -25);
  EXPECT_EQ(change.improvement[1], 10);
  EXPECT_EQ(change.change[3], 10);
  EXPECT_TRUE(std::isnan(change.percent[3]));  // of a baseline of 0
  EXPECT_TRUE(std::isnan(change.change[4]));
  EXPECT_TRUE(std::isnan(change_since({5}, {-1}, false).change[0]));
}

TEST(Change, improves_upwards_where_higher_is_better) {
  EXPECT_EQ(change_since({50, 60}, {0, 0}, true).improvement[1], 10);
}

TEST(Meets, turns_at_the_threshold_by_its_relation) {
  const std::vector<double> scores{9, 10, 11, nothing};
  const auto decisions = [&](Relation relation) {
    std::string text;
    for (const Decision decision : meets({.low = 10, .high = 10, .relation = relation}, scores))
      text += std::string(to_text(decision)) + ".";
    return text;
  };
  EXPECT_EQ(decisions(Relation::at_least), "no.yes.yes..");
  EXPECT_EQ(decisions(Relation::above), "no.no.yes..");
  EXPECT_EQ(decisions(Relation::at_most), "yes.yes.no..");
  EXPECT_EQ(decisions(Relation::below), "yes.no.no..");
}

TEST(Meets, is_unclear_inside_a_range_of_thresholds) {
  const auto decisions = meets({.low = 31, .high = 33}, {30, 31, 32, 33});
  EXPECT_EQ(decisions, (std::vector<Decision>{Decision::no, Decision::unclear, Decision::unclear,
                                              Decision::yes}));
}

TEST(Improved, counts_points_or_percent_of_the_baseline) {
  const ScoreChange change = change_since({40, 30, 20, 19}, {0, 0, 0, 0}, false);
  EXPECT_EQ(improved({.low = 10, .high = 10}, change)[1], Decision::yes);
  EXPECT_EQ(improved({.low = 11, .high = 11}, change)[1], Decision::no);
  const ScoreThreshold half{.low = 50, .high = 50, .percent_of_baseline = true};
  EXPECT_EQ(improved(half, change)[1], Decision::no);
  EXPECT_EQ(improved(half, change)[2], Decision::yes);
  EXPECT_EQ(improved(half, change_since({0, 0}, {0, 0}, false))[1], Decision::missing);
}

TEST(Lost, needs_the_diagnosis_at_baseline_and_its_absence_now) {
  const std::vector<Decision> decisions{Decision::yes, Decision::no, Decision::missing,
                                        Decision::no};
  EXPECT_EQ(lost(decisions, {0, 0, 0, 3}),
            (std::vector<Decision>{Decision::no, Decision::yes, Decision::missing, Decision::no}));
  EXPECT_EQ(lost(decisions, {-1, -1, -1, -1})[1], Decision::missing);
}

TEST(Meets, can_ask_for_the_loss_of_a_diagnosis_too) {
  const std::vector<DecisionColumn> diagnoses{
      {"sick", {Decision::yes, Decision::no, Decision::yes, Decision::no}}};
  const ScoreThreshold remission{.low = 11, .high = 11, .relation = Relation::at_most, .loses = 0};
  EXPECT_EQ(meets(remission, {40, 11, 11, 12}, diagnoses, {0, 0, 0, 0}),
            (std::vector<Decision>{Decision::no, Decision::yes, Decision::no, Decision::no}));
}

TEST(ReliableChangeIndex, is_the_example_of_jacobson_and_truax) {
  // Their example: marital satisfaction 47.5 to 32.5, sd 7.5, r 0.80: S_diff = 4.74, RCI = 3.16.
  EXPECT_NEAR(reliable_change_index(47.5 - 32.5, 7.5, 0.80), 15 / (7.5 * std::sqrt(0.4)), 1e-12);
  EXPECT_NEAR(reliable_change_index(15, 7.5, 0.80), 3.16, 0.005);
}

TEST(ReliableChangeIndex, refuses_a_spread_of_zero_and_a_perfect_reliability) {
  EXPECT_THROW(reliable_change_index(1, 0, 0.8), Error);
  EXPECT_THROW(reliable_change_index(1, nothing, 0.8), Error);
  EXPECT_THROW(reliable_change_index(1, 1, 1), Error);
  EXPECT_THROW(reliable_change_index(1, 1, -0.1), Error);
}

TEST(ReliableChange, is_the_same_either_way_and_needs_more_than_the_quantile) {
  EXPECT_EQ(reliable_change(1.97, 1.96), ReliableChange::improved);
  EXPECT_EQ(reliable_change(-1.97, 1.96), ReliableChange::worsened);
  EXPECT_EQ(reliable_change(1.96, 1.96), ReliableChange::unchanged);
  EXPECT_EQ(reliable_change(nothing, 1.96), ReliableChange::missing);
  EXPECT_EQ(to_text(ReliableChange::worsened), "worsened");
}

}  // namespace
}  // namespace entact
