#include "entact/report/figure.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

namespace entact {
namespace {

using Json = nlohmann::json;

const std::vector<ForestRow> two_rows{{.label = "MAPP1",
                                       .estimate = -0.5,
                                       .low = -1,
                                       .high = 0,
                                       .weight_percent = 40,
                                       .number = "n1"},
                                      {.label = "Pooled",
                                       .estimate = -0.7,
                                       .low = -0.9,
                                       .high = -0.5,
                                       .kind = ForestRow::Kind::summary}};

TEST(Figure, forest_keeps_rows_in_order_and_carries_numbers) {
  const Json figure = Json::parse(forest_figure(two_rows, {.title = "SMD"}));
  const Json& values = figure["data"]["values"];
  ASSERT_EQ(values.size(), 2U);
  EXPECT_EQ(values[0]["number"], "n1");
  EXPECT_FALSE(values[1].contains("number"));
  EXPECT_EQ(values[0]["text"], "\u22120.50 [\u22121.00, 0.00]");
  EXPECT_LT(values[0]["row"].get<std::string>(), values[1]["row"].get<std::string>());
}

TEST(Figure, forest_keeps_summaries_and_headings_between_studies) {
  const Json figure = Json::parse(forest_figure(
      {{.label = "All", .kind = ForestRow::Kind::heading},
       {.label = "pooled", .estimate = 1, .low = 0, .high = 2, .kind = ForestRow::Kind::summary},
       {.label = "a", .estimate = 1, .low = 0, .high = 2}},
      {.title = "RD"}));
  for (const Json& layer : figure["layer"])
    if (layer["encoding"].contains("y")) {
      EXPECT_EQ(layer["encoding"]["y"]["scale"]["domain"], Json({"000", "001", "002"}));
      EXPECT_EQ(layer["encoding"]["y"]["axis"]["labelFontWeight"]["condition"]["value"], "bold");
    }
}

TEST(Figure, forest_has_no_layer_without_rows) {
  const auto layers = [](const std::vector<ForestRow>& rows) {
    return nlohmann::json::parse(forest_figure(rows, {.title = "x"}))["layer"].size();
  };
  const ForestRow study{.label = "A", .estimate = 1, .low = 0, .high = 2};
  const ForestRow summary{
      .label = "All", .estimate = 1, .low = 0, .high = 2, .kind = ForestRow::Kind::summary};
  EXPECT_EQ(layers({study, summary}), layers({study}) + 2);  // its interval and its diamond
}

TEST(Figure, forest_of_ratios_shows_them_back_transformed) {
  const Json figure = Json::parse(
      forest_figure({{.label = "a", .estimate = 0, .low = std::log(0.5), .high = std::log(2)}},
                    {.log_scale = true}));
  const Json& datum = figure["data"]["values"][0];
  EXPECT_NEAR(datum["estimate"].get<double>(), 1.0, 1e-15);
  EXPECT_NEAR(datum["low"].get<double>(), 0.5, 1e-15);
  EXPECT_EQ(datum["text"], "1.00 [0.50, 2.00]");
}

TEST(Figure, missing_values_are_null_not_nan) {
  const Json figure = Json::parse(
      dot_figure({{.row = "SERT", .value = std::nan("")}}, {.title = "nM", .log_scale = true}));
  EXPECT_TRUE(figure["data"]["values"][0]["value"].is_null());
  EXPECT_EQ(figure["encoding"]["x"]["scale"]["type"], "log");
}

TEST(Figure, every_builder_yields_a_specification_with_its_data) {
  const std::vector<std::string> specifications{
      funnel_figure({{.label = "a", .estimate = -1, .se = 0.2}}, -0.7, 0, "SMD"),
      timeline_figure(
          {{.label = "MAPP1", .start = "2018-11-29", .end = "2020-08-21", .group = "completed"}},
          "Status"),
      bubble_figure({{.row = "PTSD", .column = "randomised", .size = 194, .colour = "favours"}},
                    {"randomised"}, "Participants", "Direction"),
      course_figure(
          {{.panel = "MAPP1", .series = "MDMA", .x = 4, .y = 33.8, .low = 30, .high = 37}}, "Week",
          "CAPS-5"),
      visits_figure({{.series = "MDMA", .x = 1, .y = 33.8, .low = 30, .high = 37}}, {"Week 6"},
                    "CAPS-5"),
      survival_figure({{.series = "MDMA",
                        .time = {0, 3},
                        .share = {1, 0.5},
                        .low = {1, 0.2},
                        .high = {1, 0.8},
                        .at_risk = {2}}},
                      {0}, {.x = "Days", .y = "Without relapse"}),
      stress_figure({{.x = 0, .estimate = -10, .low = -14, .high = -6}},
                    {.thresholds = {{.y = 0, .label = "no effect"}}}),
      tipping_figure({{.x = 2, .y = -1, .estimate = -4, .excludes_no_effect = true}},
                     {.x = "MDMA", .y = "Placebo"}),
      heat_figure({{.row = "A", .column = "0.5", .value = 0.8}}, {.value = "Power"}),
      tornado_figure({{.label = "sd", .low = 0.7, .high = 0.9}}, 0.8, "Power"),
      world_map_figure({{.iso_numeric = "036", .name = "Australia", .access = "prescribable"}},
                       {"prescribable"}),
      judgement_grid_figure({{.row = "MAPP1", .column = "D1", .judgement = "low"}}, {"D1"})};
  for (const std::string& text : specifications) {
    const Json figure = Json::parse(text);
    EXPECT_EQ(figure["$schema"], "https://vega.github.io/schema/vega-lite/v6.json");
    EXPECT_EQ(figure["width"], "container");
    EXPECT_NE(text.find("\"values\":[{"), std::string::npos) << text;
  }
}

TEST(Figure, visits_stand_by_name_with_their_arms_side_by_side) {
  const Json figure = Json::parse(visits_figure({{.series = "A", .x = 1, .y = 2, .number = "n7"},
                                                 {.series = "B", .x = 1, .y = 3},
                                                 {.series = "A", .x = 2, .y = 1}},
                                                {"Week 6", "Week \"12\""}, "CHG"));
  const Json& values = figure["data"]["values"];
  EXPECT_EQ(values[0]["visit"], "Week 6");
  EXPECT_EQ(values[0]["number"], "n7");
  EXPECT_NEAR(values[0]["x"].get<double>() + values[1]["x"].get<double>(), 2, 1e-12);
  EXPECT_LT(values[0]["x"].get<double>(), values[1]["x"].get<double>());
  EXPECT_EQ(figure["layer"][0]["encoding"]["x"]["axis"]["labelExpr"],
            R"(["Week 6","Week \"12\""][datum.value - 1])");
}

TEST(Figure, survival_curves_carry_their_numbers_at_risk) {
  const SurvivalLine line{.series = "MDMA",
                          .time = {0, 3, 8},
                          .share = {1, 0.5, 0.5},
                          .low = {1, 0.2, std::nan("")},
                          .high = {1, 0.8, 0.8},
                          .censored = {0, 0, 2},
                          .at_risk = {4, 2},
                          .numbers = {"n1", "n2"}};
  SurvivalLine other = line;
  other.series = "PBO";
  const Json figure =
      Json::parse(survival_figure({line, other}, {0, 5}, {.x = "Days", .y = "Without relapse"}));
  EXPECT_EQ(figure["data"]["values"].size(), 6U);
  EXPECT_TRUE(figure["data"]["values"][2]["low"].is_null());
  const Json& risk = figure["layer"][1];
  ASSERT_EQ(risk["data"]["values"].size(), 4U);
  EXPECT_EQ(risk["data"]["values"][1]["at_risk"], 2);
  EXPECT_EQ(risk["data"]["values"][1]["number"], "n2");
  // Each group has a line of its own, below the plot.
  const Json& y = risk["encoding"]["y"]["scale"];
  EXPECT_EQ(y["domain"], Json({"MDMA", "PBO"}));
  EXPECT_LE(y["range"][1].get<double>(), figure["height"].get<double>());
  // Ticks only where somebody is censored: Vega warns of a layer without rows.
  EXPECT_EQ(figure["layer"][0]["layer"].size(), 3U);
  other.censored.clear();
  const Json whole =
      Json::parse(survival_figure({other}, {0, 5}, {.x = "Days", .y = "Without relapse"}));
  EXPECT_EQ(whole["layer"][0]["layer"].size(), 2U);
}

TEST(Figure, round_times_reach_the_last_in_few_steps) {
  EXPECT_EQ(round_times(52), (std::vector<double>{0, 10, 20, 30, 40, 50}));
  EXPECT_EQ(round_times(6), (std::vector<double>{0, 1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(round_times(0), std::vector<double>{0});
  for (const double last : {0.7, 13.0, 365.0, 1e4}) {
    EXPECT_LE(round_times(last).size(), 9U);
    EXPECT_GE(round_times(last).size(), 3U);
  }
}

const HarmAxis drug_or_placebo{.arm = "Drug",
                               .reference = "Placebo",
                               .interval = "95% interval",
                               .flag = "double FDR at 0.05"};

TEST(Figure, harm_dots_show_both_arms_and_the_difference_in_one_order) {
  const Json figure = Json::parse(harm_dot_figure({{.label = "Nausea",
                                                    .share = 0.3,
                                                    .reference_share = 0.1,
                                                    .difference = 0.2,
                                                    .low = 0.05,
                                                    .high = 0.35,
                                                    .flagged = true,
                                                    .difference_number = "n3"},
                                                   {.label = "Headache", .share = 0.2}},
                                                  drug_or_placebo));
  ASSERT_EQ(figure["hconcat"].size(), 2U);
  const Json& shares = figure["hconcat"][0]["data"]["values"];
  ASSERT_EQ(shares.size(), 4U);
  EXPECT_EQ(shares[0]["arm"], "Drug");
  EXPECT_NEAR(shares[0]["percent"].get<double>(), 30, 1e-12);
  const Json& differences = figure["hconcat"][1]["data"]["values"];
  ASSERT_EQ(differences.size(), 2U);
  EXPECT_EQ(differences[0]["number"], "n3");
  EXPECT_EQ(differences[0]["flag"], "double FDR at 0.05");
  EXPECT_TRUE(differences[1]["low"].is_null());
  for (const Json& panel : figure["hconcat"])
    for (const Json& layer : panel["layer"])
      if (layer["encoding"].contains("y")) {
        EXPECT_EQ(layer["encoding"]["y"]["scale"]["domain"], Json({"Nausea", "Headache"}));
      }
}

TEST(Figure, volcano_names_the_flagged_and_keeps_every_point) {
  const Json figure = Json::parse(volcano_figure(
      {{.label = "Nausea", .difference = 0.2, .p = 1e-5, .participants = 30, .flagged = true},
       {.label = "Cough", .difference = 0, .p = 0, .participants = 2}},
      drug_or_placebo));
  const Json& values = figure["data"]["values"];
  ASSERT_EQ(values.size(), 2U);
  EXPECT_NEAR(values[0]["percent"].get<double>(), 20, 1e-12);
  EXPECT_GT(values[1]["p_drawn"].get<double>(), 0);  // log of 0 is nowhere
  EXPECT_EQ(values[1]["p"], 0);
}

TEST(Figure, a_tornado_has_its_longest_bar_first) {
  const Json figure = Json::parse(tornado_figure(
      {{.label = "short", .low = 0.7, .high = 0.8}, {.label = "long", .low = 0.9, .high = 0.2}},
      0.75, "Power"));
  EXPECT_EQ(figure["data"]["values"][0]["label"], "long");
  EXPECT_EQ(figure["layer"][0]["encoding"]["y"]["sort"][0], "long");
}

TEST(Figure, colours_of_a_heat_map_meet_at_0_where_asked) {
  const Json figure = Json::parse(heat_figure(
      {{.row = "A", .column = "x", .value = -3}, {.row = "B", .column = "x", .value = 1}},
      {.value = "Bias", .around_0 = true}));
  EXPECT_EQ(figure["layer"][0]["encoding"]["color"]["scale"]["domain"], Json({-3.0, 0, 3.0}));
}

TEST(Figure, a_tipping_cell_says_what_its_interval_says) {
  const Json figure =
      Json::parse(tipping_figure({{.x = 0,
                                   .y = 0,
                                   .estimate = -4,
                                   .low = -7,
                                   .high = -1,
                                   .p = 0.01,
                                   .excludes_no_effect = true},
                                  {.x = 5, .y = 0, .estimate = -2, .low = -5, .high = 1, .p = 0.2}},
                                 {.x = "MDMA", .y = "Placebo"}));
  EXPECT_EQ(figure["data"]["values"][0]["verdict"], "excludes no effect");
  EXPECT_EQ(figure["data"]["values"][1]["verdict"], "includes no effect");
  EXPECT_EQ(figure["layer"][0]["encoding"]["x"]["title"], "MDMA");
}

TEST(Figure, simulated_panels_share_their_time_axis) {
  const Json figure =
      Json::parse(band_figure({{.panel = "Plasma (ng/mL)",
                                .series = "single",
                                .x = 0,
                                .median = 1,
                                .people_low = 0.5,
                                .people_high = 2,
                                .low = 0.2,
                                .high = 3},
                               {.panel = "Effect", .series = "single", .median = 4}},
                              "Time (h)"));
  ASSERT_EQ(figure["vconcat"].size(), 2U);
  EXPECT_EQ(figure["resolve"]["scale"]["x"], "shared");
  EXPECT_EQ(figure["vconcat"][0]["data"]["values"][0]["high"], 3);
  EXPECT_FALSE(figure["vconcat"][1]["data"]["values"][0].contains("low"));
  EXPECT_EQ(figure["vconcat"][0]["layer"][3]["encoding"]["tooltip"].size(), 7U);
  EXPECT_EQ(figure["vconcat"][1]["layer"][1]["encoding"]["tooltip"].size(), 3U);
  EXPECT_TRUE(figure["vconcat"][0]["layer"][2]["encoding"]["x"]["title"].is_null());
  ASSERT_EQ(figure["vconcat"][1]["layer"].size(), 2U);  // no bands where none were given
  EXPECT_EQ(figure["vconcat"][1]["layer"][0]["encoding"]["x"]["title"], "Time (h)");
}

TEST(Figure, ratios_stand_beside_the_fold_lines) {
  const Json figure = Json::parse(
      ratio_figure({{.row = "Cmax 75 mg", .ratio = 0.2, .low = 0.1, .high = 0.4, .number = "n1"},
                    {.row = "AUC", .ratio = 1.2}},
                   {.title = "Predicted over observed"}));
  EXPECT_EQ(figure["layer"][0]["data"]["values"].size(), 5U);
  EXPECT_EQ(figure["data"]["values"][0]["number"], "n1");
  EXPECT_LT(figure["layer"][2]["encoding"]["x"]["scale"]["domain"][0].get<double>(), 0.1);
  EXPECT_TRUE(figure["data"]["values"][1]["low"].is_null());
}

TEST(Figure, intervals_of_ratios_beyond_twenty_fold_stop_at_the_edge) {
  const Json figure =
      Json::parse(ratio_figure({{.row = "effect", .ratio = 0.4, .low = 0, .high = 1000}}, {}));
  const Json scale = figure["layer"][2]["encoding"]["x"]["scale"];
  EXPECT_NEAR(scale["domain"][0].get<double>(), 0.05 / 1.1, 1e-12);
  EXPECT_NEAR(scale["domain"][1].get<double>(), 20 * 1.1, 1e-12);
  EXPECT_TRUE(scale["clamp"]);
  EXPECT_EQ(figure["data"]["values"][0]["high"], 1000);  // tooltips have the ends
  const Json narrow = Json::parse(ratio_figure({{.row = "AUC", .ratio = 1.2}}, {}));
  for (const Json& tick : narrow["layer"][2]["encoding"]["x"]["axis"]["values"])
    EXPECT_TRUE(0.4 <= tick && tick <= 2.5) << tick;  // a clamped tick would stand at the edge
}

}  // namespace
}  // namespace entact
