#include "entact/stats/kaplan_meier.h"

#include <gtest/gtest.h>

#include <cmath>

#include "entact/base/error.h"
#include "entact/stats/restricted_mean.h"

namespace entact {
namespace {

template <typename Call>
std::string code_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error.code();
  }
  return "";
}

// Six of ten have the event, nobody is censored before: the curve is a proportion, its Greenwood
// variance that of a binomial.
TEST(KaplanMeier, without_censoring_is_a_proportion) {
  const SurvivalData data{.stop = {1, 2, 3, 4, 5, 6, 7, 7, 7, 7},
                          .event = {1, 1, 1, 1, 1, 1, 0, 0, 0, 0}};
  const SurvivalCurve curve = kaplan_meier(data);
  const CurvePoint last = at_time(curve, 6.5);
  EXPECT_NEAR(last.survival, 0.4, 1e-15);
  EXPECT_NEAR(last.se, std::sqrt(0.4 * 0.6 / 10), 1e-15);
  EXPECT_EQ(last.at_risk, 4);
  EXPECT_EQ(at_time(curve, 0.5).survival, 1);
}

TEST(KaplanMeier, a_weight_is_a_repeated_row) {
  const SurvivalData repeated{.stop = {1, 1, 2, 3, 3, 3, 4}, .event = {1, 1, 0, 1, 1, 1, 0}};
  const SurvivalData weighted{.stop = {1, 2, 3, 4}, .event = {1, 0, 1, 0}, .weight = {2, 1, 3, 1}};
  const SurvivalCurve a = kaplan_meier(repeated), b = kaplan_meier(weighted);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_DOUBLE_EQ(a.survival[i], b.survival[i]);
    EXPECT_DOUBLE_EQ(a.low[i], b.low[i]);
  }
}

// A participant cut in two rows is at risk as before.
TEST(KaplanMeier, cutting_a_row_in_two_changes_nothing) {
  const SurvivalData whole{.stop = {2, 5, 5, 8}, .event = {1, 1, 0, 1}};
  const SurvivalData cut{
      .start = {0, 0, 3, 0, 0, 5}, .stop = {2, 3, 5, 5, 5, 8}, .event = {1, 0, 1, 0, 0, 1}};
  const SurvivalCurve a = kaplan_meier(whole), b = kaplan_meier(cut);
  for (const double t : {2.0, 5.0, 8.0}) {
    EXPECT_DOUBLE_EQ(at_time(a, t).survival, at_time(b, t).survival);
    EXPECT_EQ(at_time(a, t).at_risk, at_time(b, t).at_risk);
  }
}

TEST(KaplanMeier, the_median_is_the_middle_of_a_stretch_at_one_half) {
  const SurvivalData data{.stop = {1, 2, 6, 9}, .event = {1, 1, 1, 1}};
  EXPECT_EQ(quantile(kaplan_meier(data), 0.5).time, 4);
  const SurvivalData few{.stop = {1, 2, 6, 9}, .event = {1, 0, 0, 0}};
  EXPECT_TRUE(std::isnan(quantile(kaplan_meier(few), 0.5).time));
}

TEST(KaplanMeier, the_interval_is_missing_where_the_curve_reaches_0) {
  const SurvivalCurve curve = kaplan_meier({.stop = {1, 2}, .event = {1, 1}});
  EXPECT_EQ(curve.survival[1], 0);
  EXPECT_TRUE(std::isnan(curve.low[1]));
}

TEST(KaplanMeier, names_the_row_of_a_bad_time_event_or_weight) {
  const auto refused = [](const SurvivalData& data) {
    return code_of([&] { kaplan_meier(data); });
  };
  EXPECT_EQ(refused({.stop = {1, -2}, .event = {1, 0}}), "stats.survival.time");
  EXPECT_EQ(refused({.stop = {1, NAN}, .event = {1, 0}}), "stats.survival.time");
  EXPECT_EQ(refused({.start = {0, 2}, .stop = {1, 2}, .event = {1, 0}}), "stats.survival.time");
  EXPECT_EQ(refused({.stop = {1, 2}, .event = {1, 2}}), "stats.survival.event");
  EXPECT_EQ(refused({.stop = {1, 2}, .event = {1}}), "stats.survival.length");
  EXPECT_EQ(refused({.stop = {1, 2}, .event = {1, 0}, .weight = {1, 0}}), "stats.survival.weight");
  EXPECT_EQ(refused({.stop = {1}, .event = {1}, .stratum = {-1}}), "stats.survival.stratum");
  EXPECT_EQ(refused({}), "stats.survival.empty");
  EXPECT_EQ(code_of([] { kaplan_meier({.stop = {1}, .event = {1}}, {.level = 1}); }),
            "stats.survival.level");
}

// Everybody has the event before tau: the restricted mean is the mean, its variance that of n
// values around it over n.
TEST(RestrictedMean, without_censoring_is_the_mean) {
  const SurvivalCurve curve = kaplan_meier({.stop = {1, 2, 4, 9}, .event = {1, 1, 1, 1}});
  const RestrictedMean mean = restricted_mean(curve, 20);
  EXPECT_NEAR(mean.value, 4, 1e-14);
  EXPECT_NEAR(mean.se, std::sqrt((9 + 4 + 0 + 25) / 4.0 / 4.0), 1e-14);
}

TEST(RestrictedMean, refuses_a_time_after_the_end_of_follow_up) {
  const SurvivalCurve curve = kaplan_meier({.stop = {1, 5}, .event = {1, 0}});
  EXPECT_EQ(code_of([&] { restricted_mean(curve, 6); }), "stats.restricted_mean.tau");
  EXPECT_EQ(code_of([&] { restricted_mean(curve, -1); }), "stats.restricted_mean.tau");
  EXPECT_NEAR(restricted_mean(curve, 5).value, 1 + 0.5 * 4, 1e-15);
}

TEST(RestrictedMean, compares_at_one_time_only) {
  const SurvivalCurve curve = kaplan_meier({.stop = {1, 5}, .event = {1, 1}});
  const RestrictedMean a = restricted_mean(curve, 5), b = restricted_mean(curve, 4);
  EXPECT_EQ(code_of([&] { restricted_mean_difference(a, b); }), "stats.restricted_mean.tau");
  EXPECT_EQ(restricted_mean_difference(a, a).value, 0);
  EXPECT_EQ(restricted_mean_ratio(a, a).value, 0);
  EXPECT_NEAR(restricted_mean_difference(a, a).se, std::sqrt(2.0) * a.se, 1e-15);
}

}  // namespace
}  // namespace entact
