#include "entact/evidence/instrument_facts.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "entact/evidence/specimen_base.h"
#include "entact/scales/score.h"

namespace entact {
namespace {

const EvidenceBase& shipped() {
  static const LoadedEvidence loaded = load_evidence(ENTACT_SOURCE_DIR "/data");
  return loaded.base;
}

/// One assessment in which every item has what `answer` says.
template <typename Answer>
Scores one_assessment(const Instrument& instrument, Answer answer) {
  Answers answers{.rows = 1};
  for (const ScaleItem& item : instrument.items) answers.columns.push_back({answer(item)});
  EXPECT_TRUE(answer_faults(instrument, answers).empty()) << instrument.name;
  return score(instrument, answers);
}

double lowest(const ScaleItem& item) { return item.reversed ? item.max : item.min; }
double highest(const ScaleItem& item) { return item.reversed ? item.min : item.max; }

std::vector<std::string> scored_names() {
  std::vector<std::string> names;
  for (const InstrumentState& state : instrument_states(shipped()))
    if (state.why_not.empty()) names.push_back(state.name);
  return names;
}

TEST(InstrumentFacts, every_instrument_on_record_scores_or_says_why_not) {
  std::map<std::string, std::string> why;
  for (const InstrumentState& state : instrument_states(shipped())) why[state.name] = state.why_not;
  EXPECT_EQ(why.size(), shipped().table("instruments").used().values("instrument").size());
  for (const char* name : {"CAPS-5",     "CAPS-IV",    "PCL-5",   "PCL (DSM-IV)",
                           "PHQ-9",      "GAD-7",      "BDI-II",  "BDI (first edition)",
                           "SDS",        "MADRS",      "HAM-D17", "LSAS",
                           "STAI-State", "STAI-Trait", "PSQI",    "GAF",
                           "C-SSRS",     "AUDIT",      "DES-II",  "EAT-26",
                           "EQ-5D-5L"}) {
    ASSERT_TRUE(why.contains(name)) << name;
    EXPECT_EQ(why[name], "") << name;
  }
  for (const char* name : {"CAPS/PCL (any)", "STAI (state or trait)", "PDS"}) {
    EXPECT_TRUE(!why.contains(name) || !why[name].empty()) << name;
    EXPECT_THROW(instrument_on_record(shipped(), name), Error);
  }
}

/// The range of the total stands in instruments.csv, that of the items in instrument_items.csv: two
/// sources that must agree.
TEST(InstrumentFacts, totals_of_the_lowest_and_highest_answers_are_the_range_on_record) {
  std::size_t compared = 0;
  for (const std::string& name : scored_names()) {
    const Instrument instrument = instrument_on_record(shipped(), name).instrument;
    const double low = one_assessment(instrument, lowest).scores[0].value[0];
    const double high = one_assessment(instrument, highest).scores[0].value[0];
    if (name == "EQ-5D-5L") continue;  // its range on record is that of the index
    for (const Row& row : shipped().table("instruments").where("instrument", name).used()) {
      if (!row.has("max")) continue;
      EXPECT_EQ(low, row.number("min")) << name;
      EXPECT_EQ(high, row.number("max")) << name;
      ++compared;
    }
  }
  EXPECT_GE(compared, 40U);
}

TEST(InstrumentFacts, raising_an_item_never_lowers_a_total_nor_loses_a_symptom) {
  for (const std::string& name : scored_names()) {
    const Instrument instrument = instrument_on_record(shipped(), name).instrument;
    const Scores before = one_assessment(instrument, lowest);
    for (std::size_t i = 0; i < instrument.items.size(); ++i) {
      const ScaleItem& raised = instrument.items[i];
      const Scores after = one_assessment(instrument, [&](const ScaleItem& item) {
        return item.code == raised.code ? highest(item) : lowest(item);
      });
      for (std::size_t s = 0; s < instrument.scores.size(); ++s)
        EXPECT_GE(after.scores[s].value[0], before.scores[s].value[0]) << name << raised.code;
      for (std::size_t c = 0; c < instrument.counts.size(); ++c)
        EXPECT_GE(after.counts[c].present[0], before.counts[c].present[0]) << name << raised.code;
    }
  }
}

/// Decision of a diagnosis when exactly these items are at `answer` and all others at their lowest.
Decision diagnosed(const std::string& name, const std::string& diagnosis,
                   const std::set<std::string>& codes, double answer) {
  const Instrument instrument = instrument_on_record(shipped(), name).instrument;
  const Scores scores = one_assessment(instrument, [&](const ScaleItem& item) {
    return codes.contains(item.code) ? std::min(answer, item.max) : item.min;
  });
  for (const DecisionColumn& column : scores.diagnoses)
    if (column.name == diagnosis) return column.decision[0];
  ADD_FAILURE() << name << " has no diagnosis " << diagnosis;
  return Decision::missing;
}

TEST(InstrumentFacts, caps5_diagnosis_turns_at_each_criterion) {
  const std::set<std::string> least{"B1", "C1", "D1", "D2", "E1", "E2", "F", "G-distress"};
  EXPECT_EQ(diagnosed("CAPS-5", "ptsd", least, 2), Decision::yes);
  EXPECT_EQ(diagnosed("CAPS-5", "ptsd", least, 1), Decision::no);
  for (const std::string& one : least) {
    std::set<std::string> fewer = least;
    fewer.erase(one);
    EXPECT_EQ(diagnosed("CAPS-5", "ptsd", fewer, 2), Decision::no) << one;
  }
  EXPECT_EQ(diagnosed("CAPS-5", "dissociative_subtype", least, 2), Decision::no);
  std::set<std::string> more = least;
  more.insert("DR");
  EXPECT_EQ(diagnosed("CAPS-5", "dissociative_subtype", more, 2), Decision::yes);
  EXPECT_EQ(diagnosed("CAPS-5", "dissociative_subtype", {"DP", "DR"}, 2), Decision::no);
}

TEST(InstrumentFacts, pcl5_provisional_diagnosis_turns_at_each_criterion) {
  const std::set<std::string> least{"B5", "C2", "D6", "D7", "E5", "E6"};
  EXPECT_EQ(diagnosed("PCL-5", "provisional_ptsd", least, 2), Decision::yes);
  EXPECT_EQ(diagnosed("PCL-5", "provisional_ptsd", least, 1), Decision::no);
  for (const std::string& one : least) {
    std::set<std::string> fewer = least;
    fewer.erase(one);
    EXPECT_EQ(diagnosed("PCL-5", "provisional_ptsd", fewer, 2), Decision::no) << one;
  }
}

TEST(InstrumentFacts, caps4_counts_a_symptom_by_frequency_and_intensity) {
  std::set<std::string> least;
  for (const char* symptom : {"B1", "C1", "C2", "C3", "D1", "D2"})
    for (const char* part : {"f", "i"}) least.insert(std::string(symptom) + part);
  EXPECT_EQ(diagnosed("CAPS-IV", "ptsd", least, 2), Decision::yes);
  EXPECT_EQ(diagnosed("CAPS-IV", "ptsd", least, 1), Decision::no);  // intensity 1
  least.erase("C3f");
  EXPECT_EQ(diagnosed("CAPS-IV", "ptsd", least, 2), Decision::no);
}

TEST(InstrumentFacts, phq9_algorithm_counts_the_ninth_item_at_one) {
  const std::string major = "major_depressive_syndrome", other = "other_depressive_syndrome";
  const std::set<std::string> five{"item1", "item3", "item4", "item5", "item6", "difficulty"};
  EXPECT_EQ(diagnosed("PHQ-9", major, five, 2), Decision::yes);
  EXPECT_EQ(diagnosed("PHQ-9", other, five, 2), Decision::no);
  std::set<std::string> without_core = five;
  without_core.erase("item1");
  without_core.insert("item7");
  EXPECT_EQ(diagnosed("PHQ-9", major, without_core, 2), Decision::no);
  EXPECT_EQ(diagnosed("PHQ-9", other, {"item1", "item9"}, 2), Decision::yes);
  EXPECT_EQ(diagnosed("PHQ-9", other, {"item1"}, 2), Decision::no);
  EXPECT_EQ(diagnosed("PHQ-9", other, {"item9"}, 1), Decision::no);  // one, and no core item
  const Instrument instrument = instrument_on_record(shipped(), "PHQ-9").instrument;
  const Scores scores = one_assessment(
      instrument, [](const ScaleItem& item) { return item.code == "item9" ? 1.0 : 0.0; });
  EXPECT_EQ(scores.counts[0].present[0], 1);
}

TEST(InstrumentFacts, stai_reverses_what_speaks_of_calm) {
  for (const char* name : {"STAI-State", "STAI-Trait"}) {
    const Instrument instrument = instrument_on_record(shipped(), name).instrument;
    const auto reversed = std::count_if(instrument.items.begin(), instrument.items.end(),
                                        [](const ScaleItem& item) { return item.reversed; });
    EXPECT_EQ(reversed, std::string(name) == "STAI-State" ? 10 : 9);
    // every answer 1: the reversed items count 4 each
    const double total =
        one_assessment(instrument, [](const ScaleItem&) { return 1.0; }).scores[0].value[0];
    EXPECT_EQ(total, 20 + 3 * static_cast<double>(reversed));
  }
}

TEST(InstrumentFacts, cssrs_gives_the_highest_category_and_behaviour_apart_from_ideation) {
  const Instrument instrument = instrument_on_record(shipped(), "C-SSRS").instrument;
  const auto with = [&](const std::set<std::string>& codes) {
    return one_assessment(
        instrument, [&](const ScaleItem& item) { return codes.contains(item.code) ? 1.0 : 0.0; });
  };
  const Scores none = with({}), nssi = with({"nssi"}), both = with({"ideation3", "aborted"});
  EXPECT_EQ(none.scores[0].value[0], 0);
  EXPECT_EQ(nssi.scores[1].value[0], 0);  // without intent to die: no category
  EXPECT_EQ(both.scores[0].value[0], 3);
  EXPECT_EQ(both.scores[1].value[0], 7);
  EXPECT_EQ(with({"suicide"}).scores[1].value[0], 10);
  EXPECT_EQ(diagnosed("C-SSRS", "serious_ideation", {"ideation4"}, 1), Decision::yes);
  EXPECT_EQ(diagnosed("C-SSRS", "serious_ideation", {"ideation3"}, 1), Decision::no);
}

TEST(InstrumentFacts, eq5d_profile_and_level_sum_have_their_ends) {
  const Instrument instrument = instrument_on_record(shipped(), "EQ-5D-5L").instrument;
  const Scores best = one_assessment(instrument, lowest),
               worst = one_assessment(instrument, highest);
  EXPECT_EQ(best.scores[0].value[0], 5);
  EXPECT_EQ(worst.scores[0].value[0], 25);
  EXPECT_EQ(best.scores[1].value[0], 11111);
  EXPECT_EQ(worst.scores[1].value[0], 55555);
  EXPECT_EQ(worst.scores[2].value[0], 100);
  EXPECT_FALSE(instrument.find_score("index").has_value());
}

TEST(InstrumentFacts, thresholds_on_record_are_applied_or_listed_as_not_applied) {
  for (const std::string& name : scored_names()) {
    const InstrumentOnRecord record = instrument_on_record(shipped(), name);
    const Instrument& instrument = record.instrument;
    EXPECT_EQ(instrument.bands.size() + instrument.limits.size() + instrument.changes.size() +
                  record.not_applied.size(),
              shipped().table("thresholds").where("instrument", name).used().size())
        << name;
  }
}

/// Rows with an item that the evidence base's own instruments have under that code.
EvidenceBase specimen(const std::string& item, const std::string& step) {
  SpecimenBase made(ENTACT_SOURCE_DIR "/data");
  made.add("instruments",
           "fact_id=ins.x|instrument=GAD-7|construct=anxiety|direction=lower_better");
  if (!item.empty())
    made.add("instrument_items",
             "fact_id=item.x|instrument=GAD-7|item_no=1|item_code=one|label=one|" + item);
  if (!step.empty())
    made.add("scoring", "fact_id=score.x|instrument=GAD-7|name=total|rule=r|" + step);
  return made.load().base;
}

std::string refusal(const EvidenceBase& base) {
  try {
    instrument_on_record(base, "GAD-7");
  } catch (const Error& error) {
    return error.code() + " " + error.what();
  }
  return "";
}

TEST(InstrumentFacts, rows_that_are_no_rule_are_refused_with_their_place) {
  const std::string item = "min=0|max=3|in_total=yes";
  EXPECT_EQ(refusal(specimen(item, "step=sum")), "");
  EXPECT_TRUE(refusal(specimen("", "")).starts_with("evidence.instrument.unscored"));
  EXPECT_TRUE(refusal(specimen(item, "")).starts_with("evidence.instrument.unscored"));
  for (const auto& [wrong_item, wrong_step] : std::map<std::string, std::string>{
           {item, "step=sum|items=two"},
           {item + "|counts_if=2", "step=sum"},
           {item + "|counts_if=>=2 and two>=1", "step=sum"},
           {item + "|counts_if=>=x", "step=sum"},
           {"min=0|max=3|in_total=no", "step=sum"},
           {item + "|cluster=a", "step=prorate|value=2"},
           {item + "|cluster=b", "step=criterion"},
           {item + "|cluster=c", "step=criterion|at_least=1|requires=ptsd"},
           {item + "|cluster=d", "step=skip|items=one|requires=one"}}) {
    const std::string said = refusal(specimen(wrong_item, wrong_step));
    EXPECT_TRUE(said.starts_with("evidence.instrument.rule")) << wrong_item << wrong_step << said;
    EXPECT_NE(said.find(".csv:2"), std::string::npos) << said;
  }
  EXPECT_THROW(instrument_on_record(shipped(), "TEAPOT"), Error);
}

}  // namespace
}  // namespace entact
