#include "entact/evidence/as_of.h"

#include <gtest/gtest.h>

#include "entact/evidence/specimen_base.h"

namespace entact {
namespace {

const std::string binary =
    "|arm_id=mdma|outcome=response|phase_of_follow_up=controlled|better=higher";

SpecimenBase specimen() {
  SpecimenBase base(ENTACT_SOURCE_DIR "/data");
  base.add("sources", "source_id=review2024|kind=review|label=R|title=R|published=2024-03")
      .add(
          "sources",
          "source_id=pooled2019|kind=journal|label=P|title=P|published=2019|retracted_on=2024-08-10"
          "|retraction_source=review2024")
      .add("sources", "source_id=undated|kind=news|label=U|title=U")
      .add("sources", "source_id=late2026|kind=news|label=L|title=L|published=2026-01-31");
  base.add_trial("A", "start=2018-11|end=2020-08-21|n_randomised=90|first_public=2021-05-10");
  base.add("binary",
           "fact_id=bin.poster|study_id=A|events=20|n=42|used=no|conflict_group=g|"
           "first_public=2020-06-01|why=the paper replaces it" +
               binary);
  base.add("binary",
           "fact_id=bin.paper|study_id=A|events=21|n=42|used=yes|conflict_group=g|"
           "first_public=2021-05-10|source=review2024" +
               binary);
  base.add("binary", "fact_id=bin.pooled|study_id=A|events=30|n=60|source=pooled2019" + binary);
  base.add("binary", "fact_id=bin.undated|study_id=A|events=1|n=60|source=undated" + binary);
  return base;
}

EvidenceBase whole() {
  LoadedEvidence loaded = specimen().load();
  for (const Issue& issue : loaded.issues) ADD_FAILURE() << to_text(issue);
  return std::move(loaded.base);
}

TEST(AsOf, keeps_everything_on_the_newest_day) {
  const EvidenceBase base = whole();
  EXPECT_EQ(to_text(base.newest), "2026-01-31");
  const EvidenceBase now = known_by(base, base.newest);
  EXPECT_EQ(now.facts.size(), base.facts.size());
  EXPECT_EQ(now.sources.size(), base.sources.size());
  EXPECT_TRUE(now.fact("bin.undated").has_value());
}

TEST(AsOf, leaves_out_facts_that_were_not_public_and_those_without_a_date) {
  const EvidenceBase base = whole();
  const EvidenceBase past = known_by(base, {2021, 5, 9});
  EXPECT_FALSE(past.fact("bin.paper").has_value());
  EXPECT_FALSE(past.fact("bin.undated").has_value());
  EXPECT_TRUE(past.fact("bin.poster").has_value());
  EXPECT_TRUE(known_by(base, {2021, 5, 10}).fact("bin.paper").has_value());
}

TEST(AsOf, counts_an_imprecise_date_from_its_last_day) {
  const EvidenceBase base = whole();
  EXPECT_FALSE(known_by(base, {2019, 12, 30}).fact("bin.pooled").has_value());
  EXPECT_TRUE(known_by(base, {2019, 12, 31}).fact("bin.pooled").has_value());
  EXPECT_TRUE(known_by(base, {2019, 0, 0}).fact("bin.pooled").has_value());
}

TEST(AsOf, keeps_the_later_text_in_which_an_early_number_was_read) {
  const EvidenceBase past = known_by(whole(), {2021, 6, 0});
  EXPECT_NE(past.source("review2024"), nullptr);
  EXPECT_EQ(known_by(whole(), {2021, 5, 9}).source("review2024"), nullptr);
}

TEST(AsOf, knows_a_retraction_only_from_its_day) {
  const EvidenceBase base = whole();
  const EvidenceBase before = known_by(base, {2024, 8, 9});
  EXPECT_FALSE(before.retracted(*before.fact("bin.pooled")));
  EXPECT_EQ(before.find("sources", "pooled2019")->text("retraction_source"), "");
  const EvidenceBase after = known_by(base, {2024, 8, 10});
  EXPECT_TRUE(after.retracted(*after.fact("bin.pooled")));
}

TEST(AsOf, lists_a_study_once_it_started_without_its_later_course) {
  const EvidenceBase base = whole();
  EXPECT_TRUE(known_by(base, {2018, 10, 0}).table("studies").where("study_id", "A").empty());
  const EvidenceBase running = known_by(base, {2018, 11, 0});
  ASSERT_EQ(running.table("studies").where("study_id", "A").size(), 1U);
  const Row study = running.table("studies").where("study_id", "A")[0];
  EXPECT_EQ(study.text("status"), "");
  EXPECT_EQ(study.text("end"), "");
  EXPECT_EQ(study.text("n_randomised"), "");
  EXPECT_EQ(study.text("condition"), "ptsd");
  const EvidenceBase published = known_by(base, {2021, 5, 10});
  EXPECT_EQ(published.table("studies").where("study_id", "A")[0].number("n_randomised"), 90);
  EXPECT_EQ(published.table("studies").where("study_id", "A")[0].text("status"), "completed");
}

TEST(AsOf, lists_an_arm_once_a_fact_about_it_is_known) {
  const EvidenceBase base = whole();
  const EvidenceBase past = known_by(base, {2020, 6, 1});
  EXPECT_EQ(past.table("arms").where("arm_id", "mdma").size(), 1U);
  EXPECT_TRUE(past.table("arms").where("arm_id", "placebo").empty());
}

TEST(AsOf, lets_the_row_speak_that_was_the_only_one_known) {
  const EvidenceBase base = whole();
  EXPECT_FALSE(base.fact("bin.poster")->used());
  EXPECT_TRUE(known_by(base, {2020, 6, 1}).fact("bin.poster")->used());
  EXPECT_FALSE(known_by(base, {2021, 5, 10}).fact("bin.poster")->used());
}

TEST(AsOf, drops_members_of_poolings_that_point_to_unknown_facts) {
  SpecimenBase rows = specimen();
  rows.add("analyses",
           "analysis_id=resp|title=T|condition=ptsd|outcome=response|measure=RR|"
           "direction=above_one_favours_treatment");
  rows.add("analysis_members",
           "analysis_id=resp|slab=early|study_id=A|fact_treatment=bin.poster|"
           "fact_control=bin.pooled|include=yes");
  rows.add("analysis_members",
           "analysis_id=resp|slab=late|study_id=A|fact_treatment=bin.paper|include=yes");
  const LoadedEvidence loaded = rows.load();
  const EvidenceBase past = known_by(loaded.base, {2020, 6, 1});
  ASSERT_EQ(past.table("analysis_members").size(), 1U);
  EXPECT_EQ(past.table("analysis_members").row(0).text("slab"), "early");
}

TEST(AsOf, says_which_day_it_speaks_of) {
  const EvidenceBase base = whole();
  EXPECT_EQ(to_text(known_by(base, {2020, 6, 0}).as_of), "2020-06-30");
  EXPECT_EQ(to_text(known_by(base, {2030, 0, 0}).as_of), "2030-12-31");
  EXPECT_EQ(to_text(base.as_of), "2026-01-31");
}

}  // namespace
}  // namespace entact
