#include "entact/answer/effect_command.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>

#include "entact/base/error.h"

namespace entact {
namespace {

EffectRequest counts(const std::string& measure, double a, double n1, double c, double n2,
                     const std::string& interval = {}) {
  return {.measure = measure, .interval = interval, .ai = {a}, .ci = {c}, .n1i = {n1}, .n2i = {n2}};
}

EffectRequest share(double x, double n, const std::string& interval = {}) {
  return {.measure = "PR", .interval = interval, .xi = {x}, .ni = {n}};
}

// Newcombe 1998, Stat Med 17:873, table II, example (a): 56/70 against 48/80.
TEST(EffectCommand, gives_newcombes_published_intervals_of_a_difference) {
  const EffectResult score = effect_of(counts("RD", 56, 70, 48, 80));
  EXPECT_DOUBLE_EQ(score.value, 56.0 / 70 - 48.0 / 80);
  EXPECT_NEAR(score.ci_low, 0.0528, 5e-5);
  EXPECT_NEAR(score.ci_high, 0.3382, 5e-5);
  const EffectResult hybrid = effect_of(counts("RD", 56, 70, 48, 80, "newcombe"));
  EXPECT_NEAR(hybrid.ci_low, 0.0524, 5e-5);
  EXPECT_NEAR(hybrid.ci_high, 0.3339, 5e-5);
  const EffectResult wald = effect_of(counts("RD", 56, 70, 48, 80, "wald"));
  EXPECT_NEAR(wald.ci_low, 0.0575, 5e-5);
  EXPECT_NEAR(wald.ci_high, 0.3425, 5e-5);
  EXPECT_FALSE(hybrid.p.has_value());
}

TEST(EffectCommand, gives_numbers_needed_only_where_the_interval_excludes_no_difference) {
  const EffectResult clear = effect_of(counts("RD", 56, 70, 48, 80));
  ASSERT_TRUE(clear.number_needed.has_value());
  EXPECT_DOUBLE_EQ(clear.number_needed->value, 1 / clear.value);
  EXPECT_DOUBLE_EQ(clear.number_needed->low, 1 / clear.ci_high);
  EXPECT_DOUBLE_EQ(clear.number_needed->baseline_risk, 0.6);
  EXPECT_TRUE(clear.number_needed->more_events);
  EXPECT_FALSE(effect_of(counts("RD", 21, 46, 14, 43)).number_needed.has_value());
}

TEST(EffectCommand, swapping_the_arms_turns_signs_and_ratios_over) {
  for (const char* interval : {"mn", "wald"})
    for (const char* measure : {"RD", "RR", "OR"}) {
      const EffectResult one = effect_of(counts(measure, 19, 53, 5, 51, interval));
      const EffectResult other = effect_of(counts(measure, 5, 51, 19, 53, interval));
      EXPECT_NEAR(one.value, -other.value, 1e-12) << measure << interval;
      EXPECT_NEAR(one.ci_low, -other.ci_high, 1e-8) << measure << interval;
      EXPECT_NEAR(*one.p, *other.p, 1e-9) << measure << interval;
    }
}

TEST(EffectCommand, ratios_stand_on_both_scales) {
  const EffectResult result = effect_of(counts("RR", 24, 53, 11, 51, "wald"));
  EXPECT_TRUE(result.log_scale);
  EXPECT_NEAR(result.ratio, (24.0 / 53) / (11.0 / 51), 1e-14);
  EXPECT_NEAR(std::exp(result.ci_low), result.ratio_low, 1e-12);
  const double se = std::sqrt(1.0 / 24 - 1.0 / 53 + 1.0 / 11 - 1.0 / 51);
  EXPECT_NEAR(*result.se, se, 1e-14);
  EXPECT_NEAR(result.ci_high, result.value + 1.959963984540054 * se, 1e-12);
}

TEST(EffectCommand, a_score_interval_survives_an_arm_without_events) {
  const EffectResult result = effect_of(counts("RR", 7, 53, 0, 51));
  EXPECT_TRUE(std::isinf(result.ratio));
  EXPECT_TRUE(std::isinf(result.ratio_high));
  EXPECT_GT(result.ratio_low, 1);
  EXPECT_FALSE(result.se.has_value());
  const Answer answer = effect_answer(counts("RR", 7, 53, 0, 51));
  const auto json = nlohmann::json::parse(answer.result_json);
  EXPECT_EQ(json["ratio"], "inf");
  EXPECT_TRUE(json["se"].is_null());
}

TEST(EffectCommand, means_follow_their_closed_forms) {
  EffectRequest request{.measure = "MD",
                        .m1i = {-24.4},
                        .sd1i = {11.6},
                        .n1i = {42},
                        .m2i = {-13.9},
                        .sd2i = {11.5},
                        .n2i = {37}};
  const EffectResult difference = effect_of(request);
  EXPECT_NEAR(difference.value, -10.5, 1e-12);
  EXPECT_NEAR(*difference.se, std::sqrt(11.6 * 11.6 / 42 + 11.5 * 11.5 / 37), 1e-12);
  request.measure = "SMD";
  const EffectResult g = effect_of(request);
  const double pooled = std::sqrt((41 * 11.6 * 11.6 + 36 * 11.5 * 11.5) / 77);
  EXPECT_NEAR(g.value, -10.5 / pooled * (1 - 3 / (4.0 * 77 - 1)), 2e-5);  // J approximated
  EXPECT_LT(*g.p, 0.001);
}

TEST(EffectCommand, the_rule_of_three_is_exact) {
  const EffectResult upper = effect_of(share(0, 99, "upper"));
  EXPECT_EQ(upper.ci_low, 0);
  EXPECT_NEAR(upper.ci_high, 1 - std::pow(0.05, 1.0 / 99), 1e-15);
  EXPECT_NEAR(effect_of(share(0, 99)).ci_high, 1 - std::pow(0.025, 1.0 / 99), 1e-12);
  // The one-sided bound of x events: P(X <= x) = 0.05 at the bound.
  const double bound = effect_of(share(2, 30, "upper")).ci_high;
  const double q = 1 - bound;
  EXPECT_NEAR(
      std::pow(q, 30) + 30 * bound * std::pow(q, 29) + 435 * bound * bound * std::pow(q, 28), 0.05,
      1e-10);
}

TEST(EffectCommand, tells_how_many_persons_show_a_rare_harm) {
  const EffectRequest request{.measure = "SEE", .ni = {53}, .risk = 0.001};
  const EffectResult result = effect_of(request);
  ASSERT_TRUE(result.rare.has_value());
  EXPECT_EQ(result.rare->persons_to_see, 2995);  // smallest n with 1 - 0.999^n >= 0.95
  EXPECT_GE(1 - std::pow(0.999, 2995), 0.95);
  EXPECT_LT(1 - std::pow(0.999, 2994), 0.95);
  EXPECT_EQ(result.persons, 53);
  EXPECT_NEAR(result.value, 1 - std::pow(0.999, 53), 1e-12);
}

TEST(EffectCommand, adds_up_single_arms) {
  EffectRequest request = share(0, 0);
  request.pool = "sum";
  request.xi = {0, 1, 0};
  request.ni = {53, 46, 12};
  const EffectResult result = effect_of(request);
  EXPECT_EQ(result.events, 1);
  EXPECT_EQ(result.persons, 111);
  EXPECT_EQ(result.value, 1.0 / 111);
  EXPECT_EQ(result.ci_high, effect_of(share(1, 111)).ci_high);
}

// metafor's help page of rma.mh: the thirteen BCG trials, RR: -0.4537, se 0.0393, -0.5308, -0.3766.
TEST(EffectCommand, pools_counts_as_metafor_does) {
  const EffectRequest request{
      .measure = "RR",
      .pool = "mh",
      .ai = {4, 6, 3, 62, 33, 180, 8, 505, 29, 17, 186, 5, 27},
      .ci = {11, 29, 11, 248, 47, 372, 10, 499, 45, 65, 141, 3, 29},
      .n1i = {123, 306, 231, 13598, 5069, 1541, 2545, 88391, 7499, 1716, 50634, 2498, 16913},
      .n2i = {139, 303, 220, 12867, 5808, 1451, 629, 88391, 7277, 1665, 27338, 2341, 17854}};
  const EffectResult result = effect_of(request);
  EXPECT_NEAR(result.value, -0.4537, 5e-5);
  EXPECT_NEAR(*result.se, 0.0393, 5e-5);
  EXPECT_NEAR(result.ci_low, -0.5308, 5e-5);
  EXPECT_NEAR(result.ratio_high, std::exp(-0.3766), 5e-5);
  EXPECT_EQ(result.heterogeneity->studies, 13);
}

TEST(EffectCommand, prints_the_same_numbers_in_json_and_csv) {
  const EffectRequest request = counts("RD", 31, 53, 13, 51);
  const EffectResult result = effect_of(request);
  const Answer answer = effect_answer(request);
  const auto json = nlohmann::json::parse(answer.result_json);
  EXPECT_EQ(json["value"].get<double>(), result.value);
  EXPECT_EQ(json["ci_low"].get<double>(), result.ci_low);
  EXPECT_EQ(json["nnt"]["value"].get<double>(), result.number_needed->value);
  EXPECT_NE(answer.csv.find("RD,0.95,identity,"), std::string::npos);
  EXPECT_NE(answer.text.find("95% interval"), std::string::npos);
}

TEST(EffectCommand, writes_the_command_that_asks_it) {
  EXPECT_EQ(canonical_command(completed(counts("RD", 21, 46, 14, 43))),
            "entact effect --measure RD --interval mn --ai 21 --n1i 46 --ci 14 --n2i 43");
  EffectRequest pooled = share(0, 0);
  pooled.pool = "sum";
  pooled.level = 0.9;
  pooled.xi = {0, 1};
  pooled.ni = {53, 46};
  EXPECT_EQ(canonical_command(completed(pooled)),
            "entact effect --measure PR --interval exact --pool sum --level 0.9 --xi 0,1 --ni "
            "53,46");
}

void expect_refused(const EffectRequest& request, const std::string& code, ErrorKind kind) {
  try {
    (void)effect_answer(request);
    ADD_FAILURE() << "expected " << code;
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code);
    EXPECT_EQ(error.kind(), kind) << code;
  }
}

EffectRequest changed(EffectRequest request, const std::function<void(EffectRequest&)>& change) {
  change(request);
  return request;
}

TEST(EffectCommand, refuses_what_it_cannot_answer) {
  const EffectRequest sound = counts("RD", 21, 46, 14, 43);
  const ErrorKind usage = ErrorKind::usage;
  expect_refused(counts("HR", 1, 2, 1, 2), "answer.effect.measure", usage);
  expect_refused(counts("RR", 1, 2, 1, 2, "newcombe"), "answer.effect.interval", usage);
  expect_refused(changed(sound, [](auto& r) { r.pool = "sum"; }), "answer.effect.pool", usage);
  expect_refused(changed(sound, [](auto& r) { r.pool = "mh", r.interval = "mn"; }),
                 "answer.effect.interval", usage);
  expect_refused(changed(sound, [](auto& r) { r.level = 95; }), "answer.effect.level", usage);
  expect_refused(changed(share(0, 9, "upper"), [](auto& r) { r.level = 0.4; }),
                 "answer.effect.level", usage);
  expect_refused(changed(sound, [](auto& r) { r.ci.clear(); }), "answer.effect.inputs", usage);
  expect_refused(changed(sound, [](auto& r) { r.xi = {1}; }), "answer.effect.inputs", usage);
  expect_refused(changed(sound, [](auto& r) { r.ai = {1, 2}; }), "answer.effect.inputs", usage);
  expect_refused(changed(share(1, 2),
                         [](auto& r) {
                           r.xi = r.ni = {1, 2};
                         }),
                 "answer.effect.inputs", usage);
  expect_refused({.measure = "SEE", .ni = {53}}, "answer.effect.inputs", usage);
  expect_refused(changed(sound, [](auto& r) { r.risk = 0.1; }), "answer.effect.inputs", usage);
  expect_refused(counts("RD", 47, 46, 14, 43), "stats.two_by_two.counts", ErrorKind::input);
  expect_refused(share(3, 2), "stats.proportion.counts", ErrorKind::input);
  expect_refused(counts("RR", 0, 46, 0, 43), "answer.effect.no_events", ErrorKind::unanswerable);
  expect_refused(counts("OR", 46, 46, 43, 43), "answer.effect.no_events", ErrorKind::unanswerable);
  expect_refused(counts("RR", 0, 46, 3, 43, "wald"), "stats.two_by_two.zero_cell",
                 ErrorKind::unanswerable);
}

}  // namespace
}  // namespace entact
