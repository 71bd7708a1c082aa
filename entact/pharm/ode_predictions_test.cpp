#include "entact/pharm/ode_predictions.h"

#include <ceres/jet.h>
#include <gtest/gtest.h>

#include <cmath>

#include "entact/base/error.h"
#include "entact/pharm/population_specimen.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::VectorXd;

template <class Real>
ModelFunctions<Real> equations() {
  return {[](const Real*, Real* x) { x[0] = x[1] = Real(0.0); },
          [](const Real&, const Real* x, const Real* p, Real* dx) {
            dx[0] = -p[1] * x[0];
            dx[1] = p[1] * x[0] - p[2] / p[3] * x[1];
          },
          [](const Real&, const Real* x, const Real* p, Real* y) {
            y[0] = x[0];
            y[1] = x[1] / p[3];
          }};
}

/// One compartment as differential equations; the first parameter is not used.
PharmModel oral() {
  PharmModel model;
  model.description = {.id = "oral",
                       .states = {{.id = "gut"}, {.id = "central"}},
                       .parameters = {{.id = "spare", .value = 1},
                                      {.id = "ka", .value = 1},
                                      {.id = "cl", .value = 1},
                                      {.id = "v", .value = 1}},
                       .outputs = {{.id = "gut"}, {.id = "concentration"}},
                       .inputs = {{.state = 0}}};
  model.scalar = equations<double>();
  model.jet = equations<PharmJet>();
  return model;
}

PredictSubject solved(const std::vector<std::vector<CompartmentRecord>>& records,
                      double tolerance) {
  std::vector<OdeSubject> subjects;
  for (const auto& list : records) {
    OdeSubject s;
    for (const CompartmentRecord& r : list) {
      if (r.amount_mg > 0) s.doses.push_back({.t_h = r.time_h, .amount_mg = r.amount_mg});
      if (r.observed) s.time_h.push_back(r.time_h);
    }
    subjects.push_back(s);
  }
  return ode_predictions(oral(),
                         {.by = {1, 2, 3},
                          .typical = {1, 1, 1, 1},
                          .output = 1,
                          .solver = {.relative = tolerance, .absolute = tolerance / 100}},
                         subjects);
}

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

TEST(OdePredictions, refuse_occasions) {
  const PredictSubject ode =
      ode_predictions(oral(), {.by = {1}, .typical = {1, 1, 1, 1}}, {{.time_h = {1}}});
  Prediction p;
  EXPECT_THROW(ode(0, Eigen::Vector2d(1, 2), false, p), Error);
}

}  // namespace
}  // namespace entact
