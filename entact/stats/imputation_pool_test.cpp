#include "entact/stats/imputation_pool.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "entact/base/error.h"

namespace entact {
namespace {

using nlohmann::json;
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double z = 1.959963984540054;

json expected(const char* what) {
  std::ifstream in(std::string(ENTACT_SOURCE_DIR) + "/reference/impute/expected.json");
  return json::parse(in)[what];
}

TEST(ImputationPool, rubins_rules_are_those_of_mice) {
  const json mice = expected("rubin");
  std::vector<AnalysisEstimate> estimates;
  for (std::size_t i = 0; i < mice["q"].size(); ++i)
    estimates.push_back({mice["q"][i], std::sqrt(mice["u"][i].get<double>()), mice["df"]});
  const PooledImputation pooled = pool_rubin(estimates);
  EXPECT_NEAR(pooled.estimate, mice["qbar"].get<double>(), 1e-14);
  EXPECT_NEAR(pooled.within, mice["ubar"].get<double>(), 1e-14);
  EXPECT_NEAR(pooled.between, mice["b"].get<double>(), 1e-14);
  EXPECT_NEAR(pooled.se * pooled.se, mice["t"].get<double>(), 1e-14);
  EXPECT_NEAR(pooled.df, mice["pooled_df"].get<double>(), 1e-10);
}

TEST(ImputationPool, without_variation_rubin_is_the_single_analysis) {
  const std::vector<AnalysisEstimate> same(4, {2, 0.5, infinity});
  const PooledImputation pooled = pool_rubin(same);
  EXPECT_EQ(pooled.se, 0.5);
  EXPECT_EQ(pooled.df, infinity);
  EXPECT_NEAR(pooled.low, 2 - z * 0.5, 1e-14);
  EXPECT_EQ(pooled.missing_share, 0);
  // With df = 20 the observed-data df of Barnard and Rubin is (21/23) 20.
  EXPECT_NEAR(pool_rubin(std::vector<AnalysisEstimate>(4, {2, 0.5, 20})).df, 21.0 / 23 * 20, 1e-12);
}

// The jackknife of a mean is its usual standard error.
TEST(ImputationPool, jackknife_of_a_mean_is_its_standard_error) {
  const std::vector<double> x{3, 7, 1, 9, 4};
  double sum = 0, squares = 0;
  for (const double v : x) sum += v;
  for (const double v : x) squares += (v - sum / 5) * (v - sum / 5);
  std::vector<double> without;
  for (const double v : x) without.push_back((sum - v) / 4);
  const PooledImputation pooled = pool_jackknife(sum / 5, without);
  EXPECT_NEAR(pooled.se, std::sqrt(squares / 4 / 5), 1e-14);
  EXPECT_NEAR(pooled.high, sum / 5 + z * pooled.se, 1e-13);
}

TEST(ImputationPool, percentiles_are_rs_type_six) {
  const json r = expected("quantile6");
  const auto x = r["x"].get<std::vector<double>>();
  for (const std::size_t k : {0, 1, 2}) {
    const double p = r["p"][k];
    const PooledImputation pooled = pool_bootstrap_percentile(0, x, std::abs(2 * p - 1));
    EXPECT_NEAR(p < 0.5 ? pooled.low : pooled.high, r["q"][k].get<double>(), 1e-13);
  }
  EXPECT_TRUE(std::isnan(pool_bootstrap_percentile(0, x).se));
  EXPECT_NEAR(pool_bootstrap_percentile(0, x).p, 2 * 1.0 / 8, 1e-15);  // none of 7 below 0
}

TEST(ImputationPool, bootstrap_normal_uses_the_standard_deviation) {
  const std::vector<double> x{1, 2, 3};
  const PooledImputation pooled = pool_bootstrap_normal(2.5, x);
  EXPECT_EQ(pooled.se, 1);
  EXPECT_NEAR(pooled.low, 2.5 - z, 1e-14);
}

TEST(ImputationPool, one_data_set_or_an_odd_level_is_refused) {
  const std::vector<double> one{1}, two{1, 2};
  EXPECT_THROW(pool_jackknife(1, one), Error);
  EXPECT_THROW(pool_bootstrap_normal(1, two, 1), Error);
}

}  // namespace
}  // namespace entact
