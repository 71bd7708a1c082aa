#include "entact/stats/model_formula.h"

#include <gtest/gtest.h>

#include "entact/base/error.h"
#include "entact/stats/design_oracle.h"

namespace entact {
namespace {

std::vector<std::string> labels(const std::string& text) {
  std::vector<std::string> all;
  const ModelFormula formula = parse_formula(text);
  for (const FormulaTerm& term : formula.terms) all.push_back(to_text(term));
  return all;
}

using Words = std::vector<std::string>;

TEST(ModelFormula, has_the_terms_that_R_has) {
  const auto expected = read_reference("design/expected.json");
  for (const auto& row : expected["design"])
    EXPECT_EQ(labels(row["formula"]), row["terms"].get<Words>()) << row["formula"];
}

TEST(ModelFormula, obeys_the_algebra_of_terms) {
  EXPECT_EQ(labels("y ~ a*b"), labels("y ~ a + b + a:b"));
  EXPECT_EQ(labels("y ~ (a + b)^2"), labels("y ~ a*b"));
  EXPECT_EQ(labels("y ~ a/b"), labels("y ~ a + a:b"));
  EXPECT_EQ(labels("y ~ a:a + a^3"), (Words{"a"}));
  EXPECT_EQ(labels("y ~ (a + b + c)^3 - a:b:c"), labels("y ~ (a + b + c)^2"));
  EXPECT_EQ(labels("y ~ a*b - b"), (Words{"a", "a:b"}));
  EXPECT_EQ(labels("y ~ (a + b):c"), (Words{"a:c", "b:c"}));
  EXPECT_EQ(labels("y ~ a:c + b:c"), (Words{"a:c", "c:b"}));  // as R: c is named before b
  EXPECT_EQ(labels("y~((a))"), (Words{"a"}));
}

TEST(ModelFormula, keeps_the_last_word_on_the_intercept) {
  for (const char* with : {"y ~ a", "y ~ 1", "y ~ 1 + a", "y ~ 0 + a + 1", "y ~ a - 0"})
    EXPECT_TRUE(parse_formula(with).intercept) << with;
  for (const char* without : {"y ~ 0 + a", "y ~ a - 1", "y ~ -1 + a", "y ~ (a + 0)", "y ~ a - (1)"})
    EXPECT_FALSE(parse_formula(without).intercept) << without;
}

TEST(ModelFormula, reads_the_covariance_of_mmrm) {
  const ModelFormula plain = parse_formula("CHG ~ BASE*AVISIT + us(AVISIT | USUBJID) + ARM");
  EXPECT_EQ(plain.covariance->structure, "us");
  EXPECT_EQ(plain.covariance->visit, "AVISIT");
  EXPECT_EQ(plain.covariance->subject, "USUBJID");
  EXPECT_EQ(plain.covariance->group, "");
  EXPECT_EQ(plain.terms.size(), 4u);
  const ModelFormula grouped = parse_formula("CHG ~ ARM + cs(AVISIT | ARM / USUBJID)");
  EXPECT_EQ(grouped.covariance->group, "ARM");
  EXPECT_EQ(columns_of(grouped), (Words{"CHG", "ARM", "AVISIT", "USUBJID"}));
  const ModelFormula space = parse_formula("CHG ~ sp_exp(LAT, LON | USUBJID)");
  EXPECT_EQ(space.covariance->coordinates, (Words{"LAT", "LON"}));
  EXPECT_EQ(space.covariance->visit, "");
  const ModelFormula product = parse_formula("AVAL ~ un@ar1(PARAMCD, AVISIT | USUBJID)");
  EXPECT_EQ(product.covariance->structure, "un@ar1");
  EXPECT_EQ(product.covariance->visit, "AVISIT");
  EXPECT_EQ(product.covariance->coordinates, (Words{"PARAMCD", "AVISIT"}));
  EXPECT_EQ(parse_formula("y ~ un(t | i)").covariance->structure, "us");
}

void expect_refused(const std::string& text, const std::string& code, const std::string& words) {
  try {
    parse_formula(text);
    ADD_FAILURE() << text << " was read";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code) << text;
    EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
  }
}

TEST(ModelFormula, refuses_what_has_no_meaning) {
  expect_refused("y + a", "stats.formula.response", "CHG ~ BASE + ARM");
  expect_refused("y + z ~ a", "stats.formula.response", "one column");
  expect_refused("y ~ a + y", "stats.formula.response", "also a term");
  expect_refused("y ~ 2 + a", "stats.formula.syntax", "character 5");
  expect_refused("y ~ a:1", "stats.formula.syntax", "cannot be part");
  expect_refused("y ~ a^0", "stats.formula.syntax", "whole number");
  expect_refused("y ~ a | b", "stats.formula.syntax", "'|' has no meaning");
  expect_refused("y ~ us(t | i) + cs(t | i)", "stats.formula.covariance", "character 17");
  expect_refused("y ~ us(t, u | i)", "stats.formula.covariance", "one visit");
  expect_refused("y ~ us(t)", "stats.formula.covariance", "us(VISIT | SUBJECT)");
  expect_refused("y ~ x + vc(t | i)", "stats.formula.covariance", "'vc'; there are us, un, cs");
  expect_refused("y ~ us(t | i) * a", "stats.formula.covariance", "only be added");
  expect_refused("y ~ us(log(t) | i)", "stats.formula.covariance", "name of a column");
  expect_refused("y ~ (a+b+c+d+e+f+g+h+i+j+k+l+m+n+o+p)^16", "stats.formula.size", "1000 terms");
}

}  // namespace
}  // namespace entact
