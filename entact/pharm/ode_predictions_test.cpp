#include "entact/pharm/ode_predictions.h"

#include <gtest/gtest.h>

#include <cmath>

#include "entact/base/error.h"
#include "entact/pharm/oral_specimen.h"
#include "entact/pharm/population_specimen.h"
#include "entact/pharm/predictive_check.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::VectorXd;

using specimen::oral;
using specimen::solved;

TEST(OdePredictions, agree_with_the_closed_form) {
  const auto [people, records] = specimen::theophylline();
  const PredictSubject closed =
      one_compartment({.absorption = 0, .clearance = 1, .volume = 2}, 3, records);
  const PredictSubject ode = solved(records, 1e-9);
  const VectorXd phi = Eigen::Vector3d(1.6, 2.8, 32);
  Prediction a, b;
  for (std::ptrdiff_t i = 0; i < 12; ++i) {
    closed(i, phi, true, a);
    ode(i, phi, true, b);
    EXPECT_LT((a.value - b.value).cwiseAbs().maxCoeff(), 1e-6);
    EXPECT_LT((a.jacobian - b.jacobian).cwiseAbs().maxCoeff(), 1e-6);
    ode(i, phi, false, b);
    EXPECT_LT((a.value - b.value).cwiseAbs().maxCoeff(), 1e-6);
  }
}

TEST(OdePredictions, take_an_observation_after_the_dose_that_it_follows) {
  OdeSubject s{.doses = {{.t_h = 0, .amount_mg = 10, .compartment = 2}},
               .time_h = {0, 0, 1},
               .after_dose = {false, true, false}};
  const PredictSubject ode =
      ode_predictions(oral(), {.by = {1, 2, 3}, .typical = {1, 1, 1, 1}, .output = 1}, {s});
  Prediction p;
  ode(0, Eigen::Vector3d(1, 2, 4), true, p);
  EXPECT_EQ(p.value[0], 0);
  EXPECT_NEAR(p.value[1], 2.5, 1e-5);
  EXPECT_NEAR(p.value[2], 2.5 * std::exp(-0.5), 1e-6);
  EXPECT_NEAR(p.jacobian(1, 2), -2.5 / 4, 1e-5);
}

// A tenfold tighter tolerance moves no estimate by more than 1%, and the closed form agrees.
TEST(OdePredictions, fit_alike_at_any_tolerance) {
  PopulationModel model = specimen::theophylline_lognormal();
  const auto [people, records] = specimen::theophylline();
  const PopulationLayout layout(model);
  const PopulationFit exact = fit_population(model, {.threads = 1});
  const VectorXd wanted = layout.natural(exact.u);
  for (const double tolerance : {1e-7, 1e-8}) {
    model.predict = solved(records, tolerance);
    model.noise = tolerance;
    const PopulationFit fit = fit_population(model, {.threads = 0});
    EXPECT_TRUE(fit.fit.converged) << tolerance;
    EXPECT_NEAR(fit.objective, exact.objective, 1e-3);
    const VectorXd natural = layout.natural(fit.u);
    for (Index k = 0; k < natural.size(); ++k)
      EXPECT_NEAR(natural[k], wanted[k], 0.005 * std::abs(wanted[k])) << tolerance << " " << k;
    for (Index k = 0; k < 3; ++k)
      EXPECT_NEAR(std::sqrt(fit.covariance.r(k, k)), std::sqrt(exact.covariance.r(k, k)),
                  0.02 * std::sqrt(exact.covariance.r(k, k)));
  }
}

