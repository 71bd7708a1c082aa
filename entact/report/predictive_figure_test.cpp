#include "entact/report/predictive_figure.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace entact {
namespace {

using Json = nlohmann::json;

TEST(PredictiveFigure, layers_points_bands_and_lines) {
  const Json figure = Json::parse(predictive_figure(
      {{"5%", 1, 2, 2.5, 1, 3}, {"95%", 1, 8, 7.5, 6, 9}}, {{1, 4}}, "Time (h)", "mg/L"));
  ASSERT_EQ(figure["layer"].size(), 4U);
  EXPECT_EQ(figure["data"]["values"].size(), 2U);
  EXPECT_EQ(figure["layer"][0]["data"]["values"][0]["point"], 4);
  EXPECT_EQ(figure["layer"][1]["encoding"]["y2"]["field"], "high");
  EXPECT_EQ(figure["layer"][3]["encoding"]["y"]["field"], "observed");
  EXPECT_EQ(figure["layer"][3]["encoding"]["y"]["title"], "mg/L");
}

TEST(PredictiveFigure, scatters_points_around_zero_without_rows) {
  const Json figure = Json::parse(predictive_figure({}, {{1, 0.5}, {2, -1}}, "Time", "CWRES"));
  ASSERT_EQ(figure["layer"].size(), 2U);
  EXPECT_EQ(figure["layer"][0]["mark"]["type"], "rule");
  EXPECT_EQ(figure["layer"][1]["data"]["values"].size(), 2U);
}

}  // namespace
}  // namespace entact
