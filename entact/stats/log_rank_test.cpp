#include "entact/stats/log_rank.h"

#include <gtest/gtest.h>

#include <cmath>

#include "entact/base/error.h"
#include "entact/stats/cox.h"

namespace entact {
namespace {

const SurvivalData data{.stop = {3, 5, 7, 2, 9, 11, 4, 6, 8, 10},
                        .event = {1, 1, 0, 1, 1, 1, 1, 0, 1, 0}};
const std::vector<int> arm{0, 1, 0, 0, 1, 1, 0, 1, 0, 1};

std::string code_of(const SurvivalData& rows, const std::vector<int>& group,
                    const LogRankOptions& how = {}) {
  try {
    log_rank(rows, group, 3, how);
  } catch (const Error& error) {
    return error.code();
  }
  return "";
}

// Without ties the score test of the Cox model of two groups is the log-rank test.
TEST(LogRank, is_the_score_test_of_a_cox_model) {
  CoxData cox{.survival = data, .x = Eigen::MatrixXd(10, 1), .names = {"arm"}};
  for (Eigen::Index i = 0; i < 10; ++i) cox.x(i, 0) = arm[static_cast<std::size_t>(i)];
  EXPECT_NEAR(fit_cox(cox).score.statistic, log_rank(data, arm, 2).statistic, 1e-12);
}

TEST(LogRank, expects_as_many_events_as_there_are) {
  const LogRank test = log_rank(data, arm, 2);
  EXPECT_NEAR(test.observed.sum(), test.expected.sum(), 1e-13);
  EXPECT_NEAR(test.variance.rowwise().sum().norm(), 0, 1e-13);
}

TEST(LogRank, does_not_mind_the_numbering_of_groups_or_an_empty_one) {
  std::vector<int> other;
  for (const int a : arm) other.push_back(a == 0 ? 2 : 0);
  EXPECT_NEAR(log_rank(data, other, 3).statistic, log_rank(data, arm, 2).statistic, 1e-12);
  EXPECT_EQ(log_rank(data, other, 3).df, 1);
}

// One stratum for each half, the same as adding observed - expected and variance of the halves.
TEST(LogRank, adds_up_over_strata) {
  SurvivalData twice = data;
  twice.stop.insert(twice.stop.end(), data.stop.begin(), data.stop.end());
  twice.event.insert(twice.event.end(), data.event.begin(), data.event.end());
  twice.stratum.assign(20, 0);
  std::fill(twice.stratum.begin() + 10, twice.stratum.end(), 1);
  std::vector<int> arms = arm;
  arms.insert(arms.end(), arm.begin(), arm.end());
  EXPECT_NEAR(log_rank(twice, arms, 2).statistic, 2 * log_rank(data, arm, 2).statistic, 1e-12);
}

// With two groups a trend is the test itself, with a sign.
TEST(LogRank, trend_of_two_groups_is_the_root_of_chi_squared) {
  const LogRank test = log_rank(data, arm, 2, {.rho = 1, .gamma = 0.5});
  const std::vector<double> scores{0, 1};
  const LogRankTrend trend = log_rank_trend(test, scores);
  EXPECT_NEAR(trend.z * trend.z, test.statistic, 1e-12);
  EXPECT_EQ(trend.z < 0, test.observed(1) < test.expected(1));
  EXPECT_NEAR(trend.p, test.p, 1e-12);
  EXPECT_THROW(log_rank_trend(test, std::vector<double>{1, 1}), Error);
  EXPECT_THROW(log_rank_trend(test, std::vector<double>{1}), Error);
}

TEST(LogRank, refuses_what_cannot_be_compared) {
  EXPECT_EQ(code_of(data, std::vector<int>(10, 1)), "stats.log_rank.groups");
  SurvivalData none = data;
  none.event.assign(10, 0);
  EXPECT_EQ(code_of(none, arm), "stats.log_rank.events");
  EXPECT_EQ(code_of(data, arm, {.rho = -1}), "stats.log_rank.option");
}

}  // namespace
}  // namespace entact
