#include "entact/stats/rank_correlation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <vector>

#include "entact/base/error.h"

namespace entact {
namespace {

using nlohmann::json;

const json& oracle() {
  static const auto parsed =
      json::parse(std::ifstream(ENTACT_SOURCE_DIR "/reference/diagnostics/diagnostics.json"));
  return parsed;
}

TEST(RankCorrelation, agrees_with_r) {
  for (const auto& [name, row] : oracle()["kendall"].items()) {
    const std::vector<double> x = row["x"], y = row["y"];
    const Kendall ours = kendall(x, y);
    EXPECT_NEAR(ours.tau, row["tau"], 1e-14) << name;
    EXPECT_NEAR(ours.p, row["p"], 1e-13) << name;
    EXPECT_EQ(ours.exact, name != "ties");
  }
}

TEST(RankCorrelation, of_a_funnel_agrees_with_metafor) {
  for (const auto& [name, set] : oracle()["sets"].items()) {
    const std::vector<double> yi = set["yi"], vi = set["vi"];
    const Kendall ours = begg_test(yi, vi);
    EXPECT_NEAR(ours.tau, set["begg"]["tau"], 1e-13) << name;
    EXPECT_NEAR(ours.p, set["begg"]["p"], 1e-12) << name;
  }
}

TEST(RankCorrelation, exact_p_counts_the_orders) {
  const std::vector<double> x{1, 2, 3, 4}, y{1, 2, 4, 3};
  // Of 24 orders 4 have at most one discordant pair; both tails: 8 / 24.
  EXPECT_NEAR(kendall(x, y).p, 8. / 24, 1e-15);
  EXPECT_NEAR(kendall(x, x).p, 2. / 24, 1e-15);
  EXPECT_DOUBLE_EQ(kendall(x, x).tau, 1);
}

TEST(RankCorrelation, exact_and_normal_p_meet_in_long_sequences) {
  std::vector<double> x, y, y_tied;
  for (int i = 0; i < 150; ++i) {
    x.push_back(i);
    y.push_back(std::fmod(i * 61.8034, 150) + 0.15 * i);
    y_tied.push_back(y.back());
  }
  y_tied[1] = y_tied[0];  // one tie turns to the normal
  const Kendall exact = kendall(x, y), normal = kendall(x, y_tied);
  EXPECT_TRUE(exact.exact);
  EXPECT_FALSE(normal.exact);
  EXPECT_NEAR(exact.p, normal.p, 0.02);  // one pair of 11175 and the normal's error
}

TEST(RankCorrelation, refuses_bad_sequences) {
  const std::vector<double> two{1, 2}, three{1, 2, 3}, flat{1, 1, 1}, bad{1, std::nan(""), 3};
  EXPECT_THROW(kendall(two, two), Error);
  EXPECT_THROW(kendall(three, two), Error);
  EXPECT_THROW(kendall(three, bad), Error);
  EXPECT_THROW(kendall(three, flat), Error);
  EXPECT_THROW(begg_test(three, bad), Error);
  EXPECT_THROW(begg_test(three, flat), Error);
}

}  // namespace
}  // namespace entact