// Occasion 1 begins where the last record of occasion 0 stands, with a lagged dose on its way and
// an infusion running; both go on, each with what its own occasion gave it.
TEST(OdePredictions, change_parameters_where_an_occasion_begins) {
  const std::vector<CompartmentRecord> records{
      {.amount_mg = 80, .additional = 2, .interval_h = 5},
      {.time_h = 1, .observed = true},
      {.time_h = 3, .amount_mg = 40, .rate_mg_h = 10, .compartment = 2},
      {.time_h = 4, .observed = true},
      {.time_h = 5, .amount_mg = 60},
      {.time_h = 5.1, .observed = true, .occasion = 1},
      {.time_h = 6, .amount_mg = 50, .occasion = 1},
      {.time_h = 9, .observed = true, .occasion = 1},
      {.time_h = 11, .observed = true, .occasion = 2},
      {.time_h = 11, .observed = true, .occasion = 1},
      {.time_h = 12, .amount_mg = 20, .reset = true, .occasion = 2},
      {.time_h = 14, .observed = true, .occasion = 2}};
  const PredictSubject closed =
      one_compartment({.absorption = 1, .clearance = 2, .volume = 3, .lag = 0}, 4, {records});
  const PredictSubject ode = solved({records}, 1e-10, {0, 1, 2, 3});
  VectorXd phi(12);
  phi << 0.4, 1.6, 2.8, 32, 0.3, 2.2, 4.1, 27, 0.6, 1.1, 2.2, 40;
  Prediction a, b;
  closed(0, phi, true, a);
  ode(0, phi, true, b);
  ASSERT_EQ(b.value.size(), 7);
  EXPECT_LT((a.value - b.value).cwiseAbs().maxCoeff(), 1e-7);
  EXPECT_LT((a.jacobian - b.jacobian).cwiseAbs().maxCoeff(), 1e-7);
  ode(0, phi, false, b);
  EXPECT_LT((a.value - b.value).cwiseAbs().maxCoeff(), 1e-7);
}

// Two occasions a week apart for each person: five observations after a dose, twice.
PopulationModel two_occasions(std::vector<std::vector<CompartmentRecord>>& records) {
  PopulationModel model;
  for (int i = 0; i < 16; ++i) {
    PopulationSubject person{.id = std::to_string(i), .occasions = 2};
    records.emplace_back();
    for (int k = 0; k < 2; ++k) {
      records.back().push_back({.time_h = 168.0 * k, .amount_mg = 100, .occasion = k});
      for (const double t : {0.7, 2.0, 6.0, 12.0, 24.0}) {
        person.time_h.push_back(168.0 * k + t);
        records.back().push_back({.time_h = 168.0 * k + t, .observed = true, .occasion = k});
      }
    }
    person.observed = VectorXd::Zero(10);
    model.subjects.push_back(person);
  }
  model.parameters = {{.id = "ka", .typical = 1.2, .fixed = true},
                      {.id = "cl", .typical = 3, .between_sd = 0.3, .occasion_sd = 0.25},
                      {.id = "v", .typical = 30, .between_sd = 0.2}};
  model.error.proportional = 0.1;
  return model;
}

// One set of data, drawn with known values: the closed form and the equations have one objective,
// and a fit of the equations finds what the data were drawn from.
TEST(OdePredictions, fit_variation_between_occasions) {
  std::vector<std::vector<CompartmentRecord>> records;
  PopulationModel model = two_occasions(records);
  model.predict = one_compartment({.absorption = 0, .clearance = 1, .volume = 2}, 3, records);
  const PopulationLayout layout(model);
  const VectorXd truth_u = layout.start(), truth = layout.natural(truth_u);
  std::vector<VectorXd> drawn;
  for (Index i = 0; i < 16; ++i)
    drawn.push_back(draw_observations(layout, layout.values(truth_u), i, 5, 0));
  for (std::size_t i = 0; i < drawn.size(); ++i) model.subjects[i].observed = drawn[i];
  const double closed = population_objective(layout, truth_u, {}, false, {}).value;
  model.predict = solved(records, 1e-10);
  EXPECT_NEAR(population_objective(layout, truth_u, {}, false, {}).value, closed, 1e-6);
  model.predict = solved(records, 1e-6);
  model.noise = 1e-6;
  const PopulationFit fit = fit_population(model);
  EXPECT_TRUE(fit.fit.converged);
  const VectorXd found = layout.natural(fit.u);
  ASSERT_EQ(found.size(), 6);  // cl, v, two omegas, one between occasions, the error
  for (Index k = 0; k < found.size(); ++k)
    EXPECT_LT(std::abs(found[k] - truth[k]), 3 * std::sqrt(fit.covariance.r(k, k))) << k;
}

TEST(OdePredictions, refuse_parameters_for_other_occasions) {
  const PredictSubject ode = ode_predictions(oral(), {.by = {1, 2}, .typical = {1, 1, 1, 1}},
                                             {{.time_h = {1}, .occasions = {.of_time = {1}}}});
  Prediction p;
  EXPECT_THROW(ode(0, VectorXd::Ones(3), false, p), Error);
  EXPECT_THROW(ode(0, VectorXd::Ones(2), false, p), Error);
}

}  // namespace
}  // namespace entact
