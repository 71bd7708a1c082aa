#include "entact/trial/closed_testing.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "entact/base/error.h"
#include "entact/num/distributions.h"
#include "entact/trial/group_sequential.h"
#include "entact/trial/sequential_specimen.h"

namespace entact {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

IntersectionTest test_of(const std::string& name) {
  return name == "Dunnett" ? IntersectionTest::dunnett
         : name == "Simes" ? IntersectionTest::simes
                           : IntersectionTest::bonferroni;
}

// Three arms, the first dropped after the first of three stages; rpact's combined statistics.
TEST(ClosedTesting, of_two_stages_is_that_of_rpact) {
  const GroupSequentialDesign design = group_sequential({.rates = {1.0 / 3, 2.0 / 3, 1}});
  for (const auto& one : specimen::rpact_adaptive()["closed"]) {
    SCOPED_TRACE(one["test"].get<std::string>());
    ClosedTestStages stages{.z = {{}, {}}, .shares = {0.5, 0.5, 0.5}};
    for (std::size_t i = 0; i < 3; ++i)
      for (std::size_t k = 0; k < 2; ++k) {
        const auto& z = one["z"][i][k];
        stages.z[k].push_back(z.is_null() ? none : z.get<double>());
      }
    const ClosedTestResult ours =
        closed_test(test_of(one["test"]), stages, design.rates, design.upper);
    for (std::size_t i = 0; i < 3; ++i) {
      double p = 0;
      for (std::size_t h = 0; h < one["indices"].size(); ++h)
        if (one["indices"][h][i] == 1) {
          const auto& z = one["overall"][h][1];
          p = std::fmax(p, z.is_null() ? 1 : normal_upper(z.get<double>()));
        }
      EXPECT_NEAR(ours.p[i], p, 1e-6) << i;  // rpact's Dunnett probabilities are Monte Carlo's
      EXPECT_EQ(ours.stage[i] == 0, !one["rejected"][i][1].get<bool>());
    }
  }
}

TEST(ClosedTesting, intersections_of_one_arm_are_its_own_p) {
  for (const auto test :
       {IntersectionTest::dunnett, IntersectionTest::simes, IntersectionTest::bonferroni})
    EXPECT_NEAR(intersection_p(test, std::vector{1.7}, std::vector{0.5}), normal_upper(1.7), 1e-14);
}

TEST(ClosedTesting, dunnett_and_simes_never_exceed_bonferroni) {
  const std::vector<double> z{0.3, 2.2, 1.9}, shares{0.5, 0.5, 0.5};
  const double bonferroni = intersection_p(IntersectionTest::bonferroni, z, shares);
  EXPECT_NEAR(bonferroni, 3 * normal_upper(2.2), 1e-15);
  EXPECT_LT(intersection_p(IntersectionTest::dunnett, z, shares), bonferroni);
  EXPECT_NEAR(intersection_p(IntersectionTest::simes, z, shares),
              std::fmin(bonferroni, 1.5 * normal_upper(1.9)), 1e-15);
}

TEST(ClosedTesting, one_arm_is_the_group_sequential_test_of_its_increments) {
  const GroupSequentialDesign design = group_sequential({.rates = {0.4, 1}});
  const double z1 = 1.2, z2 = 2.3;
  const double combined = std::sqrt(0.4) * z1 + std::sqrt(0.6) * z2;
  const ClosedTestResult found =
      closed_test(IntersectionTest::dunnett, {{{z1}, {z2}}, {0.5}}, design.rates, design.upper);
  EXPECT_NEAR(found.p[0], normal_upper(combined), 1e-12);
  EXPECT_EQ(found.stage[0], combined >= design.upper[1] ? 2 : 0);
}

TEST(ClosedTesting, an_arm_dropped_before_rejection_is_never_rejected) {
  const GroupSequentialDesign design = group_sequential({.rates = {0.5, 1}});
  const ClosedTestResult found =
      closed_test(IntersectionTest::dunnett, {{{2.5, 2.6}, {none, 3.5}}, {0.5, 0.5}}, design.rates,
                  design.upper);
  EXPECT_EQ(found.stage, (std::vector<int>{0, 2}));
  EXPECT_EQ(found.p[0], 1);
}

TEST(ClosedTesting, refuses_shapes_that_do_not_fit) {
  const std::vector<double> rates{0.5, 1}, upper{3, 2};
  const auto refused = [&](const ClosedTestStages& stages) {
    try {
      closed_test(IntersectionTest::simes, stages, rates, upper);
    } catch (const Error& error) {
      return error.code() == "trial.closed_test.shape";
    }
    return false;
  };
  EXPECT_TRUE(refused({}));
  EXPECT_TRUE(refused({{{1}}, {0.5, 0.5}}));
  EXPECT_TRUE(refused({{{1, none}}, {0.5, 0.5}}));
  EXPECT_TRUE(refused({{{1}, {1}, {1}}, {0.5}}));
}

}  // namespace
}  // namespace entact
