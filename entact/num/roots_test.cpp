#include "entact/num/roots.h"

#include <gtest/gtest.h>

#include <cmath>

namespace entact {
namespace {

TEST(Roots, finds_closed_form_roots_to_full_precision) {
  const Root cosine = find_root([](double x) { return std::cos(x); }, 0, 3);
  EXPECT_TRUE(cosine.converged);
  EXPECT_NEAR(cosine.x, std::acos(-1.0) / 2, 1e-15);
  const Root cube = find_root([](double x) { return x * x * x - 2; }, -10, 10);
  EXPECT_NEAR(cube.x, std::cbrt(2.0), 1e-15);
  EXPECT_LT(cube.evaluations, 25);
}

TEST(Roots, takes_a_root_at_an_end_of_the_bracket) {
  EXPECT_EQ(find_root([](double x) { return x; }, 0, 5).x, 0);
  EXPECT_EQ(find_root([](double x) { return x - 5; }, 0, 5).x, 5);
}

TEST(Roots, never_does_worse_than_a_few_times_bisection) {
  // A ninth-order root: interpolation is useless there, 53 halvings would be enough.
  const Root flat = find_root([](double x) { return std::pow(x - 1, 9); }, 0, 3);
  EXPECT_TRUE(flat.converged);
  EXPECT_NEAR(flat.x, 1, 1e-15);
  EXPECT_LT(flat.evaluations, 180);
}

TEST(Roots, finds_a_tiny_root_with_relative_precision) {
  const Root tiny = find_root([](double x) { return x - 1e-12; }, 0, 1);
  EXPECT_NEAR(tiny.x, 1e-12, 1e-26);
}

TEST(Roots, refuses_a_bracket_without_a_sign_change) {
  EXPECT_THROW(find_root([](double x) { return x * x + 1; }, -1, 1), Error);
  EXPECT_THROW(find_root([](double x) { return std::sqrt(x); }, -1, 1), Error);
}

TEST(Roots, doubling_brackets_a_sign_change) {
  const auto f = [](double x) { return 100 - x; };
  const auto [low, high] = double_until_sign_change(f, 1, 1e6);
  EXPECT_EQ(low, 64);
  EXPECT_EQ(high, 128);
  const auto never = double_until_sign_change(f, 1, 50);
  EXPECT_EQ(never.first, never.second);
}

}  // namespace
}  // namespace entact
