#include "entact/stats/rate_interval.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "entact/base/error.h"
#include "entact/num/distributions.h"
#include "entact/stats/agreement_specimen.h"

namespace entact {
namespace {

using Json = nlohmann::json;

const Json& oracle() {
  static const Json json =
      Json::parse(std::ifstream(ENTACT_SOURCE_DIR "/reference/rates/rates.json"));
  return json;
}

/// A number of the oracle; R writes infinity as a word.
double value_of(const Json& json) {
  return json.is_string() ? std::numeric_limits<double>::infinity() : json.get<double>();
}

void expect_ends(const Interval& ours, const Json& expected, double relative) {
  const double low = value_of(expected[0]), high = value_of(expected[1]);
  specimen::note_disagreement("R poisson.test and definitions", "ends of intervals", ours.low, low);
  if (std::isfinite(high))
    specimen::note_disagreement("R poisson.test and definitions", "ends of intervals", ours.high,
                                high);
  EXPECT_NEAR(ours.low, low, relative * std::abs(low)) << ours.method;
  if (std::isinf(high))
    EXPECT_EQ(ours.high, high) << ours.method;
  else
    EXPECT_NEAR(ours.high, high, relative * std::abs(high)) << ours.method;
}

TwoRates counts_of(const Json& row) { return {row["v"][0], row["v"][1], row["v"][2], row["v"][3]}; }

TEST(Rate, intervals_agree_with_r) {
  for (const Json& row : oracle()["rate"]) {
    const double x = row["x"], time = row["time"];
    expect_ends(poisson_rate(x, time), row["exact"], 1e-13);
    expect_ends(poisson_rate(x, time, 0.9), row["exact90"], 1e-13);
    // uniroot stops at about 1e-13.
    expect_ends(poisson_rate(x, time, 0.95, ExactTails::mid_p), row["mid"], 1e-11);
  }
}

TEST(Rate, ratio_intervals_agree_with_r) {
  for (const Json& row : oracle()["pair"]) {
    const TwoRates counts = counts_of(row);
    if (!row.contains("ratio")) continue;
    expect_ends(exact_rate_ratio(counts), row["ratio"], 1e-12);
    expect_ends(score_rate_ratio(counts), row["score"], 1e-12);
    // uniroot's absolute 1e-15 on a share becomes relative where the share is small.
    expect_ends(exact_rate_ratio(counts, 0.95, ExactTails::mid_p), row["mid"], 1e-10);
  }
}

TEST(Rate, difference_interval_is_the_brute_force_one) {
  for (const Json& row : oracle()["pair"]) {
    const TwoRates counts = counts_of(row);
    const Interval ours = score_rate_difference(counts);
    const double width = ours.high - ours.low;
    EXPECT_NEAR(ours.low, row["diff"][0], 1e-9 * width);  // optimize and uniroot, nested
    EXPECT_NEAR(ours.high, row["diff"][1], 1e-9 * width);
  }
}

TEST(Rate, without_events_the_upper_limit_is_closed_form) {
  // exp(-mean) = 0.025 and exp(-mean) / 2 = 0.025.
  EXPECT_NEAR(poisson_rate(0, 10).high, -std::log(0.025) / 10, 1e-14);
  EXPECT_NEAR(poisson_rate(0, 10, 0.95, ExactTails::mid_p).high, -std::log(0.05) / 10, 1e-14);
  const double z = normal_quantile(0.975);
  // With no event the statistic at d > 0 is -sqrt(d T1), at d < 0 sqrt(-d T2).
  const Interval none = score_rate_difference({0, 50, 0, 80});
  EXPECT_NEAR(none.high, z * z / 50, 1e-14);
  EXPECT_NEAR(none.low, -z * z / 80, 1e-14);
  EXPECT_EQ(exact_rate_ratio({0, 50, 0, 80}).low, 0);
  EXPECT_EQ(exact_rate_ratio({0, 50, 0, 80}).high, std::numeric_limits<double>::infinity());
}

TEST(Rate, mid_p_limits_lie_inside_the_exact_ones) {
  for (const double x : {1., 4., 30.}) {
    const Interval exact = poisson_rate(x, 7), mid = poisson_rate(x, 7, 0.95, ExactTails::mid_p);
    EXPECT_LT(exact.low, mid.low);
    EXPECT_GT(exact.high, mid.high);
    const TwoRates counts{x, 7, 3, 9};
    EXPECT_LT(exact_rate_ratio(counts).low, exact_rate_ratio(counts, 0.95, ExactTails::mid_p).low);
  }
}

TEST(Rate, intervals_follow_the_unit_of_time_and_the_order_of_groups) {
  const TwoRates counts{11, 62.25, 4, 58}, swapped{4, 58, 11, 62.25},
      weeks{11, 62.25 / 7, 4, 58. / 7};
  const Interval difference = score_rate_difference(counts);
  EXPECT_NEAR(score_rate_difference(swapped).low, -difference.high, 1e-13);
  EXPECT_NEAR(score_rate_difference(weeks).low, 7 * difference.low, 1e-12);
  for (auto interval : {+[](const TwoRates& c) { return exact_rate_ratio(c); },
                        +[](const TwoRates& c) { return score_rate_ratio(c); }}) {
    EXPECT_NEAR(interval(swapped).low, 1 / interval(counts).high, 1e-13);
    EXPECT_NEAR(interval(weeks).low, interval(counts).low, 1e-13);
  }
}

TEST(Rate, score_limits_make_the_statistic_critical) {
  const TwoRates counts{11, 62.25, 4, 58};
  const Interval ours = score_rate_difference(counts);
  const double z = normal_quantile(0.975);
  EXPECT_NEAR(score_z_rate_difference(counts, ours.low), z, 1e-12);
  EXPECT_NEAR(score_z_rate_difference(counts, ours.high), -z, 1e-12);
  EXPECT_EQ(score_z_rate_difference({6, 3, 4, 2}, 0), 0);  // equal rates
}

TEST(Rate, refuses_impossible_counts) {
  EXPECT_THROW(poisson_rate(-1, 5), Error);
  EXPECT_THROW(poisson_rate(1, 0), Error);
  EXPECT_THROW(poisson_rate(1, std::nan("")), Error);
  EXPECT_THROW(poisson_rate(1, 5, 95), Error);
  EXPECT_THROW(exact_rate_ratio({1, 0, 1, 1}), Error);
  EXPECT_THROW(score_rate_difference({1, 1, std::nan(""), 1}), Error);
}

}  // namespace
}  // namespace entact
