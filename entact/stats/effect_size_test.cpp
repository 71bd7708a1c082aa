#include "entact/stats/effect_size.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>

#include "entact/base/error.h"

namespace entact {
namespace {

const nlohmann::json& oracle() {
  static const auto json = nlohmann::json::parse(
      std::ifstream(ENTACT_SOURCE_DIR "/reference/effect_size/effect_size.json"));
  return json;
}

TwoMeans arms(std::size_t i) {
  const auto& m = oracle()["means"];
  return {m["m1i"][i], m["sd1i"][i], m["n1i"][i], m["m2i"][i], m["sd2i"][i], m["n2i"][i]};
}

constexpr TwoMeans mapp1{-24.4, 11.6, 42, -13.9, 11.5, 37};

// 1e-12: the oracle prints 15 digits, and both sides round log-gamma.
void expect_agrees(const char* key, Effect (*effect_of)(const TwoMeans&)) {
  for (std::size_t i = 0; i < 3; ++i) {
    const Effect effect = effect_of(arms(i));
    const double yi = oracle()[key]["yi"][i], vi = oracle()[key]["vi"][i];
    EXPECT_NEAR(effect.yi, yi, 1e-12 * std::abs(yi)) << key << " " << i;
    EXPECT_NEAR(effect.vi, vi, 1e-12 * vi) << key << " " << i;
  }
}

TEST(EffectSize, agrees_with_metafor) {
  expect_agrees("MD", mean_difference);
  expect_agrees("ROM", log_ratio_of_means);
  expect_agrees("SMD_LS", [](const TwoMeans& a) { return standardised_mean_difference(a); });
  expect_agrees("SMD_UB", [](const TwoMeans& a) {
    return standardised_mean_difference(a, SmdVariance::unbiased);
  });
  expect_agrees("SMD_LS2", [](const TwoMeans& a) {
    return standardised_mean_difference(a, SmdVariance::large_sample_corrected);
  });
}

TEST(EffectSize, changes_sign_when_the_arms_are_swapped) {
  const TwoMeans swapped{mapp1.m2, mapp1.sd2, mapp1.n2, mapp1.m1, mapp1.sd1, mapp1.n1};
  for (auto effect_of : {mean_difference, log_ratio_of_means}) {
    EXPECT_DOUBLE_EQ(effect_of(mapp1).yi, -effect_of(swapped).yi);
    EXPECT_DOUBLE_EQ(effect_of(mapp1).vi, effect_of(swapped).vi);
  }
  EXPECT_DOUBLE_EQ(standardised_mean_difference(mapp1).yi,
                   -standardised_mean_difference(swapped).yi);
}

TEST(EffectSize, of_standard_deviations_is_free_of_the_unit) {
  const double k = 2.54;
  const TwoMeans scaled{k * mapp1.m1, k * mapp1.sd1, mapp1.n1,
                        k * mapp1.m2, k * mapp1.sd2, mapp1.n2};
  EXPECT_NEAR(standardised_mean_difference(scaled).yi, standardised_mean_difference(mapp1).yi,
              1e-15);
  EXPECT_NEAR(log_ratio_of_means(scaled).vi, log_ratio_of_means(mapp1).vi, 1e-16);
}

TEST(EffectSize, corrects_bias_by_the_closed_form_of_gamma) {
  EXPECT_NEAR(hedges_correction(2), 1 / std::sqrt(M_PI), 1e-15);      // G(1) / (1 G(1/2))
  EXPECT_NEAR(hedges_correction(3), std::sqrt(M_PI / 6), 1e-15);      // G(3/2) / (sqrt 1.5 G(1))
  EXPECT_NEAR(hedges_correction(200), 1 - 3 / (4 * 200. - 1), 2e-6);  // Hedges' approximation
  EXPECT_THROW(hedges_correction(1), Error);
}

TEST(EffectSize, becomes_an_estimate_with_its_scale_and_note) {
  const Estimate estimate = to_estimate({.yi = 0.7, .vi = 0.04, .note = "0.5 added"});
  EXPECT_DOUBLE_EQ(estimate.se, 0.2);
  EXPECT_FALSE(estimate.log_scale);
  EXPECT_EQ(estimate.fit.reservations.at(0), "0.5 added");
  EXPECT_TRUE(to_estimate({.vi = 1, .measure = Measure::log_risk_ratio}).log_scale);
}

TEST(EffectSize, names_every_measure_as_the_field_does) {
  EXPECT_EQ(to_text(Measure::mean_difference), "MD");
  EXPECT_EQ(to_text(Measure::arcsine_difference), "AS");
  EXPECT_EQ(to_text(Measure::log_risk_ratio), "RR");
  EXPECT_EQ(to_text(Measure::freeman_tukey_proportion), "PFT");
}

std::string code_of(const TwoMeans& a, Effect (*effect_of)(const TwoMeans&)) {
  try {
    effect_of(a);
  } catch (const Error& error) {
    return error.code();
  }
  return "no error";
}

TEST(EffectSize, refuses_impossible_arms) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto smd = [](const TwoMeans& a) { return standardised_mean_difference(a); };
  EXPECT_EQ(code_of({1, -1, 10, 0, 1, 10}, mean_difference), "stats.effect_size.arm");
  EXPECT_EQ(code_of({1, 1, 0, 0, 1, 10}, mean_difference), "stats.effect_size.arm");
  EXPECT_EQ(code_of({nan, 1, 10, 0, 1, 10}, mean_difference), "stats.effect_size.arm");
  EXPECT_EQ(code_of({1, 1, 10, 0, nan, 10}, smd), "stats.effect_size.arm");
  EXPECT_EQ(code_of({1, 1, 1, 0, 1, 2}, smd), "stats.effect_size.arm");
  EXPECT_EQ(code_of({1, 0, 10, 0, 0, 10}, smd), "stats.effect_size.spread");
  EXPECT_EQ(code_of({1, 1, 10, -2, 1, 10}, log_ratio_of_means), "stats.effect_size.ratio");
}

}  // namespace
}  // namespace entact
