// One body for the step of a plain number, with exchanges of rows, and that of packs, here over
// plain numbers too; pharm/course_solver_test.cpp has it over packs.
#include "entact/num/rosenbrock.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "entact/num/rosenbrock_lanes.h"

namespace entact {
namespace {

/// dx = x cos t, dy = -2 t y^2 from 1 and 1: x = exp(sin t), y = 1 / (1 + t^2).
struct Swing {
  void operator()(double t, const double* x, double* dx) const {
    dx[0] = x[0] * std::cos(t);
    dx[1] = -2 * t * x[1] * x[1];
  }
  void jacobian(double t, const double* x, double* j, double* by_time) const {
    j[0] = std::cos(t), j[1] = 0, j[2] = 0, j[3] = -4 * t * x[1];
    by_time[0] = -x[0] * std::sin(t), by_time[1] = -2 * x[1] * x[1];
  }
};

/// dx = -lambda (x - cos t), which follows the cosine within 1 / lambda.
struct Stiff {
  double lambda;
  void operator()(double t, const double* x, double* dx) const {
    dx[0] = -lambda * (x[0] - std::cos(t));
  }
  void jacobian(double t, const double*, double* j, double* by_time) const {
    j[0] = -lambda;
    by_time[0] = -lambda * std::sin(t);
  }
};

struct Plain {
  template <int n>
  using Step = RosenbrockStep<double>;
};
struct OfLanes {
  template <int n>
  using Step = LanesRosenbrockStep<double, n>;
};
template <class Instance>
class Rosenbrock : public testing::Test {};
using Instances = testing::Types<Plain, OfLanes>;
TYPED_TEST_SUITE(Rosenbrock, Instances);

struct Errors {
  double end = 0, dense = 0, estimate = 0;
};

template <class Step>
Errors errors(int n) {
  std::vector<double> slope(2 * Step::room), x{1, 1}, to(2);
  Step step(2, slope.data());
  const Swing swing;
  const double h = 2.0 / n;
  Errors found;
  for (int i = 0; i < n; ++i) {
    const double t = i * h;
    found.estimate =
        std::max(found.estimate, step.attempt(swing, t, h, x.data(), to.data(), {0, 1}));
    step.prepare_dense(h, x.data(), to.data());
    for (const double theta : {0.2, 0.5, 0.8}) {
      const double at = t + theta * h;
      found.dense = std::max(found.dense, std::abs(step.dense(0, theta, x.data(), to.data()) -
                                                   std::exp(std::sin(at))));
      found.dense = std::max(
          found.dense, std::abs(step.dense(1, theta, x.data(), to.data()) - 1 / (1 + at * at)));
    }
    step.take(true);
    x = to;
  }
  found.end = std::max(std::abs(x[0] - std::exp(std::sin(2.0))), std::abs(x[1] - 0.2));
  return found;
}

TYPED_TEST(Rosenbrock, has_the_order_that_it_claims) {
  using Step = typename TypeParam::template Step<2>;
  const Errors coarse = errors<Step>(80), fine = errors<Step>(160);
  const auto order = [](double a, double b) { return std::log2(a / b); };
  EXPECT_NEAR(order(coarse.end, fine.end), 4, 0.4);
  EXPECT_GT(order(coarse.dense, fine.dense), 3.5);
  EXPECT_NEAR(order(coarse.estimate, fine.estimate), 4, 0.4);
  EXPECT_LT(fine.end, 1e-8);
}

TYPED_TEST(Rosenbrock, takes_steps_that_stiffness_does_not_bound) {
  using Step = typename TypeParam::template Step<1>;
  std::vector<double> slope(Step::room), x{0.5}, to(1);
  Step step(1, slope.data());
  const Stiff stiff{1e8};
  for (int i = 0; i < 20; ++i) {
    step.attempt(stiff, i * 0.1, 0.1, x.data(), to.data(), {});
    step.take(true);
    x = to;
    // L-stable: the fast part is gone after the first step.
    EXPECT_NEAR(x[0], std::cos((i + 1) * 0.1), 1e-6) << "step " << i;
  }
}

TYPED_TEST(Rosenbrock, dense_output_meets_both_ends) {
  using Step = typename TypeParam::template Step<2>;
  std::vector<double> slope(2 * Step::room), to(2);
  const std::vector<double> x{1, 1};
  Step step(2, slope.data());
  step.attempt(Swing{}, 0, 0.3, x.data(), to.data(), {});
  step.prepare_dense(0.3, x.data(), to.data());
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(step.dense(i, 0, x.data(), to.data()), x[static_cast<std::size_t>(i)]);
    EXPECT_EQ(step.dense(i, 1, x.data(), to.data()), to[static_cast<std::size_t>(i)]);
  }
}

/// The first pivot is 1 / (h gamma) - 40, and vanishes for h = 0.1.
struct Cancelling {
  void operator()(double, const double* x, double* dx) const {
    dx[0] = 40 * x[0] + x[1], dx[1] = -x[0];
  }
  void jacobian(double, const double*, double* j, double* by_time) const {
    j[0] = 40, j[1] = -1, j[2] = 1, j[3] = 0;
    by_time[0] = by_time[1] = 0;
  }
};

TEST(LanesRosenbrock, refuses_a_step_whose_pivot_vanishes_but_not_a_shorter_one) {
  using Step = LanesRosenbrockStep<double, 2>;
  std::vector<double> space(2 * Step::room), to(2);
  const std::vector<double> x{1, 1};
  Step step(2, space.data());
  EXPECT_FALSE(step.attempt(Cancelling{}, 0, 0.1, x.data(), to.data(), {0, 1}) < 1e30);
  EXPECT_LT(step.attempt(Cancelling{}, 0, 0.01, x.data(), to.data(), {0, 1}), 1);
}

TEST(LanesRosenbrock, a_step_of_zero_leaves_all_as_it_is) {
  using Step = LanesRosenbrockStep<double, 2>;
  std::vector<double> space(2 * Step::room), to(2);
  const std::vector<double> x{1, 1};
  Step step(2, space.data());
  EXPECT_EQ(step.attempt(Swing{}, 0.5, 0, x.data(), to.data(), {}), 0);
  EXPECT_EQ(to, x);
}

}  // namespace
}  // namespace entact
