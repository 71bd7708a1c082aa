#include "entact/evidence/selection.h"

#include <gtest/gtest.h>

#include "entact/evidence/specimen_base.h"

namespace entact {
namespace {

LoadedEvidence specimen() {
  SpecimenBase base(ENTACT_SOURCE_DIR "/data");
  base.add("sources",
           "source_id=gone|kind=journal|label=G|title=G|published=2019|retracted_on=2024");
  base.add_trial("A");
  const std::string rest =
      "|study_id=A|arm_id=mdma|term=Nausea|term_group=gastrointestinal|class=TEAE|window=session|"
      "severity=any|phase_of_follow_up=controlled|n=46";
  base.add("adverse_events", "fact_id=ae.page|participants=3" + rest);
  base.add("adverse_events", "fact_id=ae.cited|participants=3|verified=secondary" + rest);
  base.add("adverse_events", "fact_id=ae.memory|participants=3|verified=recalled" + rest);
  base.add("adverse_events", "fact_id=ae.lost|participants=4|used=no|why=regrouped" + rest);
  base.add("adverse_events", "fact_id=ae.gone|participants=4|source=gone" + rest);
  base.add("adverse_events", "fact_id=ae.none|participants=0|zero_basis=stated" + rest);
  base.add("adverse_events", "fact_id=ae.dash|participants=0|zero_basis=inferred" + rest);
  return base.load();
}

std::string admitted(const Selection& selection) {
  const LoadedEvidence loaded = specimen();
  std::string ids;
  for (const Row& row : select(loaded.base, loaded.base.table("adverse_events").rows(), selection))
    ids += row.id().substr(3) + " ";
  return ids;
}

TEST(Selection, admits_by_default_what_may_be_pooled) {
  EXPECT_EQ(admitted({}), "page cited none ");
}

TEST(Selection, admits_more_or_less_when_asked) {
  EXPECT_EQ(admitted({.include_recalled = true}), "page cited memory none ");
  EXPECT_EQ(admitted({.include_secondary = false}), "page none ");
  EXPECT_EQ(admitted({.include_retracted = true}), "page cited gone none ");
  EXPECT_EQ(admitted({.include_inferred_zeros = true}), "page cited none dash ");
}

TEST(Selection, never_admits_what_is_not_used_and_says_why) {
  const LoadedEvidence loaded = specimen();
  const Selection all{.include_recalled = true,
                      .include_secondary = true,
                      .include_retracted = true,
                      .include_inferred_zeros = true};
  EXPECT_EQ(reason_to_exclude(loaded.base, *loaded.base.fact("ae.lost"), all),
            "not used: regrouped");
  EXPECT_EQ(reason_to_exclude(loaded.base, *loaded.base.fact("ae.gone"), {}),
            "its source gone is retracted");
  EXPECT_EQ(reason_to_exclude(loaded.base, *loaded.base.fact("ae.gone"), all), "");
}

}  // namespace
}  // namespace entact
