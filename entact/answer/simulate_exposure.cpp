#include "entact/answer/simulate_exposure.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "entact/answer/course_shape.h"

namespace entact {
namespace {

using Values = std::span<const double>;

double peak(Values, Values y, double) { return *std::max_element(y.begin(), y.end()); }

double trough(Values, Values y, double) { return *std::min_element(y.begin(), y.end()); }

double time_of_trough(Values t, Values y, double) {
  return t[static_cast<std::size_t>(std::min_element(y.begin(), y.end()) - y.begin())];
}

double time_of_peak(Values t, Values y, double) {
  return t[static_cast<std::size_t>(std::max_element(y.begin(), y.end()) - y.begin())];
}

double area(Values t, Values y, double) { return area_of(t, y, t.front(), t.back()); }

double time_above(Values t, Values y, double level) {
  return hours_above(t, y, t.front(), t.back(), level);
}

// The times of one session: indices in the plan's times.
struct Window {
  std::size_t first = 0, size = 0;
  std::string name{};  ///< ", session 3"; empty if there is one session
};

// The first and the last session, from its start to the last time before the next one's.
std::vector<Window> windows_of(const SimulationPlan& plan) {
  const auto& t = plan.times_h;
  if (plan.regimen.sessions == 1) return {{0, t.size(), ""}};
  std::vector<Window> windows;
  for (const int session : {1, plan.regimen.sessions}) {
    const double start = (session - 1) * plan.regimen.every_h;
    const auto first = std::lower_bound(t.begin(), t.end(), start);
    const auto last = std::lower_bound(first, t.end(), start + plan.regimen.every_h);
    if (last - first >= 2)
      windows.push_back({static_cast<std::size_t>(first - t.begin()),
                         static_cast<std::size_t>(last - first),
                         fmt::format(", session {}", session)});
  }
  return windows;
}

bool falls(const std::vector<SimulatedQuantity>& course, const Window& window) {
  const double start = course[window.first].typical;
  double low = start, high = start;
  for (std::size_t i = window.first; i < window.first + window.size; ++i) {
    low = std::min(low, course[i].typical);
    high = std::max(high, course[i].typical);
  }
  return start - low > high - start;
}

void add_metrics(std::vector<ExposureMetric>& metrics, const SimulationPlan& plan,
                 const SimulateRequest& request, std::size_t place, const Window& window,
                 const std::vector<SimulatedQuantity>& course) {
  const auto& output = plan.file.description.outputs[static_cast<std::size_t>(plan.outputs[place])];
  const bool concentration = output.unit == "ng/mL" || output.unit == "mg/L";
  const double start = plan.times_h[window.first];
  std::vector<double> since_h;
  for (std::size_t i = 0; i < window.size; ++i)
    since_h.push_back(plan.times_h[window.first + i] - start);
  const auto add = [&](const std::string& name, const std::string& unit, auto of) {
    metrics.push_back({static_cast<int>(place), name + window.name, unit, of, window.first, since_h,
                       request.above.value_or(0)});
  };
  if (!concentration) {
    const bool down = falls(course, window);
    add(down ? "trough" : "peak", output.unit, down ? trough : peak);
    add(down ? "time of trough" : "time of peak", "h", down ? time_of_trough : time_of_peak);
    return;
  }
  add("Cmax", output.unit, peak);
  add("Tmax", "h", time_of_peak);
  add(fmt::format("AUC 0-{:g} h", since_h.back()), output.unit + " h", area);
  if (request.above) add(fmt::format("time above {:g}", *request.above), "h", time_above);
}

}  // namespace

std::vector<ExposureMetric> exposure_metrics(
    const SimulationPlan& plan, const SimulateRequest& request,
    const std::vector<std::vector<SimulatedQuantity>>& typical) {
  std::vector<ExposureMetric> metrics;
  for (std::size_t k = 0; k < plan.outputs.size(); ++k)
    for (const Window& window : windows_of(plan))
      add_metrics(metrics, plan, request, k, window, typical[k]);
  return metrics;
}

double exposure_of(const ExposureMetric& metric, std::span<const double> y) {
  const Values seen = y.subspan(metric.first, metric.since_h.size());
  if (std::any_of(seen.begin(), seen.end(), [](double each) { return std::isnan(each); }))
    return std::nan("");
  return metric.of(metric.since_h, seen, metric.level);
}

}  // namespace entact
