#include "entact/stats/pool_cumulative.h"

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

TEST(PoolCumulative, agrees_with_metafor) {
  const std::pair<const char*, PoolOptions> ways[] = {
      {"DL_z", {.method = Tau2Method::dl, .test = PoolTest::z}},
      {"REML_knha", {.method = Tau2Method::reml, .test = PoolTest::knha}}};
  for (const auto& set : oracle()["sets"]) {
    const std::vector<double> yi = set["yi"], vi = set["vi"];
    for (const auto& [key, how] : ways) {
      const auto ours = pool_cumulative(yi, vi, how);
      ASSERT_EQ(ours.size(), yi.size());
      for (std::size_t i = 1; i < yi.size(); ++i) {
        const auto& expected = set["cumulative"][key][i - 1];
        const double se = expected["se"];
        EXPECT_NEAR(ours[i].value(), expected["value"], 1e-8 * se) << key << i;
        EXPECT_NEAR(ours[i].se(), se, 1e-8 * se) << key << i;
        EXPECT_NEAR(ours[i].coefficients[0].p, expected["p"], 1e-8) << key << i;
        EXPECT_NEAR(ours[i].tau2, expected["tau2"], 1e-8 * std::fmax(1e-3, expected["tau2"]));
      }
    }
  }
}

TEST(PoolCumulative, starts_with_the_first_study_as_it_is_and_ends_with_the_pool) {
  const std::vector<double> yi{0.1, 0.4, -0.2, 0.9}, vi{0.04, 0.05, 0.03, 0.2};
  const auto ours = pool_cumulative(yi, vi);
  EXPECT_DOUBLE_EQ(ours[0].value(), 0.1);
  EXPECT_DOUBLE_EQ(ours[0].se(), 0.2);
  EXPECT_EQ(ours[0].fit.reservations.back(), "one study, taken as it is: nothing was pooled");
  EXPECT_DOUBLE_EQ(ours[3].value(), pool(yi, vi).value());
}

TEST(PoolCumulative, refuses_nothing_and_unequal_lengths) {
  const std::vector<double> none, one{0.1}, two{0.1, 0.2};
  EXPECT_THROW(pool_cumulative(none, none), Error);
  EXPECT_THROW(pool_cumulative(one, two), Error);
}

}  // namespace
}  // namespace entact
