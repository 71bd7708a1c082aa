#include "entact/trial/multi_arm_simulation.h"

#include <gtest/gtest.h>

#include <cmath>

#include "entact/base/error.h"
#include "entact/trial/dunnett.h"
#include "entact/trial/sequential_specimen.h"
#include "entact/trial/two_arm_simulation.h"

namespace entact {
namespace {

double error_of(double p, double replicates) {
  return 3.5 * std::sqrt(p * (1 - p) / replicates) + 1e-12;
}

MultiArmSimulation three_arms(std::int64_t replicates) {
  return {.effect = {0, 0.3, 0.5},
          .arm_size = {20, 40, 60},
          .design = group_sequential({.rates = {1.0 / 3, 2.0 / 3, 1}}),
          .replicates = replicates};
}

// One look, all arms: the familywise error of Dunnett's test is alpha, and that of every test at
// most; the power to reject any arm at shifted means is Dunnett's too.
TEST(MultiArmSimulation, one_look_is_dunnetts_test) {
  MultiArmSimulation trial{.effect = {0, 0, 0},
                           .arm_size = {30},
                           .design = group_sequential({.rates = {1}}),
                           .selection = {.kind = ArmSelection::Kind::all},
                           .replicates = 100000};
  EXPECT_NEAR(simulate_arms(trial).any_false, 0.025, error_of(0.025, 100000));
  trial.test = IntersectionTest::bonferroni;
  const double exact =
      dunnett_upper(2.3939797998185104, std::vector{0.5, 0.5, 0.5});  // R qnorm(1 - 0.025 / 3)
  EXPECT_NEAR(simulate_arms(trial).any_false, exact, error_of(exact, 100000));
}

TEST(MultiArmSimulation, one_arm_is_the_group_sequential_trial) {
  MultiArmSimulation trial = three_arms(100000);
  trial.effect = {0.5};
  const SimulatedArms found = simulate_arms(trial);
  const SequentialBehaviour exact = behaviour(trial.design, 0.5 * std::sqrt(30));
  for (std::size_t k = 0; k < 3; ++k)
    EXPECT_NEAR(found.rejected[0][k], exact.efficacy[k], error_of(exact.efficacy[k], 100000));
  EXPECT_NEAR(found.expected_size, 120 * exact.expected_information, 0.4);
  EXPECT_EQ(found.any_false, 0);
}

TEST(MultiArmSimulation, familywise_error_is_kept_whatever_is_selected) {
  MultiArmSimulation trial = three_arms(60000);
  trial.effect = {0, 0, 0};
  const std::vector<ArmSelection> rules{{},
                                        {.count = 2},
                                        {.kind = ArmSelection::Kind::all},
                                        {.kind = ArmSelection::Kind::epsilon, .epsilon = 0.1},
                                        {.count = 1, .threshold = 0.1}};
  for (const ArmSelection& rule : rules) {
    trial.selection = rule;
    EXPECT_LT(simulate_arms(trial).any_false, 0.025 + error_of(0.025, 60000));
  }
  trial.effect = {0, 0.6, 0};  // strong control: also where one arm works
  EXPECT_LT(simulate_arms(trial).any_false, 0.025 + error_of(0.025, 60000));
}

// rpact simulated 10,000 such trials.
TEST(MultiArmSimulation, operating_characteristics_are_those_of_rpact) {
  const SimulatedArms ours = simulate_arms(three_arms(100000));
  const auto theirs = specimen::rpact_adaptive()["simulated"]["arms"];
  const auto near = [](double a, double b) {
    EXPECT_NEAR(a, b, error_of(a, 10000) + error_of(a, 100000) + 1e-4);
  };
  near(ours.any, theirs["any"]);
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t k = 0; k < 3; ++k) {
      near(ours.rejected[i][k], theirs["rejected"][k][i]);
      near(ours.selected[i][k], theirs["selected"][k][i]);
    }
  EXPECT_NEAR(ours.expected_size, theirs["expected_size"].get<double>(), 1);
}

TEST(MultiArmSimulation, stopping_at_the_first_arm_ends_earlier) {
  MultiArmSimulation trial = three_arms(20000);
  trial.effect = {0.5, 0.5, 0.5};
  trial.selection.kind = ArmSelection::Kind::all;
  const SimulatedArms all = simulate_arms(trial);
  trial.stop_at_first = true;
  const SimulatedArms first = simulate_arms(trial);
  EXPECT_LT(first.expected_size, all.expected_size);
  EXPECT_NEAR(first.stopped[0] + first.stopped[1] + first.stopped[2], 1, 1e-12);
}

TEST(MultiArmSimulation, no_arm_above_the_threshold_ends_the_trial) {
  MultiArmSimulation trial = three_arms(2000);
  trial.selection.threshold = 10;
  const SimulatedArms found = simulate_arms(trial);
  EXPECT_EQ(found.stopped[0], 1);
  EXPECT_EQ(found.expected_size, 80);
}

TEST(MultiArmSimulation, is_the_same_on_any_number_of_threads) {
  MultiArmSimulation trial = three_arms(10000);
  const SimulatedArms one = simulate_arms(trial);
  trial.threads = 2;
  const SimulatedArms two = simulate_arms(trial);
  EXPECT_EQ(one.rejected, two.rejected);
  EXPECT_EQ(one.expected_size, two.expected_size);
}

TEST(MultiArmSimulation, refuses_arms_and_sizes_that_are_none) {
  const auto refused = [](const MultiArmSimulation& trial) {
    try {
      simulate_arms(trial);
    } catch (const Error& error) {
      return error.code() == "trial.multi_arm_simulation.arms";
    }
    return false;
  };
  MultiArmSimulation trial = three_arms(10);
  trial.effect = {};
  EXPECT_TRUE(refused(trial));
  trial = three_arms(10);
  trial.arm_size = {20, 20, 40};
  EXPECT_TRUE(refused(trial));
  trial = three_arms(10);
  trial.selection.count = 0;
  EXPECT_TRUE(refused(trial));
  trial = three_arms(10);
  trial.design.sides = 2;
  EXPECT_TRUE(refused(trial));
}

}  // namespace
}  // namespace entact
