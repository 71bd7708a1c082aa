#include "entact/scales/answers.h"

#include <gtest/gtest.h>

#include <limits>

#include "entact/base/error.h"
#include "entact/scales/specimen_instrument.h"

namespace entact {
namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

std::vector<AnswerFault> faults_of(const std::vector<std::vector<double>>& rows) {
  const Instrument instrument = specimen_instrument();
  return answer_faults(instrument, answers_of(instrument, rows));
}

TEST(AnswerFaults, are_none_at_the_ends_of_the_range_nor_where_an_answer_is_missing) {
  EXPECT_TRUE(faults_of({{0, 4, 1, 2, 3, 1}, {nothing, nothing, 0, 4, 0, 0}}).empty());
}

TEST(AnswerFaults, name_the_row_and_item_of_what_is_out_of_range_or_no_whole_number) {
  for (const double wrong : {5.0, -1.0, 2.5, 1e300, infinity, -infinity, 4.000000001}) {
    const auto faults = faults_of({{0, 0, 0, 0, 0, 0}, {0, 0, wrong, 0, 0, 0}});
    ASSERT_EQ(faults.size(), 1U) << wrong;
    EXPECT_EQ(faults[0].row, 1U);
    EXPECT_EQ(faults[0].item, 2U);
    EXPECT_EQ(faults[0].value, wrong);
  }
}

TEST(AnswerFaults, come_by_row_and_stop_at_the_number_asked_for) {
  const Instrument instrument = specimen_instrument();
  const Answers answers = answers_of(instrument, {{0, 9, 0, 0, 0, 2}, {7, 0, 0, 0, 0, 0}});
  const auto faults = answer_faults(instrument, answers);
  ASSERT_EQ(faults.size(), 3U);
  EXPECT_EQ(faults[0].item, 1U);
  EXPECT_EQ(faults[1].item, 5U);
  EXPECT_EQ(faults[2].row, 1U);
  EXPECT_EQ(answer_faults(instrument, answers, 2).size(), 2U);
}

TEST(AnswerFaults, know_items_with_gaps_between_their_values) {
  Instrument instrument = specimen_instrument();
  instrument.items[0].values = {0, 2, 4};
  EXPECT_TRUE(answer_faults(instrument, answers_of(instrument, {{2}, {4}, {nothing}})).empty());
  EXPECT_EQ(answer_faults(instrument, answers_of(instrument, {{1}, {3}})).size(), 2U);
  EXPECT_EQ(answer_rule(instrument.items[0]), "one of 0, 2, 4");
  EXPECT_EQ(answer_rule(instrument.items[1]), "a whole number from 0 to 4");
}

TEST(AnswerFaults, refuse_columns_that_do_not_fit) {
  const Instrument instrument = specimen_instrument();
  EXPECT_THROW(answer_faults(instrument, Answers{}), Error);
  Answers ragged = answers_of(instrument, {{0, 0}});
  ragged.columns[1].push_back(0);
  EXPECT_THROW(answer_faults(instrument, ragged), Error);
}

TEST(ReadAnswers, take_items_that_were_not_asked_as_zero) {
  Instrument instrument = specimen_instrument();
  instrument.skips = {{.asked = 0, .answer = 0, .items = {1, 2}}};
  const Answers answers = answers_of(
      instrument, {{0, nothing, nothing}, {0, 3, nothing}, {1, nothing, 2}, {nothing, nothing, 2}});
  const ReadAnswers read(instrument, answers);
  EXPECT_EQ(read.skipped(), (std::vector<int>{2, 1, 0, 0}));
  EXPECT_EQ(read.column(1)[0], 0);
  EXPECT_EQ(read.column(1)[1], 3);  // an answer that is there stands
  EXPECT_TRUE(read.column(1)[2] != read.column(1)[2]);
  EXPECT_TRUE(read.column(1)[3] != read.column(1)[3]);
  EXPECT_FALSE(read.given(3));
}

}  // namespace
}  // namespace entact
