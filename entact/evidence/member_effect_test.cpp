#include "entact/evidence/member_effect.h"

#include <gtest/gtest.h>

#include <cmath>

#include "entact/evidence/specimen_base.h"

namespace entact {
namespace {

/// A base of single rows; `row` gives the one with an id.
class Facts {
 public:
  Facts() { base_.add_trial("A"); }

  Row mean(const std::string& cells) {
    return add("continuous", "cont.",
               "instrument=CAPS-5|instrument_reported=CAPS-5|population=itt|"
               "phase_of_follow_up=controlled|statistic=mean|"
               "statistic_basis=reported|study_id=A|" +
                   cells);
  }
  Row count(const std::string& cells) {
    return add("binary", "bin.",
               "outcome=response|phase_of_follow_up=controlled|better=higher|"
               "study_id=A|" +
                   cells);
  }
  Row contrast(const std::string& cells) {
    return add("contrasts", "ctr.",
               "arm_treatment=mdma|arm_control=placebo|outcome=ptsd_severity|"
               "outcome_reported=x|study_id=A|" +
                   cells);
  }

 private:
  Row add(const std::string& table, const std::string& prefix, const std::string& cells) {
    const std::string id = prefix + std::to_string(++made_);
    base_.add(table, "fact_id=" + id + "|" + cells);
    loaded_.push_back(std::make_unique<LoadedEvidence>(base_.load()));
    for (const Issue& issue : loaded_.back()->issues) ADD_FAILURE() << to_text(issue);
    return *loaded_.back()->base.fact(id);
  }

