// Small studies drawn from the published linear model of MDMA with known values and fitted by
// FOCE-I through the solver: intervals hold the truth as often as they say. A few replicates here;
// ENTACT_COVERAGE_REPLICATES=100 runs the whole of it (reference/population/README.md has what came
// of it).
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <string>

#include "entact/base/parallel.h"
#include "entact/pharm/bind_model.h"
#include "entact/pharm/mdma_linear_model.h"
#include "entact/pharm/ode_predictions.h"
#include "entact/pharm/population_fit.h"
#include "entact/pharm/predictive_check.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::VectorXd;
using M = MdmaLinearModel;

// The equations without packs, which a fit does not use.
PharmModel linear_model() {
  PharmModel model;
  model.description.id = "mdma-linear";
  for (const auto id : M::state_names) model.description.states.push_back({.id = std::string(id)});
  for (const auto id : M::parameter_names)
    model.description.parameters.push_back({.id = std::string(id)});
  for (const auto id : M::output_names)
    model.description.outputs.push_back({.id = std::string(id)});
  model.description.inputs = {
      {.state = M::gut, .lag_parameter = M::lag, .duration_parameter = M::duration}};
  model.scalar = functions_over<M, double>();
  model.jet = functions_over<M, PharmJet>();
  return model;
}

// 24 people take 100 mg; seven samples in 30 h. Estimated: CL/F and V/F with their spreads, and the
// proportional error; the rest as published.
PopulationModel study() {
  PopulationModel made;
  std::vector<OdeSubject> subjects;
  for (int i = 0; i < 24; ++i) {
    PopulationSubject person{.id = std::to_string(i), .time_h = {1, 2, 3.5, 6, 10, 24, 30}};
    person.observed = VectorXd::Zero(7);
    subjects.push_back(
        {.doses = {{.amount_mg = 100, .rate_mg_per_h = -2}}, .time_h = person.time_h});
    made.subjects.push_back(person);
  }
  made.parameters = {{.id = "cl", .typical = 41.5, .between_sd = 0.3},
                     {.id = "v", .typical = 462, .between_sd = 0.2}};
  made.error.proportional = 0.15;
  std::vector<double> typical(M::n_parameters, 0.0);
  typical[M::ka] = 1.17, typical[M::lag] = 0.322, typical[M::duration] = 0.304;
  typical[M::cl] = 41.5, typical[M::v] = 462, typical[M::f_mda] = 0.1;
  typical[M::cl_mda] = 27, typical[M::v_mda] = 345;
  typical[M::molar_mass] = 193.242, typical[M::molar_mass_mda] = 179.219;
  constexpr double tolerance = 1e-6;
  made.noise = tolerance;
  made.predict = ode_predictions(linear_model(),
                                 {.by = {M::cl, M::v},
                                  .typical = typical,
                                  .output = M::concentration,
                                  .solver = {.relative = tolerance, .absolute = 1e-6}},
                                 std::move(subjects));
  return made;
}

int wanted_replicates() {
  const char* asked = std::getenv("ENTACT_COVERAGE_REPLICATES");
  return asked == nullptr ? 4 : std::stoi(asked);
}

// How often a binomial count of n at 95% falls below `low`.
double binomial_below(int n, int low) {
  double sum = 0, term = std::pow(0.05, n);  // P(0)
  for (int k = 0; k < low; ++k) sum += term, term *= 19.0 * (n - k) / (k + 1);
  return sum;
}

TEST(MdmaCoverage, is_what_the_intervals_say) {
  const PopulationModel drawn_from = study();
  const PopulationLayout layout(drawn_from);
  const VectorXd truth_u = layout.start(), truth = layout.natural(truth_u);
  const int replicates = wanted_replicates();
  Eigen::MatrixXi covered(replicates, truth.size());
  Eigen::MatrixXd found(replicates, truth.size());
  parallel_for(replicates, 0, [&](std::ptrdiff_t r) {
    PopulationModel model = study();
    for (std::size_t i = 0; i < model.subjects.size(); ++i)
      model.subjects[i].observed =
          draw_observations(layout, layout.values(truth_u), static_cast<std::ptrdiff_t>(i), 21,
                            static_cast<std::uint32_t>(r));
    const PopulationFit fit = fit_population(model, {.threads = 1});
    found.row(r) = PopulationLayout(model).natural(fit.u).transpose();
    for (Index k = 0; k < truth.size(); ++k) {
      const double se = std::sqrt(fit.covariance.r(k, k)) / found(r, k);  // on the log scale
      covered(r, k) = std::abs(std::log(found(r, k) / truth[k])) < 1.96 * se ? 1 : 0;
    }
  });
  for (Index k = 0; k < truth.size(); ++k) {
    const int count = covered.col(k).sum();
    // Fewer would be seen once in a thousand studies of this size.
    EXPECT_GT(binomial_below(replicates, count + 1), 0.001) << k << ": " << count;
    EXPECT_NEAR(found.col(k).mean(), truth[k], 0.35 * truth[k]) << k;
    RecordProperty("covered_" + std::to_string(k), count);
    RecordProperty("mean_over_truth_" + std::to_string(k),
                   std::to_string(found.col(k).mean() / truth[k]));
  }
}

}  // namespace
}  // namespace entact
