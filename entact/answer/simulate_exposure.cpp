#include "entact/answer/simulate_exposure.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "entact/answer/course_shape.h"
#include "entact/pharm/nca.h"

namespace entact {
namespace {

using Values = std::span<const double>;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
// Below this part of the peak a course is as much the solver's tolerance as the model's.
constexpr double measurable_part = 1e-5;

double highest(Values y) { return *std::max_element(y.begin(), y.end()); }

double lowest(Values y) { return *std::min_element(y.begin(), y.end()); }

double time_of(Values t, Values y, double value) {
  if (highest(y) == lowest(y)) return nan;
  return t[static_cast<std::size_t>(std::find(y.begin(), y.end(), value) - y.begin())];
}

// From the last dose on: what a dose adds is no decline.
double half_life(Values t, Values y, double last_dose_h) {
  const auto from = std::lower_bound(t.begin(), t.end(), last_dose_h - 1e-9) - t.begin();
  t = t.subspan(static_cast<std::size_t>(from));
  std::vector<double> c;
  for (const double each : y.subspan(static_cast<std::size_t>(from)))
    c.push_back(std::max(each, 0.0));
  if (c.empty()) return nan;
  const NcaOptions how{.method = AucMethod::linear, .lower_limit = measurable_part * highest(c)};
  return nca(t, c, nan, how).half_life_h;
}

bool falls(const std::vector<SimulatedQuantity>& course, const ExposureWindow& window) {
  const double start = course[window.first].typical;
  double low = start, high = start;
  for (std::size_t i = window.first; i < window.first + window.size; ++i) {
    low = std::min(low, course[i].typical);
    high = std::max(high, course[i].typical);
  }
  return start - low > high - start;
}

std::string area_name(const std::vector<double>& since_h) {
  const char* words = since_h.front() < 0 ? "AUC {:.6g} to {:.6g} h" : "AUC {:.6g}-{:.6g} h";
  return fmt::format(fmt::runtime(words), since_h.front(), since_h.back());
}

void add_metrics(std::vector<ExposureMetric>& metrics, const SimulationPlan& plan,
                 const SimulateRequest& request, std::size_t place, const ExposureWindow& window,
                 const std::vector<SimulatedQuantity>& course) {
  using Kind = ExposureKind;
  const auto& output = plan.file.description.outputs[static_cast<std::size_t>(plan.outputs[place])];
  std::vector<double> since_h;
  for (std::size_t i = 0; i < window.size; ++i)
    since_h.push_back(plan.times_h[window.first + i] - window.first_dose_h);
  const auto add = [&](Kind kind, const std::string& name, const std::string& unit) {
    metrics.push_back({static_cast<int>(place), kind, name + window.name, unit, window.first,
                       since_h, window.last_dose_h - window.first_dose_h,
                       request.above.value_or(0)});
  };
  if (output.unit != "ng/mL" && output.unit != "mg/L") {
    const bool down = falls(course, window);
    add(down ? Kind::trough : Kind::peak, down ? "trough" : "peak", output.unit);
    add(down ? Kind::time_of_trough : Kind::time_of_peak, down ? "time of trough" : "time of peak",
        "h");
    return;
  }
  add(Kind::peak, "Cmax", output.unit);
  add(Kind::time_of_peak, "Tmax", "h");
  if (since_h.size() < 2) return;
  add(Kind::area, area_name(since_h), output.unit + " h");
  add(Kind::area_by_model, area_name(since_h) + " by model", output.unit + " h");
  add(Kind::half_life, "half-life", "h");
  if (request.above) add(Kind::time_above, fmt::format("time above {:g}", *request.above), "h");
}

}  // namespace

std::vector<ExposureMetric> exposure_metrics(
    const SimulationPlan& plan, const SimulatedCase& one, const SimulateRequest& request,
    const std::vector<std::vector<SimulatedQuantity>>& typical) {
  std::vector<ExposureMetric> metrics;
  const std::vector<ExposureWindow> windows = exposure_windows(plan, one);
  for (std::size_t k = 0; k < plan.outputs.size(); ++k)
    for (const ExposureWindow& window : windows)
      add_metrics(metrics, plan, request, k, window, typical[k]);
  return metrics;
}

double exposure_of(const ExposureMetric& metric, std::span<const double> y) {
  const Values t = metric.since_h, seen = y.subspan(metric.first, t.size());
  if (!std::all_of(seen.begin(), seen.end(), [](double each) { return std::isfinite(each); }))
    return nan;
  switch (metric.kind) {
    case ExposureKind::peak:
      return highest(seen);
    case ExposureKind::trough:
      return lowest(seen);
    case ExposureKind::time_of_peak:
      return time_of(t, seen, highest(seen));
    case ExposureKind::time_of_trough:
      return time_of(t, seen, lowest(seen));
    case ExposureKind::area:
      return area_of(t, seen, t.front(), t.back());
    case ExposureKind::half_life:
      return half_life(t, seen, metric.last_dose_h);
    case ExposureKind::time_above:
      return hours_above(t, seen, t.front(), t.back(), metric.level);
    case ExposureKind::area_by_model:
      break;
  }
  return nan;
}

}  // namespace entact
