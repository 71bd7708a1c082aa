// The reference model as text is the reference model as templates.
#include "entact/pharm/expression_model.h"

#include <ceres/jet.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "entact/base/error.h"
#include "entact/pharm/bind_model.h"
#include "entact/pharm/reference_specimen.h"
#include "entact/pharm/simulate.h"

namespace entact {
namespace {

constexpr std::size_t n_x = ReferenceModel::n_states, n_p = ReferenceModel::n_parameters;

ModelDescription description() {
  ModelDescription made{
      .id = "reference",
      .states = {{"gut"}, {"central"}, {"enzyme"}, {"metabolite"}, {"site"}, {"response"}}};
  for (const char* id : {"ka", "v", "cl_other", "cl_2d6", "lag", "ke0", "ec50", "fraction", "kdeg",
                         "kinact", "ki", "fm", "kmet", "emax", "kout"})
    made.parameters.push_back({.id = id});
  made.outputs = {{"concentration"}};
  return made;
}

ExpressionModel reference() {
  return {.variables = {{"c", "central / v"}, {"through_2d6", "cl_2d6 * enzyme * c"}},
          .starts = {"0", "0", "1", "0", "0", "1"},
          .rates = {"-ka * gut", "ka * gut - cl_other * c - through_2d6",
                    "kdeg * (1 - enzyme) - kinact * c / (ki + c) * enzyme",
                    "fm * through_2d6 - kmet * metabolite", "ke0 * (c - site)",
                    "kout * (1 + emax * site / (ec50 + site)) - kout * response"},
          .outputs = {"1000 * c"}};
}

double value(std::size_t i, std::size_t l) {
  return (0.3 + 0.1 * static_cast<double>(i)) * (1 + 0.02 * static_cast<double>(l));
}

TEST(ExpressionModel, is_the_compiled_model_to_the_bit) {
  const PharmModel text = bind_expressions(description(), reference());
  const PharmModel compiled = bind_model<ReferenceModel>(description());
  std::vector<Lanes> x(n_x), p(n_p), dx(n_x), y(1);
  for (std::size_t l = 0; l < n_lanes; ++l) {
    for (std::size_t i = 0; i < n_x; ++i) x[i].lane[l] = value(i, l);
    for (std::size_t i = 0; i < n_p; ++i) p[i].lane[l] = value(i + 3, l);
  }
  text.wide.rates(Lanes{}, x.data(), p.data(), dx.data());
  text.wide.outputs(Lanes{}, x.data(), p.data(), y.data());
  for (std::size_t l = 0; l < n_lanes; ++l) {
    std::vector<double> one(n_x), own(n_p), wanted(n_x), seen(n_x);
    for (std::size_t i = 0; i < n_x; ++i) one[i] = x[i].lane[l];
    for (std::size_t i = 0; i < n_p; ++i) own[i] = p[i].lane[l];
    compiled.scalar.rates(0.0, one.data(), own.data(), wanted.data());
    text.scalar.rates(0.0, one.data(), own.data(), seen.data());
    for (std::size_t i = 0; i < n_x; ++i) {
      EXPECT_EQ(seen[i], wanted[i]) << i;
      EXPECT_EQ(dx[i].lane[l], wanted[i]) << i;
    }
    EXPECT_EQ(y[0].lane[l], 1000 * (one[1] / own[1]));
  }
}

TEST(ExpressionModel, has_the_compiled_models_derivatives) {
  const PharmModel text = bind_expressions(description(), reference());
  const PharmModel compiled = bind_model<ReferenceModel>(description());
  std::vector<PharmJet> x(n_x), p(n_p), seen(n_x), wanted(n_x);
  for (std::size_t i = 0; i < n_x; ++i) x[i] = PharmJet(value(i, 0), static_cast<int>(i));
  for (std::size_t i = 0; i < n_p; ++i) p[i] = PharmJet(value(i + 3, 0));
  text.jet.rates(PharmJet(0), x.data(), p.data(), seen.data());
  compiled.jet.rates(PharmJet(0), x.data(), p.data(), wanted.data());
  for (std::size_t i = 0; i < n_x; ++i)
    for (int k = 0; k < static_cast<int>(n_x); ++k)
      EXPECT_DOUBLE_EQ(seen[i].v[k], wanted[i].v[k]) << i << k;
}

TEST(ExpressionModel, starts_from_its_parameters) {
  ExpressionModel model = reference();
  model.starts[5] = "2 * emax";
  const PharmModel bound = bind_expressions(description(), model);
  std::vector<double> p(n_p, 1.5), x(n_x);
  bound.scalar.initial(p.data(), x.data());
  EXPECT_EQ(x[5], 3);
  EXPECT_EQ(x[2], 1);
}

TEST(ExpressionModel, refuses_what_does_not_fit_and_names_it) {
  const auto message = [](const ExpressionModel& model) -> std::string {
    try {
      bind_expressions(description(), model);
    } catch (const Error& error) {
      return error.code() + ": " + error.what();
    }
    return "";
  };
  ExpressionModel model = reference();
  model.rates[1] = "ka * gutt";
  EXPECT_NE(message(model).find("pharm.expression.name: rate of central: column 6"),
            std::string::npos)
      << message(model);
  model = reference();
  model.starts[0] = "central";  // states have no values yet
  EXPECT_NE(message(model).find("start of gut"), std::string::npos);
  model = reference();
  model.rates.pop_back();
  EXPECT_NE(message(model).find("pharm.model.shape"), std::string::npos);
  model = reference();
  for (int k = 0; k < 130; ++k) model.variables.push_back({"w" + std::to_string(k), "1"});
  EXPECT_NE(message(model).find("pharm.expression.many"), std::string::npos);
}

// Clearance by the hour of the day: a steady state from doses at 6 h is that of 60 such doses.
TEST(ExpressionModel, has_the_steady_state_of_its_own_clock) {
  ModelDescription description{.id = "daily", .states = {{"body"}}, .inputs = {{.state = 0}}};
  const ExpressionModel model{
      .starts = {"0"},
      .rates = {"-0.25 * (1 + 0.8 * sin(2 * 3.141592653589793 * t / 24)) * body"},
      .outputs = {}};
  const PharmModel bound = bind_expressions(description, model);
  const SimulateOptions tight{.relative = 1e-11, .absolute = 1e-13};
  const DoseEvent dose{.t_h = 6, .amount_mg = 100, .rate_mg_per_h = 5, .interval_h = 24};
  DoseEvent steady = dose, many = dose;
  steady.steady_state = 1, many.additional = 60;
  const std::vector<double> none;
  const Course one = simulate(bound, none, std::vector<DoseEvent>{steady},
                              std::vector<double>{6.5, 10, 20, 29}, tight);
  const Course other = simulate(bound, none, std::vector<DoseEvent>{many},
                                std::vector<double>{1446.5, 1450, 1460, 1469}, tight);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(one.states[i], other.states[i], 1e-8) << i;
}

}  // namespace
}  // namespace entact
