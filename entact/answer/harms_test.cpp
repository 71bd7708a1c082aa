#include "entact/answer/harms.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "entact/answer/harms_command.h"
#include "entact/evidence/specimen_base.h"
#include "entact/stats/risk_interval.h"

namespace entact {
namespace {

const std::filesystem::path data = ENTACT_SOURCE_DIR "/data";

std::string event(const std::string& id, const std::string& study, const std::string& arm,
                  int participants, int n, const std::string& more = {}) {
  return "fact_id=ae." + id + "|study_id=" + study + "|arm_id=" + arm +
         "|term=Nausea|term_group=gastrointestinal|class=TEAE|window=treatment_period|severity=any"
         "|participants=" +
         std::to_string(participants) + "|n=" + std::to_string(n) +
         "|phase_of_follow_up=controlled" + (more.empty() ? "" : "|" + more);
}

SpecimenBase two_trials() {
  SpecimenBase base(data);
  base.add_trial("AAA").add_trial("BBB");
  base.add("adverse_events", event("a.mdma", "AAA", "mdma", 14, 46));
  base.add("adverse_events", event("a.placebo", "AAA", "placebo", 5, 44));
  base.add("adverse_events", event("b.mdma", "BBB", "mdma", 24, 53));
  base.add("adverse_events", event("b.placebo", "BBB", "placebo", 11, 51));
  return base;
}

TEST(Harms, the_same_event_in_two_trials_is_one_harm) {
  const LoadedEvidence loaded = two_trials().load();
  ASSERT_TRUE(loaded.issues.empty()) << to_text(loaded.issues.front());
  const Harms harms = collect_harms(loaded.base, {});
  ASSERT_EQ(harms.compared.size(), 1U);
  EXPECT_EQ(harms.compared[0].studies(), (std::vector<std::string>{"AAA", "BBB"}));
  // Mantel-Haenszel by hand: sum (a n2 - c n1) / N over sum n1 n2 / N.
  const double top = (14 * 44 - 5 * 46) / 90.0 + (24 * 51 - 11 * 53) / 104.0;
  const double bottom = 46 * 44 / 90.0 + 53 * 51 / 104.0;
  EXPECT_NEAR(effect_of(harm_request(harms.compared[0], "RD")).value, top / bottom, 1e-14);
}

TEST(Harms, different_definitions_are_never_pooled) {
  SpecimenBase specimen(data);
  specimen.add_trial("AAA").add_trial("BBB");
  specimen.add("adverse_events", event("a.mdma", "AAA", "mdma", 14, 46));
  specimen.add("adverse_events", event("a.placebo", "AAA", "placebo", 5, 44));
  specimen.add("adverse_events", event("b.mdma", "BBB", "mdma", 24, 53, "window=whole_study"));
  specimen.add("adverse_events",
               event("b.placebo", "BBB", "placebo", 11, 51, "window=whole_study"));
  const LoadedEvidence loaded = specimen.load();
  const Harms harms = collect_harms(loaded.base, {});
  ASSERT_EQ(harms.compared.size(), 2U);
  EXPECT_EQ(harms.compared[0].trials.size(), 1U);
}

TEST(Harms, zeros_that_nobody_stated_and_recalled_counts_stay_out) {
  for (const char* fault : {"zero_basis=inferred", "verified=recalled", "used=no|why=regrouped"}) {
    SpecimenBase specimen(data);
    specimen.add_trial("AAA");
    specimen.add("adverse_events", event("a.mdma", "AAA", "mdma", 14, 46));
    specimen.add("adverse_events", event("a.placebo", "AAA", "placebo", 0, 44, fault));
    const LoadedEvidence loaded = specimen.load();
    const Harms harms = collect_harms(loaded.base, {});
    EXPECT_TRUE(harms.compared.empty()) << fault;
    ASSERT_EQ(harms.left_out.size(), 1U) << fault;
    EXPECT_FALSE(harms.left_out[0].reason.empty());
    ASSERT_EQ(harms.alone.size(), 1U) << fault;
  }
}

TEST(Harms, trials_without_any_event_are_added_up_for_a_score_interval) {
  SpecimenBase specimen(data);
  specimen.add_trial("AAA").add_trial("BBB");
  const std::string stated = "zero_basis=stated";
  specimen.add("adverse_events", event("a.mdma", "AAA", "mdma", 0, 46, stated));
  specimen.add("adverse_events", event("a.placebo", "AAA", "placebo", 0, 44, stated));
  specimen.add("adverse_events", event("b.mdma", "BBB", "mdma", 0, 53, stated));
  specimen.add("adverse_events", event("b.placebo", "BBB", "placebo", 0, 51, stated));
  const LoadedEvidence loaded = specimen.load();
  const Harms harms = collect_harms(loaded.base, {});
  ASSERT_EQ(harms.compared.size(), 1U);
  const EffectResult difference = effect_of(harm_request(harms.compared[0], "RD"));
  EXPECT_EQ(difference.value, 0);
  EXPECT_DOUBLE_EQ(difference.ci_high, score_risk_difference({0, 99, 0, 95}).high);
}

TEST(Harms, the_shipped_base_never_pools_suicidality_of_the_two_trials) {
  const LoadedEvidence loaded = load_evidence(data);
  const Harms harms = collect_harms(loaded.base, {});
  int suicidality = 0;
  for (const Harm& harm : harms.compared) {
    if (harm.term_group != "suicidality") continue;
    ++suicidality;
    EXPECT_EQ(harm.trials.size(), 1U) << harm.term;
  }
  EXPECT_EQ(suicidality, 2);  // suicidality in total (MAPP1), suicidal ideation (MAPP2)
  for (const Harm& harm : harms.compared)
    EXPECT_EQ(harm.term.find("harmonised"), std::string::npos) << harm.term;
}

TEST(Harms, come_largest_excess_first) {
  const LoadedEvidence loaded = load_evidence(data);
  const Harms harms = collect_harms(loaded.base, {});
  std::vector<double> excess;
  for (const Harm& harm : harms.compared)
    excess.push_back(effect_of(harm_request(harm, "RD")).value);
  EXPECT_TRUE(std::is_sorted(excess.rbegin(), excess.rend()));
  EXPECT_GT(excess.size(), 40U);
}

TEST(HarmsCommand, counts_as_its_rows_say) {
  const LoadedEvidence loaded = load_evidence(data);
  const auto json = nlohmann::json::parse(harms_answer(loaded.base, {}).result_json);
  int higher = 0, lower = 0;
  for (const auto& harm : json["harms"]) {
    higher += harm["rd"]["ci_low"].get<double>() > 0 ? 1 : 0;
    lower += harm["rd"]["ci_high"].get<double>() < 0 ? 1 : 0;
  }
  EXPECT_EQ(json["compared"].get<std::size_t>(), json["harms"].size());
  EXPECT_EQ(json["higher"].get<int>(), higher);
  EXPECT_EQ(json["lower"].get<int>(), lower);
  const std::string csv = harms_answer(loaded.base, {}).csv;
  EXPECT_EQ(static_cast<std::size_t>(std::count(csv.begin(), csv.end(), '\n')),
            json["harms"].size() + 1);
}

}  // namespace
}  // namespace entact
