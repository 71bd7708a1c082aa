#include "entact/report/number_text.h"

#include <gtest/gtest.h>

#include <cmath>

namespace entact {
namespace {

TEST(NumberText, decimals_with_a_true_minus_and_no_negative_zero) {
  EXPECT_EQ(decimal_text(-0.7119, 2), "\u22120.71");
  EXPECT_EQ(decimal_text(-0.001, 2), "0.00");
  EXPECT_EQ(decimal_text(12.35, 0), "12");
  EXPECT_EQ(decimal_text(std::nan(""), 2), "not estimable");
  EXPECT_EQ(decimal_text(INFINITY, 2), "infinite");
}

TEST(NumberText, percentages_come_from_proportions) {
  EXPECT_EQ(percent_text(0.674), "67");
  EXPECT_EQ(percent_text(0.674, 1), "67.4");
}

TEST(NumberText, small_p_values_are_bounded_not_zero) {
  EXPECT_EQ(p_text(1.3e-7), "< 0.001");
  EXPECT_EQ(p_text(0.0123), "0.012");
  EXPECT_EQ(p_text(0.43), "0.43");
}

TEST(NumberText, thousands_are_set_apart) {
  EXPECT_EQ(count_text(12345), "12\u202f345");
  EXPECT_EQ(count_text(999), "999");
  EXPECT_EQ(count_text(1234567), "1\u202f234\u202f567");
}

TEST(NumberText, significant_digits) {
  EXPECT_EQ(significant_text(0.001234, 2), "0.0012");
  EXPECT_EQ(significant_text(8.86, 2), "8.9");
  EXPECT_EQ(significant_text(12345, 2), "12\u202f000");
  EXPECT_EQ(significant_text(0, 2), "0");
  EXPECT_EQ(significant_text(1.234e-12, 2), "1.2e-12");
  EXPECT_EQ(whole_significant_text(4197.67, 3), decimal_text(4197.67, 0));
  EXPECT_EQ(whole_significant_text(41.9767, 3), "42.0");
}

}  // namespace
}  // namespace entact
