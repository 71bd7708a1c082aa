// Small studies drawn from the models of MDMA with known values and fitted by FOCE-I through the
// solver: intervals hold the truth as often as they say. A few replicates here;
// ENTACT_COVERAGE_REPLICATES=100 runs the whole of it (reference/population/README.md has what came
// of it).
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <string>

#include "entact/base/parallel.h"
#include "entact/pharm/compiled_models.h"
#include "entact/pharm/mdma_linear_model.h"
#include "entact/pharm/mdma_specimen.h"
#include "entact/pharm/ode_predictions.h"
#include "entact/pharm/population_fit.h"
#include "entact/pharm/predictive_check.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::VectorXd;

// What 24 people take and when they are sampled, what is estimated, and all values of the model.
struct Design {
  std::string id{};
  std::vector<double> dose_h{}, time_h{};
  std::vector<PopulationParameter> parameters{};
  OdeObservation observation{};
  int lag = 0, duration = 0;  // indices among the parameters; every dose goes to state 0
};

constexpr double tolerance = 1e-6;

PharmModel equations(const Design& design) {
  const CompiledModel& compiled = *compiled_model(design.id);
  ModelDescription description{.id = design.id};
  description.states.resize(compiled.states.size());
  description.outputs.resize(compiled.outputs.size());
  for (const auto id : compiled.parameters)
    description.parameters.push_back({.id = std::string(id)});
  description.inputs = {
      {.state = 0, .lag_parameter = design.lag, .duration_parameter = design.duration}};
  return compiled.bind(std::move(description));
}

PopulationModel study(const Design& design) {
  PopulationModel made{.parameters = design.parameters};
  OdeSubject person{.time_h = design.time_h};
  for (const double t_h : design.dose_h)
    person.doses.push_back({.t_h = t_h, .amount_mg = 100, .rate_mg_per_h = -2});
  const auto n = static_cast<Index>(design.time_h.size());
  for (int i = 0; i < 24; ++i)
    made.subjects.push_back(
        {.id = std::to_string(i), .observed = VectorXd::Zero(n), .time_h = design.time_h});
  made.error.proportional = 0.15;
  made.noise = tolerance;
  made.predict = ode_predictions(equations(design), design.observation,
                                 std::vector<OdeSubject>(made.subjects.size(), person));
  return made;
}

// CL/F and V/F with their spreads, and the proportional error; the rest as published.
Design linear_design() {
  using M = MdmaLinearModel;
  Design design{.id = "mdma-linear",
                .dose_h = {0},
                .time_h = {1, 2, 3.5, 6, 10, 24, 30},
                .parameters = {{.id = "cl", .typical = 41.5, .between_sd = 0.3},
                               {.id = "v", .typical = 462, .between_sd = 0.2}},
                .observation = {.by = {M::cl, M::v},
                                .output = M::concentration,
                                .solver = {.relative = tolerance, .absolute = 1e-6}},
                .lag = M::lag,
                .duration = M::duration};
  auto& p = design.observation.typical;
  p.assign(M::n_parameters, 0.0);
  p[M::ka] = 1.17, p[M::lag] = 0.322, p[M::duration] = 0.304, p[M::cl] = 41.5, p[M::v] = 462;
  p[M::f_mda] = 0.1, p[M::cl_mda] = 27, p[M::v_mda] = 345;
  p[M::molar_mass] = 193.242, p[M::molar_mass_mda] = 179.219;
  return design;
}

// Two doses a day apart, the second on what the first left of CYP2D6: that tells the clearance by
// the enzyme from its inactivation. V/F and that clearance differ between people.
Design nonlinear_design() {
  using K = MdmaKinetics;
  return {.id = "mdma",
          .dose_h = {0, 24},
          .time_h = {0.75, 1.5, 2.5, 4, 6, 9, 12, 23.5, 25, 26, 28, 32, 36, 48},
          .parameters = {{.id = "v", .typical = 399, .between_sd = 0.3},
                         {.id = "cl_2d6", .typical = 71.8, .between_sd = 0.3},
                         {.id = "inactivation_scale", .typical = 0.417}},
          .observation = {.by = {K::v, K::cl_2d6, K::inactivation_scale},
                          .typical = specimen_parameters<MdmaModel>(mdma_specimen()),
                          .output = K::concentration,
                          .solver = {.relative = tolerance, .absolute = 1e-6}},
          .lag = K::lag,
          .duration = K::duration};
}

