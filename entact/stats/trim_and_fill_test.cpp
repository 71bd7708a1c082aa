#include "entact/stats/trim_and_fill.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <vector>

#include <string>

#include "entact/base/error.h"

namespace entact {
namespace {

using nlohmann::json;

const json& oracle() {
  static const auto parsed =
      json::parse(std::ifstream(ENTACT_SOURCE_DIR "/reference/diagnostics/diagnostics.json"));
  return parsed;
}

const std::pair<const char*, PoolOptions> methods[] = {
    {"FE", {.method = Tau2Method::common, .test = PoolTest::z}},
    {"DL", {.method = Tau2Method::dl, .test = PoolTest::z}},
    {"REML", {.method = Tau2Method::reml, .test = PoolTest::z}}};
constexpr FunnelSide sides[] = {FunnelSide::left, FunnelSide::right};
constexpr MissingEstimator estimators[] = {MissingEstimator::l0, MissingEstimator::r0,
                                           MissingEstimator::q0};

void expect_agrees(const TrimAndFill& ours, const json& expected, const std::string& where) {
  const double se = expected["se"];
  EXPECT_EQ(ours.missing, expected["k0"].get<int>()) << where;
  ASSERT_EQ(ours.missing_se.has_value(), !expected["se_k0"].is_null()) << where;
  if (ours.missing_se) {
    EXPECT_NEAR(*ours.missing_se, expected["se_k0"], 1e-8) << where;
  }
  if (!expected["p_k0"].is_null()) {
    EXPECT_NEAR(ours.p.value(), expected["p_k0"], 1e-15) << where;
  }
  EXPECT_NEAR(ours.pooled.value(), expected["value"], 1e-8 * se) << where;
  EXPECT_NEAR(ours.pooled.se(), se, 1e-8 * se) << where;
  EXPECT_NEAR(ours.pooled.tau2, expected["tau2"], 1e-8 * std::fmax(1e-2, expected["tau2"]));
  ASSERT_EQ(ours.filled_yi.size(), expected["filled"].size()) << where;
  for (std::size_t i = 0; i < ours.filled_yi.size(); ++i)
    EXPECT_NEAR(ours.filled_yi[i], expected["filled"][i], 1e-8) << where;
}

TEST(TrimAndFill, agrees_with_metafor) {
  int compared = 0;
  for (const auto& [name, set] : oracle()["sets"].items()) {
    const std::vector<double> yi = set["yi"], vi = set["vi"];
    for (const auto& [method, pool] : methods)
      for (FunnelSide side : sides)
        for (MissingEstimator estimator : estimators) {
          const std::string key = std::string(method) + "_" + std::string(to_text(side)) + "_" +
                                  std::string(to_text(estimator));
          if (!set["trimfill"].contains(key)) continue;  // metafor found no real k0
          expect_agrees(trim_and_fill(yi, vi, {.estimator = estimator, .side = side, .pool = pool}),
                        set["trimfill"][key], name + " " + key);
          ++compared;
        }
  }
  EXPECT_GT(compared, 110);  // of 7 sets x 18, a few have no answer in metafor
}

TEST(TrimAndFill, picks_the_side_as_metafor) {
  for (const auto& [name, set] : oracle()["sets"].items()) {
    const std::vector<double> yi = set["yi"], vi = set["vi"];
    for (const auto& [method, pool] : methods)
      EXPECT_EQ(to_text(trim_and_fill(yi, vi, {.pool = pool}).side),
                set["side"][method].get<std::string>())
          << name << method;
  }
}

TEST(TrimAndFill, mirrors_when_the_effects_turn) {
  const auto& set = oracle()["sets"]["hackshaw"];
  const std::vector<double> yi = set["yi"], vi = set["vi"];
  std::vector<double> turned;
  for (double y : yi) turned.push_back(-y);
  const TrimAndFill left = trim_and_fill(yi, vi, {.side = FunnelSide::left});
  const TrimAndFill right = trim_and_fill(turned, vi, {.side = FunnelSide::right});
  EXPECT_GT(left.missing, 0);
  EXPECT_EQ(left.missing, right.missing);
  EXPECT_NEAR(left.pooled.value(), -right.pooled.value(), 1e-12);
}

TEST(TrimAndFill, adds_nothing_to_a_symmetric_funnel) {
  const std::vector<double> yi{-1, -0.5, 0, 0.5, 1}, vi{0.4, 0.1, 0.02, 0.1, 0.4};
  for (FunnelSide side : sides) {
    const TrimAndFill ours = trim_and_fill(yi, vi, {.side = side});
    EXPECT_EQ(ours.missing, 0);
    EXPECT_NEAR(ours.pooled.value(), 0, 1e-12);
  }
}

TEST(TrimAndFill, answers_where_q0_has_no_real_value) {
  const auto& set = oracle()["sets"]["spread"];
  ASSERT_FALSE(set["trimfill"].contains("FE_left_Q0"));
  const std::vector<double> yi = set["yi"], vi = set["vi"];
  const TrimAndFill ours =
      trim_and_fill(yi, vi,
                    {.estimator = MissingEstimator::q0,
                     .side = FunnelSide::left,
                     .pool = {.method = Tau2Method::common, .test = PoolTest::z}});
  EXPECT_EQ(ours.missing, 4);  // all but one
  EXPECT_FALSE(ours.missing_se.has_value());
  EXPECT_TRUE(std::isfinite(ours.pooled.value()));
  EXPECT_NE(ours.pooled.fit.reservations.back().find("Q0 has no real value"), std::string::npos);
}

TEST(TrimAndFill, refuses_few_studies_and_funnels_without_width) {
  const std::vector<double> two{0.1, 0.2}, yi{0.1, 0.2, 0.4}, same{0.1, 0.1, 0.1};
  EXPECT_THROW(trim_and_fill(two, two), Error);
  EXPECT_THROW(trim_and_fill(yi, two), Error);
  EXPECT_THROW(trim_and_fill(yi, same), Error);
  EXPECT_NO_THROW(trim_and_fill(yi, same, {.side = FunnelSide::left}));
}

}  // namespace
}  // namespace entact
