#include "entact/stats/pool_leave_one_out.h"

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

void expect_agrees(const Pooled& ours, const json& expected) {
  const double se = expected["se"];
  // 1e-8 of the standard error: metafor stops REML when a step is below 1e-13, the value then errs
  // by some 1e-10.
  EXPECT_NEAR(ours.value(), expected["value"], 1e-8 * se);
  EXPECT_NEAR(ours.se(), se, 1e-8 * se);
  EXPECT_NEAR(ours.coefficients[0].low, expected["low"], 1e-7 * se);
  EXPECT_NEAR(ours.coefficients[0].high, expected["high"], 1e-7 * se);
  EXPECT_NEAR(ours.coefficients[0].p, expected["p"], 1e-8);
  EXPECT_NEAR(ours.tau2, expected["tau2"], 1e-8 * std::fmax(1e-3, expected["tau2"]));
  EXPECT_NEAR(ours.q, expected["q"], 1e-9 * std::fmax(1e-3, expected["q"]));
}

TEST(PoolLeaveOneOut, agrees_with_metafor) {
  const std::pair<const char*, PoolOptions> ways[] = {
      {"DL_z", {.method = Tau2Method::dl, .test = PoolTest::z}},
      {"REML_knha", {.method = Tau2Method::reml, .test = PoolTest::knha}}};
  for (const auto& set : oracle()["sets"]) {
    const std::vector<double> yi = set["yi"], vi = set["vi"];
    for (const auto& [key, how] : ways) {
      const auto ours = pool_leave_one_out(yi, vi, how);
      ASSERT_EQ(ours.size(), yi.size());
      for (std::size_t i = 0; i < yi.size(); ++i)
        expect_agrees(ours[i], set["leave_one_out"][key][i]);
    }
  }
}

TEST(PoolLeaveOneOut, follows_the_studies_when_they_are_reordered) {
  const std::vector<double> yi{0.1, 0.4, -0.2, 0.9}, vi{0.02, 0.05, 0.03, 0.2};
  const std::vector<double> yr(yi.rbegin(), yi.rend()), vr(vi.rbegin(), vi.rend());
  const auto forth = pool_leave_one_out(yi, vi), back = pool_leave_one_out(yr, vr);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(forth[i].value(), back[3 - i].value(), 1e-12);
}

TEST(PoolLeaveOneOut, refuses_fewer_than_three) {
  const std::vector<double> two{0.1, 0.2}, three{0.1, 0.2, 0.3};
  EXPECT_THROW(pool_leave_one_out(two, two), Error);
  EXPECT_THROW(pool_leave_one_out(three, two), Error);
}

}  // namespace
}  // namespace entact
