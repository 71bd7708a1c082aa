#include "entact/stats/exact_table.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "entact/base/error.h"
#include "entact/stats/design_oracle.h"

namespace entact {
namespace {

using nlohmann::json;

constexpr double infinity = std::numeric_limits<double>::infinity();

double number(const json& value) { return value.is_string() ? infinity : value.get<double>(); }

void expect_relative(double ours, double theirs, double tolerance, const json& row) {
  if (std::isinf(theirs) || theirs == 0)
    EXPECT_EQ(ours, theirs) << row;
  else
    EXPECT_NEAR(ours / theirs, 1, tolerance) << row;
}

// Limits from the tail areas by uniroot at 1e-14; fisher.test's own stop at about 1e-4, which the
// looser comparison covers, as does its estimate.
TEST(ExactTest, agrees_with_fisher_test) {
  const json all = read_reference("responders/expected.json");
  for (const json& row : all["exact"]) {
    const FisherExact test = fisher_exact({row["x1"], row["n1"], row["x2"], row["n2"]});
    EXPECT_NEAR(test.p / row["p"].get<double>(), 1, 1e-10) << row;
    expect_relative(test.interval.low, number(row["low"]), 1e-9, row);
    expect_relative(test.interval.high, number(row["high"]), 1e-9, row);
    expect_relative(test.interval.low, number(row["low_R"]), 3e-3, row);
    expect_relative(test.odds_ratio, number(row["odds_ratio"]), 1e-4, row);
  }
}

// optimize() around the best of 4,001 grid points.
TEST(ExactTest, agrees_with_the_definition_of_barnards_test) {
  const json all = read_reference("responders/expected.json");
  for (const json& row : all["exact"])
    EXPECT_NEAR(barnard_exact_p({row["x1"], row["n1"], row["x2"], row["n2"]}) /
                    row["barnard"].get<double>(),
                1, 1e-7)
        << row;
}

TEST(ExactTest, mirrors_when_the_arms_are_swapped) {
  const FisherExact one = fisher_exact({9, 40, 3, 35}), other = fisher_exact({3, 35, 9, 40});
  EXPECT_NEAR(one.p, other.p, 1e-13);
  EXPECT_NEAR(one.interval.low * other.interval.high, 1, 1e-9);
  EXPECT_NEAR(one.odds_ratio * other.odds_ratio, 1, 1e-9);
  EXPECT_NEAR(barnard_exact_p({9, 40, 3, 35}), barnard_exact_p({3, 35, 9, 40}), 1e-9);
  EXPECT_NEAR(barnard_exact_p({9, 40, 3, 35}), barnard_exact_p({31, 40, 32, 35}), 1e-9);
}

// Fisher 1935, the lady tasting tea: 3 of 4 right each way has p = 34 / 70.
TEST(ExactTest, tastes_tea) {
  EXPECT_NEAR(fisher_exact({3, 4, 1, 4}).p, 34.0 / 70, 1e-12);
  EXPECT_NEAR(fisher_exact({4, 4, 0, 4}).p, 2.0 / 70, 1e-12);
}

// Suissa and Shuster: uniformly more powerful in arms of equal size.
TEST(ExactTest, unconditional_is_no_weaker_in_equal_arms) {
  for (double x1 = 0; x1 <= 12; ++x1)
    for (double x2 = 0; x2 <= 12; ++x2)
      EXPECT_LE(barnard_exact_p({x1, 12, x2, 12}), fisher_exact({x1, 12, x2, 12}).p + 1e-9);
}

TEST(ExactTest, refuses_what_is_not_counted) {
  EXPECT_THROW(fisher_exact({1.5, 4, 1, 4}), Error);
  EXPECT_THROW(fisher_exact({5, 4, 1, 4}), Error);
  EXPECT_THROW(barnard_exact_p({1, 4, 1, 40000}), Error);
  EXPECT_EQ(barnard_exact_p({2, 4, 3, 6}), 1);
}

}  // namespace
}  // namespace entact
