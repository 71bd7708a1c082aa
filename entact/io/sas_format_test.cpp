#include "entact/io/sas_format.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "entact/io/special_missing.h"

namespace entact {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

Column formatted(const char* format, std::vector<double> values) {
  return {.name = "X", .values = std::move(values), .format = format};
}

TEST(SasFormat, tells_what_a_format_counts_whatever_its_width_and_case) {
  for (const char* format :
       {"DATE9.", "date9", "DATE.", "YYMMDD10.", "E8601DA10.", "MONYY7.", "YEAR4."})
    EXPECT_EQ(sas_kind(format), SasKind::date) << format;
  for (const char* format : {"DATETIME20.", "DATETIME22.3", "E8601DT19.", "E8601DT"})
    EXPECT_EQ(sas_kind(format), SasKind::datetime) << format;
  for (const char* format : {"TIME5.", "TIME8.2", "TOD8.", "E8601TM8."})
    EXPECT_EQ(sas_kind(format), SasKind::time) << format;
  for (const char* format : {"", "8.2", "BEST12.", "$20.", "MMSS5.", "HHMM5.", "DATES9."})
    EXPECT_EQ(sas_kind(format), SasKind::number) << format;
}

TEST(SasFormat, ends_a_format_by_a_point) {
  EXPECT_EQ(sas_format("date9"), "DATE9.");
  EXPECT_EQ(sas_format("8.2"), "8.2");
  EXPECT_EQ(sas_format("$20."), "$20.");
  EXPECT_EQ(sas_format(""), "");
}

// The days from Python: (datetime.date(y, m, d) - datetime.date(1960, 1, 1)).days
TEST(SasFormat, counts_days_from_1960) {
  EXPECT_EQ(sas_days_of({1960, 1, 1}), 0.0);
  EXPECT_EQ(sas_days_of({2018, 11, 29}), 21517.0);
  EXPECT_EQ(sas_days_of({1959, 12, 31}), -1.0);
  EXPECT_EQ(sas_days_of({9999, 12, 31}), 2936549.0);
  EXPECT_EQ(sas_days_of({1, 1, 1}), -715509.0);
  EXPECT_FALSE(sas_days_of({}));
  EXPECT_FALSE(sas_days_of({2018, 11, 0}));
}

TEST(SasFormat, gives_each_day_back) {
  for (double days = -715509.0; days <= 2936549.0; days += 997.0)
    ASSERT_EQ(sas_days_of(*date_of_sas_days(days)), days);
  for (const double days :
       {0.5, -715510.0, 2936550.0, 1e9, -1e300, missing, std::numeric_limits<double>::infinity()})
    EXPECT_FALSE(date_of_sas_days(days)) << days;
}

TEST(SasFormat, writes_whole_seconds_as_iso_text_and_reads_them_back) {
  EXPECT_EQ(iso_of_sas_seconds(0.0, SasKind::datetime), "1960-01-01T00:00:00");
  EXPECT_EQ(iso_of_sas_seconds(-1.0, SasKind::datetime), "1959-12-31T23:59:59");
  EXPECT_EQ(iso_of_sas_seconds(30600.0, SasKind::time), "08:30:00");
  for (double seconds = -6e10; seconds < 2.5e11; seconds += 86400.0 * 1234 + 4567)
    ASSERT_EQ(sas_seconds_of(*iso_of_sas_seconds(seconds, SasKind::datetime), SasKind::datetime),
              seconds);
  for (const double seconds : {0.5, 1e15, missing, std::numeric_limits<double>::infinity()})
    EXPECT_FALSE(iso_of_sas_seconds(seconds, SasKind::datetime)) << seconds;
  for (const double seconds : {-1.0, 86400.0, 0.5})
    EXPECT_FALSE(iso_of_sas_seconds(seconds, SasKind::time)) << seconds;
}

TEST(SasFormat, refuses_text_that_is_no_whole_second) {
  for (const char* text : {"", "2018-11-29", "2018-11-29T08:30", "2018-11-29 08:30:00",
                           "2018-02-30T08:30:00", "2018-11-29T24:00:00", "2018-11-29T08:30:00Z"})
    EXPECT_FALSE(sas_seconds_of(text, SasKind::datetime)) << text;
  for (const char* text : {"8:30:00", "08:60:00", "08:30", "aa:bb:cc"})
    EXPECT_FALSE(sas_seconds_of(text, SasKind::time)) << text;
}

TEST(SasFormat, makes_dates_and_text_of_a_column_where_nothing_is_lost) {
  EXPECT_EQ(
      std::get<std::vector<Date>>(dated_column(formatted("DATE9.", {21517.0, missing})).values),
      (std::vector<Date>{{2018, 11, 29}, {}}));
  EXPECT_EQ(std::get<std::vector<std::string>>(
                dated_column(formatted("DATETIME20.", {-1.0, missing})).values),
            (std::vector<std::string>{"1959-12-31T23:59:59", ""}));
  for (const auto& column : {formatted("DATE9.", {1.0, 1.5}), formatted("DATETIME20.", {0.25}),
                             formatted("TIME8.", {90000.0}), formatted("8.2", {1.0})})
    EXPECT_EQ(dated_column(column).values.index(), 0U) << column.format;
}

TEST(SasFormat, gives_the_numbers_of_a_dated_column_back) {
  for (const Column& column : {formatted("DATE9.", {21517.0, missing, -1.0}),
                               formatted("DATETIME20.", {-1.0, 1e9, missing}),
                               formatted("TIME8.", {0.0, missing, 86399.0})}) {
    const SasNumbers back = sas_numbers(dated_column(column));
    ASSERT_TRUE(back.values) << column.format;
    const auto& values = std::get<std::vector<double>>(column.values);
    for (std::size_t k = 0; k < values.size(); ++k)
      EXPECT_TRUE((*back.values)[k] == values[k] || std::isnan(values[k])) << column.format << k;
  }
  const SasNumbers bad = sas_numbers({.values = std::vector<Date>{{2018, 1, 1}, {2018, 1, 0}}});
  EXPECT_FALSE(bad.values);
  EXPECT_EQ(bad.bad_row, 1U);
}

TEST(SpecialMissing, is_missing_and_keeps_its_letter) {
  for (const char letter : {'A', 'M', 'Z', '_'}) {
    const double value = special_missing(letter);
    EXPECT_TRUE(std::isnan(value));
    EXPECT_EQ(missing_letter(value), letter);
  }
  for (const double value : {missing, -missing, std::numeric_limits<double>::signaling_NaN(), 0.0,
                             1.0, std::numeric_limits<double>::infinity()})
    EXPECT_EQ(missing_letter(value), 0) << value;
}

}  // namespace
}  // namespace entact
