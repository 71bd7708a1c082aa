#include "entact/trial/exposure.h"

#include <gtest/gtest.h>

#include "entact/base/error.h"
#include "entact/trial/trial_specimen.h"

namespace entact {
namespace {

ExposureResponse two_people(double half, double hill = 1) {
  return {.table = std::make_shared<const ExposureTable>(
              ExposureTable{.metric = "AUC",
                            .doses_mg = {40, 120},
                            .exposure = {{500, 1000}, {2000, 4000}},
                            .reference_mg = 120,
                            .reference = 2000}),
          .half = half,
          .hill = hill};
}

TEST(Exposure, of_the_reference_has_the_whole_effect) {
  for (const double hill : {0.5, 1.0, 3.0})
    EXPECT_DOUBLE_EQ(exposure_share(two_people(700, hill), 2000), 1);
}

TEST(Exposure, follows_emax) {
  // (x / (x + h)) / (r / (r + h)) with h = 2000, r = 2000: twice x / (x + 2000).
  const std::vector<double> shares = exposure_shares(two_people(2000), 40);
  EXPECT_DOUBLE_EQ(shares[0], 2 * 500.0 / 2500);
  EXPECT_DOUBLE_EQ(shares[1], 2 * 1000.0 / 3000);
  // Far below the half effect the share is proportional to exposure.
  EXPECT_NEAR(exposure_share(two_people(1e9), 500), 0.25, 1e-5);
  EXPECT_EQ(exposure_shares(two_people(2000), 0), (std::vector<double>{0, 0}));
  EXPECT_THROW(exposure_shares(two_people(2000), 75), Error);
}

TEST(Exposure, scales_the_effect_of_each_participant) {
  TrialTruth truth = specimen::plain_truth(4);
  truth.effect = {-4, -8, -8, -10};
  const TrialDesign design = specimen::two_arms(40);
  truth.exposure = two_people(2000);
  const VirtualTrial trial = prepare_trial(design, truth);
  truth.exposure.reset();
  const VirtualTrial plain = prepare_trial(design, truth);
  bool seen[2] = {false, false};
  for (std::uint32_t i = 0; i < 20; ++i) {
    const TrialKey key{7, 1};
    const Participant person = draw_participant(trial, key, i);
    const Participant same = draw_participant(plain, key, i);
    EXPECT_EQ(person.own, same.own);  // the table takes no number from anyone else
    seen[person.exposed] = true;
    const double without = follow(trial, {}, person, 1).score.back();
    const double with = follow(trial, {}, person, 0).score.back();
    // 2000 is the reference; 4000 gives 2 x 4000 / 6000.
    EXPECT_NEAR(with - without, -10 * (person.exposed == 0 ? 1.0 : 4.0 / 3), 1e-12);
  }
  EXPECT_TRUE(seen[0] && seen[1]);
}

}  // namespace
}  // namespace entact
