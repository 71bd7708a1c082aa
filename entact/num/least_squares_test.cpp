#include "entact/num/least_squares.h"

#include <gtest/gtest.h>

#include <cmath>

#include "entact/base/error.h"

namespace entact {
namespace {

TEST(LeastSquares, solves_a_linear_problem_at_once) {
  // y = 1 + 2 t through (0, 1.1), (1, 2.9), (2, 5.1): normal equations give 1.0333, 2
  const auto residuals = [](const Eigen::VectorXd& x) {
    const Eigen::Vector3d t(0, 1, 2), y(1.1, 2.9, 5.1);
    return Eigen::VectorXd((x[0] + x[1] * t.array() - y.array()).matrix());
  };
  const LeastSquares found = least_squares(residuals, Eigen::Vector2d(0, 0));
  EXPECT_TRUE(found.converged);
  EXPECT_NEAR(found.x[0], 31.0 / 30, 1e-9);
  EXPECT_NEAR(found.x[1], 2, 1e-9);
  EXPECT_NEAR(found.information(1, 1), 5, 1e-6);
}

TEST(LeastSquares, walks_down_the_banana) {
  const auto residuals = [](const Eigen::VectorXd& x) {
    return Eigen::VectorXd(Eigen::Vector2d(10 * (x[1] - x[0] * x[0]), 1 - x[0]));
  };
  const LeastSquares found = least_squares(residuals, Eigen::Vector2d(-1.2, 1));
  EXPECT_TRUE(found.converged);
  EXPECT_NEAR(found.x[0], 1, 1e-6);
  EXPECT_NEAR(found.x[1], 1, 1e-6);
}

TEST(LeastSquares, keeps_to_where_the_function_is) {
  const auto residuals = [](const Eigen::VectorXd& x) {
    return Eigen::VectorXd(Eigen::Vector2d(std::log(x[0]), 0));
  };
  EXPECT_NEAR(least_squares(residuals, Eigen::VectorXd::Constant(1, 5)).x[0], 1, 1e-6);
  try {
    least_squares(residuals, Eigen::VectorXd::Constant(1, -1));
    FAIL() << "not refused";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "num.least_squares.start");
  }
}

// One direction is all but flat: its steps stay long, the sum stands still.
TEST(LeastSquares, ends_where_the_sum_stands_still) {
  const auto residuals = [](const Eigen::VectorXd& x) -> Eigen::VectorXd {
    return Eigen::Vector3d(x[0] - 1, 1e-7 * (std::exp(x[1]) - 3), 0.5);
  };
  const Eigen::VectorXd start = Eigen::Vector2d(0, 0);
  const LeastSquares plain = least_squares(residuals, start, {.max_iterations = 3, .step = 1e-12});
  const LeastSquares still =
      least_squares(residuals, start, {.max_iterations = 3, .step = 1e-12, .reduction = 1e-8});
  EXPECT_FALSE(plain.converged);
  EXPECT_TRUE(still.converged);
  EXPECT_NEAR(still.x[0], 1, 1e-6);
  EXPECT_NEAR(still.sum, 0.25, 1e-10);
}

}  // namespace
}  // namespace entact
