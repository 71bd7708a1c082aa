#include "entact/answer/study_calibration.h"

#include <algorithm>
#include <cmath>

#include "entact/base/parallel.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::VectorXd;

// The rows that are fitted, and the studies in the order in which they come.
struct StudyRows {
  std::vector<const PharmObservation*> observations{};
  std::vector<AggregateRow> rows{};
};

StudyRows rows_of(const PharmObservations& all, StudyCalibration& made) {
  StudyRows found;
  for (const PharmObservation& of : all.observations) {
    if (of.weight <= 0) continue;
    const auto at = std::find(made.studies.begin(), made.studies.end(), of.study);
    const auto study = at - made.studies.begin();
    if (at == made.studies.end()) made.studies.push_back(of.study), made.levels.push_back(0);
    const bool within = !of.versus.empty();
    made.levels[static_cast<std::size_t>(study)] += within ? 0 : 1;
    found.observations.push_back(&of);
    found.rows.push_back({.observed = as_factor(of, of.observed),
                          .weight = of.weight,
                          .study = study,
                          .within = within});
  }
  return found;
}

}  // namespace

StudyCalibration calibrate_by_study(const PharmModel& model, const ModelFile& file,
                                    const PharmObservations& observations,
                                    const std::vector<double>& start) {
  StudyCalibration made{.parameters = observations.fit};
  const StudyRows used = rows_of(observations, made);
  const std::vector<double> typical = typical_parameters(file);
  VectorXd from(static_cast<Index>(made.parameters.size()));
  for (std::size_t k = 0; k < made.parameters.size(); ++k)
    from[static_cast<Index>(k)] = std::log(
        start.empty() ? typical[static_cast<std::size_t>(made.parameters[k])] : start.at(k));
  const AggregatePredict predictions = [&](const VectorXd& x) -> VectorXd {
    std::vector<double> parameters = typical;
    for (Index k = 0; k < x.size(); ++k)
      parameters[static_cast<std::size_t>(made.parameters[static_cast<std::size_t>(k)])] =
          std::exp(x[k]);
    VectorXd y(static_cast<Index>(used.rows.size()));
    parallel_for(y.size(), 0, [&](std::ptrdiff_t i) {
      const PharmObservation& of = *used.observations[static_cast<std::size_t>(i)];
      y[i] = std::log(as_factor(of, predict(model, file, of, {.draws = 0}, parameters).value));
    });
    return y;
  };
  made.without = fit_aggregates(used.rows, predictions, from, false);
  made.with = fit_aggregates(used.rows, predictions, made.without.x);
  made.likelihood_ratio = std::max(0.0, made.with.criterion_without - made.with.criterion);
  // Half of the upper tail of chi-square with one degree of freedom.
  if (made.likelihood_ratio > 0) made.p = 0.5 * std::erfc(std::sqrt(made.likelihood_ratio / 2));
  return made;
}

}  // namespace entact
