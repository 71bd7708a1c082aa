// The fits' estimates, standard errors and coverage against those of the marginal likelihood
// itself, an integral over two random effects here: by the trapezoidal rule around each person's
// mode, slow and obvious. A few replicates; ENTACT_COVERAGE_REPLICATES=2000 runs what
// reference/population/README.md states.
#include <gtest/gtest.h>

#include <Eigen/Cholesky>
#include <array>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <string>

#include "entact/base/parallel.h"
#include "entact/num/quasi_newton.h"
#include "entact/pharm/one_compartment.h"
#include "entact/pharm/population_fit.h"
#include "entact/pharm/predictive_check.h"

namespace entact {
namespace {

using Eigen::ArrayXd;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// Quantities in the order of PopulationLayout's u: logarithms.
enum Quantity { cl, v, cl_sd, v_sd, error, n_quantities };
const double truth[] = {41.5, 462, 0.3, 0.2, 0.15};

// The kinetics and the design of mdma_coverage_test.cpp, in closed form: 24 people, 100 mg over
// 0.304 h into the depot, seven samples.
PopulationModel design() {
  PopulationModel model;
  std::vector<std::vector<CompartmentRecord>> records;
  for (int i = 0; i < 24; ++i) {
    PopulationSubject person{.id = std::to_string(i), .time_h = {1, 2, 3.5, 6, 10, 24, 30}};
    records.push_back({{.amount_mg = 100, .rate_mg_h = 100 / 0.304}});
    for (const double t : person.time_h) records.back().push_back({.time_h = t, .observed = true});
    person.observed = VectorXd::Zero(7);
    model.subjects.push_back(person);
  }
  model.parameters = {{.id = "cl", .typical = truth[cl], .between_sd = truth[cl_sd]},
                      {.id = "v", .typical = truth[v], .between_sd = truth[v_sd]},
                      {.id = "ka", .typical = 1.17, .fixed = true},
                      {.id = "lag", .typical = 0.322, .fixed = true}};
  model.error.proportional = truth[error];
  model.predict = one_compartment(
      {.absorption = 2, .clearance = 0, .volume = 1, .lag = 3, .units_per_mg_l = 1000}, 4, records);
  return model;
}

// One person's points of the integral: log cl and log v, and what does not depend on the
// population's values there.
struct Points {
  ArrayXd log_cl{}, log_v{}, log_weight{};
  ArrayXd squares{}, logarithms{};  // sums of (y / f - 1)^2 and of log f
  double n = 0;
};

// A grid of 15 by 15 within 5.25 standard deviations of the mode. The rule's error is about
// exp(-2 (pi / 0.75)^2); its ends lie where the density is 1e-6 of its peak.
Points points_of(const PopulationModel& model, const PopulationFit& fit, std::size_t person) {
  const SubjectMode& mode = fit.modes[person];
  const MatrixXd root = mode.hessian.llt().solve(MatrixXd::Identity(2, 2)).llt().matrixL();
  Points p;
  p.n = static_cast<double>(model.subjects[person].observed.size());
  constexpr int half = 7, side = 2 * half + 1;
  constexpr double step = 0.75;
  for (ArrayXd* each : {&p.log_cl, &p.log_v, &p.squares, &p.logarithms}) each->resize(side * side);
  p.log_weight =
      ArrayXd::Constant(side * side, 2 * std::log(step) + std::log(root.diagonal().prod()));
  Prediction f;
  for (int k = 0; k < side * side; ++k) {
    const Eigen::Vector2d z(step * (k % side - half), step * (k / side - half));
    const VectorXd b = mode.b + root * z;
    VectorXd phi = fit.values.typical;
    for (const int m : {cl, v}) phi[m] *= std::exp(b[m]);
    model.predict(static_cast<std::ptrdiff_t>(person), phi, false, f);
    p.log_cl[k] = std::log(phi[cl]), p.log_v[k] = std::log(phi[v]);
    p.squares[k] = (model.subjects[person].observed.array() / f.value.array() - 1).square().sum();
    p.logarithms[k] = f.value.array().log().sum();
  }
  return p;
}

// -2 log L and its derivative by u; the derivative of a log integral is the mean of the integrand's
// over the person's posterior.
FirstOrder marginal(const std::vector<Points>& people, const VectorXd& u) {
  constexpr double log_two_pi = 1.837877066409345484;
  FirstOrder sum{.gradient = VectorXd::Zero(n_quantities)};
  for (const Points& p : people) {
    const ArrayXd z_cl = (p.log_cl - u[cl]) / std::exp(u[cl_sd]);
    const ArrayXd z_v = (p.log_v - u[v]) / std::exp(u[v_sd]);
    const ArrayXd ss = p.squares / std::exp(2 * u[error]);
    const ArrayXd joint = p.log_weight - (z_cl.square() + z_v.square() + ss) / 2 - p.logarithms -
                          (u[cl_sd] + u[v_sd] + p.n * u[error] + (p.n + 2) / 2 * log_two_pi);
    const double top = joint.maxCoeff();
    ArrayXd posterior = (joint - top).exp();
    sum.value -= 2 * (top + std::log(posterior.sum()));
    posterior /= posterior.sum();
    const auto mean = [&](const ArrayXd& of) { return (posterior * of).sum(); };
    sum.gradient[cl] -= 2 * mean(z_cl) / std::exp(u[cl_sd]);
    sum.gradient[v] -= 2 * mean(z_v) / std::exp(u[v_sd]);
    sum.gradient[cl_sd] -= 2 * (mean(z_cl.square()) - 1);
    sum.gradient[v_sd] -= 2 * (mean(z_v.square()) - 1);
    sum.gradient[error] -= 2 * (mean(ss) - p.n);
  }
  return sum;
}

// Estimates u of a fit and of the likelihood, and their standard errors.
struct Comparison {
  VectorXd fitted{}, exact{};
  VectorXd fitted_se{}, exact_se{};
  double objective_off = 0;  // the fit's -2 log L less the integral's, both at the fit's estimates
};

VectorXd standard_errors(const std::function<FirstOrder(const VectorXd&)>& f, const VectorXd& at) {
  MatrixXd hessian(n_quantities, n_quantities);
  constexpr double step = 1e-4;
  for (Index k = 0; k < n_quantities; ++k) {
    const VectorXd move = step * VectorXd::Unit(n_quantities, k);
    hessian.col(k) = (f(at + move).gradient - f(at - move).gradient) / (2 * step);
  }
  const MatrixXd information = hessian / 2;
  return information.llt()
      .solve(MatrixXd::Identity(n_quantities, n_quantities))
      .diagonal()
      .cwiseSqrt();
}

Comparison compare(PopulationMethod method, std::uint32_t replicate) {
  PopulationModel model = design();
  const PopulationLayout layout(model);
  const PopulationValues values = layout.values(layout.start());
  for (std::size_t i = 0; i < model.subjects.size(); ++i)
    model.subjects[i].observed =
        draw_observations(layout, values, static_cast<std::ptrdiff_t>(i), 9770, replicate);
  const PopulationFit fit = fit_population(model, {.method = method, .threads = 1});
  std::vector<Points> people;
  for (std::size_t i = 0; i < model.subjects.size(); ++i)
    people.push_back(points_of(model, fit, i));
  const auto f = [&](const VectorXd& u) { return marginal(people, u); };
  const VectorXd at = minimise_quasi_newton(f, fit.u, {.gradient = 1e-6, .scale = 0.02}).x;
  VectorXd se = fit.covariance.r.diagonal().cwiseSqrt().cwiseQuotient(layout.natural(fit.u));
  se.segment(cl_sd, 2) /= 2;  // of a standard deviation's logarithm, not the variance's
  return {fit.u, at, se, standard_errors(f, at), fit.minus_two_log_likelihood - f(fit.u).value};
}

int wanted_replicates() {
  const char* asked = std::getenv("ENTACT_COVERAGE_REPLICATES");
  return asked == nullptr ? 3 : std::stoi(asked);
}

// @param largest_off  of the mean difference to the likelihood's estimate, on the log scale
void expect_close(PopulationMethod method, const std::array<double, n_quantities>& largest_off) {
  const int replicates = wanted_replicates();
  std::vector<Comparison> all(static_cast<std::size_t>(replicates));
  parallel_for(replicates, 0, [&](std::ptrdiff_t r) {
    all[static_cast<std::size_t>(r)] = compare(method, static_cast<std::uint32_t>(r));
  });
  for (Index k = 0; k < n_quantities; ++k) {
    const auto at = static_cast<std::size_t>(k);
    double off = 0, ratio = 0;
    int fitted = 0, exact = 0;
    for (const Comparison& c : all) {
      const double true_u = std::log(truth[k]);
      off += (c.fitted[k] - c.exact[k]) / replicates;
      ratio += c.fitted_se[k] / c.exact_se[k] / replicates;
      fitted += std::abs(c.fitted[k] - true_u) < 1.96 * c.fitted_se[k] ? 1 : 0;
      exact += std::abs(c.exact[k] - true_u) < 1.96 * c.exact_se[k] ? 1 : 0;
      EXPECT_NEAR(c.objective_off, 0, 2);
    }
    EXPECT_LT(std::abs(off), largest_off[at]) << k;
    EXPECT_NEAR(ratio, 1, 0.02) << k;  // 0.993 to 1.002 were seen
    EXPECT_NEAR(fitted, exact, 1 + replicates / 100) << k;
    const auto record = [&](const char* what, double value) {
      ::testing::Test::RecordProperty(what + std::to_string(k), std::to_string(value));
    };
    record("off_", off), record("se_ratio_", ratio);
    record("covered_", fitted), record("covered_exact_", exact);
  }
}

// FOCE-I leaves out the second derivatives of the predictions, and so takes CL/F 1.1% too high in
// any number of people: 0.0111, 0.0045, -0.0066, 0.0006 and 0.0013 were seen.
TEST(PopulationQuadratureCoverage, of_focei_is_that_of_the_likelihood) {
  expect_close(PopulationMethod::focei, {0.015, 0.007, 0.012, 0.005, 0.003});
}

// 0.0004, -0.0002, -0.0026, -0.0005 and -0.0027.
TEST(PopulationQuadratureCoverage, of_laplace_is_that_of_the_likelihood) {
  expect_close(PopulationMethod::laplace, {0.001, 0.0005, 0.005, 0.002, 0.005});
}

}  // namespace
}  // namespace entact
