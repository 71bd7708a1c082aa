#include "entact/stats/session_peak.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "entact/base/error.h"

namespace entact {

std::vector<SessionPeak> session_peaks(std::span<const TimedValue> given, bool lowest) {
  std::vector<TimedValue> values;
  for (const TimedValue& each : given)
    if (!std::isnan(each.value) && !std::isnan(each.time_h)) values.push_back(each);
  std::stable_sort(values.begin(), values.end(), [](const TimedValue& a, const TimedValue& b) {
    if (a.participant != b.participant) return a.participant < b.participant;
    return a.session != b.session ? a.session < b.session : a.time_h < b.time_h;
  });
  std::vector<SessionPeak> peaks;
  for (const TimedValue& each : values) {
    if (peaks.empty() || peaks.back().participant != each.participant ||
        peaks.back().session != each.session)
      peaks.push_back({.participant = each.participant, .session = each.session});
    SessionPeak& own = peaks.back();
    if (each.time_h <= 0) {
      own.before = each.value;  // in order of time: the last one stays
    } else if (std::isnan(own.peak) || (lowest ? each.value < own.peak : each.value > own.peak)) {
      own.peak = each.value;
      own.time_h = each.time_h;
    }
  }
  return peaks;
}

ShiftTable shift_table(std::span<const int> before, std::span<const int> worst, int categories) {
  require(before.size() == worst.size(), "stats.shift.category",
          fmt::format("each participant has a category before and after; saw {} and {}",
                      before.size(), worst.size()));
  const auto size = static_cast<std::size_t>(std::max(categories, 0));
  ShiftTable table{.counts = std::vector(size, std::vector<int>(size, 0))};
  for (std::size_t i = 0; i < before.size(); ++i) {
    for (const int each : {before[i], worst[i]})
      require(each >= -1 && each < categories, "stats.shift.category",
              fmt::format("categories are -1 (missing) to {}; saw {}", categories - 1, each));
    table.without_before += before[i] < 0 ? 1 : 0;
    table.without_after += worst[i] < 0 ? 1 : 0;
    if (before[i] < 0 || worst[i] < 0) continue;
    ++table.n;
    table.worse += worst[i] > before[i] ? 1 : 0;
    ++table.counts[static_cast<std::size_t>(before[i])][static_cast<std::size_t>(worst[i])];
  }
  return table;
}

}  // namespace entact
