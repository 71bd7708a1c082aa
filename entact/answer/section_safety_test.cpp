#include <gtest/gtest.h>

#include <cmath>

#include "entact/answer/sections.h"
#include "entact/evidence/specimen_base.h"
#include "entact/report/document_json.h"

namespace entact {
namespace {

const std::filesystem::path data = ENTACT_SOURCE_DIR "/data";

Document document_of(const EvidenceBase& base) {
  const Findings findings{.base = &base};
  DocumentBuilder builder(base);
  builder.document.sections.push_back(safety_section(builder, findings));
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

const TableBlock* table(const Document& document, const std::string& id) {
  for (const Block& block : document.sections[0].blocks)
    if (const auto* found = std::get_if<TableBlock>(&block); found && found->id == id) return found;
  return nullptr;
}

bool says(const Document& document, const std::string& part) {
  return all_words(document).find(part) != std::string::npos;
}

const Number* number_with(const Document& document, const std::string& command,
                          const std::string& pointer) {
  for (const Number& number : document.numbers)
    if (number.trail.command == command && number.trail.pointer == pointer) return &number;
  return nullptr;
}

class ShippedSafety : public testing::Test {
 protected:
  static void SetUpTestSuite() { document_ = new Document(document_of(load_evidence(data).base)); }
  static void TearDownTestSuite() { delete document_; }
  static const Document& document() { return *document_; }

 private:
  static Document* document_;
};
Document* ShippedSafety::document_ = nullptr;

TEST_F(ShippedSafety, refers_to_nothing_that_is_missing) {
  for (const std::string& fault : dangling_references(document())) ADD_FAILURE() << fault;
  EXPECT_FALSE(to_json(document()).empty());
}

TEST_F(ShippedSafety, bounds_serious_events_of_the_second_phase_3_trial) {
  const Number* bound = number_with(
      document(), "entact effect --measure PR --interval upper --xi 0 --ni 53 --format json",
      "/result/ci_high");
  ASSERT_NE(bound, nullptr);
  EXPECT_NEAR(bound->value, 1 - std::pow(0.05, 1.0 / 53), 1e-14);
  EXPECT_TRUE(says(document(), "Serious adverse events were counted in 0 of 53 persons"));
  EXPECT_TRUE(says(document(), "risk of up to 5.5 per 100"));
}

TEST_F(ShippedSafety, sets_the_persons_followed_against_those_needed) {
  const Number* persons = number_with(
      document(),
      "entact effect --measure SEE --pool sum --ni 16,25,12,7,7 --risk 0.001 --format json",
      "/result/n");
  ASSERT_NE(persons, nullptr);
  EXPECT_EQ(persons->value, 67);  // 16 of MP-1, 25 of MP-12, 12 + 7 + 7 of MP-8
  EXPECT_TRUE(says(document(), "2\u202f995 are needed for a 95% chance"));
  EXPECT_TRUE(says(document(), "too few to tell"));
}

TEST_F(ShippedSafety, puts_the_finding_beside_the_abuse_related_zero) {
  const std::string all = all_words(document());
  const auto zero = all.find("Abuse potential events (MAPP1");
  const auto finding = all.find("incomplete capture of positive or favourable");
  ASSERT_NE(zero, std::string::npos);
  ASSERT_NE(finding, std::string::npos);
  EXPECT_LT(zero, finding);
  EXPECT_EQ(all.find('\n', zero) + 1, all.rfind('\n', finding) + 1);  // the very next paragraph
  EXPECT_NE(all.find("no upper bound is given"), std::string::npos);
  for (const auto& row : table(document(), "no-events")->rows)
    EXPECT_EQ(words(document(), row[0].prose).find("Abuse"), std::string::npos);
}

TEST_F(ShippedSafety, keeps_apart_what_the_trials_call_suicidality) {
  EXPECT_TRUE(says(document(), "Suicidality (total) (MAPP1): 3 of 46 under MDMA, 5 of 44"));
  EXPECT_TRUE(says(document(), "Suicidal ideation (MAPP2): 18 of 53 under MDMA, 21 of 51"));
  EXPECT_TRUE(says(document(), "The trials count different things"));
  for (const Number& number : document().numbers)
    EXPECT_EQ(number.trail.command.find("--ai 3,18"), std::string::npos);
}

TEST_F(ShippedSafety, lists_unstated_zeros_as_not_reported) {
  const TableBlock* left_out = table(document(), "harms-left-out");
  ASSERT_NE(left_out, nullptr);
  int unstated = 0;
  for (const auto& row : left_out->rows)
    if (words(document(), row[5].prose).starts_with("not reported as zero")) {
      ++unstated;
      EXPECT_EQ(words(document(), row[3].prose), "not reported");
    }
  EXPECT_GT(unstated, 5);
}

TEST_F(ShippedSafety, every_computed_number_says_how) {
  for (const Number& number : document().numbers) {
    EXPECT_FALSE(number.trail.facts.empty() && number.trail.command.empty()) << number.label;
    EXPECT_EQ(number.trail.command.empty(), number.trail.pointer.empty()) << number.label;
  }
}

std::string event(const std::string& arm, int participants, int n) {
  return "fact_id=ae.a." + arm + "|study_id=AAA|arm_id=" + arm +
         "|term=Nausea|term_group=gastrointestinal|class=TEAE|window=treatment_period|severity=any"
         "|participants=" +
         std::to_string(participants) + "|n=" + std::to_string(n) +
         "|phase_of_follow_up=controlled" + (participants == 0 ? "|zero_basis=stated" : "");
}

Document altered(int mdma, int placebo) {
  SpecimenBase specimen(data);
  specimen.add_trial("AAA");
  specimen.add("adverse_events", event("mdma", mdma, 50));
  specimen.add("adverse_events", event("placebo", placebo, 50));
  return document_of(specimen.load().base);
}

TEST(SafetySection, words_turn_with_the_numbers) {
  EXPECT_TRUE(says(altered(30, 5), "(AAA), more often with MDMA."));
  EXPECT_TRUE(says(altered(5, 30), "(AAA), less often with MDMA."));
  EXPECT_TRUE(says(altered(12, 10), "(AAA), no clear difference."));
}

TEST(SafetySection, names_what_is_not_on_record) {
  const Document document = altered(12, 10);
  EXPECT_TRUE(says(document, "For AAA no verified total of serious adverse events"));
  EXPECT_TRUE(says(document, "No number of persons followed for a year or more is on record."));
  EXPECT_TRUE(says(document, "No scores of the Columbia-Suicide Severity Rating Scale"));
  EXPECT_TRUE(dangling_references(document).empty());
}

TEST(SafetySection, an_abuse_related_zero_has_a_bound_where_nobody_doubts_it) {
  SpecimenBase specimen(data);
  specimen.add_trial("AAA");
  specimen.add("adverse_events",
               "fact_id=ae.a.abuse|study_id=AAA|arm_id=mdma|term=Abuse potential events|"
               "term_group=abuse_related|class=AESI|window=treatment_period|severity=any|"
               "participants=0|n=46|zero_basis=stated|phase_of_follow_up=controlled");
  const EvidenceBase trusted = specimen.load().base;
  EXPECT_TRUE(says(document_of(trusted), "per 100 (exact 95% interval)"));
  specimen.add("conduct",
               "fact_id=evt.conduct.x|kind=data|subject=AAA|study_ids=AAA|body=FDA|date=2024-08-08|"
               "finding=abuse-related events not captured");
  const EvidenceBase doubted = specimen.load().base;
  EXPECT_TRUE(says(document_of(doubted), "no upper bound is given"));
  EXPECT_TRUE(says(document_of(doubted), "abuse-related events not captured"));
}

}  // namespace
}  // namespace entact
