#include "entact/trial/size_rule.h"

#include <gtest/gtest.h>

#include <cmath>

#include "entact/num/distributions.h"

namespace entact {
namespace {

SizeLook promising() {
  return {.rate = 0.5, .planned = 100, .z = 1.4, .drift = 1.4 / std::sqrt(0.5)};
}

TEST(SizeRule, both_tests_agree_at_the_size_planned) {
  EXPECT_NEAR(conditional_power_at(promising(), 100, true),
              conditional_power_at(promising(), 100, false), 1e-14);
}

// Mehta and Pocock 2011, equation 10: n_1 / z^2 ((c sqrt(n) - z sqrt(n_1)) / sqrt(n_2) + z_b)^2.
TEST(SizeRule, combined_stages_follow_the_closed_form) {
  const SizeLook look = promising();
  const double root = (1.96 * 10 - 1.4 * std::sqrt(50.0)) / std::sqrt(50.0) + normal_quantile(0.8);
  const double later = 50 / (1.4 * 1.4) * root * root;
  EXPECT_EQ(reconsidered_size({.power = 0.8, .most = 1000}, look),
            static_cast<int>(std::ceil(50 + later)));
}

// The plain statistic of all gives the first stage less weight the more are added: it needs more.
TEST(SizeRule, pooled_stages_need_more) {
  const SizeRule combined{.power = 0.8, .most = 1000},
      pooled{.power = 0.8, .most = 1000, .pooled = true};
  const int n = reconsidered_size(pooled, promising());
  EXPECT_GT(n, reconsidered_size(combined, promising()));
  EXPECT_GE(conditional_power_at(promising(), n, true), 0.8);
  EXPECT_LT(conditional_power_at(promising(), n - 1, true), 0.8);
}

TEST(SizeRule, grows_in_the_promising_zone_only) {
  const SizeRule rule{.power = 0.9, .promising = 0.4, .most = 160};
  SizeLook look = promising();
  const auto at = [&](double z) {
    look.z = z;
    look.drift = z / std::sqrt(look.rate);
    return reconsidered_size(rule, look);
  };
  EXPECT_EQ(at(-1), 100);    // the wrong way
  EXPECT_EQ(at(0.8), 100);   // unfavourable
  EXPECT_EQ(at(1.35), 160);  // wants more than there may be
  EXPECT_GT(at(1.8), 100);
  EXPECT_LT(at(1.8), 160);
  EXPECT_EQ(at(2.5), 100);  // favourable
}

}  // namespace
}  // namespace entact
