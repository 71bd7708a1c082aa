#include "entact/trial/item_answers.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "entact/trial/adam_tables.h"
#include "entact/trial/trial_specimen.h"

namespace entact {
namespace {

Instrument twenty_items() {
  Instrument instrument{.name = "X"};
  for (int i = 0; i < 20; ++i)
    instrument.items.push_back(
        {.code = "I" + std::to_string(i + 1), .min = 0, .max = 4, .in_total = true});
  return instrument;
}

TEST(ItemAnswers, add_up_to_the_total_and_keep_their_range) {
  const std::vector<double> totals{0, 1, 39, 79, 80};
  for (std::uint32_t person = 0; person < 50; ++person) {
    const auto answers = item_answers(twenty_items(), {1, 0}, person, totals);
    for (std::size_t k = 0; k < totals.size(); ++k) {
      EXPECT_EQ(std::accumulate(answers[k].begin(), answers[k].end(), 0.0), totals[k]);
      for (const double answer : answers[k]) EXPECT_TRUE(answer >= 0 && answer <= 4);
    }
  }
}

TEST(ItemAnswers, are_missing_where_nobody_looked) {
  const auto answers = item_answers(twenty_items(), {1, 0}, 0, {30, std::nan("")});
  EXPECT_TRUE(std::isnan(answers[1][3]));
}

TEST(ItemAnswers, of_one_person_agree_over_time) {
  double own = 0, other = 0;
  for (std::uint32_t person = 0; person < 200; ++person) {
    const auto a = item_answers(twenty_items(), {1, 0}, person, {40, 40}),
               b = item_answers(twenty_items(), {1, 0}, person + 1000, {40, 40});
    for (std::size_t i = 0; i < 20; ++i) {
      own += std::abs(a[0][i] - a[1][i]);
      other += std::abs(a[0][i] - b[1][i]);
    }
  }
  EXPECT_LT(own, 0.9 * other);
}

TEST(ItemAnswers, lose_a_diagnosis_by_the_instruments_own_rule) {
  Instrument instrument = twenty_items();
  std::vector<std::size_t> all(20);
  std::iota(all.begin(), all.end(), 0U);
  for (ScaleItem& item : instrument.items) item.present = Presence{.at_least = 2};
  instrument.scores.push_back({.name = "total", .items = all});
  instrument.diagnoses.push_back({.name = "D", .criteria = {{.items = all, .at_least = 10}}});
  const Participant ill{.key = {1, 0}, .number = 4, .baseline = 79};
  EXPECT_TRUE(loses_diagnosis(instrument, ill, 0, 5));    // 10 items of 2 need 20 points
  EXPECT_FALSE(loses_diagnosis(instrument, ill, 0, 78));  // at most one item is below 2
  const Participant well{.key = {1, 0}, .number = 4, .baseline = 5};
  EXPECT_FALSE(loses_diagnosis(instrument, well, 0, 3));  // had none to lose
}

TEST(AdamTables, hold_the_trial_that_was_analysed) {
  TrialDesign design = specimen::two_arms(30);
  design.session_weeks = {2};
  design.range = {0, 80, true};
  TrialTruth truth = specimen::plain_truth(4);
  truth.stops = {{.name = "any", .rate = 0.2}};
  truth.harms = {{.term = "Nausea", .without = 0.5, .with = 0.5}};
  const TrialSimulation simulation =
      specimen::simulation(design, truth, {{.visit = 3, .method = TrialMethod::ancova}});
  const ConductedTrial made = conduct(simulation.trial, {1, 4});
  const AdamTables tables = adam_tables(simulation, 4, made, twenty_items());
  EXPECT_EQ(tables.adsl.rows(), 30U);
  std::size_t seen = 30;
  for (const TrialCourse& course : made.courses)
    for (const double score : course.seen) seen += std::isnan(score) ? 0U : 1U;
  EXPECT_EQ(tables.adqs.rows(), seen);
  EXPECT_EQ(tables.items.rows(), seen);
  const auto &aval = tables.adqs.numbers("AVAL"), &base = tables.adqs.numbers("BASE"),
             &chg = tables.adqs.numbers("CHG");
  for (std::size_t i = 0; i < seen; ++i)
    if (!std::isnan(chg[i])) {
      EXPECT_EQ(chg[i], aval[i] - base[i]);
    }
  EXPECT_GT(tables.adae.rows(), 5U);
}

}  // namespace
}  // namespace entact