int wanted_replicates(int usual) {
  const char* asked = std::getenv("ENTACT_COVERAGE_REPLICATES");
  return asked == nullptr ? usual : std::stoi(asked);
}

// How often a binomial count of n at 95% falls below `low`.
double binomial_below(int n, int low) {
  double sum = 0, term = std::pow(0.05, n);  // P(0)
  for (int k = 0; k < low; ++k) sum += term, term *= 19.0 * (n - k) / (k + 1);
  return sum;
}

// Estimates of each replicate and their standard errors on the log scale.
struct Replicates {
  Eigen::MatrixXd found{}, log_se{};
};

Replicates fit_replicates(const Design& design, const VectorXd& truth_u, std::uint64_t seed,
                          int replicates) {
  Replicates result{.found{replicates, truth_u.size()}, .log_se{replicates, truth_u.size()}};
  parallel_for(replicates, 0, [&](std::ptrdiff_t r) {
    PopulationModel model = study(design);
    const PopulationLayout layout(model);
    for (std::size_t i = 0; i < model.subjects.size(); ++i)
      model.subjects[i].observed =
          draw_observations(layout, layout.values(truth_u), static_cast<std::ptrdiff_t>(i), seed,
                            static_cast<std::uint32_t>(r));
    const PopulationFit fit = fit_population(model, {.threads = 1});
    result.found.row(r) = layout.natural(fit.u).transpose();
    result.log_se.row(r) =
        fit.covariance.r.diagonal().cwiseSqrt().transpose().cwiseQuotient(result.found.row(r));
  });
  return result;
}

void expect_coverage(const Design& design, std::uint64_t seed, int replicates) {
  const PopulationModel drawn_from = study(design);
  const PopulationLayout layout(drawn_from);
  const VectorXd truth_u = layout.start(), truth = layout.natural(truth_u);
  const auto [found, log_se] = fit_replicates(design, truth_u, seed, replicates);
  // The error, the last, is that of a variance with as many degrees of freedom as observations are
  // more than random effects.
  const double freedom = 24.0 * (static_cast<double>(design.time_h.size()) - 2);
  EXPECT_NEAR(log_se.rightCols(1).mean() * std::sqrt(2 * freedom), 1, 0.05);
  for (Index k = 0; k < truth.size(); ++k) {
    const auto off = (found.col(k).array() / truth[k]).log();
    const auto z = off / log_se.col(k).array();
    const auto count = static_cast<int>((z.abs() < 1.96).count());
    // Fewer would be seen once in a thousand studies of this size.
    EXPECT_GT(binomial_below(replicates, count + 1), 0.001) << k << ": " << count;
    EXPECT_LT(z.abs().maxCoeff(), 5) << k;  // skewed: 3.6 was seen
    EXPECT_NEAR(found.col(k).mean(), truth[k], 0.35 * truth[k]) << k;
    const auto record = [&](const std::string& what, double value) {
      ::testing::Test::RecordProperty(what + "_" + std::to_string(k), std::to_string(value));
    };
    record("covered", count);
    record("mean_over_truth", found.col(k).mean() / truth[k]);
    const double spread = std::sqrt((off - off.mean()).square().sum() / (replicates - 1));
    record("mean_log_se_over_spread", log_se.col(k).mean() / spread);
  }
}

TEST(MdmaCoverage, is_what_the_intervals_say) {
  expect_coverage(linear_design(), 21, wanted_replicates(4));
}

// Of 238 replicates 222 (V/F), 221 (clearance by CYP2D6), 221 (inactivation), 225 and 218 (the two
// variances) and 223 (error) were covered; 219 to 232 is what 95% of counts at 95% are. 2 here: 7 s
// of one processor.
TEST(MdmaCoverage, is_what_the_intervals_say_with_enzyme_inactivation) {
  expect_coverage(nonlinear_design(), 22, wanted_replicates(2));
}

}  // namespace
}  // namespace entact
