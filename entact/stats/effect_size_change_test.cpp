#include "entact/stats/effect_size_change.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "entact/base/error.h"

namespace entact {
namespace {

constexpr BeforeAfter arm{44.0, 6.01, 19.6, 12.2, 46, 0.5};

// metafor's first time point is ours before treatment; it subtracts after from before.
TEST(EffectSizeChange, agrees_with_metafor) {
  const auto oracle = nlohmann::json::parse(
      std::ifstream(ENTACT_SOURCE_DIR "/reference/effect_size/effect_size.json"));
  const auto& c = oracle["change"];
  const std::pair<const char*, Effect (*)(const BeforeAfter&)> measures[] = {
      {"MC", mean_change},
      {"SMCC", standardised_change_by_change},
      {"SMCR", standardised_change_by_before},
      {"ROMC", log_ratio_of_change}};
  for (const auto& [key, effect_of] : measures)
    for (std::size_t i = 0; i < 2; ++i) {
      const Effect effect =
          effect_of({c["m1i"][i], c["sd1i"][i], c["m2i"][i], c["sd2i"][i], c["ni"][i], c["ri"][i]});
      const double yi = oracle[key]["yi"][i], vi = oracle[key]["vi"][i];
      EXPECT_NEAR(effect.yi, -yi, 1e-12 * yi) << key << i;  // 15 digits in the oracle
      EXPECT_NEAR(effect.vi, vi, 1e-12 * vi) << key << i;
      EXPECT_EQ(to_text(effect.measure), key);
      EXPECT_EQ(effect.note, "change of one arm: no comparator");
    }
}

TEST(EffectSizeChange, of_two_arms_is_their_difference) {
  const BeforeAfter control{43, 7, 33, 13, 42, 0.4};
  const Effect both = difference_in_change(arm, control);
  EXPECT_DOUBLE_EQ(both.yi, -24.4 + 10);
  EXPECT_DOUBLE_EQ(both.vi, mean_change(arm).vi + mean_change(control).vi);
  EXPECT_DOUBLE_EQ(difference_in_change(control, arm).yi, -both.yi);
  EXPECT_DOUBLE_EQ(difference_in_change(arm, arm).yi, 0);
  EXPECT_DOUBLE_EQ(
      standardised_difference_in_change(arm, control).yi,
      standardised_change_by_before(arm).yi - standardised_change_by_before(control).yi);
}

TEST(EffectSizeChange, has_no_variance_where_before_and_after_move_together) {
  EXPECT_NEAR(mean_change({40, 5, 30, 5, 20, 1}).vi, 0, 1e-30);
}

TEST(EffectSizeChange, refuses_impossible_arms) {
  EXPECT_THROW(mean_change({44, 6, 20, 12, 46, 1.1}), Error);
  EXPECT_THROW(mean_change({44, -6, 20, 12, 46, 0.5}), Error);
  EXPECT_THROW(mean_change({44, 6, std::nan(""), 12, 46, 0.5}), Error);
  EXPECT_THROW(standardised_change_by_before({44, 6, 20, 12, 2, 0.5}), Error);
  EXPECT_THROW(standardised_change_by_before({44, 0, 20, 12, 20, 0.5}), Error);
  EXPECT_THROW(standardised_change_by_change({44, 6, 20, 6, 20, 1}), Error);
  EXPECT_THROW(log_ratio_of_change({44, 6, -20, 12, 20, 0.5}), Error);
}

}  // namespace
}  // namespace entact
