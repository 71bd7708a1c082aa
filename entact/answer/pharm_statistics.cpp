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

/// How parameters of a draw come about, and how many there are. Of people, the first groups have
/// typical parameters, and each further one shares a draw of what is not known.
struct Drawing {
  const ModelFile& file;
  std::span<const double> typical;  ///< empty: of the file
  bool people = false;              ///< persons, not the mean of a group
  int n = 0;                        ///< people in a group; 0: their spread is left out
  int draws = 0;                    ///< of what is not known
  int typical_groups = 1;
  std::uint64_t seed = 1;
  [[nodiscard]] std::ptrdiff_t courses() const {
    const std::ptrdiff_t groups = typical_groups + draws;
    return people ? groups * n : groups;
  }
};

Drawing drawing_of(const ModelFile& file, std::span<const double> typical,
                   const PharmObservation& asked, const PredictionOptions& how) {
  Drawing made{file, typical, is_of_people(asked.asked), asked.n, how.draws, 1, how.seed};
  if (!made.people) return made;
  if (made.n <= 0) made.n = how.people;
  made.typical_groups = std::max(1, (how.people + made.n - 1) / made.n);
  return made;
}

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

/// The parameters of course k.
std::vector<double> drawn(const ParameterDraws& draws, const Drawing& drawing, std::uint32_t k) {
  if (!drawing.people) return k == 0 ? draws.typical() : draws.group_and_unknown(k, drawing.n);
  const auto group = static_cast<int>(k) / drawing.n;
  if (group < drawing.typical_groups) return draws.person(k + 1);
  return draws.person_and_unknown(k + 1,
                                  static_cast<std::uint32_t>(group - drawing.typical_groups + 1));
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

using Asked = std::span<const PharmObservation* const>;
using Values = std::vector<std::vector<double>>;  ///< [observation][draw]

/// The statistic of each observation in every course that is drawn.
Values statistics(const PharmModel& model, Asked asked, const PharmCourse& course,
                  const Drawing& drawing) {
  const std::vector<double> times = grid(course.to_h);
  const ParameterDraws parameters(description_of(drawing, course), drawing.file.population,
                                  exactly(course.covariates), drawing.seed);
  Population population{
      .n = drawing.courses(), .parameters = [&](std::ptrdiff_t k, std::span<double> p) {
        const std::vector<double> own = drawn(parameters, drawing, static_cast<std::uint32_t>(k));
        std::copy(own.begin(), own.end(), p.begin());
      }};
  double dose = 0;
  if (course.regimen != "none") {
    const Regimen regimen{.doses = parse_regimen(course.regimen)};
    for (const RegimenDose& one : regimen.doses) dose += one.amount_mg;
    population.doses = regimen_events(regimen, model.description);
  }
  Values found(asked.size());
  std::vector<double> y(times.size());
  EnsembleOptions how{
      .states = false, .sink = [&](const EnsembleBlock& block) {
        for (std::size_t i = 0; i < static_cast<std::size_t>(block.n); ++i)
          for (std::size_t a = 0; a < asked.size(); ++a) {
            const PharmObservation& one = *asked[a];
            for (std::size_t k = 0; k < times.size(); ++k)
              y[k] = block.at(i, k, static_cast<std::size_t>(one.output));
            found[a].push_back(statistic_of(one.asked, times, y, course, one.share, dose));
          }
      }};
  if (population.n == 1) {  // a search differentiates these by differences
    how.solver.relative = 1e-8;
    how.solver.absolute = 1e-10;
  }
  how.probabilities.clear();
  simulate_ensemble(model, population, times, how);
  return found;
}

/// From the peaks of a group: percent of it above the threshold, or the highest.
double of_group(const PharmObservation& asked, std::span<const double> peaks) {
  if (asked.asked == CourseStatistic::highest) return *std::max_element(peaks.begin(), peaks.end());
  const auto above = std::count_if(peaks.begin(), peaks.end(),
                                   [&](double peak) { return peak > asked.threshold; });
  return 100.0 * static_cast<double>(above) / static_cast<double>(peaks.size());
}

/// The mean of the typical groups, then each draw's group.
std::vector<double> of_groups(const PharmObservation& asked, std::span<const double> peaks,
                              const Drawing& drawing) {
  const auto size = static_cast<std::size_t>(drawing.n);
  std::vector<double> groups;
  for (std::size_t first = 0; first < peaks.size(); first += size)
    groups.push_back(of_group(asked, peaks.subspan(first, size)));
  const auto typical_end = groups.begin() + drawing.typical_groups;
  std::vector<double> found{std::accumulate(groups.begin(), typical_end, 0.0) /
                            drawing.typical_groups};
  found.insert(found.end(), typical_end, groups.end());
  return found;
}

/// What each observation is in one course: typical, then under each draw.
Values values(const PharmModel& model, Asked asked, const PharmCourse& course,
              const Drawing& drawing) {
  Values found = statistics(model, asked, course, drawing);
  for (std::size_t a = 0; a < asked.size(); ++a)
    if (drawing.people) found[a] = of_groups(*asked[a], found[a], drawing);
  return found;
}

double change(const PharmObservation& asked, double value, double other) {
  return asked.as_ratio ? value / other : 100 * (value / other - 1);
}

ModelPrediction prediction_of(const std::vector<double>& found) {
  ModelPrediction made{.value = found.front(), .draws{found.begin() + 1, found.end()}};
  std::sort(made.draws.begin(), made.draws.end());
  return made;
}

bool same(const PharmCourse& a, const PharmCourse& b) {
  return a.regimen == b.regimen && a.conditions == b.conditions && a.from_h == b.from_h &&
         a.to_h == b.to_h;
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

bool share_courses(const PharmObservation& a, const PharmObservation& b) {
  return a.n == b.n && is_of_people(a.asked) == is_of_people(b.asked) &&
         std::equal(a.courses.begin(), a.courses.end(), b.courses.begin(), b.courses.end(), same) &&
         std::equal(a.versus.begin(), a.versus.end(), b.versus.begin(), b.versus.end(), same);
}

std::vector<ModelPrediction> predict_together(const PharmModel& model, const ModelFile& file,
                                              std::span<const PharmObservation* const> asked,
                                              const PredictionOptions& how,
                                              std::span<const double> parameters) {
  const PharmObservation& first = *asked.front();
  const Drawing drawing = drawing_of(file, parameters, first, how);
  Values mean(asked.size());
  for (std::size_t k = 0; k < first.courses.size(); ++k) {
    const Values here = values(model, asked, first.courses[k], drawing);
    const Values there =
        first.versus.empty() ? Values() : values(model, asked, first.versus[k], drawing);
    for (std::size_t a = 0; a < asked.size(); ++a) {
      mean[a].resize(here[a].size());
      for (std::size_t i = 0; i < mean[a].size(); ++i)
        mean[a][i] += (there.empty() ? here[a][i] : change(*asked[a], here[a][i], there[a][i])) /
                      static_cast<double>(first.courses.size());
    }
  }
  std::vector<ModelPrediction> made;
  for (const std::vector<double>& found : mean) made.push_back(prediction_of(found));
  return made;
}

ModelPrediction predict(const PharmModel& model, const ModelFile& file,
                        const PharmObservation& asked, const PredictionOptions& how,
                        std::span<const double> parameters) {
  const PharmObservation* const one = &asked;
  return predict_together(model, file, {&one, 1}, how, parameters).front();
}

}  // namespace entact
