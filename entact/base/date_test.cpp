#include "entact/base/date.h"

#include <gtest/gtest.h>

namespace entact {
namespace {

TEST(Date, reads_and_writes_each_precision) {
  for (const char* text : {"2018", "2018-11", "2018-11-29", "2024-02-29", ""}) {
    const auto date = parse_date(text);
    ASSERT_TRUE(date.has_value()) << text;
    EXPECT_EQ(to_text(*date), text);
  }
}

TEST(Date, refuses_days_that_no_calendar_has) {
  for (const char* text : {"2018-13", "2018-00", "2018-02-29", "2018-04-31", "18-01-01",
                           "2018/01/01", "2018-1-1", "abcd", "0000"})
    EXPECT_FALSE(parse_date(text).has_value()) << text;
}

TEST(Date, an_imprecise_date_is_public_only_when_all_of_it_has_passed) {
  EXPECT_TRUE(public_by({2024, 8, 9}, {2024, 8, 9}));
  EXPECT_FALSE(public_by({2024, 8, 0}, {2024, 8, 9}));
  EXPECT_TRUE(public_by({2024, 8, 0}, {2024, 8, 31}));
  EXPECT_FALSE(public_by({2024, 0, 0}, {2024, 8, 9}));
  EXPECT_TRUE(public_by({2023, 0, 0}, {2024, 8, 9}));
  EXPECT_FALSE(public_by({}, {2024, 8, 9}));
}

TEST(Date, sorts_by_year_month_day) {
  EXPECT_LT((Date{2018, 0, 0}), (Date{2018, 1, 0}));
  EXPECT_LT((Date{2018, 11, 29}), (Date{2018, 12, 1}));
}

TEST(Date, decimal_year_is_within_the_year) {
  EXPECT_DOUBLE_EQ(decimal_year({2020, 1, 1}), 2020.0);
  EXPECT_DOUBLE_EQ(decimal_year({2020, 0, 0}), 2020.5);
  EXPECT_NEAR(decimal_year({2019, 12, 31}), 2020.0, 1.0 / 365.0 + 1e-12);
}

}  // namespace
}  // namespace entact
