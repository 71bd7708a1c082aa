#include "entact/answer/pharm_statistics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "entact/answer/course_shape.h"
#include "entact/pharm/draws.h"
#include "entact/pharm/ensemble.h"
#include "entact/pharm/regimen.h"

namespace entact {
namespace {

constexpr double grid_h = 0.1;

struct Peak {
  double value = 0;
  double t_h = 0;
};

/// The highest value within the hours, between the points by a parabola, so that it moves smoothly
/// with the parameters.
Peak peak_of(std::span<const double> t, std::span<const double> y, double from, double to) {
  std::size_t best = t.size();
  for (std::size_t k = 0; k < t.size(); ++k)
    if (t[k] >= from - 1e-9 && t[k] <= to + 1e-9 && (best == t.size() || y[k] > y[best])) best = k;
  if (best == t.size()) return {std::nan(""), std::nan("")};
  const bool inside =
      best > 0 && best + 1 < t.size() && t[best - 1] >= from - 1e-9 && t[best + 1] <= to + 1e-9;
  if (!inside) return {y[best], t[best]};
  const double a = y[best - 1], b = y[best], c = y[best + 1], bend = a - 2 * b + c;
  if (!(bend < 0)) return {b, t[best]};
  const double shift = (a - c) / (2 * bend);
  return {b - (a - c) * shift / 4, t[best] + shift * (t[best + 1] - t[best])};
}

double value_at(std::span<const double> t, std::span<const double> y, double time) {
  const auto at = std::lower_bound(t.begin(), t.end(), time - 1e-9);
  return y[static_cast<std::size_t>(at - t.begin())];
}

bool is_of_people(CourseStatistic asked) {
  return asked == CourseStatistic::percent_above || asked == CourseStatistic::highest;
}

/// How parameters of a draw come about.
struct Drawing {
  const ModelFile& file;
  std::span<const double> typical;  ///< empty: of the file
  bool people = false;              ///< persons, not groups
  int n = 0;                        ///< people in a group; 0: their spread is left out
  std::uint64_t seed = 1;
};

/// The model of one course: settings applied, what was fixed no longer varies.
ModelDescription description_of(const Drawing& drawing, const PharmCourse& course) {
  ModelDescription made = drawing.file.description;
  made.parameters = with_settings(drawing.file, course.with).parameters;
  const std::vector<ModelParameter>& plain = drawing.file.description.parameters;
  for (std::size_t k = 0; k < drawing.typical.size(); ++k) {
    ModelParameter& one = made.parameters[k];
    if (one.value == plain[k].value) one.value = drawing.typical[k];
    one.low = std::min(one.low, one.value);  // a calibration may leave the range
    one.high = std::max(one.high, one.value);
  }
  for (const auto& [k, value] : course.fixed) {
    ModelParameter& fixed = made.parameters[static_cast<std::size_t>(k)];
    fixed.value = fixed.low = fixed.high = value;
    fixed.between_sd = 0;
  }
  return made;
}

/// The parameters of one course's draws; draw 0 is typical.
std::vector<double> drawn(const ParameterDraws& draws, const Drawing& drawing, std::uint32_t draw) {
  if (draw == 0) return draws.typical();
  return drawing.people ? draws.person(draw) : draws.group_and_unknown(draw, drawing.n);
}

std::vector<DrawnCovariate> exactly(const std::vector<double>& covariates) {
  std::vector<DrawnCovariate> made;
  for (const double value : covariates) made.push_back({.mean = value, .sd = 0});
  return made;
}

std::vector<double> grid(double to) {
  std::vector<double> times(static_cast<std::size_t>(std::lround(to / grid_h)) + 1);
  for (std::size_t k = 0; k < times.size(); ++k) times[k] = static_cast<double>(k) * grid_h;
  return times;
}

/// The statistic of draws 0 .. draws.
std::vector<double> statistics(const PharmModel& model, const PharmObservation& asked,
                               const PharmCourse& course, const Drawing& drawing, int draws) {
  const std::vector<double> times = grid(course.to_h);
  const ParameterDraws parameters(description_of(drawing, course), drawing.file.population,
                                  exactly(course.covariates), drawing.seed);
  Population population{.n = draws + 1, .parameters = [&](std::ptrdiff_t k, std::span<double> p) {
                          const std::vector<double> own =
                              drawn(parameters, drawing, static_cast<std::uint32_t>(k));
                          std::copy(own.begin(), own.end(), p.begin());
                        }};
  double dose = 0;
  if (course.regimen != "none") {
    const Regimen regimen{.doses = parse_regimen(course.regimen)};
    for (const RegimenDose& one : regimen.doses) dose += one.amount_mg;
    population.doses = regimen_events(regimen, model.description);
  }
  std::vector<double> found;
  const auto column = static_cast<std::size_t>(asked.output);
  EnsembleOptions how{
      .states = false, .sink = [&](const EnsembleBlock& block) {
        std::vector<double> y(times.size());
        for (std::size_t i = 0; i < static_cast<std::size_t>(block.n); ++i) {
          for (std::size_t k = 0; k < times.size(); ++k) y[k] = block.at(i, k, column);
          found.push_back(statistic_of(asked.asked, times, y, course, asked.share, dose));
        }
      }};
  if (draws == 0) {  // a search differentiates these by differences
    how.solver.relative = 1e-8;
    how.solver.absolute = 1e-10;
  }
  how.probabilities.clear();
  simulate_ensemble(model, population, times, how);
  return found;
}

/// From peaks of persons: percent of them above the threshold, or the highest of n.
std::vector<double> of_people(const PharmObservation& asked, const std::vector<double>& peaks,
                              int n) {
  std::vector<double> found;
  const std::size_t group = n > 0 ? static_cast<std::size_t>(n) : peaks.size();
  for (std::size_t first = 1; first + group <= peaks.size(); first += group) {  // 0 is typical
    const auto begin = peaks.begin() + static_cast<std::ptrdiff_t>(first),
               end = begin + static_cast<std::ptrdiff_t>(group);
    const auto above =
        std::count_if(begin, end, [&](double peak) { return peak > asked.threshold; });
    found.push_back(asked.asked == CourseStatistic::highest
                        ? *std::max_element(begin, end)
                        : 100.0 * static_cast<double>(above) / static_cast<double>(group));
  }
  return found;
}

}  // namespace

double statistic_of(CourseStatistic asked, std::span<const double> t, std::span<const double> y,
                    const PharmCourse& course, double share, double dose_mg) {
  const Peak peak = peak_of(t, y, course.from_h, course.to_h);
  switch (asked) {
    case CourseStatistic::peak:
    case CourseStatistic::percent_above:
    case CourseStatistic::highest:
      return peak.value;
    case CourseStatistic::peak_time:
      return peak.t_h - course.from_h;
    case CourseStatistic::peak_change:
      return peak.value - y.front();
    case CourseStatistic::area:
      return area_of(t, y, course.from_h, course.to_h);
    case CourseStatistic::half_life:
      return std::log(2.0) * (course.to_h - course.from_h) /
             std::log(value_at(t, y, course.from_h) / value_at(t, y, course.to_h));
    case CourseStatistic::clearance:
      return 1000 * dose_mg / area_of(t, y, course.from_h, course.to_h);
    case CourseStatistic::duration:
      return hours_above(t, y, course.from_h, course.to_h, share * peak.value);
  }
  return std::nan("");
}

ModelPrediction predict(const PharmModel& model, const ModelFile& file,
                        const PharmObservation& asked, const PredictionOptions& how,
                        std::span<const double> parameters) {
  const bool people = is_of_people(asked.asked);
  const Drawing drawing{file, parameters, people, asked.n, how.seed};
  const int group = std::max(asked.n, 1);
  const int draws = !people ? how.draws : group * std::max(1, (how.people + group - 1) / group);
  std::vector<double> mean;
  for (std::size_t k = 0; k < asked.courses.size(); ++k) {
    std::vector<double> one = statistics(model, asked, asked.courses[k], drawing, draws);
    if (people) one = of_people(asked, one, asked.n);
    if (!asked.versus.empty()) {
      const std::vector<double> other = statistics(model, asked, asked.versus[k], drawing, draws);
      for (std::size_t i = 0; i < one.size(); ++i)
        one[i] = asked.as_ratio ? one[i] / other[i] : 100 * (one[i] / other[i] - 1);
    }
    mean.resize(one.size());
    for (std::size_t i = 0; i < one.size(); ++i)
      mean[i] += one[i] / static_cast<double>(asked.courses.size());
  }
  ModelPrediction made{.value = people ? std::accumulate(mean.begin(), mean.end(), 0.0) /
                                             static_cast<double>(mean.size())
                                       : mean.front()};
  made.draws.assign(mean.begin() + (people ? 0 : 1), mean.end());
  std::sort(made.draws.begin(), made.draws.end());
  return made;
}

}  // namespace entact
