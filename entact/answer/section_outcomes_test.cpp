#include <gtest/gtest.h>

#include <cmath>

#include "entact/answer/section_outcomes.h"
#include "entact/answer/sections.h"
#include "entact/evidence/specimen_base.h"
#include "entact/report/document_json.h"

namespace entact {
namespace {

const std::filesystem::path data = ENTACT_SOURCE_DIR "/data";

Document document_of(const EvidenceBase& base) {
  const Findings findings = find_all(base, {});
  DocumentBuilder builder(base);
  builder.document.sections.push_back(outcomes_section(builder, findings));
  return std::move(builder).finish();
}

std::string words(const Document& document, const Prose& prose) {
  std::string all;
  for (const Span& span : prose) {
    if (span.kind != Span::Kind::number) all += span.value;
    for (const Number& number : document.numbers)
      if (span.kind == Span::Kind::number && number.id == span.value) all += number.text;
  }
  return all;
}

std::string all_words(const Document& document) {
  std::string all;
  for (const Prose& prose : document.sections[0].opening) all += words(document, prose) + "\n";
  for (const Block& block : document.sections[0].blocks)
    if (const auto* prose = std::get_if<ProseBlock>(&block))
      all += words(document, prose->prose) + "\n";
  return all;
}

bool says(const Document& document, const std::string& part) {
  return all_words(document).find(part) != std::string::npos;
}

template <class Kind>
const Kind* block(const Document& document, const std::string& id) {
  for (const Block& each : document.sections[0].blocks)
    if (const auto* found = std::get_if<Kind>(&each); found && found->id == id) return found;
  return nullptr;
}

class ShippedOutcomes : public testing::Test {
 protected:
  static void SetUpTestSuite() { document_ = new Document(document_of(load_evidence(data).base)); }
  static void TearDownTestSuite() { delete document_; }
  static const Document& document() { return *document_; }

 private:
  static Document* document_;
};
Document* ShippedOutcomes::document_ = nullptr;

TEST_F(ShippedOutcomes, refers_to_nothing_that_is_missing) {
  for (const std::string& fault : dangling_references(document())) ADD_FAILURE() << fault;
  EXPECT_FALSE(to_json(document()).empty());
}

TEST_F(ShippedOutcomes, says_that_no_threshold_is_for_differences_between_groups) {
  EXPECT_TRUE(says(document(), "thresholds on record 0 say how large a difference between groups"));
  EXPECT_TRUE(says(document(), "None is a smallest important difference between groups"));
}

TEST_F(ShippedOutcomes, says_that_the_treatments_are_not_connected) {
  EXPECT_TRUE(says(document(), "not one connected comparison"));
  EXPECT_TRUE(says(document(), "placebo with therapy is not pill placebo"));
  EXPECT_TRUE(says(document(), "No completed trial on record sets MDMA-assisted therapy against"));
  EXPECT_NE(block<FigureBlock>(document(), "beside"), nullptr);
}

// Responses at week 18: 37 of 42 and 23 of 37 (MAPP1), 45 of 52 and 29 of 42 (MAPP2).
TEST_F(ShippedOutcomes, counts_responses_of_phase_3_by_mantel_haenszel) {
  const double top = (37.0 * 37 - 23.0 * 42) / 79 + (45.0 * 42 - 29.0 * 52) / 94;
  const double bottom = 42.0 * 37 / 79 + 52.0 * 42 / 94;
  const Number* found = nullptr;
  for (const Number& number : document().numbers)
    if (number.trail.pointer == "/result/value" &&
        number.trail.command.find("--ai 37,45 --n1i 42,52 --ci 23,29 --n2i 37,42") !=
            std::string::npos)
      found = &number;
  ASSERT_NE(found, nullptr);
  EXPECT_NEAR(found->value, top / bottom, 1e-14);
}

TEST_F(ShippedOutcomes, marks_recalled_rules_as_unverified) {
  const TableBlock* rules = block<TableBlock>(document(), "rules");
  ASSERT_NE(rules, nullptr);
  int unverified = 0;
  for (const auto& row : rules->rows)
    unverified += words(document(), row[5].prose) == "unverified" ? 1 : 0;
  EXPECT_GT(unverified, 0);
  EXPECT_LT(static_cast<std::size_t>(unverified), rules->rows.size());
}

TEST_F(ShippedOutcomes, flags_retracted_reviews_and_keeps_them_from_the_figure) {
  const TableBlock* table = block<TableBlock>(document(), "beside-table");
  ASSERT_NE(table, nullptr);
  int retracted = 0;
  for (const auto& row : table->rows)
    retracted += words(document(), row[7].prose) == "retracted" ? 1 : 0;
  EXPECT_EQ(retracted, 3);  // the three contrasts of the pooled phase 2 report
  EXPECT_EQ(block<FigureBlock>(document(), "beside")->vega.find("Mithoefer 2019"),
            std::string::npos);
}

TEST_F(ShippedOutcomes, every_number_says_where_it_is_from) {
  for (const Number& number : document().numbers)
    EXPECT_FALSE(number.trail.facts.empty() && number.trail.command.empty()) << number.label;
}

std::string response(const std::string& arm, int events) {
  return "fact_id=bin.a." + arm + "|study_id=AAA|arm_id=" + arm +
         "|outcome=response|definition=drop of 10 points|week=18|phase_of_follow_up=controlled"
         "|better=higher|n=50|events=" +
         std::to_string(events);
}

Document altered(int mdma, int placebo, const std::string& threshold_kind = "within_person") {
  SpecimenBase specimen(data);
  specimen.add_trial("AAA", "phase=3");
  specimen.add("binary", response("mdma", mdma));
  specimen.add("binary", response("placebo", placebo));
  specimen.add("analyses",
               "analysis_id=ptsd_response_rr|title=PTSD response|condition=ptsd|outcome=response|"
               "measure=RR|direction=above_one_favours_treatment");
  specimen.add("analysis_members",
               "analysis_id=ptsd_response_rr|slab=AAA|study_id=AAA|arm_treatment=mdma|"
               "arm_control=placebo|fact_treatment=bin.a.mdma|fact_control=bin.a.placebo|"
               "include=yes");
  specimen.add("thresholds", "fact_id=thr.x|instrument=CAPS-5|kind=" + threshold_kind +
                                 "|value=10|unit=points|definition=a change of 10");
  return document_of(specimen.load().base);
}

TEST(OutcomesSection, words_turn_with_the_numbers) {
  EXPECT_TRUE(says(altered(40, 10), "more people respond with MDMA"));
  EXPECT_TRUE(says(altered(10, 40), "fewer people respond with MDMA"));
  EXPECT_TRUE(says(altered(25, 24), "the interval holds no difference"));
  EXPECT_TRUE(says(altered(10, 40), "fewer people under MDMA."));
}

TEST(OutcomesSection, a_threshold_between_groups_is_not_denied) {
  const Document document = altered(40, 10, "between_group");
  EXPECT_TRUE(says(document, "1 say how large a difference between groups"));
  EXPECT_FALSE(says(document, "None is a smallest important difference"));
  EXPECT_FALSE(says(document, "do not answer that"));
}

TEST(OutcomesSection, one_trial_has_a_score_interval) {
  const Document document = altered(40, 10);
  EXPECT_TRUE(says(document, "(AAA, Miettinen-Nurminen)"));
  EXPECT_TRUE(dangling_references(document).empty());
}

}  // namespace
}  // namespace entact
