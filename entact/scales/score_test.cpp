#include "entact/scales/score.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "entact/base/error.h"
#include "entact/scales/specimen_instrument.h"

namespace entact {
namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

Scores scored(const std::vector<std::vector<double>>& rows) {
  const Instrument instrument = specimen_instrument();
  return score(instrument, answers_of(instrument, rows));
}

/// Assessments drawn at random with a fixed seed.
std::vector<std::vector<double>> random_rows(std::size_t rows, double missing) {
  std::mt19937 engine(20261125);
  std::vector<std::vector<double>> all(rows);
  for (auto& row : all)
    for (int i = 0; i < 5; ++i)
      row.push_back(static_cast<double>(engine() % 1000) < 1000 * missing
                        ? nothing
                        : static_cast<double>(engine() % 5));
  return all;
}

TEST(Score, of_zeros_is_the_reversed_item_alone) {
  const Scores scores = scored({{0, 0, 0, 0, 0}});
  EXPECT_EQ(scores.scores[0].value[0], 4);  // 0 + 4 - 0
  EXPECT_EQ(scores.scores[1].value[0], 0);
  EXPECT_EQ(scores.diagnoses[0].decision[0], Decision::no);
}

TEST(Score, of_the_highest_answers_lacks_the_reversed_item) {
  const Scores scores = scored({{4, 4, 4, 4, 4}});
  EXPECT_EQ(scores.scores[0].value[0], 16);
  EXPECT_EQ(scores.scores[1].value[0], 8);
  EXPECT_EQ(scores.scores[2].value[0], 4);  // mean of four fours
  EXPECT_EQ(scores.counts[0].present[0], 2);
}

TEST(Score, is_prorated_up_to_the_limit_and_missing_beyond) {
  const Scores scores = scored(
      {{1, 2, nothing, 3, 4}, {1, nothing, nothing, 3, 4}, {1, nothing, nothing, 3, nothing}});
  const ScoreColumn& total = scores.scores[0];
  EXPECT_DOUBLE_EQ(total.value[0], (1 + 2 + 3 + 0) * 5.0 / 4);
  EXPECT_DOUBLE_EQ(total.value[1], (1 + 3 + 0) * 5.0 / 3);
  EXPECT_TRUE(std::isnan(total.value[2]));
  EXPECT_EQ(total.missing, (std::vector<int>{1, 2, 3}));
  EXPECT_TRUE(std::isnan(scores.scores[1].value[1]));  // B allows none to be missing
}

TEST(Score, of_nothing_answered_is_missing_whatever_the_rule_allows) {
  Instrument instrument = specimen_instrument();
  instrument.scores[1].prorate_up_to = 2;
  const Scores scores =
      score(instrument, answers_of(instrument, {{nothing, nothing, nothing, nothing, nothing}}));
  EXPECT_TRUE(std::isnan(scores.scores[1].value[0]));
}

TEST(Score, prorated_is_rounded_up_where_the_rule_says_so_and_not_by_rounding_error) {
  Instrument instrument = specimen_instrument();
  instrument.scores[0].round_up = true;
  const Scores scores =
      score(instrument, answers_of(instrument, {{1, 2, nothing, 3, 4},        // 7.5
                                                {3, nothing, 3, nothing, 1},  // 15 exactly
                                                {1, 1, 1, 1, 4}}));
  EXPECT_EQ(scores.scores[0].value, (std::vector<double>{8, 15, 4}));
}

TEST(Score, names_the_highest_item_present_and_is_missing_only_where_a_higher_one_could_be) {
  Instrument instrument = specimen_instrument();
  instrument.scores = {{.name = "level", .method = ScoreMethod::highest, .items = {0, 1, 2, 3}}};
  const Scores scores = score(
      instrument,
      answers_of(instrument,
                 {{0, 1, 0, 1, 0}, {2, 0, 3, 0, 0}, {nothing, 0, 2, 0, 0}, {2, 0, 2, nothing, 0}}));
  EXPECT_EQ(scores.scores[0].value[0], 0);
  EXPECT_EQ(scores.scores[0].value[1], 3);
  EXPECT_EQ(scores.scores[0].value[2], 3);
  EXPECT_TRUE(std::isnan(scores.scores[0].value[3]));
}

TEST(Score, is_a_profile_of_digits) {
  Instrument instrument = specimen_instrument();
  instrument.scores = {{.name = "profile", .method = ScoreMethod::profile, .items = {0, 1, 2}}};
  const Scores scores =
      score(instrument, answers_of(instrument, {{2, 1, 3, 0, 0}, {2, nothing, 3, 0, 0}}));
  EXPECT_EQ(scores.scores[0].value[0], 213);
  EXPECT_TRUE(std::isnan(scores.scores[0].value[1]));
}

TEST(Score, counts_an_item_with_a_partner_only_if_both_are_there) {
  Instrument instrument = specimen_instrument();
  instrument.items[1].present = Presence{.at_least = 2, .partner = 0, .partner_at_least = 1};
  instrument.counts = {{"pair", {1}}};
  const Scores scores = score(
      instrument,
      answers_of(instrument, {{1, 2}, {0, 4}, {4, 1}, {nothing, 2}, {nothing, 1}, {0, nothing}}));
  EXPECT_EQ(scores.counts[0].present, (std::vector<int>{1, 0, 0, 0, 0, 0}));
  EXPECT_EQ(scores.counts[0].missing, (std::vector<int>{0, 0, 0, 1, 0, 0}));
}

TEST(Diagnosis, turns_at_each_of_its_limits) {
  const Scores scores = scored({{2, 0, 2, 2, 0},    // 1 B and 2 C: met
                                {1, 1, 2, 2, 4},    // no B
                                {2, 0, 2, 1, 1},    // 1 C: the reversed item counts as answered
                                {2, 0, 2, 1, 2}});  // 2 C
  EXPECT_EQ(scores.diagnoses[0].decision,
            (std::vector<Decision>{Decision::yes, Decision::no, Decision::no, Decision::yes}));
}

TEST(Diagnosis, is_missing_only_where_what_is_missing_could_decide) {
  const Scores scores = scored({{2, nothing, 2, 2, nothing},        // met without them
                                {0, 0, nothing, nothing, nothing},  // cannot be met
                                {2, 0, 2, nothing, 0},              // hangs on C2
                                {nothing, 0, 2, 2, 0}});            // hangs on B1
  EXPECT_EQ(
      scores.diagnoses[0].decision,
      (std::vector<Decision>{Decision::yes, Decision::no, Decision::missing, Decision::missing}));
}

TEST(Diagnosis, asks_for_a_criterion_that_counts_if_given_only_where_the_data_have_it) {
  const Scores scores = scored({{2, 0, 2, 2, 0, 1}, {2, 0, 2, 2, 0, 0}, {2, 0, 2, 2, 0, nothing}});
  EXPECT_EQ(scores.diagnoses[0].decision,
            (std::vector<Decision>{Decision::yes, Decision::no, Decision::missing}));
}

TEST(Diagnosis, may_require_another_and_may_have_a_most) {
  Instrument instrument = specimen_instrument();
  instrument.diagnoses.push_back({.name = "sub",
                                  .criteria = {{.items = {0, 1}, .at_least = 1, .at_most = 1}},
                                  .requires_diagnosis = 0});
  const Scores scores =
      score(instrument,
            answers_of(instrument,
                       {{2, 0, 2, 2, 0}, {2, 2, 2, 2, 0}, {2, 0, 0, 0, 0}, {2, nothing, 2, 2, 0}}));
  EXPECT_EQ(scores.diagnoses[1].decision,
            (std::vector<Decision>{Decision::yes, Decision::no, Decision::no, Decision::missing}));
}

TEST(Score, never_falls_when_one_item_rises_unless_the_item_is_reversed) {
  const auto rows = random_rows(500, 0);
  const Scores before = scored(rows);
  for (std::size_t item = 0; item < 5; ++item) {
    auto raised = rows;
    for (auto& row : raised) row[item] = std::min(row[item] + 1, 4.0);
    const Scores after = scored(raised);
    for (std::size_t r = 0; r < rows.size(); ++r) {
      const double rise = after.scores[0].value[r] - before.scores[0].value[r];
      EXPECT_EQ(rise, (item == 4 ? -1 : 1) * (raised[r][item] - rows[r][item]));
      if (before.diagnoses[0].decision[r] == Decision::yes) {
        EXPECT_EQ(after.diagnoses[0].decision[r], Decision::yes);
      }
    }
  }
}

TEST(Score, of_an_assessment_does_not_depend_on_the_others_nor_on_the_block) {
  auto rows = random_rows(5000, 0.1);  // several blocks
  const Scores forward = scored(rows);
  std::reverse(rows.begin(), rows.end());
  const Scores backward = scored(rows);
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const std::size_t other = rows.size() - 1 - r;
    const double a = forward.scores[0].value[r], b = backward.scores[0].value[other];
    EXPECT_TRUE(a == b || (std::isnan(a) && std::isnan(b))) << r;
    EXPECT_EQ(forward.diagnoses[0].decision[r], backward.diagnoses[0].decision[other]) << r;
    EXPECT_EQ(forward.counts[0].present[r], backward.counts[0].present[other]) << r;
  }
}

