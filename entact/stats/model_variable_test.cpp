#include "entact/stats/model_variable.h"

#include <gtest/gtest.h>

#include <cmath>

#include "entact/base/error.h"

namespace entact {
namespace {

using Words = std::vector<std::string>;

TEST(ModelVariable, orders_levels_as_R_in_the_C_locale) {
  const FactorValues text = factor_values({.name = "x", .values = Words{"b", "", "B", "a", "b"}});
  EXPECT_EQ(text.levels, (Words{"B", "a", "b"}));
  EXPECT_EQ(text.codes, (std::vector<int>{2, -1, 0, 1, 2}));
  const FactorValues numbers =
      factor_values({.name = "x", .values = std::vector<double>{10, 2, std::nan(""), 0.1 + 0.2}});
  EXPECT_EQ(numbers.levels, (Words{"0.3", "2", "10"}));  // as.character: 15 digits
  EXPECT_EQ(numbers.codes, (std::vector<int>{2, 1, -1, 0}));
}

// The codes do not hang on which level followed which.
TEST(ModelVariable, finds_levels_in_any_sequence) {
  Words cells;
  for (int i = 0; i < 500; ++i) cells.push_back(std::to_string(i * i % 23));
  const FactorValues factor = factor_values({.name = "x", .values = cells});
  for (std::size_t i = 0; i < cells.size(); ++i)
    EXPECT_EQ(factor.levels[static_cast<std::size_t>(factor.codes[i])], cells[i]);
}

TEST(ModelVariable, computes_with_columns) {
  Table table;
  table.add({.name = "x", .values = std::vector<double>{4, 9}});
  table.add({.name = "y", .values = std::vector<double>{2, std::nan("")}});
  ModelVariable v = model_variable("I(sqrt(x) * -y^2 + (x - 1)/3)", table, false);
  const VariableValues values = evaluate(v, table);
  EXPECT_DOUBLE_EQ(values.numbers[0][0], 2 * -4.0 + 1);
  EXPECT_TRUE(std::isnan(values.numbers[0][1]));
  EXPECT_EQ(v.columns, (Words{"x", "y"}));
}

TEST(ModelVariable, refuses_what_it_cannot_compute) {
  Table table;
  table.add({.name = "x", .values = std::vector<double>{4, 0}});
  for (const char* text : {"log(x, 2)", "I(x:x)", "factor(x + 1)", "poly(x, 0)", "poly(x, 2, 3)",
                           "poly(x, 2, raw = 1)", "I(3)", "I(base = x)"})
    EXPECT_THROW(model_variable(text, table, false), Error) << text;
  ModelVariable infinite = model_variable("log(x)", table, false);
  EXPECT_THROW(evaluate(infinite, table), Error);
}

}  // namespace
}  // namespace entact
