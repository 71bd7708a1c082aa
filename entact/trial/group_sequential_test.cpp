#include "entact/trial/group_sequential.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "entact/base/error.h"
#include "entact/num/distributions.h"
#include "entact/trial/sequential_density.h"
#include "entact/trial/sequential_specimen.h"

namespace entact {
namespace {

using specimen::Json;

// rpact's own tolerance is 1e-8 to 1e-10 in probability; it spends 1e-8 less than alpha.
constexpr double rpact_tolerance = 1e-6;

TEST(GroupSequential, bounds_and_inflation_are_those_of_rpact) {
  for (const Json& one : specimen::rpact()["designs"]) {
    const GroupSequentialDesign design = group_sequential(specimen::options_of(one));
    SCOPED_TRACE(one["name"].get<std::string>());
    for (std::size_t k = 0; k < design.rates.size(); ++k) {
      EXPECT_NEAR(design.upper[k], one["upper"][k].get<double>(), rpact_tolerance);
      EXPECT_NEAR(design.alpha_spent[k], one["alpha_spent"][k].get<double>(), 2e-8);
      if (k + 1 == design.rates.size()) continue;
      const Json& lower = specimen::element(one["lower"], k);
      if (lower.is_null())
        EXPECT_TRUE(std::isinf(design.lower[k]));
      else
        EXPECT_NEAR(design.lower[k], lower.get<double>(), rpact_tolerance);
    }
    EXPECT_NEAR(design.inflation, one["inflation"].get<double>(), rpact_tolerance);
    EXPECT_NEAR(design.drift * design.drift, one["shift"].get<double>(), 1e-5);
  }
}

TEST(GroupSequential, stopping_and_expected_size_are_those_of_rpact) {
  for (const Json& one : specimen::rpact()["designs"]) {
    const GroupSequentialDesign design = group_sequential(specimen::options_of(one));
    SCOPED_TRACE(one["name"].get<std::string>());
    const SequentialBehaviour h1 = behaviour(design, design.drift);
    EXPECT_NEAR(h1.power, design.power, 1e-11);
    for (std::size_t k = 0; k < design.rates.size(); ++k)
      EXPECT_NEAR(h1.efficacy[k], one["rejection"][k].get<double>(), rpact_tolerance);
    for (std::size_t k = 0; k + 1 < design.rates.size(); ++k)
      EXPECT_NEAR(h1.futility[k], specimen::element(one["futility"], k).get<double>(),
                  rpact_tolerance);
    const auto size = [&](double drift) {
      return behaviour(design, drift).expected_information * design.inflation;
    };
    EXPECT_NEAR(size(design.drift), one["expected_h1"].get<double>(), rpact_tolerance);
    EXPECT_NEAR(size(design.drift / 2), one["expected_h01"].get<double>(), rpact_tolerance);
    EXPECT_NEAR(size(0), one["expected_h0"].get<double>(), rpact_tolerance);
  }
}

TEST(GroupSequential, one_look_is_the_z_test) {
  const GroupSequentialDesign design = group_sequential({.rates = {1}, .power = 0.9});
  EXPECT_NEAR(design.upper[0], normal_quantile(0.975), 1e-12);
  EXPECT_NEAR(design.drift, normal_quantile(0.975) + normal_quantile(0.9), 1e-11);
  EXPECT_NEAR(design.inflation, 1, 1e-11);
  EXPECT_EQ(behaviour(design, 1).expected_information, 1);
}

TEST(GroupSequential, two_sides_at_twice_alpha_have_the_bounds_of_one) {
  const GroupSequentialDesign one = group_sequential({.rates = {0.3, 0.7, 1}});
  const GroupSequentialDesign two =
      group_sequential({.rates = {0.3, 0.7, 1}, .alpha = 0.05, .sides = 2});
  // Only a trial that rejected for the one side could later have rejected for the other.
  for (std::size_t k = 0; k < 3; ++k) EXPECT_NEAR(one.upper[k], two.upper[k], 1e-8);
}

// Two-sided futility: the inner wedge spends beta on |z| <= lower, and is not in rpact as such.
TEST(GroupSequential, inner_wedge_spends_what_it_should) {
  const Spending pocock{.kind = SpendingKind::pocock};
  const GroupSequentialDesign design = group_sequential({.rates = {0.4, 0.7, 1},
                                                         .alpha = 0.05,
                                                         .sides = 2,
                                                         .futility = pocock,
                                                         .binding = true,
                                                         .power = 0.9});
  const SequentialBehaviour h1 = behaviour(design, design.drift), h0 = behaviour(design, 0);
  const std::vector<double> beta = spent(pocock, design.rates, 0.1);
  EXPECT_NEAR(h1.futility[0], beta[0], 1e-11);
  EXPECT_NEAR(h1.futility[0] + h1.futility[1], beta[1], 1e-11);
  EXPECT_NEAR(h1.power, 0.9, 1e-11);
  double level = 0;
  for (std::size_t k = 0; k < 3; ++k) {
    EXPECT_NEAR(h0.efficacy[k], h0.opposite[k], 1e-14);
    level += h0.efficacy[k] + h0.opposite[k];
    EXPECT_NEAR(level, design.alpha_spent[k], 1e-12);
  }
  EXPECT_NEAR(level, 0.05, 1e-11);
}

TEST(GroupSequential, every_trial_stops_once) {
  const GroupSequentialDesign design =
      group_sequential({.rates = {0.2, 0.5, 1}, .futility = Spending{}});
  for (const double drift : {-1.0, 0.0, 2.0, 9.0}) {
    const SequentialBehaviour b = behaviour(design, drift);
    double sum = 0;
    for (std::size_t k = 0; k < 3; ++k) sum += b.efficacy[k] + b.futility[k] + b.opposite[k];
    EXPECT_NEAR(sum, 1, 1e-12) << drift;
  }
}

TEST(GroupSequential, non_binding_futility_keeps_alpha_and_costs_power) {
  GroupSequentialOptions options{.rates = {0.3, 0.6, 1}, .futility = Spending{}};
  const GroupSequentialDesign loose = group_sequential(options);
  options.binding = true;
  const GroupSequentialDesign bound = group_sequential(options);
  EXPECT_LT(behaviour(loose, 0).power, 0.0245);
  EXPECT_NEAR(behaviour(bound, 0).power, 0.025, 1e-11);
  EXPECT_LT(bound.upper[2], loose.upper[2]);
  EXPECT_LT(bound.inflation, loose.inflation);
}

std::string code_of(const GroupSequentialOptions& options) {
  try {
    group_sequential(options);
  } catch (const Error& error) {
    return error.code();
  }
  return "";
}

TEST(GroupSequential, bounds_that_cross_are_an_error) {
  EXPECT_EQ(code_of({.rates = {0.5, 1}, .futility_z = {3}}), "trial.group_sequential.cross");
  EXPECT_EQ(code_of({.rates = {0.5, 1}, .futility_z = {2}}), "");
  // Beta spending cannot: where the bounds meet, the power is reached already.
  const Spending early{.kind = SpendingKind::kim_demets, .parameter = 0.02};
  EXPECT_EQ(code_of({.rates = {0.5, 0.9, 1}, .efficacy = {.spending = early}, .futility = early}),
            "");
}

TEST(GroupSequential, refuses_what_is_no_design) {
  EXPECT_EQ(code_of({.rates = {}}), "trial.group_sequential.rates");
  EXPECT_EQ(code_of({.rates = {0.5, 0.4, 1}}), "trial.group_sequential.rates");
  EXPECT_EQ(code_of({.rates = {0.5, 0.9}}), "trial.group_sequential.rates");
  EXPECT_EQ(code_of({.alpha = 0}), "trial.group_sequential.error_rate");
  EXPECT_EQ(code_of({.alpha = 0.5}), "trial.group_sequential.error_rate");
  EXPECT_EQ(code_of({.power = 1}), "trial.group_sequential.error_rate");
  EXPECT_EQ(code_of({.sides = 3}), "trial.group_sequential.sides");
  EXPECT_EQ(code_of({.futility_z = {0, 0}}), "trial.group_sequential.futility");
  EXPECT_EQ(code_of({.futility = Spending{}, .futility_z = {0}}),
            "trial.group_sequential.futility");
  EXPECT_EQ(code_of({.efficacy = {.kind = BoundaryKind::haybittle_peto}}),
            "trial.group_sequential.boundary");
  EXPECT_EQ(code_of({.efficacy = {.kind = BoundaryKind::wang_tsiatis, .parameter = 2}}),
            "trial.group_sequential.boundary");
  EXPECT_EQ(code_of({.efficacy = {.kind = BoundaryKind::haybittle_peto, .parameter = 1.5}}),
            "trial.group_sequential.exhausted");
  EXPECT_EQ(code_of({.efficacy = {.spending = {.kind = SpendingKind::kim_demets}}}),
            "trial.spending.parameter");
}

TEST(Spending, starts_low_and_ends_at_the_rate) {
  const std::vector<double> t{0.1, 0.5, 1};
  const std::vector<Spending> all{{},
                                  {.kind = SpendingKind::pocock},
                                  {.kind = SpendingKind::kim_demets, .parameter = 1.5},
                                  {.kind = SpendingKind::hwang_shih_decani, .parameter = -4},
                                  {.kind = SpendingKind::hwang_shih_decani, .parameter = 0},
                                  {.kind = SpendingKind::given, .given = {0.001, 0.01, 0.025}}};
  for (const Spending& how : all) {
    const std::vector<double> rates = spent(how, t, 0.025);
    EXPECT_GT(rates[0], 0);
    EXPECT_LT(rates[0], rates[1]);
    EXPECT_EQ(rates[2], 0.025);
  }
  // Hwang, Shih and De Cani's with parameter 0 is linear, the limit of small parameters.
  EXPECT_NEAR(spent(all[4], t, 0.025)[1],
              spent({.kind = SpendingKind::hwang_shih_decani, .parameter = 1e-9}, t, 0.025)[1],
              1e-11);
  EXPECT_THROW(spent({.kind = SpendingKind::given, .given = {0.01, 0.025}}, t, 0.025), Error);
  EXPECT_THROW(spent({.kind = SpendingKind::given, .given = {0.02, 0.01, 0.025}}, t, 0.025), Error);
}

}  // namespace
}  // namespace entact
