#include "entact/pharm/population_fit.h"

#include <gtest/gtest.h>

#include <Eigen/LU>
#include <cmath>

#include "entact/base/error.h"
#include "entact/pharm/population_specimen.h"
#include "entact/pharm/predictive_check.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::VectorXd;
using nlohmann::json;

constexpr double log_two_pi = 1.837877066409345484;

const json& expected() {
  static const json read = specimen::population_json();
  return read;
}

PopulationFitOptions by(PopulationMethod method) { return {.method = method, .threads = 1}; }

double objective_at_start(const PopulationModel& model, PopulationMethod method) {
  const PopulationLayout layout(model);
  return population_objective(layout, layout.start(), {}, false, by(method)).value;
}

// The objective at given values: 15 published digits; the rest is how exactly modes are found.
TEST(PopulationFit, has_the_published_objective_of_wang) {
  const PopulationModel model = specimen::wang();
  EXPECT_NEAR(objective_at_start(model, PopulationMethod::focei), expected()["wang"]["focei"],
              1e-9);
  EXPECT_NEAR(objective_at_start(model, PopulationMethod::laplace), expected()["wang"]["laplace"],
              1e-7);
}

TEST(PopulationFit, has_the_published_objective_of_theophylline) {
  for (const auto& [name, method, proportional] :
       {std::tuple{"focei", PopulationMethod::focei, true},
        {"focei_additive", PopulationMethod::focei, false},
        {"laplace", PopulationMethod::laplace, true}}) {
    const double wanted =
        -2 * expected()["theopp"][name]["start"]["log_likelihood"].get<double>() - 132 * log_two_pi;
    // Pumas' own modes are found to some 1e-5.
    EXPECT_NEAR(objective_at_start(specimen::theopp(proportional), method), wanted, 2e-5) << name;
  }
}

// Estimates as NONMEM names them and their sandwich standard errors.
std::map<std::string, std::pair<double, double>> as_nonmem(const PopulationFit& fit,
                                                           bool proportional) {
  const Eigen::MatrixXd& c = fit.covariance.sandwich;
  const PopulationValues& v = fit.values;
  const auto se = [&](Index i) { return std::sqrt(c(i, i)); };
  const double b = v.coefficients[0], ka = v.typical[0];
  std::map<std::string, std::pair<double, double>> list{
      {"ka_0", {ka, se(0)}},
      {"k", {v.typical[1], se(1)}},
      {"slope", {v.typical[2], se(2)}},
      {"ka_1",
       {ka * (1 + b),
        std::sqrt((1 + b) * (1 + b) * c(0, 0) + ka * ka * c(3, 3) + 2 * ka * (1 + b) * c(0, 3))}},
      {"omega_ka", {v.omega(0, 0), se(4)}},
      {"omega_cl", {v.omega(1, 1), se(5)}},
      {"var_add", {v.additive * v.additive, 2 * v.additive * se(6)}}};
  if (proportional)
    list["var_prop"] = {v.proportional * v.proportional, 2 * v.proportional * se(7)};
  return list;
}

// NONMEM prints six and three digits and stops some 1e-3 before the minimum.
void expect_as_nonmem(const std::string& name, PopulationMethod method, bool proportional) {
  const json& wanted = expected()["theopp"][name];
  const PopulationModel model = specimen::theopp(proportional);
  const PopulationFit fit = fit_population(model, by(method));
  EXPECT_TRUE(fit.fit.converged) << name;
  EXPECT_NEAR(fit.minus_two_log_likelihood, wanted["minus_two_log_likelihood"].get<double>(), 2e-5)
      << name;
  for (const auto& [what, ours] : as_nonmem(fit, proportional)) {
    const double estimate = wanted["estimates"][what];
    EXPECT_NEAR(ours.first, estimate, 2e-3 * std::abs(estimate)) << name << " " << what;
    if (!wanted["se"].contains(what)) continue;
    const double se = wanted["se"][what];
    EXPECT_NEAR(ours.second, se, 0.04 * se) << name << " " << what;
  }
  if (!wanted.contains("eta")) return;
  for (std::size_t i = 0; i < fit.modes.size(); ++i)
    for (std::size_t j : {0U, 1U})
      EXPECT_NEAR(fit.modes[i].b[static_cast<Index>(j)], wanted["eta"][i][j].get<double>(), 1e-3);
}

