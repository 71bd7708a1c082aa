#include "entact/num/minimise.h"

#include <gtest/gtest.h>

#include <cmath>

namespace entact {
namespace {

TEST(Minimise, finds_the_bottom_of_a_parabola) {
  const Minimum found = minimise([](double x) { return (x - 2) * (x - 2) + 3; }, -10, 30);
  EXPECT_TRUE(found.converged);
  EXPECT_NEAR(found.x, 2, 3e-8);  // about sqrt(eps) x is the limit of function values
  EXPECT_NEAR(found.value, 3, 1e-15);
  EXPECT_LT(found.evaluations, 40);
}

TEST(Minimise, finds_a_skewed_minimum) {
  // d/dx (x - log x) = 0 at 1
  EXPECT_NEAR(minimise([](double x) { return x - std::log(x); }, 1e-6, 1e3).x, 1, 2e-8);
}

TEST(Minimise, goes_to_the_end_where_the_function_only_falls) {
  EXPECT_NEAR(minimise([](double x) { return x; }, 0, 5).x, 0, 1e-10);
  EXPECT_NEAR(minimise([](double x) { return -x; }, 0, 5).x, 5, 1e-7);
}

TEST(Minimise, says_when_it_ran_out_of_iterations) {
  const auto f = [](double x) { return std::cos(x); };
  EXPECT_FALSE(minimise(f, 0, 6, {.max_iterations = 2}).converged);
}

TEST(Minimise, refuses_a_reversed_or_endless_bracket) {
  EXPECT_THROW(minimise([](double x) { return x; }, 1, 0), Error);
  EXPECT_THROW(minimise([](double x) { return x; }, 0, INFINITY), Error);
}

}  // namespace
}  // namespace entact
