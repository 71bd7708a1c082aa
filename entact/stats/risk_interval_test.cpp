#include "entact/stats/risk_interval.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>

#include "entact/base/error.h"

namespace entact {
namespace {

using nlohmann::json;
constexpr double z95 = 1.959963984540054;
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr ScoreVariance without = ScoreVariance::asymptotic;

json read(const std::string& name) {
  return json::parse(std::ifstream(ENTACT_SOURCE_DIR "/reference/effect_size/" + name));
}

TwoByTwo table_of(const json& row) { return {row["x1"], row["n1"], row["x2"], row["n2"]}; }

void expect_ends(const Interval& ours, const json& expected, double relative, const json& where) {
  if (expected.is_null()) return;
  for (int end : {0, 1}) {
    const double value = end == 0 ? ours.low : ours.high;
    if (expected[static_cast<std::size_t>(end)].is_null()) continue;
    const double known = expected[static_cast<std::size_t>(end)];
    EXPECT_NEAR(value, known, relative * std::fmax(1e-3, std::abs(known)))
        << ours.method << " " << where["x1"] << "/" << where["n1"] << " " << where["x2"] << "/"
        << where["n2"];
  }
}

// Newcombe 1998 (Stat Med 17:873), table II, contrasts (a), (b), (c) and (e), printed to four
// decimals: methods 10 (Newcombe), 6 (Miettinen-Nurminen), 5 (Mee) and 1 (Wald).
TEST(RiskInterval, reproduces_published_examples) {
  struct Row {
    TwoByTwo counts;
    Interval newcombe, miettinen_nurminen, mee, wald;
  };
  const Row rows[] = {
      {{56, 70, 48, 80}, {0.0524, 0.3339}, {0.0528, 0.3382}, {0.0533, 0.3377}, {0.0575, 0.3425}},
      {{9, 10, 3, 10}, {0.1705, 0.8090}, {0.1700, 0.8406}, {0.1821, 0.8370}, {0.2605, 0.9395}},
      {{6, 7, 2, 7}, {0.0582, 0.8062}, {0.0342, 0.8534}, {0.0544, 0.8478}, {0.1481, 0.9947}},
      {{0, 10, 0, 20}, {-0.1611, 0.2775}, {-0.1658, 0.2844}, {-0.1611, 0.2775}, {0, 0}}};
  for (const Row& row : rows) {
    const auto expect_printed = [&](const Interval& ours, const Interval& printed) {
      EXPECT_NEAR(ours.low, printed.low, 5.1e-5);
      EXPECT_NEAR(ours.high, printed.high, 5.1e-5);
    };
    expect_printed(newcombe_risk_difference(row.counts), row.newcombe);
    expect_printed(score_risk_difference(row.counts), row.miettinen_nurminen);
    expect_printed(score_risk_difference(row.counts, 0.95, without), row.mee);
    expect_printed(wald_risk_difference(row.counts), row.wald);
  }
}

// The definition evaluated by brute force in R; its nested searches are good to about 1e-11.
TEST(RiskInterval, agrees_with_the_definition) {
  const json oracle = read("score_interval.json");
  for (const json& row : oracle["tables"]) {
    const TwoByTwo t = table_of(row);
    expect_ends(score_risk_difference(t), row["diff_mn"], 1e-9, row);
    expect_ends(score_risk_difference(t, 0.95, without), row["diff_asymptotic"], 1e-9, row);
    EXPECT_NEAR(score_z_risk_difference(t, 0.1), row["z_diff_0.1_mn"], 1e-9);
    EXPECT_NEAR(score_z_risk_difference(t, 0.1, without), row["z_diff_0.1_asymptotic"], 1e-9);
    expect_ends(score_risk_ratio(t), row["ratio_mn"], 1e-9, row);
    expect_ends(score_risk_ratio(t, 0.95, without), row["ratio_asymptotic"], 1e-9, row);
    expect_ends(score_odds_ratio(t), row["odds_mn"], 1e-9, row);
    expect_ends(score_odds_ratio(t, 0.95, without), row["odds_asymptotic"], 1e-9, row);
  }
}

TEST(RiskInterval, agrees_with_statsmodels) {
  const json oracle = read("risk_interval.json");
  for (const json& row : oracle["tables"]) {
    const TwoByTwo t = table_of(row);
    expect_ends(newcombe_risk_difference(t), row["diff|newcomb"], 1e-12, row);
    expect_ends(wald_risk_difference(t), row["diff|wald"], 1e-12, row);
    expect_ends(score_risk_ratio(t), row.value("ratio|score|mn", json()), 1e-8,
                row);  // its root finder's 1e-9
    expect_ends(score_risk_ratio(t, 0.95, without), row.value("ratio|score|mee", json()), 1e-8,
                row);
    expect_ends(score_odds_ratio(t), row["odds-ratio|score|mn"], 1e-8, row);
    expect_ends(score_odds_ratio(t, 0.95, without), row["odds-ratio|score|mee"], 1e-8, row);
    if (!row["ratio|log"].is_null()) expect_ends(wald_risk_ratio(t), row["ratio|log"], 1e-12, row);
    if (!row["odds-ratio|logit"].is_null())
      expect_ends(wald_odds_ratio(t), row["odds-ratio|logit"], 1e-12, row);
    const auto expect_z = [&](double ours, const char* key) {
      if (row[key].is_null()) return;
      EXPECT_NEAR(ours, row[key], 1e-10) << key;
    };
    expect_z(score_z_risk_ratio(t, 1.5), "z|ratio|1.5|mn");
    expect_z(score_z_risk_ratio(t, 1.5, without), "z|ratio|1.5|mee");
    expect_z(score_z_odds_ratio(t, 2.5), "z|odds-ratio|2.5|mn");
    expect_z(score_z_odds_ratio(t, 2.5, without), "z|odds-ratio|2.5|mee");
  }
}

TEST(RiskInterval, ends_where_the_statistic_is_critical) {
  for (const TwoByTwo& t : {TwoByTwo{37, 42, 23, 37}, TwoByTwo{3, 1000, 11, 1200},
                            TwoByTwo{1, 5, 400, 2000}, TwoByTwo{2, 90000, 9, 80000}}) {
    const Interval rd = score_risk_difference(t), rr = score_risk_ratio(t),
                   odds = score_odds_ratio(t);
    // 1e-9: one ulp of a limit moves z by up to 1e-10 in the largest table.
    EXPECT_NEAR(score_z_risk_difference(t, rd.low), z95, 1e-9);
    EXPECT_NEAR(score_z_risk_difference(t, rd.high), -z95, 1e-9);
    EXPECT_NEAR(score_z_risk_ratio(t, rr.low), z95, 1e-9);
    EXPECT_NEAR(score_z_risk_ratio(t, rr.high), -z95, 1e-9);
    EXPECT_NEAR(score_z_odds_ratio(t, odds.low), z95, 1e-9);
    EXPECT_NEAR(score_z_odds_ratio(t, odds.high), -z95, 1e-9);
  }
}

// At no difference the three statistics are one: Pearson's chi-squared without and with N - 1.
TEST(RiskInterval, statistics_meet_pearson_at_no_effect) {
  const TwoByTwo t{9, 40, 3, 35};
  const double n = 75, e = 12 * 40 / n;
  const double pearson = (9 - e) / std::sqrt(12 * 63 * (40 / n) * (35 / n) / n);
  for (double z : {score_z_risk_difference(t, 0, without), score_z_risk_ratio(t, 1, without),
                   score_z_odds_ratio(t, 1, without)})
    EXPECT_NEAR(z, pearson, 1e-13);
  EXPECT_NEAR(score_z_odds_ratio(t, 1), pearson * std::sqrt((n - 1) / n), 1e-13);
}

TEST(RiskInterval, mirrors_when_the_arms_are_swapped) {
  const TwoByTwo t{9, 40, 3, 35}, swapped{3, 35, 9, 40};
  for (auto interval : {newcombe_risk_difference, wald_risk_difference}) {
    EXPECT_NEAR(interval(t, 0.95).low, -interval(swapped, 0.95).high, 1e-14);
  }
  EXPECT_NEAR(score_risk_difference(t).low, -score_risk_difference(swapped).high, 1e-13);
  EXPECT_NEAR(score_risk_ratio(t).low * score_risk_ratio(swapped).high, 1, 1e-12);
  EXPECT_NEAR(score_odds_ratio(t).low * score_odds_ratio(swapped).high, 1, 1e-12);
  EXPECT_NEAR(wald_odds_ratio(t).low * wald_odds_ratio(swapped).high, 1, 1e-13);
  const TwoByTwo others{31, 40, 32, 35};  // events become non-events
  EXPECT_NEAR(score_odds_ratio(t).low * score_odds_ratio(others).high, 1, 1e-12);
  EXPECT_NEAR(score_risk_difference(t).low, -score_risk_difference(others).high, 1e-13);
}

TEST(RiskInterval, opens_to_zero_and_infinity) {
  EXPECT_EQ(score_risk_ratio({0, 10, 5, 20}).low, 0);
  EXPECT_GT(score_risk_ratio({0, 10, 5, 20}).high, 0);
  EXPECT_EQ(score_risk_ratio({5, 20, 0, 10}).high, infinity);
  EXPECT_EQ(score_risk_ratio({0, 10, 0, 20}).low, 0);
  EXPECT_EQ(score_odds_ratio({10, 10, 12, 20}).high, infinity);
  EXPECT_EQ(score_odds_ratio({10, 10, 20, 20}).low, 0);
  EXPECT_EQ(score_risk_difference({10, 10, 0, 20}).high, 1);
  EXPECT_EQ(score_risk_difference({0, 20, 10, 10}).low, -1);
  // Everybody in both arms: z^2 = (ratio - 1) n2 above 1, so the upper end is 1 + z^2 / n2.
  const Interval full = score_risk_ratio({10, 10, 20, 20}, 0.95, without);
  EXPECT_NEAR(full.high, 1 + z95 * z95 / 20, 1e-12);
  EXPECT_NEAR(full.low, 1 / (1 + z95 * z95 / 10), 1e-12);
}

TEST(RiskInterval, refuses_impossible_requests) {
  EXPECT_THROW(score_risk_difference({11, 10, 1, 10}), Error);
  EXPECT_THROW(newcombe_risk_difference({1, 0, 1, 10}), Error);
  EXPECT_THROW(score_risk_ratio({1, 10, std::nan(""), 10}), Error);
  EXPECT_THROW(score_odds_ratio({1, 10, 1, 10}, 1.5), Error);
  EXPECT_THROW(wald_risk_ratio({0, 10, 1, 10}), Error);
  EXPECT_THROW(score_z_risk_difference({1, 10, 1, 10}, 1), Error);
  EXPECT_THROW(score_z_risk_ratio({1, 10, 1, 10}, 0), Error);
}

}  // namespace
}  // namespace entact