TEST(PopulationFit, agrees_with_nonmem_by_focei) {
  expect_as_nonmem("focei", PopulationMethod::focei, true);
  expect_as_nonmem("focei_additive", PopulationMethod::focei, false);
}

TEST(PopulationFit, agrees_with_nonmem_by_laplace) {
  expect_as_nonmem("laplace", PopulationMethod::laplace, true);
}

// The spread of eta at the mode, as NONMEM prints it.
TEST(PopulationFit, agrees_with_nonmem_in_the_spread_of_eta) {
  const PopulationFit fit = fit_population(specimen::theopp(true), by(PopulationMethod::focei));
  for (std::size_t i = 0; i < fit.modes.size(); ++i) {
    const Eigen::Matrix2d spread = Eigen::Matrix2d(fit.modes[i].hessian).inverse();
    const json& wanted = expected()["theopp"]["focei"]["eta_variance"][i];
    EXPECT_NEAR(spread(0, 0), wanted[0].get<double>(), 2e-3 * wanted[0].get<double>() + 1e-5);
    EXPECT_NEAR(spread(1, 1), wanted[1].get<double>(), 2e-3 * wanted[1].get<double>() + 1e-5);
  }
}

// The minimum does not depend on where the search starts. nlmixr2's documentation prints an
// objective of 116.80 for this model (recalled).
TEST(PopulationFit, finds_the_same_minimum_from_another_start) {
  PopulationModel model = specimen::theophylline_lognormal();
  const PopulationFit fit = fit_population(model, by(PopulationMethod::focei));
  EXPECT_TRUE(fit.fit.converged);
  EXPECT_NEAR(fit.objective, 116.8034, 1e-4);
  model.parameters[0] = {.id = "ka", .typical = 0.5, .between_sd = 0.2};
  model.parameters[1].typical = 5;
  model.parameters[2].typical = 60;
  model.error.additive = 2;
  const PopulationFit other = fit_population(model, by(PopulationMethod::focei));
  EXPECT_NEAR(other.objective, fit.objective, 1e-7);
  // The objective is flat to 1e-9 within some 1e-5 of its minimum.
  EXPECT_TRUE(other.u.isApprox(fit.u, 1e-4));
}

TEST(PopulationFit, has_the_gradient_of_its_objective) {
  for (const PopulationMethod method : {PopulationMethod::focei, PopulationMethod::laplace}) {
    const PopulationModel model = specimen::theopp(true);
    const PopulationLayout layout(model);
    VectorXd u = layout.start();
    const PopulationObjective here = population_objective(layout, u, {}, true, by(method));
    const VectorXd gradient = here.subject_gradients.colwise().sum().transpose();
    for (Index k = 0; k < u.size(); ++k) {
      double side[2];
      for (const int s : {0, 1}) {
        VectorXd at = u;
        at[k] += s == 0 ? -1e-4 : 1e-4;
        side[s] = population_objective(layout, at, here.modes, false, by(method)).value;
      }
      // Differences are good to step^2 = 1e-8 of the third derivative.
      EXPECT_NEAR(gradient[k], (side[1] - side[0]) / 2e-4, 1e-6 * (1 + std::abs(gradient[k])));
    }
  }
}

