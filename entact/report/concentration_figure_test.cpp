#include "entact/report/concentration_figure.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace entact {
namespace {

using Json = nlohmann::json;

TEST(ConcentrationFigure, leaves_zeros_off_the_log_axis_and_draws_slopes) {
  const Json figure =
      Json::parse(concentration_figure({{"all", "P1", 0, 0, "n0"}, {"all", "P1", 1, 8, "n1"}},
                                       {{"all", "P1", 1, 5, 8, 2}}, "Concentration (mg/L)"));
  ASSERT_EQ(figure["data"]["values"].size(), 1U);
  EXPECT_EQ(figure["data"]["values"][0]["number"], "n1");
  EXPECT_EQ(figure["layer"][0]["encoding"]["y"]["scale"]["type"], "log");
  ASSERT_EQ(figure["layer"][1]["data"]["values"].size(), 2U);
  EXPECT_EQ(figure["layer"][1]["data"]["values"][1]["y"], 2);
}

TEST(ConcentrationFigure, stacks_a_panel_for_each_group) {
  const Json figure = Json::parse(
      concentration_figure({{"fed", "P1", 1, 8, ""}, {"fasted", "P1", 1, 9, ""}}, {}, "mg/L"));
  ASSERT_EQ(figure["vconcat"].size(), 2U);
  EXPECT_EQ(figure["vconcat"][1]["layer"][0]["encoding"]["y"]["title"], "fasted: mg/L");
  EXPECT_EQ(figure["resolve"]["scale"]["x"], "shared");
}

}  // namespace
}  // namespace entact
