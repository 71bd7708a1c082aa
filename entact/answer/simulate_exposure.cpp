#include "entact/answer/simulate_exposure.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "entact/answer/course_shape.h"

namespace entact {
namespace {

double peak(const std::vector<double>&, const std::vector<double>& y, double) {
  return *std::max_element(y.begin(), y.end());
}

double trough(const std::vector<double>&, const std::vector<double>& y, double) {
  return *std::min_element(y.begin(), y.end());
}

double time_of_trough(const std::vector<double>& t, const std::vector<double>& y, double) {
  return t[static_cast<std::size_t>(std::min_element(y.begin(), y.end()) - y.begin())];
}

double time_of_peak(const std::vector<double>& t, const std::vector<double>& y, double) {
  return t[static_cast<std::size_t>(std::max_element(y.begin(), y.end()) - y.begin())];
}

double area(const std::vector<double>& t, const std::vector<double>& y, double) {
  return area_of(t, y, t.front(), t.back());
}

double time_above(const std::vector<double>& t, const std::vector<double>& y, double level) {
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
  const auto add = [&](const std::string& name, const std::string& unit, auto of) {
    metrics.push_back({static_cast<int>(place), name + window.name, unit, of, window.first,
                       window.size, request.above.value_or(0)});
  };
  if (!concentration) {
    const bool down = falls(course, window);
    add(down ? "trough" : "peak", output.unit, down ? trough : peak);
    add(down ? "time of trough" : "time of peak", "h", down ? time_of_trough : time_of_peak);
    return;
  }
  add("Cmax", output.unit, peak);
  add("Tmax", "h", time_of_peak);
  const double start = plan.times_h[window.first];
  const double hours = plan.times_h[window.first + window.size - 1] - start;
  add(fmt::format("AUC 0-{:g} h", hours), output.unit + " h", area);
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

double exposure_of(const ExposureMetric& metric, const std::vector<double>& t,
                   const std::vector<double>& y) {
  const auto at = static_cast<std::ptrdiff_t>(metric.first);
  const auto end = at + static_cast<std::ptrdiff_t>(metric.size);
  const std::vector<double> seen(y.begin() + at, y.begin() + end);
  std::vector<double> since(t.begin() + at, t.begin() + end);
  if (std::any_of(seen.begin(), seen.end(), [](double each) { return std::isnan(each); }))
    return std::nan("");
  const double start = since.front();
  for (double& each : since) each -= start;
  return metric.of(since, seen, metric.level);
}

}  // namespace entact