TEST(Diagnosis, that_is_decided_stays_so_however_what_is_missing_turns_out) {
  const auto rows = random_rows(400, 0.25);
  const Scores open = scored(rows);
  for (const double answer : {0.0, 4.0}) {
    auto filled = rows;
    for (auto& row : filled)
      for (double& value : row)
        if (std::isnan(value)) value = answer;
    const Scores closed = scored(filled);
    for (std::size_t r = 0; r < rows.size(); ++r)
      if (open.diagnoses[0].decision[r] != Decision::missing) {
        EXPECT_EQ(open.diagnoses[0].decision[r], closed.diagnoses[0].decision[r]) << r;
      }
  }
}

TEST(SeverityBands, hold_their_ends_and_what_lies_between_two_of_them) {
  const std::vector<SeverityBand> bands{{0, 4, "a"}, {5, 9, "b"}, {20, 27, "c"}};
  EXPECT_EQ(severity_bands(bands, {0, 4, 4.5, 5, 9, 9.5, 20, 27, 28, -1, nothing}),
            (std::vector<int>{0, 0, 0, 1, 1, -1, 2, 2, -1, -1, -1}));
}

TEST(Score, refuses_an_instrument_without_items_and_rules_that_lead_nowhere) {
  Instrument instrument = specimen_instrument();
  instrument.scores[0].items.push_back(9);
  EXPECT_THROW(score(instrument, answers_of(instrument, {})), Error);
  EXPECT_THROW(score(Instrument{.name = "EMPTY"}, Answers{}), Error);
  instrument = specimen_instrument();
  instrument.items[0].max = 0;
  EXPECT_THROW(score(instrument, answers_of(instrument, {})), Error);
  instrument = specimen_instrument();
  instrument.diagnoses[0].requires_diagnosis = 0;
  EXPECT_THROW(score(instrument, answers_of(instrument, {})), Error);
}

}  // namespace
}  // namespace entact
