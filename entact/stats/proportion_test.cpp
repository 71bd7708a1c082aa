#include "entact/stats/proportion.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "entact/base/error.h"
#include "entact/num/distributions.h"

namespace entact {
namespace {

void expect_ends(const Interval& ours, const nlohmann::json& expected, double tolerance) {
  EXPECT_NEAR(ours.low, expected[0], tolerance) << ours.method;
  EXPECT_NEAR(ours.high, expected[1], tolerance) << ours.method;
}

TEST(Proportion, intervals_agree_with_r) {
  const auto oracle = nlohmann::json::parse(
      std::ifstream(ENTACT_SOURCE_DIR "/reference/effect_size/effect_size.json"));
  for (const auto& row : oracle["binom"]) {
    const double x = row["x"], n = row["n"];
    expect_ends(clopper_pearson(x, n), row["clopper"], 1e-14);
    expect_ends(clopper_pearson(x, n, 0.9), row["clopper90"], 1e-14);
    expect_ends(wilson(x, n), row["wilson"], 1e-14);
    const Interval ours = jeffreys(x, n);
    EXPECT_NEAR(ours.low, x == 0 ? 0 : row["beta"][0].get<double>(), 1e-13);  // qbeta's own error
    EXPECT_NEAR(ours.high, x == n ? 1 : row["beta"][1].get<double>(), 1e-13);
  }
}

TEST(Proportion, exact_limits_leave_the_stated_tails) {
  const Interval ours = clopper_pearson(4, 50);
  EXPECT_NEAR(binomial_cdf(4, 50, ours.high), 0.025, 1e-14);     // P(X <= 4) at the upper end
  EXPECT_NEAR(1 - binomial_cdf(3, 50, ours.low), 0.025, 1e-14);  // P(X >= 4) at the lower end
}

TEST(Proportion, wilson_limits_make_the_score_statistic_critical) {
  const Interval ours = wilson(28, 42);
  for (double p : {ours.low, ours.high})
    EXPECT_NEAR(std::abs(28. / 42 - p) / std::sqrt(p * (1 - p) / 42), 1.959963984540054, 1e-13);
}

TEST(Proportion, intervals_mirror_when_events_become_others) {
  for (auto interval : {clopper_pearson, wilson, jeffreys}) {
    const Interval a = interval(4, 50, 0.95), b = interval(46, 50, 0.95);
    EXPECT_NEAR(a.low, 1 - b.high, 1e-14);
    EXPECT_NEAR(a.high, 1 - b.low, 1e-14);
    EXPECT_EQ(interval(0, 12, 0.95).low, 0);
    EXPECT_EQ(interval(12, 12, 0.95).high, 1);
  }
}

TEST(Proportion, without_events_has_the_exact_one_sided_bound) {
  EXPECT_DOUBLE_EQ(upper_bound_no_events(1), 0.95);
  for (double n : {12., 85., 3000.}) {
    const double bound = upper_bound_no_events(n);
    EXPECT_NEAR(std::pow(1 - bound, n), 0.05, 1e-12);
    EXPECT_LT(bound, 3 / n);  // the rule of three is conservative
    // One-sided 95% is the upper end of the two-sided 90%.
    EXPECT_NEAR(bound, clopper_pearson(0, n, 0.9).high, 1e-14);
  }
}

TEST(Proportion, says_how_many_persons_show_a_rare_harm) {
  EXPECT_EQ(persons_to_see(1. / 1000), 2995);  // 0.999^2994 = 0.05001, 0.999^2995 = 0.04996
  EXPECT_EQ(persons_to_see(0.5, 0.75), 2);     // exactly two
  EXPECT_EQ(persons_to_see(1), 1);
  EXPECT_EQ(persons_to_see(1. / 10000), 29956);  // log(0.05) / log(0.9999) = 29955.8
  for (double m : {20., 300., 54321.}) {
    const double n = persons_to_see(1 / m);
    EXPECT_GE(chance_to_see(1 / m, n), 0.95);
    EXPECT_LT(chance_to_see(1 / m, n - 1), 0.95);
  }
}

TEST(Proportion, refuses_impossible_counts) {
  const double nan = std::nan("");
  EXPECT_THROW(wilson(11, 10), Error);
  EXPECT_THROW(wilson(-1, 10), Error);
  EXPECT_THROW(wilson(nan, 10), Error);
  EXPECT_THROW(clopper_pearson(0, 0), Error);
  EXPECT_THROW(clopper_pearson(0, nan), Error);
  EXPECT_THROW(jeffreys(1, 10, 95), Error);
  EXPECT_THROW(upper_bound_no_events(0), Error);
  EXPECT_THROW(persons_to_see(0), Error);
  EXPECT_THROW(persons_to_see(0.1, 1), Error);
}

}  // namespace
}  // namespace entact
