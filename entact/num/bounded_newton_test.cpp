#include "entact/num/bounded_newton.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "entact/base/error.h"

namespace entact {
namespace {

using Eigen::MatrixXd;
using Eigen::Vector2d;
using Eigen::VectorXd;

// (x - a)' A (x - a) / 2
SecondOrder quadratic(const VectorXd& x, const MatrixXd& a, const VectorXd& centre) {
  const VectorXd slope = a * (x - centre);
  return {0.5 * (x - centre).dot(slope), slope, a};
}

const VectorXd zero = VectorXd::Zero(2);

TEST(BoundedNewton, takes_one_step_on_a_quadratic) {
  const MatrixXd a{{3, 1}, {1, 2}};
  const auto found = minimise_bounded(
      [&](const VectorXd& x) { return quadratic(x, a, Vector2d(1, 2)); }, Vector2d(9, 9), zero);
  EXPECT_TRUE(found.converged);
  EXPECT_EQ(found.iterations, 1);
  EXPECT_NEAR(found.x[0], 1, 1e-14);
  EXPECT_NEAR(found.x[1], 2, 1e-14);
}

TEST(BoundedNewton, stands_exactly_on_the_bound) {
  const MatrixXd a{{3, 1}, {1, 2}};
  // With x0 held at 0 the slope in x1 is 1 (0 + 1) + 2 (x1 - 2): zero at x1 = 1.5.
  const auto found = minimise_bounded(
      [&](const VectorXd& x) { return quadratic(x, a, Vector2d(-1, 2)); }, Vector2d(5, 5), zero);
  EXPECT_TRUE(found.converged);
  EXPECT_EQ(found.x[0], 0);
  EXPECT_NEAR(found.x[1], 1.5, 1e-14);
  EXPECT_GT(found.gradient[0], 0);
}

TEST(BoundedNewton, leaves_a_bound_that_it_started_on) {
  const MatrixXd a{{3, 1}, {1, 2}};
  const auto found = minimise_bounded(
      [&](const VectorXd& x) { return quadratic(x, a, Vector2d(1, 2)); }, Vector2d(0, 0), zero);
  EXPECT_TRUE(found.converged);
  EXPECT_NEAR(found.x[0], 1, 1e-14);
}

// Rosenbrock's valley: minimum 0 at (1, 1).
SecondOrder rosenbrock(const VectorXd& x) {
  const double u = x[1] - x[0] * x[0], v = 1 - x[0];
  return {100 * u * u + v * v, Vector2d(-400 * x[0] * u - 2 * v, 200 * u),
          MatrixXd{{1200 * x[0] * x[0] - 400 * x[1] + 2, -400 * x[0]}, {-400 * x[0], 200}}};
}

TEST(BoundedNewton, follows_a_curved_valley_through_negative_curvature) {
  const auto found = minimise_bounded(rosenbrock, Vector2d(-1.2, 3), VectorXd::Constant(2, -10));
  EXPECT_TRUE(found.converged);
  EXPECT_NEAR(found.x[0], 1, 1e-9);
  EXPECT_NEAR(found.x[1], 1, 1e-9);
}

TEST(BoundedNewton, finds_the_bounded_minimum_of_the_valley) {
  // With x0 >= 2 the minimum is at (2, 4), where f = 1.
  const auto found = minimise_bounded(rosenbrock, Vector2d(3, 1), Vector2d(2, -10));
  EXPECT_TRUE(found.converged);
  EXPECT_EQ(found.x[0], 2);
  EXPECT_NEAR(found.x[1], 4, 1e-12);
  EXPECT_NEAR(found.value, 1, 1e-12);
}

TEST(BoundedNewton, says_that_it_ran_out_of_iterations) {
  const auto found = minimise_bounded(rosenbrock, Vector2d(-1.2, 3), VectorXd::Constant(2, -10),
                                      {.max_iterations = 2});
  EXPECT_FALSE(found.converged);
  EXPECT_EQ(found.iterations, 2);
}

TEST(BoundedNewton, does_not_call_a_saddle_a_minimum) {
  const auto saddle = [](const VectorXd& x) {
    return SecondOrder{x[0] * x[0] - x[1] * x[1], Vector2d(2 * x[0], -2 * x[1]),
                       MatrixXd{{2, 0}, {0, -2}}};
  };
  EXPECT_FALSE(minimise_bounded(saddle, Vector2d(1, 0), VectorXd::Constant(2, -1)).converged);
}

TEST(BoundedNewton, steps_back_from_where_the_function_is_infinite) {
  // x - log x is infinite at and below 0; minimum at 1; from 5 the full step would land at -15.
  const auto f = [](const VectorXd& x) {
    SecondOrder at{std::numeric_limits<double>::infinity(), VectorXd::Zero(1),
                   MatrixXd::Zero(1, 1)};
    if (x[0] > 0)
      at = {x[0] - std::log(x[0]), VectorXd::Constant(1, 1 - 1 / x[0]),
            MatrixXd::Constant(1, 1, 1 / (x[0] * x[0]))};
    return at;
  };
  const auto found = minimise_bounded(f, VectorXd::Constant(1, 5), VectorXd::Zero(1));
  EXPECT_TRUE(found.converged);
  EXPECT_NEAR(found.x[0], 1, 1e-9);
}

TEST(BoundedNewton, locates_a_minimum_beyond_what_values_can_show) {
  // Around x = 1 a value near 1e6 cannot show moves below 1e-5, the slope can show 1e-16.
  const auto f = [](const VectorXd& x) {
    const double u = x[0] - 1;
    return SecondOrder{1e6 + u * u + u * u * u, VectorXd::Constant(1, 2 * u + 3 * u * u),
                       MatrixXd::Constant(1, 1, 2 + 6 * u)};
  };
  const auto found =
      minimise_bounded(f, VectorXd::Constant(1, 3), VectorXd::Zero(1), {.tolerance = 1e-34});
  EXPECT_TRUE(found.converged);
  EXPECT_NEAR(found.x[0], 1, 1e-14);
}

TEST(BoundedNewton, refuses_a_start_below_its_bound) {
  try {
    minimise_bounded(rosenbrock, Vector2d(-1, 0), zero);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "num.bounded_newton.start");
  }
}

}  // namespace
}  // namespace entact
