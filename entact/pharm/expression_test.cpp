#include "entact/pharm/expression.h"

#include <ceres/jet.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "entact/base/error.h"
#include "entact/pharm/expression_model.h"
#include "entact/pharm/run_program.h"

namespace entact {
namespace {

const ExpressionNames names{.states = {"x", "y"}, .parameters = {"k", "t_half"}};

double value(const std::string& text, double x = 2, double y = 3) {
  std::vector<Instruction> code = parse_expression(text, names);
  code.push_back({Operation::keep_result, 0, 0});
  const double states[] = {x, y}, parameters[] = {5, 7};
  double result = 0;
  run_program<double>(code.data(), static_cast<int>(code.size()), 11.0,
                      ProgramData<double>{states, parameters, &result},
                      [](double& to, double from) { to = from; });
  return result;
}

TEST(Expression, follows_the_rules_of_precedence) {
  EXPECT_EQ(value("1 + 2 * 3"), 7);
  EXPECT_EQ(value("(1 + 2) * 3"), 9);
  EXPECT_EQ(value("8 - 3 - 2"), 3);
  EXPECT_EQ(value("24 / 4 / 2"), 3);
  EXPECT_EQ(value("2 ^ 3 ^ 2"), 512);
  EXPECT_EQ(value("-2 ^ 2"), -4);
  EXPECT_EQ(value("2 ^ -1"), 0.5);
  EXPECT_EQ(value("- - 2 + +3"), 5);
  EXPECT_EQ(value("1 < 2 && 2 < 1 || 1"), 1);
  EXPECT_EQ(value("!(1 > 2) && !0"), 1);
}

TEST(Expression, names_states_parameters_and_time) {
  EXPECT_EQ(value("x + 10 * y + 100 * k + 1000 * t_half + 10000 * t"),
            2 + 30 + 500 + 7000 + 110000);
  EXPECT_EQ(value("1.5e1 + .5"), 15.5);
}

TEST(Expression, knows_its_functions) {
  EXPECT_DOUBLE_EQ(value("exp(log(x)) + ln(exp(y)) + log10(1000)"), 8);
  EXPECT_DOUBLE_EQ(value("sqrt(16) + abs(-2) + tanh(0) + sin(0) + cos(0)"), 7);
  EXPECT_EQ(value("min(x, y) + 10 * max(x, y) + 100 * pow(x, y)"), 2 + 30 + 800);
  EXPECT_EQ(value("if(x < y, 1, 2) + if(x >= y, 10, 20)"), 21);
  EXPECT_EQ(value("(x == 2) + 2 * (x != 2) + 4 * (x <= 2) + 8 * (x > 2)"), 5);
}

TEST(Expression, takes_pieces_in_their_order) {
  const std::string text = "piecewise(1, x < 1, x + 10, x < 2.5, y * 100)";
  EXPECT_EQ(value(text, 0.5), 1);
  EXPECT_EQ(value(text, 2), 12);
  EXPECT_EQ(value(text, 9), 300);
}

TEST(Expression, has_the_derivatives_of_what_it_computes) {
  std::vector<Instruction> code =
      parse_expression("x ^ 2 * exp(-y / k) + if(x < 0, 1, x ^ k)", names);
  code.push_back({Operation::keep_result, 0, 0});
  const PharmJet states[] = {PharmJet(2.0, 0), PharmJet(3.0, 1)};
  const PharmJet parameters[] = {PharmJet(5.0, 2), PharmJet(7.0)};
  PharmJet result;
  run_program<PharmJet>(code.data(), static_cast<int>(code.size()), PharmJet(0),
                        ProgramData<PharmJet>{states, parameters, &result},
                        [](PharmJet& to, const PharmJet& from) { to = from; });
  const double e = std::exp(-0.6);
  EXPECT_DOUBLE_EQ(result.a, 4 * e + 32);
  EXPECT_DOUBLE_EQ(result.v[0], 4 * e + 80);
  EXPECT_DOUBLE_EQ(result.v[1], -4 * e / 5);
  EXPECT_DOUBLE_EQ(result.v[2], 4 * e * 3 / 25 + 32 * std::log(2.0));
}

void expect_refused(const std::string& text, const std::string& code, const std::string& says) {
  try {
    parse_expression(text, names);
    FAIL() << text << " is not refused";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "pharm.expression." + code) << text;
    EXPECT_NE(std::string(error.what()).find(says), std::string::npos) << error.what();
  }
}

TEST(Expression, says_where_it_cannot_be_read) {
  expect_refused("1 + * 2", "syntax", "column 5");
  expect_refused("", "syntax", "column 1");
  expect_refused("(1 + 2", "syntax", "the end");
  expect_refused("1 2", "syntax", "column 3");
  expect_refused("x + zeta", "name", "column 5");
  expect_refused("sinh(x)", "name", "'sinh'");
  expect_refused("min(x)", "syntax", "','");
  expect_refused("2 ^ 1e999", "syntax", "column 5");
  std::string deep(200, '(');
  deep.append("1").append(200, ')');
  expect_refused(deep, "depth", "100 deep");
  std::string heap = "1";
  for (int k = 0; k < 40; ++k) heap = "1 + (" + heap + ")";
  expect_refused(heap, "depth", "32 values");
}

}  // namespace
}  // namespace entact
