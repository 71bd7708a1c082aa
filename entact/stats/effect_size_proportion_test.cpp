#include "entact/stats/effect_size_proportion.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "entact/base/error.h"

namespace entact {
namespace {

constexpr Measure measures[] = {Measure::proportion, Measure::log_proportion,
                                Measure::logit_proportion, Measure::arcsine_proportion,
                                Measure::freeman_tukey_proportion};

nlohmann::json oracle() {
  return nlohmann::json::parse(
      std::ifstream(ENTACT_SOURCE_DIR "/reference/effect_size/effect_size.json"));
}

TEST(EffectSizeProportion, agrees_with_metafor) {
  const auto r = oracle();
  for (Measure measure : measures)
    for (std::size_t i = 0; i < 4; ++i) {
      const auto& expected = r[std::string(to_text(measure))];
      const double x = r["proportion"]["xi"][i], n = r["proportion"]["ni"][i];
      const Effect effect = proportion_effect(x, n, measure);
      EXPECT_NEAR(effect.yi, expected["yi"][i], 1e-13) << to_text(measure) << i;
      EXPECT_NEAR(effect.vi, expected["vi"][i], 1e-13) << to_text(measure) << i;
    }
}

TEST(EffectSizeProportion, inverts_freeman_tukey_as_metafor) {
  const auto r = oracle()["ipft"];
  for (std::size_t i = 0; i < 5; ++i)
    EXPECT_NEAR(proportion_from_effect(r["x"][i], Measure::freeman_tukey_proportion, r["n"][i]),
                r["p"][i], 1e-13);
}

TEST(EffectSizeProportion, comes_back_from_every_scale) {
  for (Measure measure : measures)
    for (double x : {1., 7., 25., 49.}) {
      const Effect effect = proportion_effect(x, 50, measure);
      EXPECT_NEAR(proportion_from_effect(effect.yi, measure, 50), x / 50, 1e-12)  // one arcsine off
          << to_text(measure) << x;
      EXPECT_TRUE(effect.note.empty());
    }
}

TEST(EffectSizeProportion, is_antisymmetric_in_events_and_others) {
  const double logit = proportion_effect(9, 50, Measure::logit_proportion).yi;
  EXPECT_DOUBLE_EQ(proportion_effect(41, 50, Measure::logit_proportion).yi, -logit);
  const double both = proportion_effect(9, 50, Measure::freeman_tukey_proportion).yi +
                      proportion_effect(41, 50, Measure::freeman_tukey_proportion).yi;
  EXPECT_NEAR(both, M_PI / 2, 1e-15);
}

TEST(EffectSizeProportion, says_where_it_added) {
  EXPECT_EQ(proportion_effect(0, 12, Measure::logit_proportion).note,
            "0.5 added to events and non-events");
  EXPECT_EQ(proportion_effect(0, 12, Measure::arcsine_proportion).note, "");
}

TEST(EffectSizeProportion, refuses_other_measures_and_infinite_logs) {
  EXPECT_THROW(proportion_effect(3, 12, Measure::log_risk_ratio), Error);
  EXPECT_THROW(proportion_from_effect(0.3, Measure::mean_difference), Error);
  EXPECT_THROW(proportion_from_effect(0.3, Measure::freeman_tukey_proportion, 0), Error);
  EXPECT_THROW(proportion_effect(13, 12, Measure::proportion), Error);
  EXPECT_THROW(proportion_effect(0, 12, Measure::log_proportion, {.add = 0}), Error);
}

}  // namespace
}  // namespace entact
