#include "entact/num/noncentral_t.h"

#include <gtest/gtest.h>

#include <limits>

#include "entact/base/error.h"
#include "entact/num/distributions.h"

namespace entact {
namespace {

// R 4.2.2: pt(c(1.5, 2, -1, 2.1), c(10, 98, 5, 38.5), c(0.7, 2.5, 1, 2.8)).
TEST(NoncentralT, agrees_with_r) {
  EXPECT_NEAR(noncentral_t_cdf(1.5, 10, 0.7), 0.76540359525512036, 1e-12);
  EXPECT_NEAR(noncentral_t_cdf(2, 98, 2.5), 0.30851742788924524, 1e-12);
  EXPECT_NEAR(noncentral_t_cdf(-1, 5, 1), 0.03080735326086625, 1e-12);
  EXPECT_NEAR(noncentral_t_cdf(2.1, 38.5, 2.8), 0.24376511001084253, 1e-12);
}

TEST(NoncentralT, without_shift_is_students_t) {
  for (const double x : {-3.0, 0.0, 1.2})
    EXPECT_NEAR(noncentral_t_cdf(x, 7.5, 0), t_cdf(x, 7.5), 1e-14);
}

TEST(NoncentralT, is_symmetric) {
  EXPECT_NEAR(noncentral_t_cdf(1.1, 12, 2), 1 - noncentral_t_cdf(-1.1, 12, -2), 1e-14);
}

TEST(NoncentralT, approaches_the_normal) {
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(noncentral_t_cdf(2, infinity, 1.5), normal_cdf(0.5));
  EXPECT_NEAR(noncentral_t_cdf(2, 1e7, 1.5), normal_cdf(0.5), 1e-6);
}

TEST(NoncentralT, refuses_what_is_no_number) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(noncentral_t_cdf(nan, 5, 0), Error);
  EXPECT_THROW(noncentral_t_cdf(1, 0, 0), Error);
  EXPECT_THROW(noncentral_t_cdf(1, 5, nan), Error);
}

}  // namespace
}  // namespace entact
