#include "entact/answer/interaction.h"

#include <gtest/gtest.h>

#include <Eigen/Cholesky>
#include <cmath>

#include "entact/base/error.h"

namespace entact {
namespace {

std::vector<std::string> terms_of(const ModelFormula& formula) {
  std::vector<std::string> terms;
  for (const FormulaTerm& term : formula.terms) terms.push_back(to_text(term));
  return terms;
}

TEST(Interaction, adds_the_subgroup_and_its_products_where_the_arm_stands) {
  const ModelFormula made = with_interaction(
      parse_formula("CHG ~ BASE + ARM*AVISIT + us(AVISIT | USUBJID)"), "ARM", "SEX");
  EXPECT_EQ(terms_of(made), (std::vector<std::string>{"BASE", "ARM", "AVISIT", "SEX", "ARM:AVISIT",
                                                      "ARM:SEX", "AVISIT:SEX", "ARM:AVISIT:SEX"}));
  ASSERT_TRUE(made.covariance.has_value());
  EXPECT_EQ(made.covariance->visit, "AVISIT");
}

TEST(Interaction, leaves_an_intercept_out_where_the_model_has_none) {
  EXPECT_FALSE(with_interaction(parse_formula("CHG ~ 0 + ARM"), "ARM", "SEX").intercept);
  EXPECT_TRUE(with_interaction(parse_formula("CHG ~ ARM"), "ARM", "SEX").intercept);
}

TEST(Interaction, refuses_a_column_that_is_another_part_of_the_model) {
  const ModelFormula formula = parse_formula("CHG ~ BASE + ARM + us(AVISIT | USUBJID)");
  for (const char* column : {"", "ARM", "CHG", "AVISIT", "USUBJID"}) try {
      with_interaction(formula, "ARM", column);
      ADD_FAILURE() << column;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), "answer.interaction.column") << column;
      EXPECT_EQ(error.kind(), ErrorKind::usage);
    }
  EXPECT_THROW(with_interaction(parse_formula("CHG ~ BASE"), "ARM", "SEX"), Error);
}

// Three arms, two sexes, all six cells with means of their own: the contrasts of the saturated
// model are the differences of differences of the cells.
TEST(Interaction, contrasts_are_differences_of_differences) {
  Table table;
  std::vector<std::string> arm, sex;
  std::vector<double> change;
  const double mean[3][2] = {{1, 2}, {4, 8}, {16, 32}};
  for (int a = 0; a < 3; ++a)
    for (int s = 0; s < 2; ++s)
      for (const double noise : {-0.5, 0.5}) {
        arm.push_back(std::string(1, static_cast<char>('A' + a)));
        sex.push_back(s == 0 ? "F" : "M");
        change.push_back(mean[a][s] + noise);
      }
  table.add({.name = "ARM", .values = arm});
  table.add({.name = "SEX", .values = sex});
  table.add({.name = "CHG", .values = change});
  const ModelFormula formula = with_interaction(parse_formula("CHG ~ ARM"), "ARM", "SEX");
  const Design design = make_design(formula, table, {});
  const auto contrasts =
      interaction_contrasts(design, table, "ARM", "", "SEX", MarginWeights::equal);
  ASSERT_EQ(contrasts.size(), 1U);
  EXPECT_EQ(contrasts[0].visit, "");
  const Eigen::VectorXd beta =
      (design.x.transpose() * design.x).ldlt().solve(design.x.transpose() * design.y);
  const Eigen::VectorXd found = contrasts[0].l * beta;
  ASSERT_EQ(found.size(), 2);
  EXPECT_NEAR(found[0], (8 - 4) - (2 - 1), 1e-12);
  EXPECT_NEAR(found[1], (32 - 16) - (2 - 1), 1e-12);
}

TEST(Interaction, is_written_for_machines_and_people) {
  const std::vector<InteractionTest> tests{{"W6", 4.5, 1, 57.3, 0.038},
                                           {"", 0.5, 2, INFINITY, 0.6}};
  const nlohmann::ordered_json json = interaction_json("SEX", "CHG ~ ARM*SEX", tests);
  EXPECT_EQ(json["column"], "SEX");
  EXPECT_EQ(json["tests"][0]["visit"], "W6");
  EXPECT_EQ(json["tests"][0]["f"], 4.5);
  EXPECT_TRUE(json["tests"][1]["visit"].is_null());
  const std::string text = interaction_text("SEX", tests);
  EXPECT_NE(text.find("depend on SEX?"), std::string::npos);
  EXPECT_NE(text.find("F 4.500 on 1 and 57.3 df, p 0.038"), std::string::npos);
}

}  // namespace
}  // namespace entact
