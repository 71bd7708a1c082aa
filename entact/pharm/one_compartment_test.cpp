#include "entact/pharm/one_compartment.h"

#include <gtest/gtest.h>

#include <cmath>

#include "entact/base/error.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::VectorXd;
using Records = std::vector<CompartmentRecord>;

constexpr OneCompartment oral{.absorption = 0, .clearance = 1, .volume = 2};
constexpr OneCompartment lagged{.absorption = 0, .clearance = 1, .volume = 2, .lag = 3};
constexpr OneCompartment intravenous{.clearance = 0, .volume = 1};

VectorXd run(const OneCompartment& form, const Records& records, const VectorXd& phi,
             Index parameters = 0) {
  Prediction p;
  one_compartment(form, parameters > 0 ? parameters : phi.size(), {records})(0, phi, false, p);
  return p.value;
}

double bateman(double dose, double ka, double cl, double v, double t) {
  const double k = cl / v;
  return t <= 0 ? 0 : dose * ka / (v * (ka - k)) * (std::exp(-k * t) - std::exp(-ka * t));
}

// Rounding of a handful of operations.
constexpr double rounding = 1e-13;

TEST(OneCompartment, is_the_closed_form_of_an_oral_dose) {
  const VectorXd phi = Eigen::Vector3d(1.5, 2.7, 31.5);
  const VectorXd c = run(
      oral, {{.amount_mg = 320}, {.time_h = 1, .observed = true}, {.time_h = 9, .observed = true}},
      phi);
  EXPECT_NEAR(c[0], bateman(320, 1.5, 2.7, 31.5, 1), rounding * c[0]);
  EXPECT_NEAR(c[1], bateman(320, 1.5, 2.7, 31.5, 9), rounding * c[1]);
}

TEST(OneCompartment, adds_up_doses_and_counts_additional_ones) {
  const VectorXd phi = Eigen::Vector3d(0.8, 3, 40);
  const VectorXd listed = run(oral,
                              {{.amount_mg = 80},
                               {.time_h = 2, .amount_mg = 80},
                               {.time_h = 4, .amount_mg = 80},
                               {.time_h = 7.5, .observed = true}},
                              phi);
  const VectorXd counted =
      run(oral,
          {{.amount_mg = 80, .additional = 2, .interval_h = 2}, {.time_h = 7.5, .observed = true}},
          phi);
  const double sum =
      bateman(80, 0.8, 3, 40, 7.5) + bateman(80, 0.8, 3, 40, 5.5) + bateman(80, 0.8, 3, 40, 3.5);
  EXPECT_NEAR(listed[0], sum, rounding * sum);
  EXPECT_NEAR(counted[0], sum, rounding * sum);
}

TEST(OneCompartment, is_the_closed_form_of_an_infusion) {
  const VectorXd phi = Eigen::Vector2d(3, 40);
  const VectorXd c = run(intravenous,
                         {{.amount_mg = 100, .rate_mg_h = 50},
                          {.time_h = 1, .observed = true},
                          {.time_h = 5, .observed = true}},
                         phi);
  const double k = 3.0 / 40;
  EXPECT_NEAR(c[0], 50.0 / 3 * (1 - std::exp(-k)), rounding * c[0]);
  EXPECT_NEAR(c[1], 50.0 / 3 * (1 - std::exp(-2 * k)) * std::exp(-3 * k), rounding * c[1]);
}

TEST(OneCompartment, lags_a_dose) {
  VectorXd phi(4);
  phi << 1.2, 3, 40, 0.4;
  const VectorXd c = run(
      lagged,
      {{.amount_mg = 80}, {.time_h = 0.3, .observed = true}, {.time_h = 2, .observed = true}}, phi);
  EXPECT_EQ(c[0], 0);
  EXPECT_NEAR(c[1], bateman(80, 1.2, 3, 40, 1.6), rounding * c[1]);
}

