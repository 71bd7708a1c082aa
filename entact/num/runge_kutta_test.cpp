#include "entact/num/runge_kutta.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace entact {
namespace {

template <class Method>
class RungeKutta : public testing::Test {};
using Methods = testing::Types<DormandPrince, Tsitouras>;
TYPED_TEST_SUITE(RungeKutta, Methods);

/// dx = x cos t, dy = -2 t y^2, from 1 and 1: x = exp(sin t), y = 1 / (1 + t^2).
void swing(double t, const double* x, double* dx) {
  dx[0] = x[0] * std::cos(t);
  dx[1] = -2 * t * x[1] * x[1];
}
double first(double t) { return std::exp(std::sin(t)); }
double second(double t) { return 1 / (1 + t * t); }

struct Errors {
  double end = 0, dense = 0, estimate = 0;
};

/// From 0 to 2 in n equal steps.
template <class Method>
Errors errors(int n) {
  std::vector<double> k(static_cast<std::size_t>(ExplicitStep<Method, double>::room) * 2);
  ExplicitStep<Method, double> step(2, k.data());
  std::vector<double> x{1, 1}, to(2);
  const double h = 2.0 / n;
  Errors found;
  step.start(swing, 0, x.data());
  for (int i = 0; i < n; ++i) {
    const double t = i * h;
    const double estimate = step.attempt(swing, t, h, x.data(), to.data(), {0, 1});
    found.estimate = std::max(found.estimate, estimate);
    step.prepare_dense(h, x.data(), to.data());
    for (const double theta : {0.15, 0.4, 0.65, 0.9}) {
      const double at = t + theta * h;
      found.dense =
          std::max(found.dense, std::abs(step.dense(0, theta, x.data(), to.data()) - first(at)));
      found.dense =
          std::max(found.dense, std::abs(step.dense(1, theta, x.data(), to.data()) - second(at)));
    }
    step.take(true);
    x = to;
  }
  found.end = std::max(std::abs(x[0] - first(2)), std::abs(x[1] - second(2)));
  return found;
}

TYPED_TEST(RungeKutta, has_the_order_that_it_claims) {
  const Errors coarse = errors<TypeParam>(80), fine = errors<TypeParam>(160);
  const auto order = [](double a, double b) { return std::log2(a / b); };
  EXPECT_NEAR(order(coarse.end, fine.end), 5, 0.5);
  // Within a step order 4, so an error of h^5 a step, of which the steps add up no power.
  EXPECT_GT(order(coarse.dense, fine.dense), 4.6);
  EXPECT_NEAR(order(coarse.estimate, fine.estimate), 5, 0.3);
  EXPECT_LT(fine.end, 1e-10);
}

TYPED_TEST(RungeKutta, satisfies_its_order_conditions) {
  const RungeKuttaPair& p = TypeParam::pair;
  for (std::size_t s = 0; s < n_stages; ++s) {
    double sum = 0;
    for (const double a : p.a[s]) sum += a;
    EXPECT_NEAR(sum, p.c[s], 1e-14) << "stage " << s;
  }
  for (int q = 1; q <= 5; ++q) {  // sum b c^(q-1) = 1/q; the estimate's weights satisfy q <= 4
    double weights = 0, difference = 0;
    for (std::size_t s = 0; s < n_stages; ++s) {
      const double power = std::pow(p.c[s], q - 1);
      if (s + 1 < n_stages) weights += p.a[n_stages - 1][s] * power;
      difference += p.e[s] * power;
    }
    EXPECT_NEAR(weights, 1.0 / q, 1e-14) << "order " << q;
    if (q <= 4) {
      EXPECT_NEAR(difference, 0, 1e-14) << "order " << q;
    } else {
      EXPECT_GT(std::abs(difference), 1e-5);
    }
  }
  for (int q = 1; q <= 4; ++q) {  // what the cubic lacks of theta^q / q
    double sum = 0;
    for (std::size_t s = 0; s < n_stages; ++s) sum += p.d[s] * std::pow(p.c[s], q - 1);
    EXPECT_NEAR(sum, q == 4 ? 0.25 : 0, 2e-13) << "order " << q;
  }
}

TYPED_TEST(RungeKutta, dense_output_meets_both_ends) {
  std::vector<double> k(static_cast<std::size_t>(ExplicitStep<TypeParam, double>::room) * 2);
  ExplicitStep<TypeParam, double> step(2, k.data());
  const std::vector<double> x{1, 1};
  std::vector<double> to(2);
  step.start(swing, 0, x.data());
  step.attempt(swing, 0, 0.3, x.data(), to.data(), {});
  step.prepare_dense(0.3, x.data(), to.data());
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(step.dense(i, 0, x.data(), to.data()), x[static_cast<std::size_t>(i)]);
    EXPECT_NEAR(step.dense(i, 1, x.data(), to.data()), to[static_cast<std::size_t>(i)], 1e-14);
  }
}

TYPED_TEST(RungeKutta, a_rate_that_is_no_number_makes_the_error_none) {
  std::vector<double> k(static_cast<std::size_t>(ExplicitStep<TypeParam, double>::room) * 2);
  ExplicitStep<TypeParam, double> step(2, k.data());
  const auto bad = [](double t, const double*, double* dx) {
    dx[0] = t > 0.05 ? std::nan("") : 0;
    dx[1] = 1;
  };
  const std::vector<double> x{1, 1};
  std::vector<double> to(2);
  step.start(bad, 0, x.data());
  EXPECT_TRUE(std::isnan(step.attempt(bad, 0, 0.3, x.data(), to.data(), {})));
}

}  // namespace
}  // namespace entact
