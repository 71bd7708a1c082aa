#include "entact/pharm/ode_predictions.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "entact/base/error.h"

namespace entact {
namespace {

using Eigen::Index;

// Distinct times for the solver, and which of them each observation has.
struct Grid {
  std::vector<double> time_h{};
  std::vector<std::size_t> of{};
};

Grid grid_of(const OdeSubject& s) {
  std::vector<double> wanted = s.time_h;
  for (std::size_t j = 0; j < wanted.size(); ++j)
    if (j < s.after_dose.size() && s.after_dose[j]) wanted[j] += 1e-6;
  Grid grid{.time_h = wanted};
  std::sort(grid.time_h.begin(), grid.time_h.end());
  grid.time_h.erase(std::unique(grid.time_h.begin(), grid.time_h.end()), grid.time_h.end());
  for (const double t : wanted)
    grid.of.push_back(static_cast<std::size_t>(
        std::lower_bound(grid.time_h.begin(), grid.time_h.end(), t) - grid.time_h.begin()));
  return grid;
}

struct Solved {
  PharmModel model{};
  OdeObservation observation{};
  std::vector<OdeSubject> subjects{};
  std::vector<Grid> grids{};

  void predict(std::size_t i, const Eigen::VectorXd& phi, bool derivatives,
               Prediction& prediction) const {
    require(phi.size() == static_cast<Index>(observation.by.size()), "pharm.ode.occasions",
            fmt::format("model {}: parameters that vary between occasions are not offered for "
                        "differential equations",
                        model.description.id),
            ErrorKind::unanswerable);
    std::vector<double> parameters = observation.typical;
    for (Index m = 0; m < phi.size(); ++m)
      parameters[static_cast<std::size_t>(observation.by[static_cast<std::size_t>(m)])] = phi[m];
    const Grid& grid = grids[i];
    const auto& doses = subjects[i].doses;
    const std::size_t outputs = model.description.outputs.size();
    const auto output = static_cast<std::size_t>(observation.output);
    const auto n = static_cast<Index>(grid.of.size());
    const auto p = static_cast<std::size_t>(phi.size());
    prediction.value.resize(n);
    if (grid.time_h.empty()) return void(prediction.jacobian.resize(0, phi.size()));
    const auto put = [&](const Course& course) {
      for (Index j = 0; j < n; ++j)
        prediction.value[j] =
            course.outputs[grid.of[static_cast<std::size_t>(j)] * outputs + output];
    };
    if (!derivatives)
      return put(simulate(model, parameters, doses, grid.time_h, observation.solver));
    const CourseDerivatives found = simulate_derivatives(model, parameters, observation.by, doses,
                                                         grid.time_h, observation.solver);
    put(found.course);
    prediction.jacobian.resize(n, phi.size());
    for (Index j = 0; j < n; ++j)
      for (std::size_t m = 0; m < p; ++m)
        prediction.jacobian(j, static_cast<Index>(m)) =
            found.outputs[(grid.of[static_cast<std::size_t>(j)] * outputs + output) * p + m];
  }
};

}  // namespace

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
      if (error.kind() != ErrorKind::unanswerable || error.code() == "pharm.ode.occasions") throw;
      // The equations cannot be solved there: no prediction, and the search turns elsewhere.
      const auto n = static_cast<Index>(solved.grids[static_cast<std::size_t>(subject)].of.size());
      prediction.value.setConstant(n, std::nan(""));
      if (derivatives) prediction.jacobian.setConstant(n, phi.size(), std::nan(""));
    }
  };
}

}  // namespace entact
