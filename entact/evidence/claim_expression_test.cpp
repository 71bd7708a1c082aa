#include "entact/evidence/claim_expression.h"

#include <gtest/gtest.h>

#include <limits>
#include <map>

#include "entact/base/error.h"

namespace entact {
namespace {

/// Quantities by their text as written; others are unknown.
ClaimQuantities table(std::map<std::string, ClaimValue> values) {
  return [values = std::move(values)](const ClaimCall& call) {
    const auto found = values.find(call.text);
    return found == values.end() ? ClaimValue() : found->second;
  };
}

Truth truth(const std::string& text, const std::map<std::string, ClaimValue>& values = {}) {
  return evaluate(parse_claim_expression(text), table(values));
}

std::string refusal(const std::string& text) {
  try {
    parse_claim_expression(text);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "evidence.claim.syntax");
    return error.what();
  }
  return "accepted";
}

TEST(ClaimExpression, compares_numbers) {
  EXPECT_EQ(truth("x() < 0", {{"x()", -0.1}}), Truth::yes);
  EXPECT_EQ(truth("x() < 0", {{"x()", 0.0}}), Truth::no);
  EXPECT_EQ(truth("x() <= 0", {{"x()", 0.0}}), Truth::yes);
  EXPECT_EQ(truth("x() > 0.02", {{"x()", 0.02}}), Truth::no);
  EXPECT_EQ(truth("x() >= 0.02", {{"x()", 0.02}}), Truth::yes);
  EXPECT_EQ(truth("x() = 3", {{"x()", 3.0}}), Truth::yes);
  EXPECT_EQ(truth("x() != 3", {{"x()", 3.0}}), Truth::no);
  EXPECT_EQ(truth("-1 < x()", {{"x()", -0.5}}), Truth::yes);
}

TEST(ClaimExpression, adds_subtracts_and_negates) {
  EXPECT_EQ(truth("a() + b() >= 3", {{"a()", 1.0}, {"b()", 2.0}}), Truth::yes);
  EXPECT_EQ(truth("a() - b() - b() < -2", {{"a()", 1.0}, {"b()", 2.0}}), Truth::yes);
  EXPECT_EQ(truth("a() - (b() - b()) = 1", {{"a()", 1.0}, {"b()", 2.0}}), Truth::yes);
  EXPECT_EQ(truth("-a() > -(b())", {{"a()", 1.0}, {"b()", 2.0}}), Truth::yes);
}

TEST(ClaimExpression, compares_words_only_for_equality) {
  const std::map<std::string, ClaimValue> values{{"latest()", std::string("not approved")}};
  EXPECT_EQ(truth("latest() = 'not approved'", values), Truth::yes);
  EXPECT_EQ(truth("latest() = 'approved'", values), Truth::no);
  EXPECT_EQ(truth("latest() != 'approved'", values), Truth::yes);
  EXPECT_THROW(truth("latest() < 'z'", values), Error);
  EXPECT_THROW(truth("latest() + 1 > 2", values), Error);
  EXPECT_THROW(truth("latest() = 2", values), Error);
}

TEST(ClaimExpression, follows_kleene_where_something_is_unknown) {
  const std::map<std::string, ClaimValue> x{{"x()", 1.0}};
  EXPECT_EQ(truth("gone() < 0", x), Truth::unknown);
  EXPECT_EQ(truth("not gone() < 0", x), Truth::unknown);
  EXPECT_EQ(truth("x() = 1 or gone() < 0", x), Truth::yes);
  EXPECT_EQ(truth("x() = 2 or gone() < 0", x), Truth::unknown);
  EXPECT_EQ(truth("x() = 1 and gone() < 0", x), Truth::unknown);
  EXPECT_EQ(truth("x() = 2 and gone() < 0", x), Truth::no);
  EXPECT_EQ(truth("x() + gone() > 0", x), Truth::unknown);
  EXPECT_EQ(truth("-gone() > 0", x), Truth::unknown);
}

TEST(ClaimExpression, counts_nan_as_unknown_and_an_empty_condition_never_holds) {
  EXPECT_EQ(truth("x() < 0", {{"x()", std::numeric_limits<double>::quiet_NaN()}}), Truth::unknown);
  EXPECT_EQ(truth(""), Truth::unknown);
  EXPECT_EQ(truth("  "), Truth::unknown);
  EXPECT_TRUE(parse_claim_expression("").empty());
}

TEST(ClaimExpression, binds_and_tighter_than_or) {
  const std::map<std::string, ClaimValue> x{{"x()", 1.0}};
  EXPECT_EQ(truth("x() = 1 or x() = 2 and x() = 3", x), Truth::yes);
  EXPECT_EQ(truth("(x() = 1 or x() = 2) and x() = 3", x), Truth::no);
  EXPECT_EQ(truth("not x() = 1 or x() = 1", x), Truth::yes);
  EXPECT_EQ(truth("not (x() = 1 or x() = 1)", x), Truth::no);
}

TEST(ClaimExpression, obeys_the_laws_of_de_morgan) {
  const std::map<int, ClaimValue> worth{{0, 0.0}, {1, ClaimValue()}, {2, 1.0}};
  for (const auto& [i, a] : worth)
    for (const auto& [j, b] : worth) {
      const std::map<std::string, ClaimValue> values{{"a()", a}, {"b()", b}};
      EXPECT_EQ(truth("not (a() = 1 and b() = 1)", values),
                truth("not a() = 1 or not b() = 1", values))
          << i << j;
      EXPECT_EQ(truth("not (a() = 1 or b() = 1)", values),
                truth("not a() = 1 and not b() = 1", values))
          << i << j;
    }
}

TEST(ClaimExpression, asks_for_every_quantity_even_where_the_outcome_is_clear) {
  int asked = 0;
  evaluate(parse_claim_expression("a() = 1 or b() = 1 or c() + d() = 2"), [&](const ClaimCall&) {
    ++asked;
    return ClaimValue(1.0);
  });
  EXPECT_EQ(asked, 4);
}

TEST(ClaimExpression, lists_its_quantities_with_their_arguments) {
  const ClaimExpression expression = parse_claim_expression(
      "rows(studies, condition = ptsd|'ptsd_alcohol', week>=52, change < -1.5, note ~ 'a b') >= 2");
  ASSERT_EQ(expression.calls.size(), 1U);
  const ClaimCall& call = expression.calls[0];
  EXPECT_EQ(call.name, "rows");
  EXPECT_EQ(call.position, 1U);
  EXPECT_EQ(
      call.text,
      "rows(studies, condition = ptsd|'ptsd_alcohol', week>=52, change < -1.5, note ~ 'a b')");
  ASSERT_EQ(call.arguments.size(), 5U);
  EXPECT_EQ(call.arguments[0].column, "");
  EXPECT_EQ(call.arguments[0].values, std::vector<std::string>{"studies"});
  EXPECT_EQ(call.arguments[1].column, "condition");
  EXPECT_EQ(call.arguments[1].relation, "=");
  EXPECT_EQ(call.arguments[1].values, (std::vector<std::string>{"ptsd", "ptsd_alcohol"}));
  EXPECT_EQ(call.arguments[1].position, 15U);
  EXPECT_EQ(call.arguments[2].relation, ">=");
  EXPECT_EQ(call.arguments[2].values, std::vector<std::string>{"52"});
  EXPECT_EQ(call.arguments[3].values, std::vector<std::string>{"-1.5"});
  EXPECT_EQ(call.arguments[4].relation, "~");
  EXPECT_EQ(call.arguments[4].values, std::vector<std::string>{"a b"});
}

TEST(ClaimExpression, says_at_which_character_the_text_stops_making_sense) {
  // the text, the character, a piece of the rule
  const std::vector<std::tuple<std::string, int, std::string>> cases{
      {"upper(a) <", 11, "expected a number"},
      {"upper(a < 0", 12, "expected ',' or ')'"},
      {"upper a < 0", 7, "expected '(' behind the quantity 'upper'"},
      {"upper(a) < 0 upper(b) > 0", 14, "expected 'and', 'or' or the end"},
      {"upper(a)", 1, "a condition compares two quantities"},
      {"3", 1, "a condition compares two quantities"},
      {"(a() = 1) + 2 > 3", 1, "a quantity is wanted here"},
      {"a() = 1 and b()", 13, "a condition compares two quantities"},
      {"not a()", 5, "a condition compares two quantities"},
      {"0 < a() < 1", 9, "a comparison has two sides"},
      {"a() = 'open", 7, "has no end"},
      {"a() = 1.2.3", 7, "that is no number"},
      {"a() & b()", 5, "no condition holds such a character"},
      {"a(,) = 1", 3, "expected a name"},
      {"a(b,) = 1", 5, "expected an argument behind the comma"},
      {"a(b c) = 1", 5, "expected ',' or ')'"},
      {"a(week>=) = 1", 9, "expected a name"},
      {"a(x=-y) = 1", 6, "expected a name"},
      {"(a() = 1", 9, "expected ')'"},
      {") = 1", 1, "expected a number"},
  };
  for (const auto& [text, character, rule] : cases) {
    const std::string said = refusal(text);
    EXPECT_NE(said.find("character " + std::to_string(character) + ": "), std::string::npos)
        << text << "\n  " << said;
    EXPECT_NE(said.find(rule), std::string::npos) << text << "\n  " << said;
    EXPECT_NE(said.find(text), std::string::npos) << said;
  }
}

TEST(ClaimExpression, refuses_endless_nesting) {
  EXPECT_NE(refusal(std::string(5000, '(') + "1").find("deeper than 64"), std::string::npos);
  EXPECT_NE(refusal(std::string(5000, '-') + "1 < 2").find("deeper than 64"), std::string::npos);
  std::string nots;
  for (int i = 0; i < 5000; ++i) nots += "not ";
  EXPECT_NE(refusal(nots + "1 < 2").find("deeper than 64"), std::string::npos);
  std::string sum = "0 < 1";
  for (int i = 0; i < 5000; ++i) sum += " + 1";
  EXPECT_NE(refusal(sum).find("more than 1000 parts"), std::string::npos);
}

}  // namespace
}  // namespace entact
