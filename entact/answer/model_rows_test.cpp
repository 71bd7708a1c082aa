#include "entact/answer/model_rows.h"

#include <gtest/gtest.h>

#include <cmath>

namespace entact {
namespace {

ModelRow row(ModelRow::Kind kind, const std::string& visit, const std::string& label) {
  return {kind, visit, label, -2.5, 0.5, 10, -3.6, -1.4, -5, 0.0004};
}

TEST(ModelRows, each_kind_has_its_own_keys) {
  const auto coefficient = row_json(row(ModelRow::Kind::coefficient, "", "BASE"));
  EXPECT_EQ(coefficient["term"], "BASE");
  EXPECT_FALSE(coefficient.contains("visit"));
  const auto mean = row_json(row(ModelRow::Kind::mean, "W6", "MDMA"));
  EXPECT_EQ(mean["arm"], "MDMA");
  EXPECT_FALSE(mean.contains("p"));  // no hypothesis on a mean
  const auto contrast = row_json(row(ModelRow::Kind::contrast, "", "MDMA - PBO"));
  EXPECT_TRUE(contrast["visit"].is_null());
  EXPECT_EQ(contrast["p"], 0.0004);
  const auto slope = row_json(row(ModelRow::Kind::slope, "", "MDMA"));
  EXPECT_EQ(slope["label"], "MDMA");
  EXPECT_FALSE(slope.contains("visit"));
}

TEST(ModelRows, what_cannot_be_estimated_is_null_empty_and_said) {
  ModelRow none{.kind = ModelRow::Kind::mean, .visit = "W6", .label = "MDMA"};
  EXPECT_TRUE(row_json(none)["estimate"].is_null());
  EXPECT_EQ(row_text(none), "  W6  MDMA                          not estimable\n");
  EXPECT_NE(rows_csv({none}).find("mean,W6,MDMA,,,,,,,\n"), std::string::npos);
}

TEST(ModelRows, csv_keeps_every_digit_and_quotes_labels) {
  ModelRow third = row(ModelRow::Kind::contrast, "", "A, B");
  third.estimate = 1.0 / 3;
  const std::string csv = rows_csv({third});
  EXPECT_NE(csv.find("contrast,,\"A, B\",0.33333333333333331,"), std::string::npos) << csv;
}

TEST(ModelRows, a_title_stands_only_over_rows) {
  const std::vector<ModelRow> rows{row(ModelRow::Kind::mean, "", "MDMA")};
  EXPECT_EQ(rows_text(rows, ModelRow::Kind::contrast, "Differences"), "");
  EXPECT_EQ(rows_text(rows, ModelRow::Kind::mean, "Means").rfind("\nMeans\n", 0), 0U);
}

}  // namespace
}  // namespace entact
