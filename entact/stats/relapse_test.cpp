#include "entact/stats/relapse.h"

#include <gtest/gtest.h>

#include <cmath>

#include "entact/base/error.h"

namespace entact {
namespace {

// Scores of three participants with baselines 40, 50 and 60; response is half of baseline.
const std::vector<double> baseline{40, 50, 60};
const std::vector<Assessment> scores{{0, 4, 30}, {0, 8, 18},  {0, 12, 20}, {0, 16, 26}, {0, 20, 15},
                                     {1, 4, 20}, {1, 8, NAN}, {1, 12, 24}, {2, 4, 45},  {2, 8, 31}};

std::string code_of(const std::vector<Assessment>& rows, const ResponseRule& rule) {
  try {
    time_from_response(rows, baseline, rule);
  } catch (const Error& error) {
    return error.code();
  }
  return "";
}

TEST(Relapse, runs_from_response_to_loss_or_the_last_assessment) {
  const TimeFromResponse times = time_from_response(scores, baseline, {.share = 0.5});
  EXPECT_EQ(times.participant, (std::vector<int>{0, 1}));
  EXPECT_EQ(times.response_at, (std::vector<double>{8, 4}));
  EXPECT_EQ(times.data.stop, (std::vector<double>{8, 8}));
  EXPECT_EQ(times.data.event, (std::vector<int>{1, 0}));
  EXPECT_EQ(times.never, 1);
}

TEST(Relapse, waits_for_a_loss_to_be_confirmed) {
  const TimeFromResponse times =
      time_from_response(scores, baseline, {.share = 0.5, .confirmed = 2});
  EXPECT_EQ(times.data.event, (std::vector<int>{0, 0}));
  EXPECT_EQ(times.data.stop, (std::vector<double>{12, 8}));
}

TEST(Relapse, may_ask_for_a_worse_score_than_the_end_of_response) {
  const TimeFromResponse times =
      time_from_response(scores, baseline, {.change = 15, .lost_from = 24});
  EXPECT_EQ(times.participant, (std::vector<int>{0, 1, 2}));
  EXPECT_EQ(times.data.event, (std::vector<int>{1, 0, 0}));
  EXPECT_EQ(times.data.stop, (std::vector<double>{8, 8, 4}));
  // 26 is no response any more, but not bad enough.
  EXPECT_EQ(time_from_response(scores, baseline, {.change = 15, .lost_from = 27}).data.event[0], 0);
}

// The same scores and rule with all signs changed.
TEST(Relapse, reads_scales_on_which_higher_is_better) {
  std::vector<Assessment> turned = scores;
  std::vector<double> start;
  for (Assessment& a : turned) a.value = -a.value;
  for (const double b : baseline) start.push_back(-b);
  const TimeFromResponse a =
      time_from_response(scores, baseline, {.at_most = 25, .change = 15, .lost_from = 24});
  const TimeFromResponse b = time_from_response(
      turned, start, {.at_most = -25, .change = 15, .lost_from = -24, .higher_is_better = true});
  EXPECT_EQ(a.data.stop, b.data.stop);
  EXPECT_EQ(a.data.event, b.data.event);
}

TEST(Relapse, refuses_rules_and_rows_without_meaning) {
  EXPECT_EQ(code_of(scores, {}), "stats.relapse.rule");
  EXPECT_EQ(code_of(scores, {.share = 0.5, .confirmed = 0}), "stats.relapse.rule");
  EXPECT_EQ(code_of(scores, {.share = 0.99}), "stats.relapse.none");
  EXPECT_EQ(code_of({{7, 4, 10}}, {.share = 0.5}), "stats.relapse.participant");
  EXPECT_EQ(code_of({{0, 4, 10}, {0, 4, 12}}, {.share = 0.5}), "stats.relapse.twice");
}

}  // namespace
}  // namespace entact
