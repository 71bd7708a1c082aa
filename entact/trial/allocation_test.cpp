#include "entact/trial/allocation.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <map>

#include "entact/trial/conduct.h"
#include "entact/trial/trial_specimen.h"

namespace entact {
namespace {

using specimen::plain_truth;
using specimen::two_arms;

std::vector<int> arms_of(const TrialDesign& design, std::uint32_t replicate) {
  return conduct(prepare_trial(design, plain_truth(design.visits())), {1, replicate}).arm;
}

TEST(Allocation, blocks_balance_after_each_block) {
  TrialDesign design = two_arms(40);
  design.arms[0].ratio = 2;  // blocks of 6: 4 and 2
  design.n = 36;
  const std::vector<int> arms = arms_of(design, 3);
  for (std::size_t start = 0; start < 36; start += 6) {
    int treated = 0;
    for (std::size_t i = start; i < start + 6; ++i) treated += arms[i] == 0 ? 1 : 0;
    EXPECT_EQ(treated, 4);
  }
}

TEST(Allocation, blocks_balance_within_sites_but_differ_between_replicates) {
  TrialDesign design = two_arms(200);
  design.sites = 5;
  design.by_site = true;
  const VirtualTrial trial = prepare_trial(design, plain_truth(4));
  const ConductedTrial made = conduct(trial, {1, 0});
  std::map<int, int> difference;
  for (std::size_t i = 0; i < made.arm.size(); ++i)
    difference[made.people[i].site] += made.arm[i] == 0 ? 1 : -1;
  for (const auto& [site, off] : difference) EXPECT_LE(std::abs(off), 2) << site;
  EXPECT_NE(made.arm, conduct(trial, {1, 1}).arm);
}

TEST(Allocation, simple_draws_keep_the_ratio) {
  TrialDesign design = two_arms(6000);
  design.arms[0].ratio = 2;
  design.allocation = Allocation::simple;
  int treated = 0;
  for (const int arm : arms_of(design, 0)) treated += arm == 0 ? 1 : 0;
  EXPECT_NEAR(treated / 6000.0, 2.0 / 3, 3 * std::sqrt(2.0 / 9 / 6000));
}

// Mean difference of sizes over 50 trials, in the whole and within sites.
std::array<double, 2> imbalance(TrialDesign design, Allocation how) {
  design.allocation = how;
  design.sites = 8;
  design.by_site = true;
  std::array<double, 2> sums{};
  const VirtualTrial trial = prepare_trial(design, plain_truth(4));
  for (std::uint32_t r = 0; r < 50; ++r) {
    const ConductedTrial made = conduct(trial, {2, r});
    std::map<int, int> by_site;
    int all = 0;
    for (std::size_t i = 0; i < made.arm.size(); ++i) {
      by_site[made.people[i].site] += made.arm[i] == 0 ? 1 : -1;
      all += made.arm[i] == 0 ? 1 : -1;
    }
    sums[0] += std::abs(all) / 50.0;
    for (const auto& [site, off] : by_site) sums[1] += std::abs(off) / 400.0;
  }
  return sums;
}

TEST(Allocation, minimisation_balances_margins_better_than_simple_draws) {
  const auto simple = imbalance(two_arms(100), Allocation::simple);
  const auto minimised = imbalance(two_arms(100), Allocation::minimisation);
  EXPECT_LT(minimised[0], simple[0] / 3);
  EXPECT_LT(minimised[1], simple[1] / 1.5);
}

}  // namespace
}  // namespace entact
