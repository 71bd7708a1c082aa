#include "entact/trial/blinded_size.h"

#include <gtest/gtest.h>

#include <cmath>

#include "entact/base/error.h"

namespace entact {
namespace {

BlindedSize how() { return {.difference = 0.5, .power = 0.9, .first = 60}; }

TEST(BlindedSize, is_the_fixed_size_at_the_variance_seen) {
  const double n = size_for_means({.difference = 0.5, .sd = 1.3, .t = false}, {}, 0.9);
  EXPECT_EQ(blinded_size(how(), 1.69), std::ceil(n));
}

TEST(BlindedSize, adjusted_takes_out_what_the_difference_adds) {
  BlindedSize adjusted = how();
  adjusted.adjusted = true;
  adjusted.test.ratio = 2;
  BlindedSize plain = how();
  plain.test.ratio = 2;
  // Two arms 0.5 apart, two thirds in one: their means add 0.25 * 2 / 9 to the variance.
  EXPECT_EQ(blinded_size(adjusted, 1.69 + 0.25 * 2 / 9), blinded_size(plain, 1.69));
}

TEST(BlindedSize, never_falls_below_the_first_nor_above_the_most) {
  BlindedSize few = how();
  few.most = 80;
  EXPECT_EQ(blinded_size(few, 0.01), 60);
  EXPECT_EQ(blinded_size(few, 9), 80);
}

// Planned for a standard deviation of 1, in truth 1.4: the fixed design has 58% power, the
// re-estimated one what was asked for, and the t test keeps its level.
TEST(BlindedSize, restores_the_power_and_keeps_the_level) {
  const double fixed = size_for_means({.difference = 0.5, .sd = 1}, {}, 0.9);
  EXPECT_LT(power_of_means({.difference = 0.5, .sd = 1.4}, {}, fixed), 0.65);
  const SimulatedBlinded effect = simulate_blinded(how(), {.difference = 0.5, .sd = 1.4}, 20000, 3);
  EXPECT_NEAR(effect.power, 0.9, 0.015);
  EXPECT_NEAR(effect.expected_size, size_for_means({.difference = 0.5, .sd = 1.4}, {}, 0.9), 12);
  const SimulatedBlinded none = simulate_blinded(how(), {.difference = 0, .sd = 1.4}, 20000, 3);
  EXPECT_NEAR(none.power, 0.05, 3.5 * std::sqrt(0.05 * 0.95 / 20000) + 5e-4);
}

TEST(BlindedSize, is_the_same_on_any_number_of_threads) {
  const TwoMeansDesign truth{.difference = 0.5};
  const SimulatedBlinded one = simulate_blinded(how(), truth, 9000, 1);
  const SimulatedBlinded two = simulate_blinded(how(), truth, 9000, 1, 2);
  EXPECT_EQ(one.expected_size, two.expected_size);
  EXPECT_EQ(one.power, two.power);
}

TEST(BlindedSize, refuses_what_is_none) {
  BlindedSize wrong = how();
  wrong.first = 2;
  EXPECT_THROW(blinded_size(wrong, 1), Error);
  wrong = how();
  wrong.difference = 0;
  EXPECT_THROW(blinded_size(wrong, 1), Error);
  EXPECT_THROW(blinded_size(how(), 0), Error);
}

}  // namespace
}  // namespace entact
