#include "entact/stats/design_matrix.h"

#include <gtest/gtest.h>

#include <cmath>

#include "entact/base/error.h"
#include "entact/stats/design_oracle.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::VectorXd;
using nlohmann::json;
using Words = std::vector<std::string>;

VectorXd vector(const json& values) {
  VectorXd v(static_cast<Index>(values.size()));
  for (Index i = 0; i < v.size(); ++i) v[i] = values[static_cast<std::size_t>(i)].get<double>();
  return v;
}

Table input() { return table_from(read_reference("design/input.json")); }

Design design_of(const std::string& formula, const Table& table, const DesignOptions& how = {}) {
  return make_design(parse_formula(formula), table, how);
}

// Rounding only, of orthogonal polynomials most: 1e-10 of the largest.
void expect_near(const VectorXd& ours, const json& expected, const std::string& what) {
  const VectorXd theirs = vector(expected);
  ASSERT_EQ(ours.size(), theirs.size()) << what;
  EXPECT_LE((ours - theirs).cwiseAbs().maxCoeff(), 1e-10 * (1 + theirs.cwiseAbs().maxCoeff()))
      << what;
}

TEST(DesignMatrix, is_that_of_R) {
  const Table table = input();
  const json expected_all = read_reference("design/expected.json");
  for (const json& row : expected_all["design"]) {
    const std::string what = row["formula"];
    const Design design = design_of(what, table);
    EXPECT_EQ(design.columns, row["columns"].get<Words>()) << what;
    EXPECT_EQ(design.aliased, row["aliased"].get<Words>()) << what;
    std::vector<std::size_t> rows = row["rows"];
    for (std::size_t& at : rows) --at;  // R counts from 1
    ASSERT_EQ(design.rows, rows) << what;
    expect_near(design.x.colwise().sum().transpose(), row["sums"], what);
    const VectorXd wave =
        VectorXd::LinSpaced(design.x.rows(), 1, double(rows.size())).array().sin();
    expect_near(design.x.transpose() * wave, row["moments"], what);
    expect_near(design.x.row(0).transpose(), row["first"], what);
    expect_near(design.x.bottomRows(1).transpose(), row["last"], what);
  }
}

TEST(DesignMatrix, row_of_an_observed_setting_is_its_row) {
  const Table table = input();
  const Design design = design_of("CHG ~ BASE * AVISIT + ARM * AVISIT + poly(AGE, 2)", table);
  for (std::size_t i : {0u, 17u, 60u}) {
    const std::size_t row = design.rows[i];
    const Setting setting{{"BASE", table.numbers("BASE")[row]},
                          {"AGE", table.numbers("AGE")[row]},
                          {"ARM", table.text("ARM")[row]},
                          {"AVISIT", table.text("AVISIT")[row]}};
    EXPECT_NEAR((design_row(design, setting) - design.x.row(Index(i))).norm(), 0, 1e-12);
    EXPECT_TRUE(is_estimable(design, setting));
  }
  const Setting empty_cell{
      {"BASE", 40.0}, {"AGE", 40.0}, {"ARM", "LOW DOSE"}, {"AVISIT", "WEEK 10"}};
  EXPECT_FALSE(is_estimable(design, empty_cell));
}

TEST(DesignMatrix, says_how_aliased_columns_follow_from_the_others) {
  const Table table = input();
  const Design design = design_of("CHG ~ BASE + AGE + I(BASE + AGE) + ARM", table);
  EXPECT_EQ(design.aliased, Words{"I(BASE + AGE)"});
  const VectorXd expected{{0, 1, 1, 0, 0}};
  EXPECT_NEAR((design.combination.col(0) - expected).norm(), 0, 1e-12);
}

TEST(DesignMatrix, takes_reference_levels_order_and_factors_as_asked) {
  const Table table = input();
  const Design reference = design_of("CHG ~ ARM", table, {.reference = {{"ARM", "PLACEBO"}}});
  EXPECT_EQ(reference.columns, (Words{"(Intercept)", "ARMLOW DOSE", "ARMMDMA"}));
  EXPECT_EQ(reference.factors[0].levels, (Words{"PLACEBO", "LOW DOSE", "MDMA"}));
  const Design ordered = design_of(
      "CHG ~ AVISIT", table, {.levels = {{"AVISIT", {"WEEK 2", "WEEK 6", "WEEK 10", "WEEK 99"}}}});
  EXPECT_EQ(ordered.factors[0].levels, (Words{"WEEK 2", "WEEK 6", "WEEK 10"}));
  const Design numbers = design_of("CHG ~ AVISITN", table, {.factors = {"AVISITN"}});
  EXPECT_EQ(numbers.columns, (Words{"(Intercept)", "AVISITN6", "AVISITN10"}));
}

