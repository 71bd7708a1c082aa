#include "entact/trial/two_arm_simulation.h"

#include <gtest/gtest.h>

#include <cmath>

#include "entact/base/error.h"
#include "entact/num/distributions.h"
#include "entact/trial/sequential_specimen.h"

namespace entact {
namespace {

/// Three and a half Monte Carlo standard errors of a share.
double error_of(double p, std::int64_t replicates) {
  return 3.5 * std::sqrt(p * (1 - p) / static_cast<double>(replicates)) + 1e-12;
}

TwoArmSimulation three_looks(std::int64_t replicates) {
  return {.design = group_sequential({.rates = {1.0 / 3, 2.0 / 3, 1}, .futility = Spending{}}),
          .arm1 = {20, 40, 60},
          .arm2 = {20, 40, 60},
          .replicates = replicates};
}

TEST(TwoArmSimulation, known_spread_gives_the_exact_probabilities) {
  const TwoArmSimulation trial = three_looks(200000);
  for (const double difference : {0.0, 0.5}) {
    const SimulatedLooks found = simulate_means(trial, {.difference = difference, .t = false});
    const SequentialBehaviour exact = behaviour(trial.design, difference * std::sqrt(30));
    for (std::size_t k = 0; k < 3; ++k) {
      EXPECT_NEAR(found.efficacy[k], exact.efficacy[k], error_of(exact.efficacy[k], 200000));
      EXPECT_NEAR(found.futility[k], exact.futility[k], error_of(exact.futility[k], 200000));
    }
    EXPECT_NEAR(found.expected_size, 120 * exact.expected_information,
                3.5 * found.size_sd / std::sqrt(200000));
  }
}

TEST(TwoArmSimulation, two_sides_reject_on_both) {
  TwoArmSimulation trial = three_looks(100000);
  trial.design = group_sequential({.rates = {1.0 / 3, 2.0 / 3, 1}, .alpha = 0.2, .sides = 2});
  const SimulatedLooks found = simulate_means(trial, {.difference = 0, .t = false});
  const double lower = found.opposite[0] + found.opposite[1] + found.opposite[2];
  EXPECT_NEAR(found.power, 0.1, error_of(0.1, 100000));
  EXPECT_NEAR(lower, 0.1, error_of(0.1, 100000));
}

// One look: Student's t test has a closed form. Several under no effect: alpha is nearly kept.
TEST(TwoArmSimulation, t_statistics_have_the_power_of_noncentral_t) {
  TwoArmSimulation trial{
      .design = group_sequential({.rates = {1}}), .arm1 = {12}, .arm2 = {9}, .replicates = 100000};
  const double exact = power_of_means({.difference = 0.9}, {0.025, 1, 12.0 / 9}, 21);
  const SimulatedLooks found = simulate_means(trial, {.difference = 0.9});
  EXPECT_NEAR(found.power, exact, error_of(exact, 100000));
  trial = three_looks(100000);
  trial.design = group_sequential({.rates = {1.0 / 3, 2.0 / 3, 1}});
  EXPECT_NEAR(simulate_means(trial, {}).power, 0.025, error_of(0.025, 100000) + 5e-4);
}

// Two looks at few participants: every table of both stages, enumerated.
TEST(TwoArmSimulation, proportions_have_the_probabilities_of_every_table) {
  const TwoArmSimulation trial{.design = group_sequential({.rates = {0.5, 1}}),
                               .arm1 = {6, 12},
                               .arm2 = {5, 10},
                               .replicates = 200000};
  const double p1 = 0.8, p2 = 0.35;
  const auto density = [](int x, int n, double p) {
    return binomial_cdf(x, n, p) - (x > 0 ? binomial_cdf(x - 1, n, p) : 0);
  };
  const auto z = [](int x1, int n1, int x2, int n2) {
    const double pooled = static_cast<double>(x1 + x2) / (n1 + n2);
    const double variance = pooled * (1 - pooled) * (1.0 / n1 + 1.0 / n2);
    const double apart = static_cast<double>(x1) / n1 - static_cast<double>(x2) / n2;
    return variance > 0 ? apart / std::sqrt(variance) : 0;
  };
  double first = 0, second = 0;
  for (int a = 0; a <= 6; ++a)
    for (int b = 0; b <= 5; ++b) {
      const double here = density(a, 6, p1) * density(b, 5, p2);
      if (z(a, 6, b, 5) >= trial.design.upper[0]) {
        first += here;
        continue;
      }
      for (int c = 0; c <= 6; ++c)
        for (int d = 0; d <= 5; ++d)
          if (z(a + c, 12, b + d, 10) >= trial.design.upper[1])
            second += here * density(c, 6, p1) * density(d, 5, p2);
    }
  const SimulatedLooks found = simulate_proportions(trial, {p1, p2});
  EXPECT_NEAR(found.efficacy[0], first, error_of(first, 200000));
  EXPECT_NEAR(found.efficacy[1], second, error_of(second, 200000));
}

// rpact simulated each 100,000 times: both sides have Monte Carlo error.
TEST(TwoArmSimulation, operating_characteristics_are_those_of_rpact) {
  TwoArmSimulation trial = three_looks(100000);
  trial.design = group_sequential({.rates = {1.0 / 3, 2.0 / 3, 1}});
  const auto agree = [&](const SimulatedLooks& ours, const char* name) {
    const specimen::Json theirs = specimen::rpact_adaptive()["simulated"][name];
    for (std::size_t k = 0; k < 3; ++k)
      EXPECT_NEAR(ours.efficacy[k], theirs["efficacy"][k].get<double>(),
                  std::sqrt(2) * error_of(ours.efficacy[k], 100000))
          << name << k;
    EXPECT_NEAR(ours.expected_size, theirs["expected_size"].get<double>(),
                std::sqrt(2) * 3.5 * ours.size_sd / std::sqrt(100000));
  };
  const TwoMeansDesign means{.difference = 0.5, .t = false};
  agree(simulate_means(trial, means), "means");
  trial.resize = ConditionalPowerSize{.conditional_power = 0.9, .least = 20, .most = 120};
  agree(simulate_means(trial, means), "resized");
  trial.resize.reset();
  trial.arm1 = trial.arm2 = {15, 30, 45};
  agree(simulate_proportions(trial, {0.6, 0.3}), "rates");
}

TEST(TwoArmSimulation, is_the_same_on_any_number_of_threads) {
  TwoArmSimulation trial = three_looks(20000);
  trial.resize = ConditionalPowerSize{.least = 10, .most = 200};
  const SimulatedLooks one = simulate_means(trial, {.difference = 0.4});
  trial.threads = 0;
  const SimulatedLooks many = simulate_means(trial, {.difference = 0.4});
  EXPECT_EQ(one.efficacy, many.efficacy);
  EXPECT_EQ(one.expected_size, many.expected_size);
}

TEST(TwoArmSimulation, reestimation_keeps_alpha_and_raises_power) {
  TwoArmSimulation trial = three_looks(100000);
  trial.design = group_sequential({.rates = {0.5, 0.8, 1}});
  const double plain = simulate_means(trial, {.difference = 0.4, .t = false}).power;
  trial.resize = ConditionalPowerSize{.conditional_power = 0.8, .least = 20, .most = 160};
  const double kept = error_of(0.025, 100000);
  EXPECT_NEAR(simulate_means(trial, {.t = false}).power, 0.025, kept);
  EXPECT_NEAR(simulate_means(trial, {.t = true}).power, 0.025, kept);
  EXPECT_GT(simulate_means(trial, {.difference = 0.4, .t = false}).power, plain + 0.1);
  // Discrete outcomes are only approximately normal.
  EXPECT_NEAR(simulate_proportions(trial, {0.5, 0.5}).power, 0.025, 0.004);
}

// Two stages, the effect assumed known: given the first stage the second rejects with the
// conditional power exactly, wherever the size is not cut.
TEST(TwoArmSimulation, the_conditional_power_asked_for_is_reached) {
  TwoArmSimulation trial{
      .design = group_sequential({.rates = {0.5, 1}}),
      .arm1 = {20, 40},
      .arm2 = {20, 40},
      .resize =
          ConditionalPowerSize{
              .conditional_power = 0.85, .difference = 0.5, .least = 1e-9, .most = 1e9},
      .replicates = 100000};
  const SimulatedLooks found = simulate_means(trial, {.difference = 0.5, .t = false});
  // Some first stages leave c + z below 0: no participants are needed, and more power comes free.
  EXPECT_NEAR(found.efficacy[1] / (1 - found.efficacy[0]), 0.85, 0.02);
}

TEST(TwoArmSimulation, refuses_sizes_and_reestimation_that_are_none) {
  const auto code = [](const TwoArmSimulation& trial) {
    try {
      simulate_means(trial, {.difference = 1});
    } catch (const Error& error) {
      return error.code();
    }
    return std::string();
  };
  TwoArmSimulation trial = three_looks(10);
  trial.arm2 = {20, 40};
  EXPECT_EQ(code(trial), "trial.two_arm_simulation.sizes");
  trial.arm2 = {20, 20, 40};
  EXPECT_EQ(code(trial), "trial.two_arm_simulation.sizes");
  trial = three_looks(10);
  trial.resize = ConditionalPowerSize{.conditional_power = 1};
  EXPECT_EQ(code(trial), "trial.two_arm_simulation.resize");
  trial.resize = ConditionalPowerSize{.least = 50, .most = 20};
  EXPECT_EQ(code(trial), "trial.two_arm_simulation.resize");
  EXPECT_THROW(simulate_proportions(three_looks(10), {1.2, 0.5}), Error);
  EXPECT_THROW(simulate_means(three_looks(10), {.difference = 1, .sd = 0}), Error);
}

}  // namespace
}  // namespace entact
