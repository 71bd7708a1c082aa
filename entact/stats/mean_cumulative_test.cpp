#include "entact/stats/mean_cumulative.h"

#include <gtest/gtest.h>

#include <cmath>

#include "entact/base/error.h"

namespace entact {
namespace {

std::string code_of(const SurvivalData& data, const std::vector<int>& participant) {
  try {
    mean_cumulative(data, participant);
  } catch (const Error& error) {
    return error.code();
  }
  return "";
}

// All followed to the end: the mean number of events and its standard error are those of a sample
// of counts (divisor n).
TEST(MeanCumulative, with_full_follow_up_is_the_mean_count) {
  const SurvivalData data{.start = {0, 2, 5, 0, 4, 0, 0, 1},
                          .stop = {2, 5, 9, 4, 9, 9, 1, 9},
                          .event = {1, 1, 0, 1, 0, 0, 1, 0}};
  const MeanCumulative curve = mean_cumulative(data, std::vector<int>{0, 0, 0, 1, 1, 2, 3, 3});
  EXPECT_NEAR(curve.mean.back(), (2 + 1 + 0 + 1) / 4.0, 1e-15);
  EXPECT_NEAR(curve.se.back(), std::sqrt(0.5 / 4), 1e-15);
  EXPECT_EQ(curve.at_risk.front(), 4);
}

// Rows without an event may be cut anywhere; gaps take the participant out of the risk set.
TEST(MeanCumulative, does_not_mind_cut_rows) {
  const SurvivalData whole{.start = {0, 3, 0}, .stop = {3, 8, 6}, .event = {1, 0, 1}};
  const SurvivalData cut{
      .start = {0, 1, 3, 5, 0}, .stop = {1, 3, 5, 8, 6}, .event = {0, 1, 0, 0, 1}};
  const MeanCumulative a = mean_cumulative(whole, std::vector<int>{0, 0, 1});
  const MeanCumulative b = mean_cumulative(cut, std::vector<int>{0, 0, 0, 0, 1});
  ASSERT_EQ(a.time, b.time);
  for (std::size_t i = 0; i < a.time.size(); ++i) {
    EXPECT_DOUBLE_EQ(a.mean[i], b.mean[i]);
    EXPECT_NEAR(a.se[i], b.se[i], 1e-15);
  }
  const SurvivalData gap{.start = {0, 7, 0}, .stop = {3, 8, 6}, .event = {1, 0, 1}};
  EXPECT_EQ(mean_cumulative(gap, std::vector<int>{0, 0, 1}).at_risk[1], 1);
}

TEST(MeanCumulative, refuses_overlapping_rows_and_weights) {
  const SurvivalData overlap{.start = {0, 2}, .stop = {3, 5}, .event = {1, 1}};
  EXPECT_EQ(code_of(overlap, {0, 0}), "stats.mean_cumulative.rows");
  EXPECT_EQ(code_of(overlap, {0, 1}), "");
  EXPECT_EQ(code_of(overlap, {0}), "stats.survival.length");
  SurvivalData weighted = overlap;
  weighted.weight = {1, 2};
  EXPECT_EQ(code_of(weighted, {0, 1}), "stats.mean_cumulative.weight");
}

}  // namespace
}  // namespace entact
