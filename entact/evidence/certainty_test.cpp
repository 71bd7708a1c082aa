#include "entact/evidence/certainty.h"

#include <gtest/gtest.h>

namespace entact {
namespace {

/// An answer against which nothing speaks: six studies, 500 people, an interval far from 0.
CertaintyFacts clean() {
  return {.studies = 6,
          .persons = 500,
          .low = -1,
          .high = -0.5,
          .important = 0.2,
          .i2 = 0,
          .prediction_low = -1,
          .prediction_high = -0.5,
          .raters = {{.rater = "A"}},
          .blinding = BlindingEvidence::asked,
          .guessed_right_treatment = 0.5,
          .guessed_right_control = 0.5};
}

const CertaintyJudgement& domain(const CertaintyProposal& proposal, CertaintyDomain which) {
  return proposal.judgements.at(static_cast<std::size_t>(which));
}

/// Levels down in one domain.
int down(const CertaintyFacts& facts, CertaintyDomain which) {
  return domain(propose_certainty(facts), which).levels_down;
}

using enum CertaintyDomain;

TEST(Certainty, is_high_where_nothing_speaks_against_a_randomised_answer) {
  const CertaintyProposal proposal = propose_certainty(clean());
  EXPECT_EQ(proposal.overall, Certainty::high);
  ASSERT_EQ(proposal.judgements.size(), 5U);
  for (const CertaintyJudgement& judgement : proposal.judgements) {
    EXPECT_EQ(judgement.levels_down, 0) << to_text(judgement.domain);
    EXPECT_FALSE(judgement.rule.empty());
    EXPECT_FALSE(judgement.reason.empty());
    EXPECT_FALSE(judgement.numbers.empty());
  }
}

TEST(Certainty, starts_low_without_randomisation) {
  CertaintyFacts facts = clean();
  facts.randomised = false;
  EXPECT_EQ(propose_certainty(facts).start, Certainty::low);
  EXPECT_EQ(propose_certainty(facts).overall, Certainty::low);
}

TEST(Certainty, is_never_below_very_low) {
  CertaintyFacts facts = clean();
  facts.randomised = false;
  facts.persons = 10;
  facts.indirect = {"one", "two"};
  EXPECT_EQ(propose_certainty(facts).overall, Certainty::very_low);
}

TEST(Certainty, goes_down_two_for_bias_just_above_half_of_the_weight_rated_high) {
  CertaintyFacts facts = clean();
  facts.raters = {{.rater = "A", .weight_high = 0.5}};
  EXPECT_EQ(down(facts, risk_of_bias), 0);
  facts.raters[0].weight_high = 0.501;
  EXPECT_EQ(down(facts, risk_of_bias), 2);
}

TEST(Certainty, goes_down_one_for_some_concerns_in_more_than_half_of_the_weight) {
  CertaintyFacts facts = clean();
  facts.raters = {{.rater = "A", .weight_high = 0.2, .weight_concerns = 0.3}};
  EXPECT_EQ(down(facts, risk_of_bias), 0);
  facts.raters[0].weight_concerns = 0.301;
  EXPECT_EQ(down(facts, risk_of_bias), 1);
}

TEST(Certainty, heeds_the_graver_of_two_raters) {
  CertaintyFacts facts = clean();
  facts.raters = {{.rater = "A"}, {.rater = "B", .weight_high = 0.9}};
  EXPECT_EQ(down(facts, risk_of_bias), 2);
  facts.raters = {{.rater = "A"}, {.rater = "B", .most_high = true}};
  EXPECT_EQ(down(facts, risk_of_bias), 1);
}

TEST(Certainty, goes_down_where_guesses_beat_chance_by_more_than_a_fifth) {
  CertaintyFacts facts = clean();
  facts.guessed_right_treatment = 0.7;
  facts.guessed_right_control = 0.49;
  EXPECT_EQ(down(facts, risk_of_bias), 0);
  facts.guessed_right_control = 0.51;
  EXPECT_EQ(down(facts, risk_of_bias), 1);
  facts.blinding = BlindingEvidence::not_asked;
  EXPECT_EQ(down(facts, risk_of_bias), 0);
  facts.blinding = BlindingEvidence::open;
  EXPECT_EQ(down(facts, risk_of_bias), 1);
}

TEST(Certainty, goes_down_for_findings_and_for_missing_people) {
  CertaintyFacts facts = clean();
  facts.integrity_findings = 1;
  EXPECT_EQ(down(facts, risk_of_bias), 1);
  facts.integrity_findings = 0;
  facts.missing_share = 0.2;
  EXPECT_EQ(down(facts, risk_of_bias), 0);
  facts.missing_share = 0.201;
  EXPECT_EQ(down(facts, risk_of_bias), 1);
}

TEST(Certainty, counts_several_reasons_of_one_gravity_once_and_names_them_all) {
  CertaintyFacts facts = clean();
  facts.integrity_findings = 2;
  facts.missing_share = 0.3;
  const CertaintyProposal proposal = propose_certainty(facts);
  EXPECT_EQ(proposal.overall, Certainty::moderate);
  const std::string& rule = domain(proposal, risk_of_bias).rule;
  EXPECT_NE(rule.find("a finding"), std::string::npos);
  EXPECT_NE(rule.find("20%"), std::string::npos);
}

TEST(Certainty, judges_inconsistency_at_50_and_75_percent) {
  CertaintyFacts facts = clean();
  facts.i2 = 0.499;
  EXPECT_EQ(down(facts, inconsistency), 0);
  facts.i2 = 0.5;
  EXPECT_EQ(down(facts, inconsistency), 1);
  facts.i2 = 0.75;
  EXPECT_EQ(down(facts, inconsistency), 1);
  facts.prediction_high = 0;
  EXPECT_EQ(down(facts, inconsistency), 2);
}

TEST(Certainty, hears_a_prediction_interval_that_disagrees) {
  CertaintyFacts facts = clean();
  facts.prediction_high = -0.001;
  EXPECT_EQ(down(facts, inconsistency), 0);
  facts.prediction_high = 0;
  EXPECT_EQ(down(facts, inconsistency), 1);
  facts.high = 0.1;  // then the interval holds no effect as well, and imprecision says so
  EXPECT_EQ(down(facts, inconsistency), 0);
  facts.studies = 1;
  facts.i2 = 0.9;
  EXPECT_EQ(down(facts, inconsistency), 0);
}

TEST(Certainty, counts_the_reasons_for_indirectness) {
  CertaintyFacts facts = clean();
  facts.indirect = {"other people"};
  EXPECT_EQ(down(facts, indirectness), 1);
  facts.indirect = {"other people", "another outcome"};
  EXPECT_EQ(down(facts, indirectness), 2);
}

TEST(Certainty, judges_imprecision_by_people) {
  CertaintyFacts facts = clean();
  facts.persons = 400;
  EXPECT_EQ(down(facts, imprecision), 0);
  facts.persons = 399;
  EXPECT_EQ(down(facts, imprecision), 1);
  facts.persons = 100;
  EXPECT_EQ(down(facts, imprecision), 1);
  facts.persons = 99;
  EXPECT_EQ(down(facts, imprecision), 2);
  facts.persons = CertaintyFacts::unknown;
  EXPECT_EQ(down(facts, imprecision), 1);
}

TEST(Certainty, judges_imprecision_by_events_where_they_are_counted) {
  CertaintyFacts facts = clean();
  facts.events = 300;
  EXPECT_EQ(down(facts, imprecision), 0);
  facts.events = 299;
  EXPECT_EQ(down(facts, imprecision), 1);
  facts.events = 74;
  EXPECT_EQ(down(facts, imprecision), 2);
}

TEST(Certainty, judges_imprecision_by_the_interval) {
  CertaintyFacts facts = clean();
  facts.high = -0.001;
  EXPECT_EQ(down(facts, imprecision), 0);
  facts.high = 0;
  EXPECT_EQ(down(facts, imprecision), 1);
  facts.high = 0.2;
  EXPECT_EQ(down(facts, imprecision), 1);
  facts.high = 0.201;
  EXPECT_EQ(down(facts, imprecision), 2);
  facts.low = -0.2;
  EXPECT_EQ(down(facts, imprecision), 1);
}

TEST(Certainty, suspects_unreported_results_from_a_tenth_of_all_people) {
  CertaintyFacts facts = clean();
  facts.persons = 450;
  facts.persons_unreported = 49.9;
  EXPECT_EQ(down(facts, publication_bias), 0);
  facts.persons_unreported = 50;
  EXPECT_EQ(down(facts, publication_bias), 1);
}

TEST(Certainty, does_not_judge_reporting_where_nobody_knows_who_measured) {
  CertaintyFacts facts = clean();
  facts.persons_unreported = CertaintyFacts::unknown;
  EXPECT_EQ(down(facts, publication_bias), 0);
  EXPECT_NE(domain(propose_certainty(facts), publication_bias).reason.find("not on record"),
            std::string::npos);
}

TEST(Certainty, shows_ratios_as_ratios) {
  CertaintyFacts facts = clean();
  facts.log_scale = true;
  facts.low = -0.693147;
  facts.high = 0.223144;
  EXPECT_NE(domain(propose_certainty(facts), imprecision).reason.find("0.50 to 1.25"),
            std::string::npos);
}

TEST(Certainty, hears_a_funnel_only_from_ten_studies_on) {
  CertaintyFacts facts = clean();
  facts.small_study_p = 0.01;
  facts.studies = 9;
  EXPECT_EQ(down(facts, publication_bias), 0);
  facts.studies = 10;
  EXPECT_EQ(down(facts, publication_bias), 1);
  facts.small_study_p = 0.1;
  EXPECT_EQ(down(facts, publication_bias), 0);
}

TEST(Certainty, has_words_for_its_levels) {
  for (const Certainty each :
       {Certainty::very_low, Certainty::low, Certainty::moderate, Certainty::high})
    EXPECT_EQ(parse_certainty(to_text(each)), each);
  EXPECT_FALSE(parse_certainty("middling"));
}

}  // namespace
}  // namespace entact