// After 200 intervals the approach to the steady state is below rounding.
TEST(OneCompartment, starts_in_the_steady_state) {
  const std::pair<OneCompartment, VectorXd> models[] = {{oral, Eigen::Vector3d(0.9, 4, 30)},
                                                        {intravenous, Eigen::Vector2d(4, 30)}};
  for (const auto& [form, phi] : models)
    for (const double rate : {0.0, 40.0}) {
      const VectorXd long_way =
          run(form,
              {{.amount_mg = 100, .rate_mg_h = rate, .additional = 200, .interval_h = 8},
               {.time_h = 1603, .observed = true}},
              phi);
      const VectorXd at_once =
          run(form,
              {{.amount_mg = 100, .rate_mg_h = rate, .interval_h = 8, .steady_state = true},
               {.time_h = 3, .observed = true}},
              phi);
      EXPECT_NEAR(at_once[0], long_way[0], 1e-11 * long_way[0]);
    }
}

TEST(OneCompartment, knows_the_limit_of_equal_rates) {
  const auto at = [](double ka) {
    return run(oral, {{.amount_mg = 100}, {.time_h = 3, .observed = true}},
               Eigen::Vector3d(ka, 3, 30))[0];
  };
  const double limit = 100 * 0.1 * 3 / 30 * std::exp(-0.3);
  EXPECT_NEAR(at(0.1), limit, rounding);
  EXPECT_NEAR(at(0.1 + 1e-9), limit, 1e-8);
  EXPECT_NEAR(at(0.1 + 0.04), bateman(100, 0.14, 3, 30, 3), rounding * 10);
}

TEST(OneCompartment, has_the_derivatives_of_its_values) {
  const Records records{{.amount_mg = 80},
                        {.time_h = 1, .observed = true},
                        {.time_h = 2, .amount_mg = 40, .rate_mg_h = 80, .compartment = 2},
                        {.time_h = 2.2, .observed = true},
                        {.time_h = 3, .amount_mg = 40, .rate_mg_h = 20, .occasion = 1},
                        {.time_h = 4, .observed = true, .occasion = 1},
                        {.time_h = 30, .observed = true, .occasion = 1}};
  OneCompartment form = lagged;
  form.fraction = 4;
  VectorXd phi(10);
  phi << 1.2, 3, 40, 0.4, 0.9, 1.5, 2.5, 45, 0.3, 0.8;
  const PredictSubject predict = one_compartment(form, 5, {records});
  Prediction here, high, low;
  predict(0, phi, true, here);
  for (Index m = 0; m < phi.size(); ++m) {
    VectorXd at = phi;
    at[m] = phi[m] * (1 + 1e-5);
    predict(0, at, false, high);
    at[m] = phi[m] * (1 - 1e-5);
    predict(0, at, false, low);
    for (Index j = 0; j < here.value.size(); ++j)
      EXPECT_NEAR(here.jacobian(j, m), (high.value[j] - low.value[j]) / (2e-5 * phi[m]), 1e-8)
          << j << " by " << m;
  }
  predict(0, phi, false, low);
  EXPECT_TRUE(low.value.isApprox(here.value, 1e-14));  // a Jet divides by the reciprocal
}

TEST(OneCompartment, forgets_at_a_reset) {
  const VectorXd c = run(intravenous,
                         {{.amount_mg = 100},
                          {.time_h = 1, .amount_mg = 50, .reset = true},
                          {.time_h = 1, .observed = true}},
                         Eigen::Vector2d(3, 40));
  EXPECT_EQ(c[0], 50.0 / 40);
}

std::string refusal(const OneCompartment& form, const Records& records) {
  try {
    one_compartment(form, 4, {records});
  } catch (const Error& error) {
    return error.code() + ": " + error.what();
  }
  return "";
}

TEST(OneCompartment, refuses_what_it_cannot_follow) {
  EXPECT_NE(refusal(oral, {{.time_h = 2}, {.time_h = 1}}).find("time 1 h"), std::string::npos);
  EXPECT_NE(refusal(oral, {{.amount_mg = 1, .compartment = 3}}).find("saw 3"), std::string::npos);
  EXPECT_NE(refusal(oral, {{.amount_mg = -1}}).find("not negative"), std::string::npos);
  EXPECT_NE(refusal(oral, {{.amount_mg = 1, .steady_state = true}}).find("interval"),
            std::string::npos);
  EXPECT_NE(refusal(lagged, {{.amount_mg = 1, .interval_h = 2, .steady_state = true}}).find("lag"),
            std::string::npos);
  EXPECT_NE(refusal({.clearance = 0}, {}).find("pharm.compartment.parameters"), std::string::npos);
}

}  // namespace
}  // namespace entact
