#include "entact/stats/two_by_two.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>

#include "entact/base/error.h"

namespace entact {
namespace {

using EffectOf = std::function<Effect(const TwoByTwo&)>;

// 1e-12 relative to the larger of the value and its standard error: the oracle has 15 digits.
void expect_agrees(const nlohmann::json& set, const char* key, const EffectOf& effect_of) {
  const auto& c = set["counts"];
  for (std::size_t i = 0; i < c["ai"].size(); ++i) {
    const auto& yi = set[key]["yi"][i];
    const TwoByTwo t{c["ai"][i], c["n1i"][i], c["ci"][i], c["n2i"][i]};
    if (yi.is_null() || set[key]["vi"][i] == 0) {
      EXPECT_THROW(effect_of(t), Error) << key << i;
      continue;
    }
    const Effect effect = effect_of(t);
    const double value = yi, variance = set[key]["vi"][i];
    EXPECT_NEAR(effect.yi, value, 1e-12 * std::fmax(std::abs(value), std::sqrt(variance)))
        << key << i;
    EXPECT_NEAR(effect.vi, variance, 1e-12 * variance) << key << i;
  }
}

TEST(TwoByTwo, agrees_with_metafor_under_every_rule) {
  const auto oracle = nlohmann::json::parse(
      std::ifstream(ENTACT_SOURCE_DIR "/reference/effect_size/effect_size.json"));
  const ZeroCellRule none{ZeroCells::none, 0}, all{ZeroCells::all, 0.5}, only0{};
  for (const auto& set : oracle["sets"]) {
    expect_agrees(set, "RR", [&](const auto& t) { return log_risk_ratio(t); });
    expect_agrees(set, "OR", [&](const auto& t) { return log_odds_ratio(t); });
    expect_agrees(set, "RD", [&](const auto& t) { return risk_difference(t); });
    expect_agrees(set, "PETO", [&](const auto& t) { return peto_log_odds_ratio(t, only0); });
    expect_agrees(set, "AS", [&](const auto& t) { return arcsine_difference(t); });
    expect_agrees(set, "RR_all", [&](const auto& t) { return log_risk_ratio(t, all); });
    expect_agrees(set, "OR_all", [&](const auto& t) { return log_odds_ratio(t, all); });
    expect_agrees(set, "RD_all", [&](const auto& t) { return risk_difference(t, all); });
    expect_agrees(set, "RD_none", [&](const auto& t) { return risk_difference(t, none); });
    expect_agrees(set, "PETO_none", [&](const auto& t) { return peto_log_odds_ratio(t); });
  }
}

TEST(TwoByTwo, changes_sign_when_the_arms_are_swapped) {
  const TwoByTwo t{5, 40, 0, 37}, swapped{0, 37, 5, 40};
  for (auto effect_of : {log_risk_ratio, log_odds_ratio, risk_difference, peto_log_odds_ratio}) {
    EXPECT_NEAR(effect_of(t, {}).yi, -effect_of(swapped, {}).yi, 1e-14);
    EXPECT_NEAR(effect_of(t, {}).vi, effect_of(swapped, {}).vi, 1e-14);
  }
  EXPECT_DOUBLE_EQ(arcsine_difference(t).yi, -arcsine_difference(swapped).yi);
}

TEST(TwoByTwo, odds_ratio_changes_sign_when_events_become_others) {
  EXPECT_NEAR(log_odds_ratio({5, 40, 9, 37}).yi, -log_odds_ratio({35, 40, 28, 37}).yi, 1e-15);
}

TEST(TwoByTwo, carries_the_rule_that_was_used) {
  EXPECT_EQ(log_risk_ratio({3, 10, 2, 10}).note, "");
  EXPECT_EQ(log_risk_ratio({0, 10, 2, 10}).note, "0.5 added to every cell");
  EXPECT_EQ(log_odds_ratio({3, 10, 2, 10}, {ZeroCells::all, 0.1}).note, "0.1 added to every cell");
  EXPECT_EQ(log_odds_ratio({0, 10, 0, 10}).note, "no event in either arm; 0.5 added to every cell");
  EXPECT_EQ(arcsine_difference({10, 10, 12, 12}).note, "every person of both arms had the event");
}

std::string code_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.code();
  }
  return "no error";
}

TEST(TwoByTwo, refuses_impossible_counts) {
  const double nan = std::nan("");
  for (const TwoByTwo& t : {TwoByTwo{11, 10, 2, 10}, TwoByTwo{1, 0, 2, 10}, TwoByTwo{1, 10, -2, 10},
                            TwoByTwo{nan, 10, 2, 10}, TwoByTwo{1, 10, 2, nan}})
    EXPECT_EQ(code_of([&] { log_risk_ratio(t); }), "stats.two_by_two.counts");
  EXPECT_EQ(code_of([] {
              log_risk_ratio({1, 9, 1, 9}, {ZeroCells::all, -1});
            }),
            "stats.two_by_two.counts");
  EXPECT_EQ(code_of([] {
              log_risk_ratio({0, 9, 1, 9}, {ZeroCells::none, 0});
            }),
            "stats.two_by_two.zero_cell");
  EXPECT_EQ(code_of([] { peto_log_odds_ratio({0, 9, 0, 9}); }), "stats.two_by_two.zero_cell");
}

}  // namespace
}  // namespace entact
