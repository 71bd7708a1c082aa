#include "entact/num/dual.h"

#include <gtest/gtest.h>

namespace entact {
namespace {

using Two = Dual<double, 2>;

Two variable(double value, int direction) {
  Two x(value);
  x.v[direction] = 1;
  return x;
}

/// Every operation, with constants on both sides.
struct Everything {
  template <class Real>
  Real operator()(const Real& x, const Real& y) const {
    using std::abs;
    using std::cos;
    using std::exp;
    using std::log;
    using std::pow;
    using std::sin;
    using std::sqrt;
    using std::tanh;
    const Real sums = (2.0 + x) * (y - 0.5) - (1.5 - y) * (x + 3.0) / (x * y) + 2.0 * x - y * 3.0;
    const Real ratios = x / 3.0 + 4.0 / (x + y) - x / y;
    const Real functions = exp(-x) + log(y) * sqrt(x) + tanh(x - y) + sin(x) * cos(y);
    return sums + ratios * functions + pow(x, y) + abs(x - y) + select(x < y, x * x, y * y) +
           select(x >= y, x, y);
  }
};

TEST(Dual, derivatives_are_those_by_differences) {
  const Everything f;
  const double h = 1e-5;
  for (const auto& [x, y] : {std::pair{0.7, 1.9}, std::pair{2.3, 0.8}}) {
    const Two seen = f(variable(x, 0), variable(y, 1));
    EXPECT_NEAR(seen.a, f(x, y), 1e-12);
    EXPECT_NEAR(seen.v[0], (f(x + h, y) - f(x - h, y)) / (2 * h), 1e-7);
    EXPECT_NEAR(seen.v[1], (f(x, y + h) - f(x, y - h)) / (2 * h), 1e-7);
  }
}

TEST(Dual, a_power_of_nothing_has_finite_derivatives) {
  const Two x = pow(variable(0, 0), Two(2.0));
  EXPECT_EQ(x.a, 0);
  EXPECT_EQ(x.v[0], 0);
  EXPECT_EQ(pow(variable(-2, 0), Two(3.0)).v[0], 12);
}

}  // namespace
}  // namespace entact
