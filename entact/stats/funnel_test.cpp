#include "entact/stats/funnel.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "entact/base/error.h"
#include "entact/num/distributions.h"

namespace entact {
namespace {

TEST(Funnel, contours_hold_the_p_they_are_named_after) {
  const auto contours = funnel_contours(0.5, 0.2);
  ASSERT_EQ(contours.size(), 3U);
  for (const FunnelBoundary& c : contours) {
    EXPECT_EQ(c.low.front(), 0.2);
    EXPECT_EQ(c.se.back(), 0.5);
    const double z = (c.high.back() - 0.2) / 0.5;
    EXPECT_NEAR(two_sided_p(z, std::numeric_limits<double>::infinity()), c.p, 1e-14);
    EXPECT_NEAR(c.high.back() - 0.2, 0.2 - c.low.back(), 1e-15);
  }
  EXPECT_NEAR(contours[1].high.back(), 0.2 + 1.959963984540054 * 0.5, 1e-15);
  EXPECT_LT(contours[0].high.back(), contours[2].high.back());
}

TEST(Funnel, limits_widen_with_heterogeneity) {
  const FunnelBoundary plain = funnel_limits(-0.7, 0, 0.4, 0.95, 5);
  const FunnelBoundary wide = funnel_limits(-0.7, 0.09, 0.4, 0.95, 5);
  ASSERT_EQ(plain.se.size(), 5U);
  EXPECT_EQ(plain.high.front(), -0.7);
  EXPECT_NEAR(wide.high.front() + 0.7, 1.959963984540054 * 0.3, 1e-15);
  EXPECT_NEAR(wide.high.back() + 0.7, 1.959963984540054 * 0.5, 1e-15);  // sqrt(0.16 + 0.09)
  EXPECT_NEAR(plain.p, 0.05, 1e-15);
}

TEST(Funnel, refuses_numbers_out_of_range) {
  EXPECT_THROW(funnel_contours(0), Error);
  EXPECT_THROW(funnel_contours(1, std::nan("")), Error);
  EXPECT_THROW(funnel_contours(1, 0, {1.5}), Error);
  EXPECT_THROW(funnel_contours(1, 0, {0.05}, 1), Error);
  EXPECT_THROW(funnel_limits(0, -1, 1), Error);
}

}  // namespace
}  // namespace entact
