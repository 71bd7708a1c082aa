#include "entact/num/quasi_newton.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "entact/base/error.h"

namespace entact {
namespace {

using Eigen::VectorXd;

FirstOrder rosenbrock(const VectorXd& x) {
  const double a = 1 - x[0], b = x[1] - x[0] * x[0];
  return {a * a + 100 * b * b, Eigen::Vector2d(-2 * a - 400 * x[0] * b, 200 * b)};
}

TEST(QuasiNewton, walks_the_curved_valley) {
  const QuasiNewtonEnd end = minimise_quasi_newton(rosenbrock, Eigen::Vector2d(-1.2, 1),
                                                   {.gradient = 1e-9, .scale = 1e-3});
  EXPECT_TRUE(end.converged);
  EXPECT_NEAR(end.x[0], 1, 1e-8);
  EXPECT_NEAR(end.x[1], 1, 1e-8);
  EXPECT_LT(end.evaluations, 100);
}

TEST(QuasiNewton, stays_out_of_where_the_function_is_infinite) {
  const auto f = [](const VectorXd& x) -> FirstOrder {
    if (x[0] <= 0) return {std::numeric_limits<double>::infinity(), x};
    return {x[0] - std::log(x[0]), VectorXd::Constant(1, 1 - 1 / x[0])};
  };
  const QuasiNewtonEnd end =
      minimise_quasi_newton(f, VectorXd::Constant(1, 5), {.longest_step = 9});
  EXPECT_TRUE(end.converged);
  EXPECT_NEAR(end.x[0], 1, 1e-5);
}

TEST(QuasiNewton, has_nothing_to_do_without_variables) {
  const auto f = [](const VectorXd& x) -> FirstOrder { return {2, x}; };
  const QuasiNewtonEnd end = minimise_quasi_newton(f, VectorXd());
  EXPECT_TRUE(end.converged);
  EXPECT_EQ(end.value, 2);
}

TEST(QuasiNewton, refuses_a_start_outside) {
  const auto f = [](const VectorXd& x) -> FirstOrder {
    return {std::numeric_limits<double>::infinity(), x};
  };
  EXPECT_THROW(minimise_quasi_newton(f, VectorXd::Zero(1)), Error);
}

}  // namespace
}  // namespace entact
