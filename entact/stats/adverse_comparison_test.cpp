#include "entact/stats/adverse_comparison.h"

#include <gtest/gtest.h>

#include <cmath>

#include "entact/base/error.h"
#include "entact/stats/adverse_specimen.h"
#include "entact/stats/exact_p.h"
#include "entact/stats/proportion.h"
#include "entact/stats/risk_interval.h"

namespace entact {
namespace {

TEST(AdverseComparison, incidence_is_share_and_rates_a_year) {
  const AdverseCount count{.participants = 3, .events = 7, .person_days = 730.5};
  const AdverseIncidence ours = adverse_incidence(count, 20, 1461);
  EXPECT_EQ(ours.risk, 0.15);
  EXPECT_EQ(ours.risk_interval.high, clopper_pearson(3, 20).high);
  EXPECT_EQ(ours.rate, 1.5);         // 3 in 2 years
  EXPECT_EQ(ours.event_rate, 1.75);  // 7 in 4 years
  EXPECT_EQ(ours.rate_interval.low, poisson_rate(3, 2).low);
  EXPECT_TRUE(std::isnan(adverse_incidence(count, 20, std::nan("")).event_rate));
}

TEST(AdverseComparison, takes_each_number_from_its_own_method) {
  const AdverseStudy study = many_people(200, 600);
  const AdverseTable table = adverse_table(study);
  const auto all = compare_arms(table, {});
  ASSERT_EQ(all.size(), table.rows.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    const AdverseRow& row = table.rows[i];
    const TwoByTwo t{double(row.arms[1].participants), double(table.n[1]),
                     double(row.arms[0].participants), double(table.n[0])};
    EXPECT_EQ(all[i].risk_difference, t.events1 / t.n1 - t.events2 / t.n2);
    EXPECT_EQ(all[i].risk_difference_interval.low, score_risk_difference(t).low);
    EXPECT_EQ(all[i].p, fisher_p(t));
    if (row.arms[0].participants == 0) continue;  // the ratio is infinite
    EXPECT_NEAR(all[i].rate_ratio * row.arms[0].participants / row.arms[0].person_days,
                row.arms[1].participants / row.arms[1].person_days, 1e-12)
        << row.term;
  }
}

TEST(AdverseComparison, adjusts_terms_and_classes_apart) {
  const AdverseTable table = adverse_table(many_people(200, 600));
  const auto all = compare_arms(table, {});
  std::vector<double> terms, classes;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (!table.rows[i].any()) (table.rows[i].is_term() ? terms : classes).push_back(all[i].p);
  const auto by_term = benjamini_hochberg(terms), by_class = holm(classes);
  std::size_t term = 0, system = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (table.rows[i].is_term()) {
      EXPECT_EQ(all[i].p_benjamini_hochberg, by_term[term++]);
    } else if (table.rows[i].is_system()) {
      EXPECT_EQ(all[i].p_holm, by_class[system++]);
    }
  }
  EXPECT_EQ(all[0].p_holm, all[0].p);
}

TEST(AdverseComparison, a_harm_of_one_arm_is_flagged_and_noise_is_not) {
  AdverseStudy study = many_people(400, 400);
  for (int i = 1; i < 200; i += 2)  // every other one of the drug arm's first half
    study.events.push_back({.participant = i, .system = 24, .term = 499, .day = 1});
  const AdverseTable table = adverse_table(study);
  for (const DoubleFdrRule rule :
       {DoubleFdrRule::mehrotra_heyse, DoubleFdrRule::mehrotra_adewale}) {
    const auto all = compare_arms(table, {.rule = rule});
    int flagged = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
      flagged += all[i].flagged ? 1 : 0;
      EXPECT_TRUE(table.rows[i].term != 499 || all[i].flagged);
    }
    EXPECT_LE(flagged, 2);
  }
}

TEST(AdverseComparison, exchanging_arms_turns_differences_and_inverts_ratios) {
  const AdverseTable table = adverse_table(many_people(100, 300));
  const auto ours = compare_arms(table, {}),
             theirs = compare_arms(table, {.arm = 0, .reference = 1});
  for (std::size_t i = 0; i < ours.size(); ++i) {
    EXPECT_EQ(ours[i].risk_difference, -theirs[i].risk_difference);
    EXPECT_NEAR(ours[i].risk_difference_interval.low, -theirs[i].risk_difference_interval.high,
                1e-9);
    EXPECT_NEAR(ours[i].p, theirs[i].p, 1e-12);
    EXPECT_NEAR(ours[i].rate_difference, -theirs[i].rate_difference, 1e-12);
  }
}

TEST(AdverseComparison, without_time_there_are_no_rates) {
  AdverseStudy study = four_people();
  study.participants[0].exposure_days = std::nan("");
  const auto all = compare_arms(adverse_table(study), {});
  EXPECT_TRUE(std::isnan(all[0].rate_ratio));
  EXPECT_TRUE(std::isnan(all[0].rate_difference_interval.low));
  EXPECT_EQ(all[0].risk_difference, 0.5);
}

TEST(AdverseComparison, methods_differ_as_asked) {
  const AdverseTable table = adverse_table(four_people());
  using Options = AdverseCompareOptions;
  const TwoByTwo any{2, 2, 1, 2};
  EXPECT_EQ(compare_arms(table, {.interval = Options::Interval::newcombe})[0]
                .risk_difference_interval.low,
            newcombe_risk_difference(any).low);
  EXPECT_EQ(compare_arms(table, {.test = Options::Test::fisher_mid_p})[0].p,
            fisher_p(any, ExactTails::mid_p));
  EXPECT_NE(compare_arms(table, {.test = Options::Test::score})[0].p, fisher_p(any));
}

TEST(AdverseComparison, refuses_an_arm_with_nobody) {
  AdverseStudy study = four_people();
  study.arms.push_back("Third");
  EXPECT_THROW(compare_arms(adverse_table(study), {.arm = 2}), Error);
  EXPECT_THROW(compare_arms(adverse_table(study), {.arm = 3}), Error);
  EXPECT_THROW(compare_arms(adverse_table(study), {.reference = -1}), Error);
}

}  // namespace
}  // namespace entact
