#include "entact/stats/pool_influence.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <vector>

#include "entact/base/error.h"

namespace entact {
namespace {

using nlohmann::json;

const json& oracle() {
  static const auto parsed =
      json::parse(std::ifstream(ENTACT_SOURCE_DIR "/reference/diagnostics/diagnostics.json"));
  return parsed;
}

TEST(PoolInfluence, agrees_with_metafor) {
  const std::pair<const char*, PoolOptions> ways[] = {
      {"DL_z", {.method = Tau2Method::dl, .test = PoolTest::z}},
      {"REML_z", {.method = Tau2Method::reml, .test = PoolTest::z}},
      {"REML_knha", {.method = Tau2Method::reml, .test = PoolTest::knha}}};
  const std::pair<const char*, double StudyInfluence::*> columns[] = {
      {"rstudent", &StudyInfluence::rstudent},
      {"dffits", &StudyInfluence::dffits},
      {"cook.d", &StudyInfluence::cook},
      {"cov.r", &StudyInfluence::covariance_ratio},
      {"tau2.del", &StudyInfluence::tau2_deleted},
      {"QE.del", &StudyInfluence::q_deleted},
      {"hat", &StudyInfluence::hat},
      {"dfbs", &StudyInfluence::dfbetas}};
  for (const auto& [name, set] : oracle()["sets"].items()) {
    const std::vector<double> yi = set["yi"], vi = set["vi"];
    for (const auto& [key, how] : ways) {
      const auto& expected = set["influence"][key];
      const auto ours = pool_influence(yi, vi, how);
      for (std::size_t i = 0; i < yi.size(); ++i) {
        for (const auto& [column, member] : columns) {
          const double value = expected[column][i];
          EXPECT_NEAR(ours[i].*member, value, 1e-8 * std::fmax(1e-2, std::abs(value)))
              << name << " " << key << " " << column << " " << i;
        }
        EXPECT_EQ(ours[i].influential, expected["influential"][i].get<bool>()) << name << key << i;
      }
    }
  }
}

TEST(PoolInfluence, shares_add_to_one_and_equal_studies_are_alike) {
  const std::vector<double> yi{0.1, 0.4, -0.2, 0.4}, vi{0.02, 0.05, 0.03, 0.05};
  const auto ours = pool_influence(yi, vi);
  double sum = 0;
  for (const StudyInfluence& s : ours) sum += s.hat;
  EXPECT_NEAR(sum, 1, 1e-14);
  EXPECT_NEAR(ours[1].dffits, ours[3].dffits, 1e-10);
}

// Without heterogeneity the deletion formulas of the weighted mean are closed:
// theta - theta(i) = hat_i (y_i - theta(i)), se^2 / se(i)^2 = 1 - hat_i.
TEST(PoolInfluence, has_the_closed_form_of_the_weighted_mean) {
  const std::vector<double> yi{0.1, 0.4, -0.2, 0.5}, vi{0.02, 0.05, 0.03, 0.04};
  const PoolOptions how{.method = Tau2Method::common, .test = PoolTest::z};
  const auto ours = pool_influence(yi, vi, how);
  for (std::size_t i = 0; i < 4; ++i) {
    const double h = ours[i].hat;
    EXPECT_NEAR(ours[i].covariance_ratio, 1 / (1 - h), 1e-13);
    EXPECT_NEAR(ours[i].cook, ours[i].rstudent * ours[i].rstudent * h / (1 - h), 1e-13);
  }
}

TEST(PoolInfluence, refuses_fewer_than_three) {
  const std::vector<double> two{0.1, 0.2};
  EXPECT_THROW(pool_influence(two, two), Error);
}

}  // namespace
}  // namespace entact