TEST(DesignMatrix, keeps_rows_without_response_when_asked) {
  const Table table = input();
  const Design some = design_of("CHG ~ BASE + ARM", table);
  const Design all = design_of("CHG ~ BASE + ARM", table, {.keep_missing_response = true});
  EXPECT_EQ(some.y.size(), 84);
  EXPECT_EQ(all.y.size(), 102);
  EXPECT_EQ(std::count_if(all.y.begin(), all.y.end(), [](double y) { return std::isnan(y); }), 18);
}

TEST(DesignMatrix, does_not_care_about_the_order_of_rows) {
  const Table table = input();
  Table reversed;
  for (Column column : table.columns) {
    std::visit([](auto& values) { std::reverse(values.begin(), values.end()); }, column.values);
    reversed.add(column);
  }
  const Design one = design_of("CHG ~ poly(AGE, 2) + ARM * SITE", table);
  const Design other = design_of("CHG ~ poly(AGE, 2) + ARM * SITE", reversed);
  EXPECT_EQ(one.columns, other.columns);
  EXPECT_NEAR((one.x - other.x.colwise().reverse()).cwiseAbs().maxCoeff(), 0, 1e-12);
}

void expect_refused(const std::string& formula, const Table& table, const std::string& code,
                    const std::string& words, const DesignOptions& how = {}) {
  try {
    design_of(formula, table, how);
    ADD_FAILURE() << formula << " was answered";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code) << error.what();
    EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
  }
}

TEST(DesignMatrix, names_what_is_wrong_with_a_column) {
  Table table = input();
  const std::size_t n = table.rows();
  table.add({.name = "ONE", .values = std::vector<double>(n, 1)});
  table.add({.name = "SAME", .values = std::vector<std::string>(n, "x")});
  table.add({.name = "NONE", .values = std::vector<double>(n, std::nan(""))});
  table.add({.name = "DAY", .values = std::vector<Date>(n, Date{2020, 1, 1})});
  expect_refused("CHG ~ ONE", table, "stats.design.constant", "'ONE' is 1 in all 88 rows");
  expect_refused("CHG ~ SAME", table, "stats.design.one_level", "'SAME' has only the level 'x'");
  expect_refused("CHG ~ NONE + ARM", table, "stats.design.empty", "'NONE', in 108 rows");
  expect_refused("CHG ~ DAY", table, "stats.design.date", "'DAY' holds dates");
  expect_refused("CHG ~ AMR", table, "base.table.column", "no column 'AMR'");
  expect_refused("ARM ~ BASE", table, "stats.design.text", "'ARM'");
  expect_refused("CHG ~ log(ARM)", table, "stats.design.text", "'ARM'");
  expect_refused("CHG ~ log(AGE - AGE)", table, "stats.design.value", "row 1");
  expect_refused("CHG ~ sin(AGE)", table, "stats.design.variable", "log, log2");
  expect_refused("CHG ~ poly(AGE)", table, "stats.design.variable", "degree is missing");
  expect_refused("CHG ~ poly(PRIOR, 2)", table, "stats.design.polynomial", "saw 2");
  expect_refused("CHG ~ I(2)", table, "stats.design.variable", "no column");
  expect_refused("CHG ~ ARM", table, "stats.design.reference", "'X'",
                 {.reference = {{"ARM", "X"}}});
  expect_refused("CHG ~ ARM", table, "stats.design.reference", "no factor",
                 {.reference = {{"BASE", "1"}}});
  expect_refused("CHG ~ ARM", table, "stats.design.level", "'LOW DOSE'",
                 {.levels = {{"ARM", {"MDMA", "PLACEBO"}}}});
}

TEST(DesignMatrix, refuses_settings_without_meaning) {
  const Design design = design_of("CHG ~ BASE + ARM", input());
  EXPECT_THROW(design_row(design, {{"BASE", 40.0}}), Error);
  EXPECT_THROW(design_row(design, {{"BASE", 40.0}, {"ARM", "OTHER"}}), Error);
  EXPECT_THROW(design_row(design, {{"BASE", "much"}, {"ARM", "MDMA"}}), Error);
}

}  // namespace
}  // namespace entact
