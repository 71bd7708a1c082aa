#include "entact/evidence/trail.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "entact/evidence/specimen_base.h"

namespace entact {
namespace {

EvidenceBase specimen() {
  SpecimenBase base(ENTACT_SOURCE_DIR "/data");
  base.add("sources",
           "source_id=gone|kind=journal|label=Gone 2019|title=Lost|doi=10.1/x|"
           "published=2019|retracted_on=2024-08-10|retraction_source=smith2021");
  base.add_trial("A");
  const std::string rest =
      "|study_id=A|arm_id=mdma|outcome=response|phase_of_follow_up=controlled|better=higher";
  base.add("binary", "fact_id=bin.a|events=21|n=42|conflict_group=g|why=the paper" + rest);
  base.add("binary", "fact_id=bin.b|events=20|n=42|conflict_group=g|used=no|source=gone" + rest);
  base.add("enrolment", "fact_id=enr.a|study_id=A|stage=randomised|n=91|conflict_group=g|used=no");
  base.add("analyses",
           "analysis_id=resp|title=Response|condition=ptsd|outcome=response|measure=RR|"
           "direction=above_one_favours_treatment");
  base.add("analysis_members",
           "analysis_id=resp|slab=A 2021|study_id=A|fact_treatment=bin.a|"
           "fact_control=bin.b|include=yes");
  base.add("intake", "file=evidence/binary.csv|line=7|fact_id=bin.b;bin.a|note=split");
  return base.load().base;
}

const TrailCell* cell(const Trail& trail, const std::string& column) {
  const auto found = std::find_if(trail.cells.begin(), trail.cells.end(),
                                  [&](const TrailCell& one) { return one.column == column; });
  return found == trail.cells.end() ? nullptr : &*found;
}

TEST(Trail, leads_from_a_fact_to_its_place_in_the_source) {
  const Trail trail = trail_of(specimen(), "bin.a");
  EXPECT_EQ(trail.file, "binary.csv");
  EXPECT_EQ(trail.line, 2);
  ASSERT_TRUE(trail.citation.has_value());
  EXPECT_EQ(trail.citation->locator, "p 1");
  ASSERT_TRUE(trail.source.has_value());
  EXPECT_EQ(trail.source->title, "A trial");
}

TEST(Trail, explains_each_cell_and_leaves_out_the_empty_ones) {
  const Trail trail = trail_of(specimen(), "bin.a");
  ASSERT_NE(cell(trail, "events"), nullptr);
  EXPECT_EQ(cell(trail, "events")->value, "21");
  EXPECT_FALSE(cell(trail, "events")->description.empty());
  EXPECT_FALSE(cell(trail, "outcome")->meaning.empty());
  EXPECT_EQ(cell(trail, "week"), nullptr);
}

TEST(Trail, shows_what_disagrees_in_any_table_and_how) {
  const Trail trail = trail_of(specimen(), "bin.a");
  ASSERT_EQ(trail.conflict.size(), 2U);
  EXPECT_EQ(trail.conflict[0].fact_id, "bin.b");
  EXPECT_EQ(trail.conflict[0].summary, "events 20 (here 21)");
  EXPECT_FALSE(trail.conflict[0].used);
  EXPECT_EQ(trail.conflict[1].fact_id, "enr.a");
  EXPECT_NE(trail.conflict[1].summary.find("n 91"), std::string::npos);
}

TEST(Trail, shows_where_a_fact_is_pooled_and_how_it_came_in) {
  const Trail trail = trail_of(specimen(), "bin.a");
  ASSERT_EQ(trail.uses.size(), 1U);
  EXPECT_EQ(trail.uses[0].analysis_id, "resp");
  EXPECT_EQ(trail.uses[0].title, "Response");
  EXPECT_EQ(trail.uses[0].role, "fact_treatment");
  EXPECT_TRUE(trail.uses[0].include);
  ASSERT_EQ(trail.origins.size(), 1U);
  EXPECT_EQ(trail.origins[0].line, "7");
}

TEST(Trail, flags_a_retracted_source) {
  const Trail trail = trail_of(specimen(), "bin.b");
  EXPECT_FALSE(trail.used);
  EXPECT_EQ(trail.retraction_source, "smith2021");
  const std::string text = to_text(trail);
  EXPECT_NE(text.find("RETRACTED on 2024-08-10, said by smith2021"), std::string::npos);
  EXPECT_NE(text.find("https://doi.org/10.1/x"), std::string::npos);
  EXPECT_NE(text.find("bin.b (not used)"), std::string::npos);
}

TEST(Trail, accepts_sources_and_studies_by_their_keys) {
  const Trail source = trail_of(specimen(), "gone");
  EXPECT_EQ(source.table, "sources");
  EXPECT_EQ(source.cited_by, (std::vector<std::string>{"bin.b"}));
  EXPECT_FALSE(source.citation.has_value());
  EXPECT_EQ(trail_of(specimen(), "A").id, "study.a");
  EXPECT_EQ(trail_of(specimen(), "resp").table, "analyses");
}

TEST(Trail, refuses_an_unknown_id_and_offers_similar_ones) {
  try {
    (void)trail_of(specimen(), "bin.");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "evidence.trail.unknown");
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    EXPECT_NE(std::string(error.what()).find("bin.a, bin.b"), std::string::npos);
  }
}

}  // namespace
}  // namespace entact
