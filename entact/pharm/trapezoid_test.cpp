#include "entact/pharm/trapezoid.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace entact {
namespace {

// Gauss-Legendre with ten nodes on each of 16 parts, in long double: no cancellation anywhere, and
// an error below 1e-19 for an exponential whose log ratio a part is at most 0.43 (ratios to 1e3).
long double integral(const CoursePoint& a, const CoursePoint& b, bool moment) {
  const long double node[] = {0.148874338981631210884826L, 0.433395394129247190799266L,
                              0.679409568299024406234327L, 0.865063366688984510732097L,
                              0.973906528517171720077964L};
  const long double weight[] = {0.295524224714752870173815L, 0.269266719309996355091227L,
                                0.219086362515982043995535L, 0.149451349150580593145863L,
                                0.066671344308688137593569L};
  const long double first = a.c, difference = static_cast<long double>(b.c) - first;
  const long double x = std::log1p(difference / first);
  const long double begin = a.t_h, dt = static_cast<long double>(b.t_h) - begin;
  long double sum = 0;
  for (int part = 0; part < 16; ++part)
    for (int k = 0; k < 5; ++k)
      for (const long double side : {-1.0L, 1.0L}) {
        const long double s = (static_cast<long double>(part) + (1 + side * node[k]) / 2) / 16;
        sum += weight[k] / 32 * std::exp(x * s) * (moment ? begin + dt * s : 1);
      }
  return sum * dt * first;
}

std::vector<double> ratios() {
  std::vector<double> found{std::nextafter(1.0, 0.0),
                            std::nextafter(1.0, 2.0),
                            0.51,
                            0.5,
                            0.49,
                            std::exp(-1.0),
                            2.7,
                            2.72,
                            1e-3,
                            1e3};
  for (double off = 4e-16; off < 0.9; off *= 3.7)
    for (const double side : {-1.0, 1.0}) found.push_back(1 + side * off);
  return found;
}

// Ten units in the last place: what the logarithm, the quotient and the products round.
TEST(Trapezoid, keeps_all_digits_at_every_ratio_of_neighbours) {
  for (const double ratio : ratios())
    for (const double a : {10.0, 3.7e-9, 0.9999999999999999}) {
      const CoursePoint from{100, a}, to{110, a * ratio};
      if (to.c == from.c) continue;
      const auto area = static_cast<double>(integral(from, to, false));
      const auto moment = static_cast<double>(integral(from, to, true));
      EXPECT_NEAR(trapezoid_area(from, to, true), area, 2e-15 * area) << ratio << " " << a;
      EXPECT_NEAR(trapezoid_moment(from, to, true), moment, 2e-15 * moment) << ratio << " " << a;
      const CoursePoint start{0, from.c}, end{10, to.c};
      const auto alone = static_cast<double>(integral(start, end, true));
      EXPECT_NEAR(trapezoid_moment(start, end, true), alone, 3e-15 * alone) << ratio << " " << a;
    }
}

TEST(Trapezoid, is_the_same_backwards) {
  const CoursePoint a{0, 8}, b{2, 3}, back{0, 3}, ahead{2, 8};
  EXPECT_NEAR(trapezoid_area(a, b, true), trapezoid_area(back, ahead, true), 1e-14);
  // Moments about either end add up to dt x area.
  EXPECT_NEAR(trapezoid_moment(a, b, true) + trapezoid_moment(back, ahead, true),
              2 * trapezoid_area(a, b, true), 1e-13);
}

TEST(Trapezoid, is_straight_where_asked) {
  EXPECT_EQ(trapezoid_area({1, 4}, {3, 8}, false), 12);
  EXPECT_EQ(trapezoid_moment({1, 4}, {3, 8}, false), 28);
  EXPECT_EQ(trapezoid_area({1, 4}, {3, 4}, true), 8);  // what an exponential of no fall is
  EXPECT_EQ(trapezoid_moment({1, 4}, {3, 4}, true), 16);
}

TEST(Trapezoid, takes_logarithms_of_ratios_beside_1) {
  const double next = std::nextafter(1.0, 0.0);
  EXPECT_EQ(log_ratio(1, next), -std::ldexp(1.0, -53));
  EXPECT_NEAR(log_ratio(next, 1), std::ldexp(1.0, -53), 1e-31);
  EXPECT_EQ(log_ratio(7, 7), 0);
  EXPECT_EQ(log_ratio(2, 20), std::log(10.0));
}

}  // namespace
}  // namespace entact
