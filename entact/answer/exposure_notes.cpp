#include "entact/answer/exposure_notes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "entact/report/number_text.h"

namespace entact {
namespace {

constexpr double tolerated = 0.01;  // of a peak or an area that the times asked for miss

const ModelQuantity& quantity(const SimulationPlan& plan, std::size_t place) {
  return plan.file.description.outputs[static_cast<std::size_t>(plan.outputs[place])];
}

void note_no_number(std::vector<std::string>& notes, const SimulationPlan& plan,
                    const SimulatedCaseResult& result) {
  for (std::size_t k = 0; k < plan.outputs.size(); ++k) {
    const auto& course = result.course[k];
    const auto bad = [](const SimulatedQuantity& at) { return !std::isfinite(at.typical); };
    const auto first = std::find_if(course.begin(), course.end(), bad);
    if (first == course.end()) continue;
    const auto n = std::count_if(first, course.end(), bad);
    notes.push_back(fmt::format(
        "{} is not a finite number at {:g} h{}; exposure there is not estimable",
        quantity(plan, k).label, plan.times_h[static_cast<std::size_t>(first - course.begin())],
        n > 1 ? fmt::format(", the first of {} times", n) : ""));
  }
}

// When the fine course has the metric's peak or trough, h.
double fine_time(const FineCourse& fine, const SimulationPlan& plan, ExposureMetric metric) {
  metric.kind = metric.kind == ExposureKind::trough ? ExposureKind::time_of_trough
                                                    : ExposureKind::time_of_peak;
  return fine_exposure(fine, plan, metric);
}

bool is_missed(ExposureKind kind, double value, double fine) {
  if (!(std::abs(fine - value) > tolerated * std::abs(fine))) return false;
  if (kind == ExposureKind::trough) return fine < value;
  return kind == ExposureKind::area || (kind == ExposureKind::peak && fine > value);
}

// "MDMA in plasma, Cmax: 163 ng/mL, on a fine grid 210 at 2.6 h"; empty if it is found.
std::string missed_words(const FineCourse& fine, const SimulationPlan& plan,
                         const ExposureMetric& metric, double value) {
  const double finer = fine_exposure(fine, plan, metric);
  if (!is_missed(metric.kind, value, finer)) return "";
  const std::string there = whole_significant_text(finer, 3);
  return fmt::format(
      "{}, {}: {}{}, {}", short_label(quantity(plan, static_cast<std::size_t>(metric.output))),
      metric.name, whole_significant_text(value, 3), metric.unit == "1" ? "" : " " + metric.unit,
      metric.kind == ExposureKind::area
          ? fmt::format("by model {}", there)
          : fmt::format("on a fine grid {} at {} h", there,
                        significant_text(fine_time(fine, plan, metric), 2)));
}

}  // namespace

std::vector<std::string> exposure_notes(const FineCourse& fine, const SimulationPlan& plan,
                                        const std::vector<ExposureMetric>& metrics,
                                        const SimulatedCaseResult& result) {
  std::vector<std::string> notes;
  note_no_number(notes, plan, result);
  std::string missed;
  for (std::size_t m = 0; m < metrics.size(); ++m) {
    const std::string words =
        missed_words(fine, plan, metrics[m], result.exposure[m].value.typical);
    if (!words.empty()) missed += (missed.empty() ? "" : "; ") + words;
  }
  if (!missed.empty())
    notes.push_back("the times asked for miss part of the typical person's course: " + missed);
  return notes;
}

}  // namespace entact
