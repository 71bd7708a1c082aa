#include "entact/pharm/ode_predictions.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "entact/base/error.h"

namespace entact {
namespace {

using Eigen::Index;

// What the order of the data puts after something else at its time happens this much later.
constexpr double later_h = 1e-9;

// Distinct times for the solver, the occasion of each, and which of them each observation has.
struct Grid {
  std::vector<double> time_h{};
  ParameterSchedule schedule{};
  std::vector<std::size_t> of{};
  int occasions = 1;
};

Grid grid_of(const OdeSubject& s) {
  std::vector<std::pair<double, int>> wanted;
  for (std::size_t j = 0; j < s.time_h.size(); ++j)
    wanted.emplace_back(s.time_h[j] + (j < s.after_dose.size() && s.after_dose[j] ? later_h : 0),
                        j < s.occasions.of_time.size() ? s.occasions.of_time[j] : 0);
  auto distinct = wanted;
  std::sort(distinct.begin(), distinct.end());
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  Grid grid{.schedule = s.occasions};
  grid.schedule.of_time.clear();
  grid.schedule.of_dose.resize(s.doses.size(), 0);
  for (const auto& [time_h, occasion] : distinct) {
    grid.time_h.push_back(time_h);
    grid.schedule.of_time.push_back(occasion);
  }
  for (const auto& each : wanted)
    grid.of.push_back(static_cast<std::size_t>(
        std::lower_bound(distinct.begin(), distinct.end(), each) - distinct.begin()));
  const auto count = [&](int set) { grid.occasions = std::max(grid.occasions, set + 1); };
  for (const int set : grid.schedule.of_time) count(set);
  for (const int set : grid.schedule.of_dose) count(set);
  for (const ScheduledChange& change : grid.schedule.changes) count(change.set);
  return grid;
}

struct Solved {
  PharmModel model{};
  OdeObservation observation{};
  std::vector<OdeSubject> subjects{};
  std::vector<Grid> grids{};

  void predict(std::size_t i, const Eigen::VectorXd& phi, bool derivatives,
               Prediction& prediction) const {
    const Grid& grid = grids[i];
    const std::size_t p = observation.by.size();
    const std::size_t occasions = p == 0 ? 1 : static_cast<std::size_t>(phi.size()) / p;
    require(static_cast<std::size_t>(phi.size()) == p * occasions &&
                occasions >= static_cast<std::size_t>(grid.occasions),
            "pharm.ode.occasions",
            fmt::format("model {}: the person has {} occasions with {} parameters each; saw {} "
                        "parameters",
                        model.description.id, grid.occasions, p, phi.size()),
            ErrorKind::usage);
    std::vector<double> parameters;
    for (std::size_t k = 0; k < occasions; ++k) {
      std::vector<double> own = observation.typical;
      for (std::size_t m = 0; m < p; ++m)
        own[static_cast<std::size_t>(observation.by[m])] = phi[static_cast<Index>(k * p + m)];
      parameters.insert(parameters.end(), own.begin(), own.end());
    }
    const auto& doses = subjects[i].doses;
    const std::size_t outputs = model.description.outputs.size();
    const auto output = static_cast<std::size_t>(observation.output);
    const auto n = static_cast<Index>(grid.of.size());
    prediction.value.resize(n);
    if (grid.time_h.empty()) return void(prediction.jacobian.resize(0, phi.size()));
    const auto put = [&](const Course& course) {
      for (Index j = 0; j < n; ++j)
        prediction.value[j] =
            course.outputs[grid.of[static_cast<std::size_t>(j)] * outputs + output];
    };
    if (!derivatives)
      return put(simulate_changing(model, parameters, grid.schedule, doses, grid.time_h,
                                   observation.solver));
    const CourseDerivatives found = simulate_changing_derivatives(
        model, parameters, observation.by, grid.schedule, doses, grid.time_h, observation.solver);
    put(found.course);
    prediction.jacobian.resize(n, phi.size());
    for (Index j = 0; j < n; ++j)
      for (Index m = 0; m < phi.size(); ++m)
        prediction.jacobian(j, m) =
            found
                .outputs[(grid.of[static_cast<std::size_t>(j)] * outputs + output) * p * occasions +
                         static_cast<std::size_t>(m)];
  }
};

}  // namespace

OdeSubject ode_subject(const std::vector<CompartmentRecord>& records) {
  OdeSubject s;
  double dose_h = std::nan(""), seen_h = dose_h;  // of the last dose and observation, in the data
  double taken_h = dose_h;                        // when that observation is taken
  for (std::size_t i = 0; i < records.size(); ++i) {
    const CompartmentRecord& r = records[i];
    const int occasion = static_cast<int>(r.occasion);
    const double given_h = s.doses.empty() ? r.time_h : s.doses.back().t_h;
    if (i > 0 && records[i - 1].occasion != r.occasion)
      s.occasions.changes.push_back({.t_h = s.doses.empty()
                                                ? records[i - 1].time_h
                                                : std::max(records[i - 1].time_h, given_h),
                                     .set = occasion,
                                     .dose = static_cast<std::ptrdiff_t>(s.doses.size())});
    if (r.observed) {
      const bool after = dose_h == r.time_h;
      s.after_dose.push_back(after);
      s.time_h.push_back(after ? given_h : r.time_h);
      s.occasions.of_time.push_back(occasion);
      seen_h = r.time_h;
      taken_h = s.time_h.back() + (after ? later_h : 0);
    }
    if (!(r.amount_mg > 0 || r.reset)) continue;
    // An observation is there before a bolus at its time anyway, not before what clears.
    const bool late = seen_h == r.time_h && (r.reset || r.steady_state || taken_h > r.time_h);
    dose_h = r.time_h;
    s.occasions.of_dose.push_back(occasion);
    s.doses.push_back({.t_h = std::max(late ? taken_h + later_h : r.time_h, given_h),
                       .amount_mg = r.amount_mg,
                       .rate_mg_per_h = r.rate_mg_h,
                       .compartment = r.compartment,
                       .kind = !r.reset          ? DoseKind::dose
                               : r.amount_mg > 0 ? DoseKind::reset_and_dose
                                                 : DoseKind::reset,
                       .additional = r.additional,
                       .interval_h = r.interval_h,
                       .steady_state = r.steady_state ? 1 : 0});
  }
  return s;
}

PredictSubject ode_predictions(PharmModel model, OdeObservation observation,
                               std::vector<OdeSubject> subjects) {
  Solved solved{.model = std::move(model), .observation = std::move(observation)};
  for (const OdeSubject& s : subjects) solved.grids.push_back(grid_of(s));
  solved.subjects = std::move(subjects);
  return [solved = std::move(solved)](std::ptrdiff_t subject, const Eigen::VectorXd& phi,
                                      bool derivatives, Prediction& prediction) {
    try {
      solved.predict(static_cast<std::size_t>(subject), phi, derivatives, prediction);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::unanswerable) throw;
      // The equations cannot be solved there: no prediction, and the search turns elsewhere.
      const auto n = static_cast<Index>(solved.grids[static_cast<std::size_t>(subject)].of.size());
      prediction.value.setConstant(n, std::nan(""));
      if (derivatives) prediction.jacobian.setConstant(n, phi.size(), std::nan(""));
    }
  };
}

}  // namespace entact