// A straight line with random intercept and slope is normal: its likelihood has a closed form, and
// both methods must give it exactly.
TEST(PopulationFit, is_exact_for_a_linear_model) {
  PopulationModel model;
  model.parameters = {
      {.id = "a", .typical = 1, .form = IndividualForm::normal, .between_sd = 0.8},
      {.id = "b", .typical = -0.5, .form = IndividualForm::normal, .between_sd = 0.4}};
  model.between_blocks = {{0, 1}};
  model.error.additive = 0.3;
  const VectorXd t = VectorXd::LinSpaced(5, 0, 2);
  for (int i = 0; i < 12; ++i) {
    PopulationSubject person{.id = std::to_string(i), .time_h = std::vector<double>(5)};
    person.observed.resize(5);
    for (Index j = 0; j < 5; ++j)
      person.observed[j] = 1 + std::sin(3.0 * i) - 0.5 * t[j] * (1 + std::cos(2.0 * i)) +
                           0.3 * std::sin(7.0 * i + 5.0 * static_cast<double>(j));
    model.subjects.push_back(person);
  }
  Eigen::MatrixXd x(5, 2);
  x.col(0).setOnes();
  x.col(1) = t;
  model.predict = [x](std::ptrdiff_t, const VectorXd& phi, bool derivatives, Prediction& p) {
    p.value = x * phi;
    if (derivatives) p.jacobian = x;
  };
  const auto exact = [&](const PopulationValues& v) {
    const Eigen::MatrixXd var =
        x * v.omega * x.transpose() + v.additive * v.additive * Eigen::MatrixXd::Identity(5, 5);
    double sum = 0;
    for (const PopulationSubject& s : model.subjects) {
      const VectorXd r = s.observed - x * v.typical;
      sum += std::log(var.determinant()) + r.dot(var.inverse() * r);
    }
    return sum;
  };
  for (const PopulationMethod method : {PopulationMethod::focei, PopulationMethod::laplace}) {
    const PopulationFit fit = fit_population(model, by(method));
    ASSERT_TRUE(fit.fit.converged);
    EXPECT_NEAR(fit.objective, exact(fit.values), 1e-8);
    // and no nearby value is better
    const PopulationLayout layout(model);
    for (Index k = 0; k < fit.u.size(); ++k)
      for (const double step : {-1e-3, 1e-3}) {
        VectorXd at = fit.u;
        at[k] += step;
        EXPECT_GT(exact(layout.values(at)), fit.objective);
      }
  }
}

// Two observations a person of x exp(1 - x / 3), which rises up to 3 and falls after: one value on
// either side gives the same.
PopulationModel two_sided(double typical) {
  PopulationModel model;
  for (int i = 0; i < 12; ++i)
    model.subjects.push_back(
        {.id = std::to_string(i), .observed = VectorXd::Zero(2), .time_h = {1, 2}});
  model.parameters = {{.id = "x", .typical = typical, .between_sd = 0.3}};
  model.error.additive = 0.1;
  model.predict = [](std::ptrdiff_t, const VectorXd& phi, bool, Prediction& p) {
    const double x = phi[0], decline = std::exp(1 - x / 3);
    p.value = VectorXd::Constant(2, x * decline);
    p.jacobian = Eigen::MatrixXd::Constant(2, 1, (1 - x / 3) * decline);
  };
  return model;
}

// Steps too far put people on the other side. With the random effects of every step as the next
// start they stayed there in 4 of these studies from 0.5, and in 5 from 0.1.
TEST(PopulationFit, comes_back_from_steps_too_far) {
  const PopulationModel drawn_from = two_sided(0.7);
  const PopulationLayout truth(drawn_from);
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    PopulationModel model = drawn_from;
    for (std::size_t i = 0; i < model.subjects.size(); ++i)
      model.subjects[i].observed = draw_observations(truth, truth.values(truth.start()),
                                                     static_cast<std::ptrdiff_t>(i), seed, 0);
    const double lowest = fit_population(model, by(PopulationMethod::focei)).objective;
    for (const double start : {0.1, 0.5}) {
      model.parameters[0].typical = start;
      const PopulationFit fit = fit_population(model, by(PopulationMethod::focei));
      EXPECT_TRUE(fit.fit.converged) << seed;
      EXPECT_NEAR(fit.objective, lowest, 1e-6) << seed;
    }
  }
}

// A first step of the coefficient multiplies by some e^10: the search turns back from it. Weight on
// v, as NONMEM would have it, is nested: the objective falls below that without it.
TEST(PopulationFit, turns_back_from_steps_without_likelihood) {
  PopulationModel model = specimen::theophylline_lognormal();
  model.effects = {{.parameter = 2,
                    .name = "WT",
                    .form = CovariateEffect::Form::exponential,
                    .reference = 70,
                    .coefficient = 0}};
  const PopulationFit fit = fit_population(model, by(PopulationMethod::focei));
  EXPECT_TRUE(fit.fit.converged);
  EXPECT_LT(fit.objective, 116.8034);
  // In kilograms or in grams.
  for (PopulationSubject& s : model.subjects) s.covariates.col(0) *= 1000;
  model.effects[0].reference *= 1000;
  const PopulationFit grams = fit_population(model, by(PopulationMethod::focei));
  EXPECT_NEAR(grams.objective, fit.objective, 1e-6);
  EXPECT_NEAR(1000 * grams.values.coefficients[0], fit.values.coefficients[0], 1e-5);
}

