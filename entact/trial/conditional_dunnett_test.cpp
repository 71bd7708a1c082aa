#include "entact/trial/conditional_dunnett.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "entact/base/error.h"
#include "entact/base/random.h"
#include "entact/num/distributions.h"
#include "entact/trial/dunnett.h"

namespace entact {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

TEST(ConditionalDunnett, of_one_arm_is_the_normal_conditional_error) {
  EXPECT_NEAR(conditional_dunnett_error(std::vector{1.2}, std::vector{0.5}, 0.4, 1.96),
              normal_upper((1.96 - std::sqrt(0.4) * 1.2) / std::sqrt(0.6)), 1e-12);
}

// The conditional error function at a p of its own size: the combined statistic of the whole trial.
TEST(ConditionalDunnett, of_one_arm_is_the_test_of_the_whole_trial) {
  const ConditionalDunnett test({0.5}, 0.4, 0.025);
  for (const double first : {-0.5, 0.8, 1.9})
    for (const double second : {0.2, 1.5, 2.6}) {
      const double whole = std::sqrt(0.4) * first + std::sqrt(0.6) * second;
      EXPECT_EQ(test.rejected(std::vector{first}, std::vector{second})[0],
                whole >= dunnett_critical(0.025, std::vector{0.5}) ? 1 : 0);
    }
}

TEST(ConditionalDunnett, the_mean_of_the_conditional_error_is_alpha) {
  const std::vector<double> shares{0.5, 0.4, 0.5};
  const double critical = dunnett_critical(0.05, shares);
  RandomStream random({.seed = 3});
  double sum = 0, squares = 0;
  const int n = 20000;
  for (int i = 0; i < n; ++i) {
    const double c = random.normal();
    std::vector<double> z;
    for (const double l : shares)
      z.push_back(std::sqrt(l) * c + std::sqrt(1 - l) * random.normal());
    const double error = conditional_dunnett_error(z, shares, 0.5, critical);
    sum += error, squares += error * error;
  }
  const double mean = sum / n;
  EXPECT_NEAR(mean, 0.05, 3 * std::sqrt((squares / n - mean * mean) / n));
}

TEST(ConditionalDunnett, agrees_with_mvtnorm) {
  std::ifstream file(std::string(ENTACT_SOURCE_DIR) +
                     "/reference/group_sequential/conditional_dunnett.json");
  const auto cases = nlohmann::json::parse(file);
  for (const auto& one : cases) {
    const std::vector<double> z = one["z"], shares = one["shares"];
    const double critical = dunnett_critical(one["alpha"], shares);
    // mvtnorm's Miwa algorithm and its search for the quantile have some 1e-6.
    EXPECT_NEAR(critical, one["critical"].get<double>(), 1e-5);
    EXPECT_NEAR(conditional_dunnett_error(z, shares, one["rate"], one["critical"]),
                one["error"].get<double>(), 1e-6);
  }
}

// The best of three without an effect goes on; the level of the whole stays.
TEST(ConditionalDunnett, keeps_the_familywise_level_whichever_arm_goes_on) {
  const ConditionalDunnett test({0.5, 0.5, 0.5}, 0.5, 0.025);
  RandomStream random({.seed = 11});
  const int n = 20000;
  int rejects = 0;
  for (int i = 0; i < n; ++i) {
    std::vector<double> first;
    const double c = random.normal();
    for (int arm = 0; arm < 3; ++arm) first.push_back((c + random.normal()) / std::sqrt(2.0));
    const auto best = std::max_element(first.begin(), first.end()) - first.begin();
    std::vector<double> second(3, none);
    second[static_cast<std::size_t>(best)] = random.normal();
    for (const char one : test.rejected(first, second)) rejects += one;
  }
  const double level = static_cast<double>(rejects) / n;
  EXPECT_LE(level, 0.025 + 3 * std::sqrt(0.025 * 0.975 / n));
  EXPECT_GT(level, 0.015);  // selection spares little of it: the test is not idle
}

TEST(ConditionalDunnett, refuses_a_stage_that_is_none) {
  EXPECT_THROW(ConditionalDunnett({0.5}, 1, 0.025), Error);
  EXPECT_THROW((void)ConditionalDunnett({0.5}, 0.5, 0.025).rejected({}, {}), Error);
}

}  // namespace
}  // namespace entact
