#include "entact/stats/session_peak.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "entact/base/error.h"

namespace entact {
namespace {

const double nothing = std::nan("");

TEST(SessionPeak, takes_the_last_before_and_the_greatest_after) {
  const std::vector<TimedValue> values{{0, 1, -1, 118}, {0, 1, 0, 121}, {0, 1, 1, 140},
                                       {0, 1, 2, 152},  {0, 1, 4, 152}, {0, 1, 6, 130},
                                       {0, 2, -1, 119}, {0, 2, 2, 111}};
  const auto peaks = session_peaks(values);
  ASSERT_EQ(peaks.size(), 2U);
  EXPECT_EQ(peaks[0].before, 121);
  EXPECT_EQ(peaks[0].peak, 152);
  EXPECT_EQ(peaks[0].time_h, 2);  // the first of two equal ones
  EXPECT_EQ(peaks[1].change(), -8);
  EXPECT_EQ(session_peaks(values, true)[0].peak, 130);
}

TEST(SessionPeak, does_not_depend_on_the_order_of_rows) {
  std::vector<TimedValue> values{{1, 1, 2, 140}, {0, 1, -1, 118}, {1, 1, -1, 120}, {0, 1, 1, 130}};
  const auto before = session_peaks(values);
  std::reverse(values.begin(), values.end());
  const auto after = session_peaks(values);
  for (std::size_t i = 0; i < before.size(); ++i) {
    EXPECT_EQ(before[i].participant, after[i].participant);
    EXPECT_EQ(before[i].change(), after[i].change());
  }
}

TEST(SessionPeak, missing_values_do_not_count) {
  const auto peaks = session_peaks(std::vector<TimedValue>{
      {0, 1, -1, nothing}, {0, 1, 1, 130}, {1, 1, -1, 120}, {2, 1, 1, nothing}});
  ASSERT_EQ(peaks.size(), 2U);
  EXPECT_TRUE(std::isnan(peaks[0].before));
  EXPECT_TRUE(std::isnan(peaks[0].change()));
  EXPECT_TRUE(std::isnan(peaks[1].peak));
}

TEST(ShiftTable, counts_from_and_to) {
  const std::vector<int> before{0, 0, 1, 2, -1, 1}, worst{0, 2, 1, 0, 2, -1};
  const ShiftTable table = shift_table(before, worst, 3);
  EXPECT_EQ(table.counts, (std::vector<std::vector<int>>{{1, 0, 1}, {0, 1, 0}, {1, 0, 0}}));
  EXPECT_EQ(table.n, 4);
  EXPECT_EQ(table.worse, 1);
  EXPECT_EQ(table.without_before, 1);
  EXPECT_EQ(table.without_after, 1);
}

TEST(ShiftTable, refuses_what_is_no_category) {
  const std::vector<int> one{0}, two{0, 1}, high{3};
  EXPECT_THROW(shift_table(one, two, 3), Error);
  EXPECT_THROW(shift_table(high, one, 3), Error);
}

}  // namespace
}  // namespace entact
