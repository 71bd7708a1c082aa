#include "entact/answer/exposure_window.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "entact/pharm/given_doses.h"

namespace entact {
namespace {

std::vector<double> taken_h(const SimulatedCase& one) {
  std::vector<double> times;
  for (const GivenDose& dose : given_doses(one.doses)) times.push_back(dose.t_h);
  return times;
}

// The hours that a session's doses are in; all there are if it is the only one.
struct Hours {
  double begin = 0, end = 0;
};

Hours session_hours(const SimulationPlan& plan, int session) {
  constexpr double all = std::numeric_limits<double>::infinity();
  if (plan.regimen.sessions == 1) return {-all, all};
  const double begin = (session - 1) * plan.regimen.every_h;
  return {begin, begin + plan.regimen.every_h};
}

void put_doses(ExposureWindow& window, const SimulationPlan& plan, const SimulatedCase& one,
               Hours session) {
  const double begin = plan.times_h[window.first];
  const double end = plan.times_h[window.first + window.size - 1];
  const bool table = one.regimen.empty();
  if (table) session = {begin, end};
  const std::vector<double> taken = taken_h(one);
  const auto first = std::lower_bound(taken.begin(), taken.end(), session.begin - 1e-9);
  if (first != taken.end() && *first < session.end - 1e-9)
    window.first_dose_h = *first;
  else if (table)
    window.first_dose_h = first == taken.begin() ? begin : *(first - 1);
  else
    window.first_dose_h = plan.regimen.sessions == 1 ? 0 : session.begin;
  const auto after = std::lower_bound(taken.begin(), taken.end(), end);
  window.last_dose_h = after == taken.begin() ? window.first_dose_h : *(after - 1);
}

std::vector<int> sessions_shown(const SimulationPlan& plan) {
  const int n = plan.regimen.sessions;
  if (n == 2) return {1, 2};
  if (n == 3) return {1, 2, 3};
  return n == 1 ? std::vector<int>{1} : std::vector<int>{1, n};
}

// The plan's times within a session; one alone is no course, except where nothing else was asked.
ExposureWindow window_of(const SimulationPlan& plan, int session) {
  const auto& t = plan.times_h;
  if (plan.regimen.sessions == 1) return {.size = t.size()};
  const Hours hours = session_hours(plan, session);
  const auto first = std::lower_bound(t.begin(), t.end(), hours.begin - 1e-9);
  const auto last = std::lower_bound(first, t.end(), hours.end - 1e-9);
  if (last - first < 2) return {};
  return {.first = static_cast<std::size_t>(first - t.begin()),
          .size = static_cast<std::size_t>(last - first),
          .name = fmt::format(", session {}", session)};
}

}  // namespace

std::vector<ExposureWindow> exposure_windows(const SimulationPlan& plan, const SimulatedCase& one) {
  std::vector<ExposureWindow> windows;
  for (const int session : sessions_shown(plan)) {
    ExposureWindow window = window_of(plan, session);
    if (window.size == 0) continue;
    put_doses(window, plan, one, session_hours(plan, session));
    windows.push_back(std::move(window));
  }
  return windows;
}

std::vector<std::string> session_notes(const SimulationPlan& plan) {
  std::vector<std::string> notes;
  const int n = plan.regimen.sessions;
  if (n > 3)
    notes.push_back(
        fmt::format("Exposure is of the first and the last of {} sessions; those between are "
                    "simulated, and in the course.",
                    n));
  for (const int session : sessions_shown(plan))
    if (window_of(plan, session).size == 0)
      notes.push_back(fmt::format(
          "Session {} of {} has no exposure: fewer than two of the times asked for lie in it.",
          session, n));
  return notes;
}

}  // namespace entact
