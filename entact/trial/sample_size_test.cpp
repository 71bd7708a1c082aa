#include "entact/trial/sample_size.h"

#include <gtest/gtest.h>

#include <cmath>

#include "entact/base/error.h"
#include "entact/num/distributions.h"
#include "entact/trial/sequential_specimen.h"

namespace entact {
namespace {

using specimen::Json;

TwoArmTest test_of(const Json& one) {
  return {.alpha = one["alpha"], .sides = one["sides"], .ratio = one.value("ratio", 1.0)};
}

// rpact's two-sided sizes of a z test ignore a rejection on the wrong side: at most 1e-9 here.
TEST(SampleSize, of_means_is_that_of_rpact) {
  for (const Json& one : specimen::rpact()["sizes"]) {
    const TwoMeansDesign means{.difference = one["effect"], .sd = one["sd"], .t = one["t"]};
    const double expected = one["n"];
    EXPECT_NEAR(size_for_means(means, test_of(one), one["power"]), expected, 1e-6 * expected)
        << one;
  }
}

TEST(SampleSize, power_of_means_is_that_of_rpact) {
  for (const Json& one : specimen::rpact()["powers"]) {
    const TwoMeansDesign means{.difference = one["effect"], .sd = one["sd"], .t = one["t"]};
    // rpact's two-sided power of t tests is larger than the noncentral t's two tails, by up to 1e-5
    // at n = 20; below, R's pt() is followed.
    EXPECT_NEAR(power_of_means(means, test_of(one), one["n"]), one["power"].get<double>(),
                one["t"].get<bool>() && one["sides"] == 2 ? 1e-5 : 1e-9)
        << one;
  }
}

TEST(SampleSize, power_of_a_t_test_is_that_of_the_noncentral_t) {
  // R 4.2.2: pt(qt(.975, n - 2), n - 2, d, lower = FALSE) + pt(-qt(.975, n - 2), n - 2, d) with
  // d = 0.5 / sqrt(4 / n)
  const TwoMeansDesign half{.difference = 0.5, .sd = 1};
  EXPECT_NEAR(power_of_means(half, {}, 20), 0.185095656291803, 1e-12);
  EXPECT_NEAR(power_of_means(half, {}, 60), 0.47789652076021, 1e-11);
  EXPECT_NEAR(power_of_means(half, {}, 104), 0.714129103694763, 1e-12);
}

TEST(SampleSize, of_proportions_is_that_of_rpact) {
  for (const Json& one : specimen::rpact()["rates"]) {
    const double expected = one["n"];
    EXPECT_NEAR(size_for_proportions({one["p1"], one["p2"]}, test_of(one), one["power"]), expected,
                1e-9 * expected)
        << one;
  }
}

TEST(SampleSize, of_a_z_test_is_the_closed_form) {
  const double z = normal_quantile(0.975) + normal_quantile(0.8);
  const double n = size_for_means({.difference = 0.4, .sd = 1.5, .t = false},
                                  {.alpha = 0.025, .sides = 1, .ratio = 3}, 0.8);
  EXPECT_NEAR(n, z * z * 1.5 * 1.5 / 0.16 * (4.0 / 3 + 4), 1e-8);
}

TEST(SampleSize, power_of_a_size_is_the_power_asked_for) {
  for (const double power : {0.3, 0.8, 0.99})
    for (const int sides : {1, 2}) {
      const TwoArmTest test{.sides = sides, .ratio = 2};
      const TwoMeansDesign means{.difference = 0.7};
      EXPECT_NEAR(power_of_means(means, test, size_for_means(means, test, power)), power, 1e-10);
      const TwoProportionsDesign p{0.5, 0.3};
      EXPECT_NEAR(power_of_proportions(p, test, size_for_proportions(p, test, power)), power,
                  1e-12);
    }
}

TEST(SampleSize, the_sign_of_a_two_sided_effect_does_not_matter) {
  EXPECT_EQ(size_for_means({.difference = -0.5}, {}, 0.9),
            size_for_means({.difference = 0.5}, {}, 0.9));
  EXPECT_EQ(size_for_proportions({0.3, 0.6}, {}, 0.9), size_for_proportions({0.6, 0.3}, {}, 0.9));
}

TEST(SampleSize, grows_by_those_who_drop_out_and_to_whole_participants) {
  EXPECT_DOUBLE_EQ(with_dropout(80, 0.2), 100);
  EXPECT_EQ(whole_arms(83.9405, 1).arm1, 42);
  EXPECT_EQ(whole_arms(94.4951, 2).arm1, 63);
  EXPECT_EQ(whole_arms(94.4951, 2).arm2, 32);
  EXPECT_EQ(whole_arms(84, 1).arm2, 42);
}

std::string code_of(auto&& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.code();
  }
  return "";
}

TEST(SampleSize, refuses_what_has_no_size) {
  const std::string none = "trial.sample_size.none", domain = "trial.sample_size.domain";
  EXPECT_EQ(code_of([] { size_for_means({.difference = 0}, {}, 0.8); }), none);
  EXPECT_EQ(code_of([] { size_for_means({.difference = -1}, {.sides = 1}, 0.8); }), none);
  EXPECT_EQ(code_of([] { size_for_means({.difference = 1e-7}, {}, 0.8); }), none);
  EXPECT_EQ(code_of([] { size_for_proportions({0.3, 0.3}, {}, 0.8); }), none);
  EXPECT_EQ(code_of([] { size_for_means({.difference = 1, .sd = 0}, {}, 0.8); }), domain);
  EXPECT_EQ(code_of([] { size_for_means({.difference = 1}, {}, 1); }), domain);
  EXPECT_EQ(code_of([] { size_for_means({.difference = 1}, {.ratio = 0}, 0.8); }), domain);
  EXPECT_EQ(code_of([] { size_for_proportions({0.3, 1}, {}, 0.8); }), domain);
  EXPECT_EQ(code_of([] { power_of_means({.difference = 1}, {}, 2); }), domain);
  EXPECT_EQ(code_of([] { with_dropout(10, 1); }), domain);
}

}  // namespace
}  // namespace entact
