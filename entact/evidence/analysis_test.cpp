#include "entact/evidence/analysis.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "entact/evidence/as_of.h"
#include "entact/evidence/specimen_base.h"

namespace entact {
namespace {

/// Trial `study` with its contrast of `estimate` points as a member of the analysis `md`.
void add_member(SpecimenBase& base, const std::string& study, const std::string& estimate,
                const std::string& member = "include=yes",
                const std::string& cells = "source=smith2021", const std::string& trial = {}) {
  base.add_trial(study, trial);
  base.add("contrasts", "fact_id=ctr." + std::string(1, static_cast<char>(study[0] + 32)) +
                            "|study_id=" + study +
                            "|arm_treatment=mdma|arm_control=placebo|"
                            "outcome=ptsd_severity|outcome_reported=x|instrument=CAPS-5|"
                            "statistic=change|measure=MD|favours=treatment|se=2|estimate=" +
                            estimate + "|" + cells);
  base.add("analysis_members",
           "analysis_id=md|slab=" + study + "|study_id=" + study +
               "|arm_treatment=mdma|arm_control=placebo|week=18|fact_contrast=ctr." +
               std::string(1, static_cast<char>(study[0] + 32)) + "|" + member);
}

SpecimenBase specimen() {
  SpecimenBase base(ENTACT_SOURCE_DIR "/data");
  base.add("sources",
           "source_id=gone|kind=journal|label=G|title=G|published=2019|retracted_on=2021");
  base.add("analyses",
           "analysis_id=md|title=Points|condition=ptsd|outcome=ptsd_severity|measure=MD|"
           "direction=negative_favours_treatment|note=n");
  base.add("analyses",
           "analysis_id=side|title=S|condition=ptsd|outcome=ptsd_severity|measure=none|"
           "direction=none|note=never pooled");
  add_member(base, "A", "-10");
  add_member(base, "B", "-8", "include=yes", "verified=secondary");
  add_member(base, "C", "-6", "include=no|why=recalled interval", "verified=recalled");
  add_member(base, "D", "-4", "include=yes", "source=gone");
  const std::string rob = "|outcome=ptsd_severity|domain=overall|";
  base.add("risk_of_bias", "fact_id=rob.a1|study_id=A|rater=Strict|judgement=high" + rob);
  base.add("risk_of_bias", "fact_id=rob.a2|study_id=A|rater=Mild|judgement=low" + rob);
  return base;
}

std::string studies(const AnalysisInput& input) {
  std::string names;
  for (const AnalysisMember& member : input.members) names += member.study_id;
  return names;
}

std::string pooled(const AnalysisPolicy& policy) {
  const LoadedEvidence loaded = specimen().load();
  return studies(analysis_input(loaded.base, "md", policy));
}

std::string code(const std::string& id, const AnalysisPolicy& policy = {}) {
  const LoadedEvidence loaded = specimen().load();
  try {
    (void)analysis_input(loaded.base, id, policy);
  } catch (const Error& error) {
    return error.code();
  }
  return "none";
}

TEST(Analysis, takes_included_members_with_their_facts) {
  const LoadedEvidence loaded = specimen().load();
  for (const Issue& issue : loaded.issues) ADD_FAILURE() << to_text(issue);
  const AnalysisInput input = analysis_input(loaded.base, "md");
  EXPECT_EQ(studies(input), "AB");
  EXPECT_EQ(input.title, "Points");
  EXPECT_EQ(input.measure, Measure::mean_difference);
  EXPECT_EQ(input.members[0].facts, (std::vector<std::string>{"ctr.a"}));
  EXPECT_EQ(input.yi(), (std::vector<double>{-10, -8}));
  EXPECT_EQ(input.vi(), (std::vector<double>{4, 4}));
  EXPECT_FALSE(input.dependent());
}

TEST(Analysis, names_what_stays_out_and_why) {
  const LoadedEvidence loaded = specimen().load();
  const AnalysisInput input = analysis_input(loaded.base, "md");
  ASSERT_EQ(input.left_out.size(), 2U);
  EXPECT_EQ(input.left_out[0].study_id, "D");
  EXPECT_EQ(input.left_out[0].reason, "ctr.d: its source gone is retracted");
  EXPECT_EQ(input.left_out[1].study_id, "C");
  EXPECT_EQ(input.left_out[1].reason, "recalled interval");
}

TEST(Analysis, follows_the_policy) {
  EXPECT_EQ(pooled({.selection = {.include_recalled = true}}), "ABC");
  EXPECT_EQ(pooled({.selection = {.include_retracted = true}}), "ABD");
  EXPECT_EQ(pooled({.selection = {.include_secondary = false}}), "A");
  EXPECT_EQ(pooled({.without_high_risk = true}), "B");
  EXPECT_EQ(pooled({.without_high_risk = true, .rater = "Strict"}), "B");
  EXPECT_EQ(pooled({.without_high_risk = true, .rater = "Mild"}), "AB");
}

TEST(Analysis, says_whose_risk_of_bias_nobody_rated) {
  const LoadedEvidence loaded = specimen().load();
  EXPECT_EQ(analysis_input(loaded.base, "md", {.without_high_risk = true}).unrated,
            (std::vector<std::string>{"B"}));
}

TEST(Analysis, lets_a_recalled_row_in_only_for_a_study_that_is_not_there) {
  SpecimenBase base = specimen();
  base.add("contrasts",
           "fact_id=ctr.second|study_id=A|arm_treatment=mdma|arm_control=placebo|"
           "outcome=ptsd_severity|outcome_reported=x|measure=MD|favours=treatment|"
           "se=1|estimate=-12|verified=recalled");
  base.add("analysis_members",
           "analysis_id=md|slab=A again|study_id=A|fact_contrast=ctr.second|"
           "include=no|why=recalled");
  EXPECT_EQ(
      studies(analysis_input(base.load().base, "md", {.selection = {.include_recalled = true}})),
      "ABC");
}

TEST(Analysis, counts_nobody_twice) {
  SpecimenBase base = specimen();
  add_member(base, "P", "-9", "include=yes", "source=smith2021", "part_of=A;B");
  const AnalysisInput input = analysis_input(base.load().base, "md");
  EXPECT_EQ(studies(input), "AB");
  EXPECT_EQ(input.left_out[1].reason, "its people are in A already");
}

TEST(Analysis, leaves_out_what_gives_no_effect_in_the_measure_asked_for) {
  const LoadedEvidence loaded = specimen().load();
  const AnalysisInput input =
      analysis_input(loaded.base, "md", {.measure = Measure::standardised_mean_difference});
  EXPECT_TRUE(input.members.empty());
  EXPECT_EQ(input.left_out[0].reason, "published as MD, not as SMD");
}

TEST(Analysis, refuses_what_it_cannot_answer) {
  EXPECT_EQ(code("teapots"), "evidence.analysis.unknown");
  EXPECT_EQ(code("side"), "evidence.analysis.shown");
  EXPECT_EQ(code("md", {.without_high_risk = true, .rater = "Nobody"}), "evidence.analysis.rater");
}

/// Two arms against one control in one trial: means, SDs and sizes of `mdma`, `medium`, `placebo`.
AnalysisInput three_arms(const std::string& measure, const std::string& second_week = "8") {
  SpecimenBase base(ENTACT_SOURCE_DIR "/data");
  base.add_trial("A");
  base.add("arms", "fact_id=arm.a.medium|study_id=A|arm_id=medium|label=m|role=treatment");
  base.add("analyses",
           "analysis_id=x|title=X|condition=ptsd|outcome=ptsd_severity|"
           "direction=negative_favours_treatment|measure=" +
               measure);
  for (const auto& [arm, week, cells] :
       {std::tuple("mdma", std::string("8"), "value=20|sd=12|n=36"),
        std::tuple("medium", second_week, "value=25|sd=9|n=9"),
        std::tuple("placebo", std::string("8"), "value=30|sd=10|n=25"),
        std::tuple("placebo", std::string("12"), "value=31|sd=10|n=25")})
    base.add("continuous", "fact_id=cont." + std::string(arm) + "." + week +
                               "|study_id=A|arm_id=" + arm + "|week=" + week +
                               "|instrument=CAPS-5|statistic=mean|"
                               "instrument_reported=x|population=itt|phase_of_follow_up=controlled|"
                               "statistic_basis=reported|better=lower|" +
                               cells);
  for (const auto& [arm, week] :
       {std::pair("mdma", std::string("8")), std::pair("medium", second_week)})
    base.add("analysis_members",
             "analysis_id=x|slab=A|study_id=A|include=yes|arm_control=placebo|"
             "arm_treatment=" +
                 std::string(arm) + "|week=" + week + "|fact_treatment=cont." + arm + "." + week +
                 "|fact_control=cont.placebo." + week);
  LoadedEvidence loaded = base.load();
  for (const Issue& issue : loaded.issues) ADD_FAILURE() << to_text(issue);
  return analysis_input(loaded.base, "x");
}

TEST(AnalysisCovariance, gives_a_shared_control_its_own_variance) {
  const AnalysisInput input = three_arms("MD");
  EXPECT_TRUE(input.dependent());
  const Eigen::MatrixXd v = dense_covariance(covariance_of(input, 0.6));
  EXPECT_DOUBLE_EQ(v(0, 0), 144.0 / 36 + 100.0 / 25);
  EXPECT_DOUBLE_EQ(v(1, 1), 81.0 / 9 + 100.0 / 25);
  EXPECT_DOUBLE_EQ(v(0, 1), 100.0 / 25);
}

TEST(AnalysisCovariance, knows_what_standardised_differences_share) {
  const AnalysisInput input = three_arms("SMD");
  const std::vector<double> g = input.yi();
  const Eigen::MatrixXd v = dense_covariance(covariance_of(input, 0.6));
  EXPECT_DOUBLE_EQ(v(0, 0), input.vi()[0]);
  EXPECT_NEAR(v(0, 1), 1.0 / 25 + g[0] * g[1] * 25 / (2.0 * 61 * 34), 1e-15);
}

TEST(AnalysisCovariance, assumes_a_correlation_only_between_visits) {
  const AnalysisInput input = three_arms("MD", "12");
  const std::vector<double> vi = input.vi();
  const auto correlation = [&](double between) {
    return dense_covariance(covariance_of(input, between))(0, 1) / std::sqrt(vi[0] * vi[1]);
  };
  // 1/25 over sqrt((1/36 + 1/25) (1/9 + 1/25)): the part of both that is the control arm
  const double shared = 0.04 / std::sqrt((1.0 / 36 + 0.04) * (1.0 / 9 + 0.04));
  EXPECT_NEAR(correlation(0.6), 0.6 * shared, 1e-14);
  EXPECT_EQ(correlation(0), 0);
}

TEST(AnalysisCovariance, keeps_studies_apart) {
  const LoadedEvidence loaded = specimen().load();
  const BlockCovariance v = covariance_of(analysis_input(loaded.base, "md"), 0.6);
  EXPECT_EQ(v.size, 2);
  EXPECT_EQ(v.blocks.size(), 2U);
}

const EvidenceBase& shipped() {
  static const LoadedEvidence loaded = load_evidence(ENTACT_SOURCE_DIR "/data");
  return loaded.base;
}

/// The g that the SYPRES data file gives for the same comparison; NaN if it has none.
double published_g(const AnalysisMember& member) {
  const Rows rows = shipped().table("contrasts").where([&](const Row& row) {
    return row.text("study_id") == member.study_id && row.text("source") == "sypres_data" &&
           row.text("arm_treatment") == member.arm_treatment &&
           row.text("statistic") == "endpoint" && row.text("outcome") == "ptsd_severity" &&
           row.number("week") == member.week;
  });
  return rows.size() == 1 ? rows[0].number("estimate") : std::nan("");
}

TEST(ShippedAnalyses, agree_with_the_effects_that_the_living_review_computed) {
  const AnalysisInput input = analysis_input(shipped(), "ptsd_caps_smd_all_times");
  EXPECT_EQ(input.members.size(), 15U);
  int compared = 0;
  for (const AnalysisMember& member : input.members) {
    const double published = published_g(member);
    if (std::isnan(published)) continue;
    ++compared;
    // SDs of 10 and more are on record with 2 decimals, so g with a relative error of 0.005 / 10
    EXPECT_NEAR(member.made.effect.yi, published, 5e-4 * std::max(1.0, std::abs(published)) + 5e-5)
        << member.slab << " " << member.week;
  }
  EXPECT_GE(compared, 10);
}

TEST(ShippedAnalyses, replay_the_state_before_phase_three) {
  const AnalysisInput input = analysis_input(known_by(shipped(), {2020, 12, 31}), "ptsd_caps_smd");
  EXPECT_EQ(input.members.size(), 4U);
  for (const AnalysisMember& member : input.members)
    EXPECT_TRUE(member.study_id.starts_with("MP")) << member.study_id;
}

TEST(ShippedAnalyses, give_effects_for_every_pooled_analysis_that_has_members) {
  for (const Row& analysis : shipped().table("analyses").rows()) {
    if (analysis.text("measure") == "none") continue;
    const AnalysisInput input = analysis_input(shipped(), analysis.id());
    const std::size_t included = shipped()
                                     .table("analysis_members")
                                     .where("analysis_id", analysis.id())
                                     .where("include", "yes")
                                     .size();
    EXPECT_EQ(input.members.size(), included) << analysis.id();
    for (const AnalysisMember& member : input.members) {
      EXPECT_TRUE(std::isfinite(member.made.effect.yi)) << analysis.id();
      EXPECT_GT(member.made.effect.vi, 0) << analysis.id();
      EXPECT_FALSE(member.facts.empty()) << analysis.id();
    }
    EXPECT_EQ(covariance_of(input, 0.6).size, static_cast<Eigen::Index>(input.members.size()));
  }
}

}  // namespace
}  // namespace entact
