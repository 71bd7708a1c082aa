#include "entact/answer/simulate_times.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "entact/answer/simulate_options.h"
#include "entact/pharm/given_doses.h"

namespace entact {
namespace {

std::set<double> dose_times(const std::vector<SubjectEvents>& subjects) {
  std::set<double> times;
  for (const SubjectEvents& subject : subjects)
    for (const GivenDose& dose : given_doses(subject.doses)) times.insert(dose.t_h);
  return times;
}

}  // namespace

std::vector<double> usual_times(const Regimen& schedule, const std::vector<std::string>& regimens) {
  double last_h = 0;
  for (const std::string& regimen : regimens)
    last_h = std::max(last_h, parse_regimen(regimen).back().t_h);
  const int quarters = 96 + (last_h >= 12 ? static_cast<int>(std::ceil(4 * last_h)) : 0);
  std::vector<double> times;
  for (int session = 0; session < schedule.sessions; ++session)
    for (int quarter = 0; quarter <= quarters; ++quarter) {
      const double t = session * schedule.every_h + 0.25 * quarter;
      if (times.empty() || t > times.back()) times.push_back(t);
    }
  return times;
}

std::vector<double> usual_times(const std::vector<SubjectEvents>& subjects) {
  std::set<double> starts = dose_times(subjects);
  starts.insert(0);
  if (starts.size() > 1000)
    refuse_option("--times", "is needed for an event table with more than 1,000 times of doses",
                  fmt::to_string(starts.size()));
  const double end_h = *starts.rbegin() + 24;
  std::set<double> times;
  const auto add = [&](double start_h, double from_h, double to_h, double step_h) {
    for (int i = 0; from_h + i * step_h <= to_h; ++i)
      if (const double t = decimal_hours(start_h + from_h + i * step_h); t <= end_h)
        times.insert(t);
  };
  for (const double start_h : starts)
    add(start_h, 0, 24, 0.25), add(start_h, 25, 72, 1), add(start_h, 78, 240, 6);
  return {times.begin(), times.end()};
}

}  // namespace entact