// A line whose parameters are normal, in a unit of a thousandth, a millionth or a million: one fit,
// and no variance is taken for 0.
TEST(PopulationFit, gives_normal_parameters_in_any_unit) {
  PopulationFit first;
  for (const double unit : {1.0, 1e-6, 1e-3, 1e6}) {
    PopulationModel model = specimen::wang();
    model.parameters = {
        {.id = "cl",
         .typical = 0.5 * unit,
         .form = IndividualForm::normal,
         .between_sd = 0.2 * unit},
        {.id = "v", .typical = unit, .form = IndividualForm::normal, .fixed = true}};
    model.predict = [unit, predict = model.predict](std::ptrdiff_t i, const VectorXd& phi,
                                                    bool derivatives, Prediction& p) {
      predict(i, phi / unit, derivatives, p);
      if (derivatives) p.jacobian /= unit;
    };
    for (const PopulationMethod method : {PopulationMethod::laplace, PopulationMethod::focei}) {
      const PopulationFit fit = fit_population(model, by(method));
      EXPECT_TRUE(fit.fit.converged) << unit;
      for (const std::string& note : fit.fit.reservations)
        EXPECT_EQ(note.find("went to zero"), std::string::npos) << unit << note;
      if (method == PopulationMethod::laplace) continue;
      if (unit == 1) first = fit;
      EXPECT_NEAR(fit.objective, first.objective, 1e-8) << unit;
      EXPECT_NEAR(fit.values.typical[0] / unit, first.values.typical[0], 1e-5) << unit;
      EXPECT_EQ(fit.fit.iterations, first.fit.iterations) << unit;
    }
  }
}

// A solver's predictions are smooth to its tolerance only. With differences as for a closed form
// Laplace's method did not converge through the equations, and gave half the standard error of a
// variance.
TEST(PopulationFit, finds_laplaces_minimum_in_a_solvers_noise) {
  PopulationModel model = specimen::theophylline_lognormal();
  const PopulationFit smooth = fit_population(model, by(PopulationMethod::laplace));
  model.noise = 1e-8;
  model.predict = [exact = model.predict](std::ptrdiff_t i, const VectorXd& phi, bool derivatives,
                                          Prediction& p) {
    exact(i, phi, derivatives, p);
    for (Index j = 0; j < p.value.size(); ++j) {
      const double wave = 1e10 * phi.sum() + 3.0 * static_cast<double>(j);
      p.value[j] *= 1 + 1e-8 * std::sin(wave);
      if (derivatives) p.jacobian.row(j) *= 1 + 1e-8 * std::cos(wave);
    }
  };
  const PopulationFit fit = fit_population(model, by(PopulationMethod::laplace));
  EXPECT_TRUE(fit.fit.converged);
  EXPECT_NEAR(fit.objective, smooth.objective, 1e-3);
  ASSERT_GT(fit.covariance.r.size(), 0);
  for (Index k = 0; k < fit.u.size(); ++k) {
    EXPECT_NEAR(fit.u[k], smooth.u[k], 3e-3) << k;
    const double r = std::sqrt(smooth.covariance.r(k, k));
    EXPECT_NEAR(std::sqrt(fit.covariance.r(k, k)), r, 0.01 * r) << k;
    const double s = std::sqrt(smooth.covariance.sandwich(k, k));
    EXPECT_NEAR(std::sqrt(fit.covariance.sandwich(k, k)), s, 0.02 * s) << k;
  }
}

// Far from all that is possible the objective is infinite and says so by its value alone.
TEST(PopulationFit, has_an_infinite_objective_where_observations_cannot_be) {
  const PopulationModel model = specimen::wang();
  const PopulationLayout layout(model);
  VectorXd u = layout.start();
  u[0] = 800;
  const PopulationObjective here =
      population_objective(layout, u, {}, true, by(PopulationMethod::focei));
  EXPECT_TRUE(std::isinf(here.value));
  EXPECT_TRUE(here.subject_gradients.array().isNaN().all());
}