  SpecimenBase base_{ENTACT_SOURCE_DIR "/data"};
  std::vector<std::unique_ptr<LoadedEvidence>> loaded_{};
  int made_ = 0;
};

constexpr EffectChoice points{.measure = Measure::mean_difference};
constexpr EffectChoice smd{.measure = Measure::standardised_mean_difference};
constexpr EffectChoice risk_ratio{.measure = Measure::log_risk_ratio};

TEST(MemberEffect, is_treatment_minus_control_with_both_arms_variance) {
  Facts facts;
  const MemberEffect made =
      effect_of_arms(facts.mean("arm_id=mdma|value=20|sd=12|n=36|better=lower"),
                     facts.mean("arm_id=placebo|value=30|sd=10|n=25|better=lower"), points);
  EXPECT_EQ(made.fault, "");
  EXPECT_DOUBLE_EQ(made.effect.yi, -10);
  EXPECT_DOUBLE_EQ(made.effect.vi, 4 + 4);  // 144 / 36 + 100 / 25
  EXPECT_DOUBLE_EQ(made.treatment_variance, 4);
  EXPECT_DOUBLE_EQ(made.control_variance, 4);
  EXPECT_EQ(made.n_treatment, 36);
  EXPECT_TRUE(made.notes.empty());
}

TEST(MemberEffect, finds_the_spread_in_standard_errors_and_intervals) {
  Facts facts;
  const Row control = facts.mean("arm_id=placebo|value=30|sd=10|n=25|better=lower");
  const MemberEffect from_se =
      effect_of_arms(facts.mean("arm_id=mdma|value=20|se=2|n=36|better=lower"), control, points);
  EXPECT_DOUBLE_EQ(from_se.effect.vi, 4 + 4);
  ASSERT_EQ(from_se.notes.size(), 1U);
  EXPECT_NE(from_se.notes[0].find("SD from the standard error"), std::string::npos);
  // t quantile 0.975 with 35 df is 2.030108 (R: qt(.975, 35))
  const MemberEffect from_interval = effect_of_arms(
      facts.mean("arm_id=mdma|value=20|ci_low=15.939784|ci_high=24.060216|n=36|better=lower"),
      control, points);
  EXPECT_NEAR(from_interval.effect.vi, 8, 1e-5);  // the quantile above has 7 digits
}

TEST(MemberEffect, turns_the_sign_where_higher_is_better) {
  Facts facts;
  const Row treatment = facts.mean("arm_id=mdma|value=60|sd=12|n=36|better=higher");
  const Row control = facts.mean("arm_id=placebo|value=50|sd=12|n=36|better=higher");
  const MemberEffect turned = effect_of_arms(treatment, control, smd);
  EXPECT_LT(turned.effect.yi, 0);
  EXPECT_EQ(turned.notes.size(), 1U);
  EffectChoice as_it_is = smd;
  as_it_is.negative_favours_treatment = false;
  EXPECT_DOUBLE_EQ(effect_of_arms(treatment, control, as_it_is).effect.yi, -turned.effect.yi);
}

TEST(MemberEffect, is_a_ratio_of_risks_whichever_is_better) {
  Facts facts;
  const MemberEffect made =
      effect_of_arms(facts.count("arm_id=mdma|events=30|n=40"),
                     facts.count("arm_id=placebo|events=10|n=40"), risk_ratio);
  EXPECT_DOUBLE_EQ(made.effect.yi, std::log(3.0));
  EXPECT_DOUBLE_EQ(made.effect.vi, 1.0 / 30 - 1.0 / 40 + 1.0 / 10 - 1.0 / 40);
  EXPECT_DOUBLE_EQ(made.treatment_variance + made.control_variance, made.effect.vi);
}

TEST(MemberEffect, says_where_counts_were_changed) {
  Facts facts;
  const MemberEffect made = effect_of_arms(facts.count("arm_id=mdma|events=5|n=8"),
                                           facts.count("arm_id=placebo|events=0|n=4"), risk_ratio);
  EXPECT_DOUBLE_EQ(made.effect.yi, std::log((5.5 / 9) / (0.5 / 5)));
  EXPECT_EQ(made.notes.size(), 1U);
  EXPECT_TRUE(std::isnan(made.treatment_variance));
}

TEST(MemberEffect, says_why_there_is_none) {
  Facts facts;
  const Row control = facts.mean("arm_id=placebo|value=30|sd=10|n=25|better=lower");
  const auto fault = [&](const Row& treatment, const EffectChoice& how) {
    return effect_of_arms(treatment, control, how).fault;
  };
  const Row sound = facts.mean("arm_id=mdma|value=20|sd=10|n=36|better=lower");
  EXPECT_NE(fault(facts.mean("arm_id=mdma|value=20|sd=10|better=lower"), points).find("number of"),
            std::string::npos);
  EXPECT_NE(fault(facts.mean("arm_id=mdma|value=20|n=36|better=lower"), points).find("spread"),
            std::string::npos);
  EXPECT_NE(fault(facts.mean("arm_id=mdma|value=20|sd=10|n=36|better=higher"), points), "");
  EXPECT_NE(fault(sound, risk_ratio).find("from means"), std::string::npos);
  EXPECT_NE(fault(facts.count("arm_id=mdma|events=3|n=9"), points).find("mean"), std::string::npos);
  EXPECT_NE(fault(facts.mean("arm_id=mdma|value=20|sd=10|n=36|better=lower"),
                  {.measure = Measure::mean_change}),
            "");
}

TEST(MemberEffect, takes_a_published_contrast_by_its_best_error) {
  Facts facts;
  const MemberEffect se = effect_of_contrast(
      facts.contrast("measure=SMD_g|estimate=-0.8|se=0.2|ci_low=-1.6|ci_high=0|favours=treatment"),
      smd);
  EXPECT_DOUBLE_EQ(se.effect.vi, 0.2 * 0.2);
  EXPECT_TRUE(se.notes.empty());
  const MemberEffect interval = effect_of_contrast(
      facts.contrast("measure=SMD_d|estimate=-0.8|ci_low=-1.191993|ci_high=-0.408007|"
                     "favours=treatment"),
      smd);
  EXPECT_NEAR(interval.effect.vi, 0.04, 1e-6);  // 1.959964 * 0.2 rounded to 6 digits
  EXPECT_EQ(interval.notes.size(), 2U);
  // two-sided p of z = 2 is 0.04550026
  const MemberEffect p = effect_of_contrast(
      facts.contrast("measure=SMD_g|estimate=-0.4|p=0.04550026|p_relation==|favours=treatment"),
      smd);
  EXPECT_NEAR(p.effect.vi, 0.04, 1e-7);
}

TEST(MemberEffect, takes_published_ratios_to_the_log_scale) {
  Facts facts;
  const MemberEffect made = effect_of_contrast(
      facts.contrast("measure=RR|estimate=2|ci_low=1|ci_high=4|favours=control"), risk_ratio);
  EXPECT_DOUBLE_EQ(made.effect.yi, std::log(2.0));
  EXPECT_NEAR(std::sqrt(made.effect.vi), std::log(4.0) / (2 * 1.959963984540054), 1e-12);
}

TEST(MemberEffect, turns_a_contrast_that_favours_the_other_side) {
  Facts facts;
  const MemberEffect made =
      effect_of_contrast(facts.contrast("measure=SMD_g|estimate=0.8|se=0.2|favours=control"), smd);
  EXPECT_DOUBLE_EQ(made.effect.yi, -0.8);
  EXPECT_EQ(made.notes.size(), 1U);
}

TEST(MemberEffect, refuses_contrasts_without_a_usable_error) {
  Facts facts;
  const auto fault = [&](const std::string& cells, const EffectChoice& how) {
    return effect_of_contrast(facts.contrast(cells), how).fault;
  };
  EXPECT_NE(fault("measure=SMD_g|estimate=-0.8|favours=treatment", smd), "");
  EXPECT_NE(fault("measure=SMD_g|estimate=-0.8|p=0.001|p_relation=<|favours=treatment", smd), "");
  EXPECT_NE(fault("measure=MD|estimate=-8|se=2|favours=treatment", smd).find("published as MD"),
            std::string::npos);
  EXPECT_NE(fault("measure=SMD_g|se=0.2|favours=treatment", smd), "");
  EXPECT_NE(fault("measure=SMD_g|estimate=-0.8|se=0.2|favours=not_a_contrast", smd), "");
}

}  // namespace
}  // namespace entact
