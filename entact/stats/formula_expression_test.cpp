#include "entact/stats/formula_expression.h"

#include <gtest/gtest.h>

#include "entact/base/error.h"

namespace entact {
namespace {

std::string round_trip(const std::string& text) { return to_text(parse_formula_expression(text)); }

// Spacing as R 4.2.2's deparse(quote(...)) prints it.
TEST(FormulaExpression, is_written_as_R_writes_it) {
  EXPECT_EQ(round_trip("poly( x,2 )"), "poly(x, 2)");
  EXPECT_EQ(round_trip("poly(x,2,raw=TRUE)"), "poly(x, 2, raw = TRUE)");
  EXPECT_EQ(round_trip("I( (a+b)/2 * x^2 )"), "I((a + b)/2 * x^2)");
  EXPECT_EQ(round_trip("-x^2"), "-x^2");
  EXPECT_EQ(round_trip("a - -1e-5"), "a - -1e-05");
  EXPECT_EQ(round_trip("`my col`:`plain`"), "`my col`:plain");
  EXPECT_EQ(round_trip("Größe + .5 + .x"), "Größe + 0.5 + .x");
}

TEST(FormulaExpression, binds_as_R_does) {
  const FormulaNode sum = parse_formula_expression("y ~ a + b * c:d^2 - e");
  EXPECT_EQ(sum.text, "~");
  EXPECT_EQ(sum.children[1].text, "-");
  EXPECT_EQ(to_text(sum.children[1].children[0].children[1]), "b * c:d^2");
  EXPECT_EQ(sum.children[1].children[0].children[1].text, "*");
  const FormulaNode power = parse_formula_expression("a^b^c");
  EXPECT_EQ(to_text(power.children[1]), "b^c");
  EXPECT_EQ(parse_formula_expression("-a:b").text, ":");  // (-a):b
  EXPECT_EQ(parse_formula_expression("-a^2").kind, FormulaNode::Kind::unary);
}

TEST(FormulaExpression, names_each_column_once) {
  const std::vector<std::string> expected{"x", "my col", "y"};
  EXPECT_EQ(names_in(parse_formula_expression("log(x) + `my col`:x - y")), expected);
}

void expect_refused(const std::string& text, const std::string& where) {
  try {
    parse_formula_expression(text);
    ADD_FAILURE() << text << " was read";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "stats.formula.syntax");
    EXPECT_NE(std::string(error.what()).find(where), std::string::npos) << error.what();
  }
}

TEST(FormulaExpression, says_where_it_cannot_read) {
  expect_refused("y ~ a +", "character 8: expected a column");
  expect_refused("y ~ a b", "character 7: expected an operator");
  expect_refused("y ~ (a + b", "character 11: expected ')'");
  expect_refused("y ~ f(a, )", "character 10");
  expect_refused("y ~ `a", "character 5: expected a name and a closing backquote");
  expect_refused("y ~ 2x", "character 6: expected an operator after a number");
  expect_refused("y ~ .", "name the columns");
  expect_refused("", "the formula ends here");
  expect_refused("un@ar1 + x", "character 8: expected '('");
  expect_refused(std::string(5000, '('), "levels of nesting");
  expect_refused(std::string(5000, '-').append("x"), "levels of nesting");
}

}  // namespace
}  // namespace entact
