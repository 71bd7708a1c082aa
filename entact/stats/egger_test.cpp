#include "entact/stats/egger.h"

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

void expect_agrees(const FunnelRegression& ours, const json& expected, const std::string& where) {
  // 1e-8 relative; statistics and ends near 0 against the scale of 1 and of the interval
  const double t = expected["statistic"], low = expected["low"], high = expected["high"];
  EXPECT_NEAR(ours.slope.statistic, t, 1e-8 * std::fmax(0.1, std::abs(t))) << where;
  EXPECT_NEAR(ours.slope.p, expected["p"], 1e-8) << where;
  EXPECT_NEAR(ours.limit.value, expected["limit"], 1e-8 * (high - low)) << where;
  EXPECT_NEAR(ours.limit.low, low, 1e-8 * (high - low)) << where;
  EXPECT_NEAR(ours.limit.high, high, 1e-8 * (high - low)) << where;
  if (!expected["df"].is_null()) {
    EXPECT_EQ(ours.slope.df, expected["df"].get<double>()) << where;
  }
}

TEST(Egger, agrees_with_metafor) {
  constexpr auto variance = FunnelPredictor::variance;
  const PoolOptions z{.method = Tau2Method::reml, .test = PoolTest::z};
  const PoolOptions knha{.method = Tau2Method::reml, .test = PoolTest::knha};
  for (const auto& [name, set] : oracle()["sets"].items()) {
    const std::vector<double> yi = set["yi"], vi = set["vi"];
    const auto& e = set["egger"];
    expect_agrees(egger_test(yi, vi), e["lm_sei"], name + " lm_sei");
    expect_agrees(egger_test(yi, vi, variance), e["lm_vi"], name + " lm_vi");
    expect_agrees(egger_test_mixed(yi, vi, z), e["rma_sei"], name + " rma_sei");
    expect_agrees(egger_test_mixed(yi, vi, z, variance), e["rma_vi"], name + " rma_vi");
    expect_agrees(egger_test_mixed(yi, vi, knha), e["rma_sei_knha"], name + " knha");
  }
}

TEST(Egger, finds_a_line_that_is_there) {
  const std::vector<double> vi{0.01, 0.04, 0.09, 0.16};
  std::vector<double> yi;
  for (double v : vi) yi.push_back(0.3 - 2 * std::sqrt(v));
  const FunnelRegression ours = egger_test(yi, vi);
  EXPECT_NEAR(ours.limit.value, 0.3, 1e-14);
  EXPECT_NEAR(ours.slope.value, -2, 1e-13);
  EXPECT_NEAR(ours.dispersion, 0, 1e-25);
}

TEST(Egger, turns_with_the_sign_of_the_effects) {
  const std::vector<double> yi{0.1, 0.4, -0.2, 0.5}, vi{0.02, 0.05, 0.03, 0.04};
  std::vector<double> turned;
  for (double y : yi) turned.push_back(-y);
  EXPECT_NEAR(egger_test(yi, vi).slope.value, -egger_test(turned, vi).slope.value, 1e-14);
  EXPECT_NEAR(egger_test(yi, vi).slope.p, egger_test(turned, vi).slope.p, 1e-14);
}

std::string code_of(const std::vector<double>& yi, const std::vector<double>& vi) {
  try {
    egger_test(yi, vi);
  } catch (const Error& error) {
    return error.code();
  }
  return "no error";
}

TEST(Egger, refuses_what_has_no_line) {
  EXPECT_EQ(code_of({0.1, 0.2}, {0.1, 0.2}), "stats.egger.few");
  EXPECT_EQ(code_of({0.1, 0.2, 0.3}, {0.1, 0.2}), "stats.egger.study");
  EXPECT_EQ(code_of({0.1, std::nan(""), 0.3}, {0.1, 0.2, 0.3}), "stats.egger.study");
  EXPECT_EQ(code_of({0.1, 0.2, 0.3}, {0.1, 0, 0.3}), "stats.egger.study");
  EXPECT_EQ(code_of({0.1, 0.2, 0.3}, {0.1, 0.1, 0.1}), "stats.egger.equal");
}

}  // namespace
}  // namespace entact
