#pragma once

#include <limits>
#include <span>
#include <vector>

namespace entact {

/// One value of one participant in one session, at its time from the dose.
struct TimedValue {
  int participant = 0;
  int session = 0;
  double time_h = 0;  ///< 0 or less: before the dose
  double value = std::numeric_limits<double>::quiet_NaN();
};

/// How far a value rose in a session.
struct SessionPeak {
  int participant = 0;
  int session = 0;
  double before = std::numeric_limits<double>::quiet_NaN();  ///< last value at or before the dose
  double peak = std::numeric_limits<double>::quiet_NaN();    ///< greatest value after it
  double time_h = std::numeric_limits<double>::quiet_NaN();  ///< of the peak, first of equals
  [[nodiscard]] double change() const { return peak - before; }
};

/// The peak of each participant in each session that has a value; missing values do not count.
///
/// @param lowest  take the lowest value instead (oxygen saturation)
/// @return by participant, then session
/// @cost   O(n log n)
std::vector<SessionPeak> session_peaks(std::span<const TimedValue> values, bool lowest = false);

/// How many went from each category before to which worst category after.
struct ShiftTable {
  std::vector<std::vector<int>> counts{};  ///< [before][worst after]
  int n = 0;                               ///< with both
  int worse = 0;                           ///< worst after above before
  int without_before = 0;
  int without_after = 0;
};

/// @param before, worst  category of each participant from 0 (best) up; -1 missing
/// @throws Error "stats.shift.category" if lengths differ or a category is not below `categories`
ShiftTable shift_table(std::span<const int> before, std::span<const int> worst, int categories);

}  // namespace entact
