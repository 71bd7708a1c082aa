#include "entact/answer/fine_course.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "entact/answer/simulate_draws.h"
#include "entact/pharm/timeline.h"

namespace entact {
namespace {

constexpr double first_stretch_h = 1.0 / 32, growth = 1.3, least_longest_h = 0.25;

struct Hours {
  double begin = 0, end = 0;
};

std::vector<Hours> covered(const SimulationPlan& plan, const SimulatedCase& one) {
  std::vector<Hours> all;
  for (const ExposureWindow& window : exposure_windows(plan, one)) {
    const double begin = plan.times_h[window.first];
    all.push_back(
        {std::min(window.first_dose_h, begin), plan.times_h[window.first + window.size - 1]});
  }
  return all;
}

// Instants between which the course is smooth, and those at which an integral begins or ends.
std::vector<double> edges_of(const PharmModel& model, const SimulationPlan& plan,
                             const SimulatedCase& one, std::span<const double> sets,
                             const std::vector<Hours>& windows) {
  std::vector<double> edges;
  for (const Hours& hours : windows) edges.insert(edges.end(), {hours.begin, hours.end});
  for (const ExposureWindow& window : exposure_windows(plan, one))
    edges.push_back(plan.times_h[window.first]);
  const std::size_t n_p = model.description.parameters.size();
  for (std::size_t first = 0; first == 0 || first < sets.size(); first += n_p)
    for (const Stop<double>& stop :
         expand_doses<double>(model.description.inputs, sets.subspan(first, n_p), one.doses))
      edges.push_back(stop.t_h);
  for (const ScheduledChange& change : one.carried.schedule.changes) edges.push_back(change.t_h);
  std::sort(edges.begin(), edges.end());
  return edges;
}

void add_nodes(FineCourse& fine, double from, double to) {
  static const double inner = std::sqrt(5 - 2 * std::sqrt(10.0 / 7)) / 3;
  static const double outer = std::sqrt(5 + 2 * std::sqrt(10.0 / 7)) / 3;
  static const double by_inner = (322 + 13 * std::sqrt(70.0)) / 900;
  static const double by_outer = (322 - 13 * std::sqrt(70.0)) / 900;
  const double half = (to - from) / 2;
  const auto add = [&](double x, double weight) {
    fine.t_h.push_back(from + half * (1 + x));
    fine.weight_h.push_back(half * weight);
  };
  add(-outer, by_outer), add(-inner, by_inner), add(0, 128.0 / 225);
  add(inner, by_inner), add(outer, by_outer);
}

void add_stretches(FineCourse& fine, double from, double to, double longest_h) {
  if (to - from < 1e-6) return;
  double length = first_stretch_h;
  for (; to - from > 1.5 * length; length = std::min(growth * length, longest_h)) {
    add_nodes(fine, from, from + length);
    from += length;
  }
  add_nodes(fine, from, to);
}

// A course starts at its first time, if no dose is before it: the same one for both.
void begin_with(FineCourse& fine, double t_h) {
  if (!fine.t_h.empty() && fine.t_h.front() <= t_h) return;
  fine.t_h.insert(fine.t_h.begin(), t_h);
  fine.weight_h.insert(fine.weight_h.begin(), 0);
}

// Which set gives the outputs at each of these times; of them the plan's first alone may be that of
// a change.
std::vector<int> sets_at(const ParameterSchedule& schedule, const std::vector<double>& times,
                         double first_h) {
  std::vector<int> sets;
  for (const double t : times) {
    int set = 0;
    for (const ScheduledChange& change : schedule.changes)
      if (change.t_h < t) set = change.set;
    sets.push_back(set);
  }
  if (times.front() == first_h) sets.front() = schedule.of_time.front();
  return sets;
}

/// What the metric sees at its finest.
struct Seen {
  double value = std::numeric_limits<double>::quiet_NaN(), t_h = value;
};

Seen extreme_of(const FineCourse& fine, std::size_t output, Hours hours, bool trough) {
  Seen seen;
  for (std::size_t i = 0; i < fine.t_h.size(); ++i) {
    const double value = fine.values[output][i];
    if (fine.t_h[i] < hours.begin || fine.t_h[i] > hours.end || !std::isfinite(value)) continue;
    if (std::isnan(seen.value) || (trough ? value < seen.value : value > seen.value))
      seen = {value, fine.t_h[i]};
  }
  return seen;
}

double area_between(const FineCourse& fine, std::size_t output, Hours hours) {
  double sum = 0;
  for (std::size_t i = 0; i < fine.t_h.size(); ++i)
    if (fine.t_h[i] > hours.begin && fine.t_h[i] < hours.end)
      sum += fine.weight_h[i] * fine.values[output][i];
  return sum;
}

double first_dose_of(const SimulationPlan& plan, const ExposureMetric& metric) {
  return plan.times_h[metric.first] - metric.since_h.front();
}

Hours hours_of(const SimulationPlan& plan, const ExposureMetric& metric) {
  return {plan.times_h[metric.first], plan.times_h[metric.first + metric.since_h.size() - 1]};
}

Seen extreme_since_dose(const FineCourse& fine, const SimulationPlan& plan,
                        const ExposureMetric& metric) {
  const bool trough =
      metric.kind == ExposureKind::trough || metric.kind == ExposureKind::time_of_trough;
  const double dose = first_dose_of(plan, metric);
  Hours hours = hours_of(plan, metric);
  hours.begin = std::min(hours.begin, dose);
  Seen seen = extreme_of(fine, static_cast<std::size_t>(metric.output), hours, trough);
  seen.t_h -= dose;
  return seen;
}

}  // namespace

FineCourse fine_course(const PharmModel& model, const SimulationPlan& plan,
                       const SimulatedCase& one, std::span<const double> sets,
                       const SimulateOptions& how) {
  FineCourse fine;
  const std::vector<Hours> windows = covered(plan, one);
  double all_h = 0;
  for (const Hours& hours : windows) all_h += hours.end - hours.begin;
  const std::vector<double> edges = edges_of(model, plan, one, sets, windows);
  for (std::size_t i = 1; i < edges.size(); ++i) {
    const double middle = (edges[i - 1] + edges[i]) / 2;
    if (std::any_of(windows.begin(), windows.end(),
                    [&](const Hours& hours) { return middle > hours.begin && middle < hours.end; }))
      add_stretches(fine, edges[i - 1], edges[i], std::max(least_longest_h, all_h / 400));
  }
  begin_with(fine, plan.times_h.front());
  SimulatedCase finer = one;
  if (!one.carried.schedule.changes.empty())
    finer.carried.schedule.of_time = sets_at(one.carried.schedule, fine.t_h, plan.times_h.front());
  const Course course = case_course(model, finer, sets, fine.t_h, how);
  const std::size_t n_y = model.description.outputs.size();
  for (const int k : plan.outputs) {
    auto& values = fine.values.emplace_back();
    for (std::size_t i = 0; i < fine.t_h.size(); ++i)
      values.push_back(course.outputs[i * n_y + static_cast<std::size_t>(k)]);
  }
  return fine;
}

double fine_exposure(const FineCourse& fine, const SimulationPlan& plan,
                     const ExposureMetric& metric) {
  switch (metric.kind) {
    case ExposureKind::area:
    case ExposureKind::area_by_model:
      return area_between(fine, static_cast<std::size_t>(metric.output), hours_of(plan, metric));
    case ExposureKind::peak:
    case ExposureKind::trough:
      return extreme_since_dose(fine, plan, metric).value;
    case ExposureKind::time_of_peak:
    case ExposureKind::time_of_trough:
      return extreme_since_dose(fine, plan, metric).t_h;
    default:
      return std::numeric_limits<double>::quiet_NaN();
  }
}

}  // namespace entact
