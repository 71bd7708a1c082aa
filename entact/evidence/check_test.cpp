#include "entact/evidence/check.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "entact/evidence/specimen_base.h"

namespace entact {
namespace {

const std::string binary =
    "|study_id=A|outcome=response|phase_of_follow_up=controlled|better=higher|week=18";
const std::string continuous =
    "|study_id=A|instrument=CAPS-5|instrument_reported=CAPS-5|population=itt|week=18|"
    "phase_of_follow_up=controlled|statistic_basis=reported|better=lower";
const std::string contrast =
    "|study_id=A|arm_treatment=mdma|arm_control=placebo|outcome=ptsd_severity|"
    "outcome_reported=CAPS-5|instrument=CAPS-5|statistic=endpoint|week=18|measure=MD|"
    "favours=treatment";
const std::string event =
    "|study_id=A|arm_id=mdma|term=Nausea|term_group=gastrointestinal|class=TEAE|window=session|"
    "severity=any|phase_of_follow_up=controlled";
const std::string instrument = "|instrument=CAPS-5|construct=PTSD|direction=lower_better";

/// One trial whose numbers agree with one another in every way that is checked.
SpecimenBase sound() {
  SpecimenBase base(ENTACT_SOURCE_DIR "/data");
  base.add_trial("A", "start=2018-11|end=2020-08|n_randomised=90");
  base.add("binary", "fact_id=bin.t|arm_id=mdma|events=28|n=45|percent_reported=62.2" + binary);
  base.add("binary", "fact_id=bin.c|arm_id=placebo|events=10|n=40|percent_reported=25" + binary);
  base.add("continuous",
           "fact_id=cont.t|arm_id=mdma|statistic=mean|n=45|value=20|sd=12|se=1.79" + continuous);
  base.add("continuous",
           "fact_id=cont.c|arm_id=placebo|statistic=mean|n=40|value=30|sd=12" + continuous);
  base.add("contrasts",
           "fact_id=ctr.md|estimate=-10|se=2.6|ci_low=-15.1|ci_high=-4.9|p=0.0002|"
           "p_relation=<" +
               contrast);
  base.add("adverse_events", "fact_id=ae.t|participants=5|n=45" + event);
  base.add("instruments", "fact_id=ins.caps5|min=0|max=80" + instrument);
  return base;
}

/// The analysis `md` with both arms' means as its one member.
SpecimenBase pooled(const std::string& measure = "MD") {
  SpecimenBase base = sound();
  base.add("analyses",
           "analysis_id=md|title=T|condition=ptsd|outcome=ptsd_severity|"
           "direction=negative_favours_treatment|measure=" +
               measure);
  base.add("analysis_members",
           "analysis_id=md|slab=A|study_id=A|arm_treatment=mdma|"
           "arm_control=placebo|week=18|fact_treatment=cont.t|"
           "fact_control=cont.c|include=yes");
  return base;
}

const std::string member = "analysis_id=md|slab=B|include=yes|";

std::vector<Issue> faults(const SpecimenBase& rows) {
  const LoadedEvidence loaded = rows.load();
  for (const Issue& issue : loaded.issues) ADD_FAILURE() << issue.code << " " << to_text(issue);
  return check_evidence(loaded.base);
}

/// Expects exactly one issue: its code, severity and the column it points to.
void expect_one(const SpecimenBase& rows, const std::string& code, const std::string& column,
                Issue::Severity severity = Issue::Severity::error) {
  const std::vector<Issue> found = faults(rows);
  ASSERT_EQ(found.size(), 1U) << code << (found.empty() ? "" : " beside " + to_text(found.back()));
  EXPECT_EQ(found[0].code, "evidence.check." + code);
  EXPECT_EQ(found[0].name, column);
  EXPECT_EQ(found[0].severity, severity);
  EXPECT_GT(found[0].line, 1);
  EXPECT_GT(found[0].column, 0);
}

constexpr Issue::Severity warning = Issue::Severity::warning;

TEST(Check, finds_nothing_where_all_agrees) {
  for (const Issue& issue : faults(pooled())) ADD_FAILURE() << issue.code << " " << to_text(issue);
}

TEST(Check, counts_people_once_and_no_more_than_there_are) {
  expect_one(
      sound().add("binary", "fact_id=bin.x|arm_id=mdma|events=46|n=45|definition=x" + binary),
      "events", "events");
  expect_one(
      sound().add("adverse_events", "fact_id=ae.x|participants=46|n=45|window_detail=x" + event),
      "participants", "participants");
  expect_one(sound().add("arms",
                         "fact_id=arm.x|study_id=A|arm_id=x|label=x|role=subgroup|"
                         "n_randomised=9|n_treated=10"),
             "flow", "n_treated");
}

TEST(Check, knows_a_rounded_percentage_from_a_wrong_one) {
  const auto with = [](const std::string& percent) {
    return sound().add("binary",
                       "fact_id=bin.x|arm_id=mdma|events=2|n=3|definition=x|"
                       "percent_reported=" +
                           percent + binary);
  };
  for (const char* right : {"67", "66.7", "66.67"}) EXPECT_TRUE(faults(with(right)).empty());
  for (const char* wrong : {"66", "66.6", "66.66"})
    expect_one(with(wrong), "percent", "percent_reported");
}

TEST(Check, adds_up_the_arms_of_a_trial) {
  const auto with = [](const std::string& n) {
    SpecimenBase base(ENTACT_SOURCE_DIR "/data");
    base.add("studies",
             "fact_id=study.b|study_id=B|label=B|record_kind=trial|compound=MDMA|"
             "condition=ptsd|design=rct_parallel|blinding=double|"
             "comparator_class=inactive_placebo|status=completed|n_randomised=" +
                 n);
    base.add("arms", "fact_id=arm.t|study_id=B|arm_id=t|label=t|role=treatment|n_randomised=46");
    base.add("arms", "fact_id=arm.c|study_id=B|arm_id=c|label=c|role=placebo|n_randomised=44");
    return base.add("arms",
                    "fact_id=arm.s|study_id=B|arm_id=s|label=s|role=subgroup|n_randomised=13");
  };
  EXPECT_TRUE(faults(with("90")).empty());
  expect_one(with("89"), "arm_total", "n_randomised");
  expect_one(with("91"), "arm_total", "n_randomised", warning);
}

TEST(Check, holds_estimates_inside_their_intervals) {
  expect_one(sound().add("contrasts",
                         "fact_id=ctr.x|estimate=3|ci_low=4|ci_high=6|model=x|"
                         "study_id=A|arm_treatment=mdma|arm_control=placebo|"
                         "outcome=depression|outcome_reported=x|measure=SMD_g|"
                         "favours=treatment"),
             "interval", "estimate");
  expect_one(sound().add("continuous",
                         "fact_id=cont.x|arm_id=mdma|statistic=mean_change|value=-20|"
                         "ci_low=-18|ci_high=-22" +
                             continuous),
             "interval", "value");
}

TEST(Check, compares_standard_errors_with_intervals_and_spreads) {
  const auto with = [](const std::string& se) {
    return sound().add("contrasts",
                       "fact_id=ctr.x|model=x|estimate=-10|ci_low=-20|ci_high=-1|"
                       "se=" +
                           se + contrast);
  };
  EXPECT_TRUE(faults(with("4.85")).empty());  // 19 / (2 * 1.96)
  EXPECT_TRUE(faults(with("4.3")).empty());   // the same with t on 12 degrees of freedom
  expect_one(with("9.5"), "se", "se", warning);
  expect_one(sound().add("continuous",
                         "fact_id=cont.x|arm_id=mdma|statistic=mean_change|value=-20|"
                         "n=36|sd=12|se=12" +
                             continuous),
             "spread", "se", warning);
}

TEST(Check, compares_ratios_on_the_log_scale) {
  const auto ratio = [](const std::string& cells) {
    return sound().add("contrasts",
                       "fact_id=ctr.x|study_id=A|arm_treatment=mdma|"
                       "arm_control=placebo|outcome=dropout|outcome_reported=x|"
                       "measure=RR|favours=treatment|" +
                           cells);
  };
  // log(4 / 0.25) / (2 * 1.96) = 0.707
  EXPECT_TRUE(faults(ratio("estimate=1|ci_low=0.25|ci_high=4|se=0.707|p=1|p_relation==")).empty());
  expect_one(ratio("estimate=1|ci_low=0.25|ci_high=4|se=0.2"), "se", "se", warning);
  expect_one(ratio("estimate=-0.2"), "ratio", "estimate");
}

TEST(Check, compares_p_with_the_interval) {
  const auto with = [](const std::string& cells) {
    return sound().add("contrasts", "fact_id=ctr.x|model=x|estimate=-10|" + cells + contrast);
  };
  EXPECT_TRUE(faults(with("ci_low=-21|ci_high=1|p=0.08|p_relation==")).empty());
  EXPECT_TRUE(faults(with("ci_low=-21|ci_high=1|p_relation=ns")).empty());
  EXPECT_TRUE(faults(with("ci_low=-19|ci_high=-1|p=0.05|p_relation=<")).empty());
  expect_one(with("ci_low=-21|ci_high=1|p=0.037|p_relation=="), "p", "p", warning);
  expect_one(with("ci_low=-19|ci_high=-1|p=0.2|p_relation=="), "p", "p", warning);
  expect_one(with("ci_low=-19|ci_high=-1|p_relation=ns"), "p", "p", warning);
}

TEST(Check, compares_signs_with_the_arms) {
  const auto with = [](const std::string& estimate, const std::string& favours) {
    return sound().add("contrasts",
                       "fact_id=ctr.x|study_id=A|arm_treatment=mdma|"
                       "arm_control=placebo|outcome=ptsd_severity|instrument=CAPS-5|"
                       "outcome_reported=x|statistic=endpoint|week=18|measure=SMD_g|"
                       "estimate=" +
                           estimate + "|favours=" + favours);
  };
  EXPECT_TRUE(faults(with("-0.8", "treatment")).empty());
  EXPECT_TRUE(faults(with("0.8", "control")).empty());
  EXPECT_TRUE(faults(with("0.8", "not_a_contrast")).empty());
  expect_one(with("0.8", "treatment"), "sign", "estimate");
  expect_one(with("-0.8", "control"), "sign", "estimate");
}

TEST(Check, compares_ratios_with_the_counts) {
  const auto with = [](const std::string& estimate, const std::string& favours) {
    return sound().add("contrasts",
                       "fact_id=ctr.x|study_id=A|arm_treatment=mdma|"
                       "arm_control=placebo|outcome=response|outcome_reported=x|"
                       "week=18|measure=RR|estimate=" +
                           estimate + "|favours=" + favours);
  };
  EXPECT_TRUE(faults(with("2.5", "control")).empty());  // response is good: below 1 favours control
  expect_one(with("2.5", "treatment"), "sign", "estimate");
  expect_one(with("0.4", "control"), "sign", "estimate");
}

TEST(Check, keeps_scores_in_the_range_of_their_instrument) {
  const auto with = [](const std::string& cells) {
    return sound().add("continuous",
                       "fact_id=cont.x|arm_id=mdma|time_point=x|" + cells + continuous);
  };
  expect_one(with("statistic=mean|value=80.5"), "score", "value");
  expect_one(with("statistic=mean|value=-20"), "score", "value");
  EXPECT_TRUE(faults(with("statistic=mean_change|value=-20")).empty());
  expect_one(with("statistic=ls_mean_change|value=-81"), "score", "value");
  EXPECT_TRUE(faults(with("statistic=mean|value=40|n=2|sd=56.5")).empty());  // 0 and 80: 56.57
  expect_one(with("statistic=mean|value=40|n=100|sd=41"), "score_sd", "sd");
  expect_one(sound().add("contrasts", "fact_id=ctr.x|model=x|estimate=-90" + contrast), "score",
             "estimate");
}

TEST(Check, refuses_dates_that_cannot_be) {
  expect_one(sound().add_trial("B", "start=2020-03|end=2020-02"), "period", "start");
  EXPECT_TRUE(faults(sound().add_trial("B", "start=2020-03|end=2020")).empty());
  const std::string row = "fact_id=bin.x|arm_id=mdma|definition=x|first_public=";
  expect_one(sound().add("binary", row + "2018-10" + binary), "too_early", "first_public");
  EXPECT_TRUE(faults(sound().add("binary", row + "2018-11" + binary)).empty());
  SpecimenBase base = sound();
  base.add("sources", "source_id=new|kind=news|label=N|title=N|published=2022");
  expect_one(base.add("binary", row + "2021-06|source=smith2021" + binary), "first_public",
             "first_public", warning);
  SpecimenBase late = sound();
  late.add("sources", "source_id=web|kind=news|label=N|title=N");
  expect_one(late.add("binary", row + "2021-06|source=web" + binary), "future", "first_public");
  expect_one(sound().add("sources",
                         "source_id=r|kind=journal|label=R|title=R|published=2020|"
                         "retracted_on=2019"),
             "retraction", "retracted_on");
}

TEST(Check, finds_rows_that_say_the_same_thing) {
  const std::string same = "|arm_id=mdma|events=28|n=45|percent_reported=62.2" + binary;
  expect_one(sound().add("binary", "fact_id=bin.x" + same), "duplicate", "fact_id");
  EXPECT_TRUE(faults(sound().add("binary", "fact_id=bin.x|used=no" + same)).empty());
  EXPECT_TRUE(faults(sound().add("binary", "fact_id=bin.x|definition=other" + same)).empty());
}

TEST(Check, finds_arms_of_no_study) {
  expect_one(sound().add("binary", "fact_id=bin.x|arm_id=teapot" + binary), "arm", "arm_id");
}

TEST(Check, asks_whose_people_a_report_holds) {
  const auto with = [](const std::string& cells) {
    return sound().add("studies",
                       "fact_id=study.b|study_id=B|label=B|compound=MDMA|condition=ptsd|"
                       "design=pooled_analysis|blinding=double|"
                       "comparator_class=inactive_placebo|status=completed|" +
                           cells);
  };
  EXPECT_TRUE(faults(with("record_kind=pooled_report|part_of=A")).empty());
  expect_one(with("record_kind=pooled_report"), "part_of", "part_of", warning);
  expect_one(with("record_kind=followup|part_of=A;B"), "part_of", "part_of");
}

TEST(Check, asks_members_for_facts_of_their_own) {
  expect_one(pooled().add("analysis_members", member + "study_id=A|fact_treatment=cont.t"),
             "member", "slab");
  EXPECT_TRUE(
      faults(pooled("none").add("analysis_members", member + "study_id=A|fact_treatment=cont.t"))
          .empty());
  expect_one(
      pooled().add_trial("B").add("analysis_members", member + "study_id=B|fact_contrast=ctr.md"),
      "member", "fact_contrast");
  expect_one(pooled().add("analysis_members", member + "study_id=A|week=8|fact_contrast=ctr.md"),
             "member", "fact_contrast");
  expect_one(pooled().add("analysis_members",
                          member + "study_id=A|arm_treatment=placebo|fact_contrast=ctr.md"),
             "member", "fact_contrast");
}

TEST(Check, keeps_out_of_pooled_numbers_what_may_not_enter) {
  const auto with = [](const std::string& cells, const std::string& measure = "MD") {
    SpecimenBase base = pooled(measure);
    base.add("sources",
             "source_id=gone|kind=journal|label=G|title=G|published=2019|"
             "retracted_on=2021");
    base.add("contrasts", "fact_id=ctr.x|model=x|estimate=-9|" + cells + contrast);
    return base.add("analysis_members", member + "study_id=A|fact_contrast=ctr.x");
  };
  EXPECT_TRUE(faults(with("verified=secondary")).empty());
  expect_one(with("verified=recalled"), "recalled", "fact_contrast");
  expect_one(with("used=no|why=x"), "unused", "fact_contrast");
  expect_one(with("source=gone"), "retracted", "fact_contrast");
  EXPECT_TRUE(faults(with("verified=recalled", "none")).empty());
}

TEST(Check, keeps_points_of_different_instruments_apart) {
  const auto with = [](const std::string& measure) {
    SpecimenBase base = pooled(measure);
    base.add("contrasts",
             "fact_id=ctr.x|study_id=A|arm_treatment=mdma|arm_control=placebo|"
             "outcome=ptsd_severity|outcome_reported=x|instrument=CAPS-IV|"
             "statistic=endpoint|measure=MD|estimate=-9|favours=treatment");
    return base.add("analysis_members", member + "study_id=A|fact_contrast=ctr.x");
  };
  expect_one(with("MD"), "instruments", "fact_contrast");
  EXPECT_TRUE(faults(with("SMD")).empty());
}

TEST(Check, keeps_changes_and_endpoints_apart_where_they_are_standardised) {
  const auto with = [](const std::string& measure) {
    SpecimenBase base = pooled(measure);
    base.add("contrasts",
             "fact_id=ctr.x|study_id=A|arm_treatment=mdma|arm_control=placebo|"
             "outcome=ptsd_severity|outcome_reported=x|instrument=CAPS-5|"
             "statistic=change|measure=MD|estimate=-9|favours=treatment");
    return base.add("analysis_members", member + "study_id=A|fact_contrast=ctr.x");
  };
  expect_one(with("SMD"), "statistics", "fact_contrast");
  EXPECT_TRUE(faults(with("MD")).empty());
}

TEST(Check, keeps_directions_apart) {
  SpecimenBase base = pooled("SMD");
  const std::string gaf =
      "|study_id=A|instrument=GAF|instrument_reported=GAF|population=itt|"
      "phase_of_follow_up=controlled|statistic=mean|statistic_basis=reported|"
      "better=higher|value=60";
  base.add("continuous", "fact_id=cont.gt|arm_id=mdma" + gaf);
  base.add("continuous", "fact_id=cont.gc|arm_id=placebo" + gaf);
  expect_one(base.add("analysis_members",
                      member + "study_id=A|fact_treatment=cont.gt|fact_control=cont.gc"),
             "directions", "fact_control");
}

TEST(Check, counts_nobody_twice) {
  SpecimenBase base = pooled();
  base.add_trial("P", "part_of=A");
  base.add("contrasts",
           "fact_id=ctr.p|study_id=P|arm_treatment=mdma|arm_control=placebo|"
           "outcome=ptsd_severity|outcome_reported=x|instrument=CAPS-5|"
           "statistic=endpoint|measure=MD|estimate=-9|favours=treatment");
  expect_one(base.add("analysis_members", member + "study_id=P|fact_contrast=ctr.p"), "twice",
             "study_id");
}

TEST(Check, only_warns_of_rows_known_to_be_odd) {
  const std::string row = "fact_id=bin.x|arm_id=mdma|events=46|n=45|definition=x";
  expect_one(sound().add("binary", row + "|used=no|why=x" + binary), "events", "events", warning);
  expect_one(sound().add("binary", row + "|conflict_group=g" + binary), "events", "events",
             warning);
}

}  // namespace
}  // namespace entact
