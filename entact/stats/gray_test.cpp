#include "entact/stats/gray.h"

#include <gtest/gtest.h>

#include "entact/base/error.h"
#include "entact/stats/log_rank.h"

namespace entact {
namespace {

const SurvivalData data{.stop = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10},
                        .event = {1, 2, 1, 0, 2, 1, 1, 0, 1, 2}};
const std::vector<int> arm{0, 1, 0, 0, 1, 1, 0, 1, 0, 1};

std::string code_of(const SurvivalData& rows, const std::vector<int>& group, int groups) {
  try {
    gray_test(rows, group, groups, 2, 1);
  } catch (const Error& error) {
    return error.code();
  }
  return "";
}

// Without a competing cause the subdistribution is the distribution: the score is the log-rank
// test's.
TEST(Gray, without_other_causes_has_the_score_of_log_rank) {
  SurvivalData one = data;
  for (int& event : one.event) event = event == 2 ? 0 : event;
  const LogRank test = log_rank(one, arm, 2);
  EXPECT_NEAR(gray_test(one, arm, 2, 1, 1).score(0), test.observed(0) - test.expected(0), 1e-13);
}

TEST(Gray, does_not_mind_the_numbering_of_groups) {
  std::vector<int> turned;
  for (const int a : arm) turned.push_back(1 - a);
  const GrayTest a = gray_test(data, arm, 2, 2, 1), b = gray_test(data, turned, 2, 2, 1);
  EXPECT_NEAR(a.statistic, b.statistic, 1e-12);
  EXPECT_NEAR(a.score.sum(), 0, 1e-13);
  EXPECT_LT(a.variance.rowwise().sum().norm(), 1e-13);
}

TEST(Gray, refuses_late_entry_weights_and_a_group_without_participants) {
  SurvivalData late = data;
  late.start.assign(10, 0);
  EXPECT_EQ(code_of(late, arm, 2), "stats.gray.rows");
  SurvivalData weighted = data;
  weighted.weight.assign(10, 2);
  EXPECT_EQ(code_of(weighted, arm, 2), "stats.gray.rows");
  EXPECT_EQ(code_of(data, arm, 3), "stats.gray.groups");
  SurvivalData none = data;
  none.event.assign(10, 2);
  EXPECT_EQ(code_of(none, arm, 2), "stats.gray.groups");
}

}  // namespace
}  // namespace entact