TEST(PopulationFit, does_not_depend_on_the_number_of_threads) {
  PopulationFitOptions one = by(PopulationMethod::focei), two = one;
  two.threads = 2;
  const PopulationModel model = specimen::theophylline_lognormal();
  EXPECT_EQ(fit_population(model, one).u, fit_population(model, two).u);
}

std::string refusal(const PopulationModel& model, PopulationMethod method,
                    std::string* words = nullptr) {
  try {
    fit_population(model, by(method));
  } catch (const Error& error) {
    if (words != nullptr) *words = error.what();
    return error.code();
  }
  return "";
}

TEST(PopulationFit, refuses_what_it_cannot_fit) {
  PopulationModel model = specimen::wang();
  model.subjects[3].below = VectorXd::Constant(2, NAN);
  model.subjects[3].below[1] = 5;
  EXPECT_EQ(refusal(model, PopulationMethod::focei), "pharm.population.method");
  EXPECT_EQ(refusal(model, PopulationMethod::laplace), "");
  model.subjects[3].time_h.pop_back();
  EXPECT_EQ(refusal(model, PopulationMethod::laplace), "pharm.population.length");
  model.subjects.clear();
  EXPECT_EQ(refusal(model, PopulationMethod::focei), "pharm.population.empty");
  PopulationModel broken = specimen::wang();
  broken.predict = [](std::ptrdiff_t, const VectorXd& phi, bool, Prediction& p) {
    p.value = VectorXd::Constant(2, NAN);
    p.jacobian = Eigen::MatrixXd::Zero(2, phi.size());
  };
  EXPECT_EQ(refusal(broken, PopulationMethod::focei), "pharm.population.prediction");
}

// The gradients of two people at the minimum are opposite: S says nothing of seven directions.
TEST(PopulationFit, has_no_sandwich_of_few_people) {
  PopulationModel model = specimen::theophylline_lognormal();
  model.subjects.resize(8);
  EXPECT_GT(fit_population(model, by(PopulationMethod::focei)).covariance.sandwich.size(), 0);
  model.subjects.resize(7);
  const PopulationCovariance c = fit_population(model, by(PopulationMethod::focei)).covariance;
  EXPECT_GT(c.r.size(), 0);
  EXPECT_EQ(c.sandwich.size(), 0);
  EXPECT_EQ(c.s.size(), 0);
}

// Predictions of 0 under a proportional error, and nothing measured at all.
TEST(PopulationFit, refuses_observations_that_tell_nothing) {
  PopulationModel model = specimen::theophylline_lognormal();
  model.error = {.proportional = 0.2};
  std::string words;
  for (const PopulationMethod method : {PopulationMethod::focei, PopulationMethod::laplace}) {
    EXPECT_EQ(refusal(model, method, &words), "pharm.population.spread");
    EXPECT_NE(words.find("participant 1, time 0 h: the prediction is 0"), std::string::npos);
    EXPECT_NE(words.find("12 such observations"), std::string::npos) << words;
  }
  model = specimen::wang();
  // Where the search ended, as SAEM hands it over.
  const PopulationLayout layout(model);
  try {
    summarise_population(layout, layout.start().array() + 800, by(PopulationMethod::laplace));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "pharm.population.likelihood");
  }
  model.error = {.additive = 1};
  model.predict = [](std::ptrdiff_t, const VectorXd&, bool, Prediction& p) {
    p.value = VectorXd::Constant(2, 1e200);  // whose square is no number
  };
  EXPECT_EQ(refusal(model, PopulationMethod::focei), "pharm.population.start");
  for (PopulationSubject& s : model.subjects) s.below = VectorXd::Constant(2, 1);
  EXPECT_EQ(refusal(model, PopulationMethod::laplace), "pharm.population.censored");
}

// A sample before the dose, below the limit: certain, whatever the parameters.
TEST(PopulationFit, learns_nothing_from_a_censored_prediction_of_0) {
  PopulationModel model = specimen::wang();
  const double without = fit_population(model, by(PopulationMethod::laplace)).objective;
  specimen::add_censored_before_dose(model);
  EXPECT_NEAR(fit_population(model, by(PopulationMethod::laplace)).objective, without, 1e-9);
}

}  // namespace
}  // namespace entact
