#include "entact/stats/adverse_windows.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "entact/base/error.h"

namespace entact {
namespace {

void check(const std::vector<DayWindow>& windows) {
  double last = -1;
  for (const DayWindow& window : windows) {
    require(window.from_day > last && window.to_day >= window.from_day, "stats.adverse.windows",
            fmt::format("windows start at day 0 or later, ascend and do not overlap; saw '{}' from "
                        "day {} to {}",
                        window.name, window.from_day, window.to_day));
    last = window.to_day;
  }
}

void check(const AdverseStudy& study) {
  for (const AdverseParticipant& person : study.participants)
    require(
        std::is_sorted(person.session_days.begin(), person.session_days.end(), std::less_equal<>()),
        "stats.adverse.sessions",
        "the sessions of a participant are on different days, in ascending order");
}

/// Latest session at or before the day; -1 if there is none.
int session_at(const std::vector<double>& sessions, double day) {
  return static_cast<int>(std::upper_bound(sessions.begin(), sessions.end(), day) -
                          sessions.begin()) -
         1;
}

int window_at(const std::vector<DayWindow>& windows, double after) {
  for (std::size_t w = 0; w < windows.size(); ++w)
    if (after >= windows[w].from_day && after <= windows[w].to_day) return static_cast<int>(w);
  return static_cast<int>(windows.size());
}

/// Days at risk in each window and between, from the first session on.
void add_days(const AdverseParticipant& person, std::size_t index,
              const std::vector<DayWindow>& windows, WindowedEvents& sorted) {
  const double end = person.exposure_days - 1;  // the last day at risk
  for (std::size_t k = 0; k < person.session_days.size(); ++k) {
    const double start = person.session_days[k];
    const bool last = k + 1 == person.session_days.size();
    const double until = last ? end : std::fmin(end, person.session_days[k + 1] - 1);
    double inside = 0;
    for (std::size_t w = 0; w < windows.size(); ++w) {
      const double days = std::fmax(
          0, std::fmin(until, start + windows[w].to_day) - (start + windows[w].from_day) + 1);
      sorted.days[w][index] += days;
      inside += days;
    }
    sorted.days.back()[index] += std::fmax(0, until - start + 1) - inside;
  }
}

}  // namespace

WindowedEvents events_by_window(const AdverseStudy& study, const std::vector<DayWindow>& windows) {
  check(windows);
  check(study);
  WindowedEvents sorted{.between = static_cast<int>(windows.size())};
  for (const AdverseEvent& event : study.events) {
    const auto& sessions =
        study.participants[static_cast<std::size_t>(event.participant)].session_days;
    const int session = std::isnan(event.day) ? -1 : session_at(sessions, event.day);
    sorted.session.push_back(session);
    if (std::isnan(event.day))
      sorted.window.push_back(WindowedEvents::unknown);
    else if (session < 0)
      sorted.window.push_back(WindowedEvents::before);
    else
      sorted.window.push_back(
          window_at(windows, event.day - sessions[static_cast<std::size_t>(session)]));
  }
  sorted.days.assign(windows.size() + 1, std::vector<double>(study.participants.size(), 0));
  for (std::size_t i = 0; i < study.participants.size(); ++i) {
    const AdverseParticipant& person = study.participants[i];
    if (std::isnan(person.exposure_days))
      for (auto& days : sorted.days) days[i] = std::numeric_limits<double>::quiet_NaN();
    else
      add_days(person, i, windows, sorted);
  }
  return sorted;
}

AdverseView window_view(const AdverseStudy& study, const WindowedEvents& sorted, int window) {
  AdverseView view;
  for (const int each : sorted.window) view.events.push_back(each == window);
  for (const AdverseParticipant& person : study.participants)
    view.participants.push_back(!person.session_days.empty());
  view.exposure_days = sorted.days.at(static_cast<std::size_t>(window));
  return view;
}

}  // namespace entact
