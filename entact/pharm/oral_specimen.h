#pragma once

// One compartment as differential equations, for tests that compare it with the closed form.

#include <ceres/jet.h>

#include <vector>

#include "entact/pharm/ode_predictions.h"

namespace entact::specimen {

template <class Real>
ModelFunctions<Real> oral_equations() {
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

/// One compartment as differential equations, with a lag of doses into the gut.
inline PharmModel oral() {
  PharmModel model;
  model.description = {.id = "oral",
                       .states = {{.id = "gut"}, {.id = "central"}},
                       .parameters = {{.id = "lag", .value = 0},
                                      {.id = "ka", .value = 1},
                                      {.id = "cl", .value = 1},
                                      {.id = "v", .value = 1}},
                       .outputs = {{.id = "gut"}, {.id = "concentration"}},
                       .inputs = {{.state = 0, .lag_parameter = 0}}};
  model.scalar = oral_equations<double>();
  model.jet = oral_equations<PharmJet>();
  return model;
}

inline PredictSubject solved(const std::vector<std::vector<CompartmentRecord>>& records,
                             double tolerance, const std::vector<int>& by = {1, 2, 3}) {
  std::vector<OdeSubject> subjects;
  for (const auto& list : records) subjects.push_back(ode_subject(list));
  return ode_predictions(oral(),
                         {.by = by,
                          .typical = {0, 1, 1, 1},
                          .output = 1,
                          .solver = {.relative = tolerance, .absolute = tolerance / 100}},
                         subjects);
}

}  // namespace entact::specimen
