#include "entact/pharm/population_values.h"

#include <gtest/gtest.h>

#include <cmath>

#include "entact/base/error.h"

namespace entact {
namespace {

using Eigen::Index;
using Eigen::VectorXd;

PopulationModel model() {
  PopulationModel m;
  m.parameters = {{.id = "ka", .typical = 1.5, .between_sd = 0.5},
                  {.id = "cl", .typical = 3, .between_sd = 0.3, .occasion_sd = 0.1},
                  {.id = "v", .typical = 30, .fixed = true, .between_sd = 0.2},
                  {.id = "e0", .typical = -1, .form = IndividualForm::normal, .occasion_sd = 0.4}};
  m.effects = {{.parameter = 1, .name = "WT", .reference = 70, .coefficient = 0.75},
               {.parameter = 2,
                .covariate = 1,
                .name = "SEX",
                .form = CovariateEffect::Form::exponential,
                .reference = 0,
                .coefficient = -0.2,
                .fixed = true}};
  m.between_blocks = {{0, 2}};
  m.error = {.additive = 0.1, .proportional = 0.2};
  PopulationSubject person{.id = "1", .occasions = 2};
  person.covariates.resize(2, 2);
  person.covariates << 80, 1, 60, 1;
  m.subjects = {person};
  return m;
}

TEST(PopulationValues, come_back_from_the_unconstrained_scale) {
  const PopulationModel m = model();
  const PopulationLayout layout(m);
  ASSERT_EQ(layout.size(), 3 + 1 + 4 + 2 + 2);
  VectorXd u = layout.start();
  for (Index k = 0; k < u.size(); ++k) u[k] += 0.1 * std::sin(3.0 * static_cast<double>(k) + 1);
  const PopulationValues v = layout.values(u);
  EXPECT_TRUE(layout.unconstrained(v).isApprox(u, 1e-14));
  EXPECT_NE(v.omega(0, 2), 0);  // ka and v are one block
  EXPECT_EQ(v.omega(0, 1), 0);
  EXPECT_EQ(v.omega(1, 2), 0);
  EXPECT_EQ(v.typical[2], 30);
  EXPECT_EQ(v.coefficients[1], -0.2);
}

// Another unit of e0 and another of age are the same point of the search.
TEST(PopulationValues, have_one_unconstrained_scale_in_any_unit) {
  const auto start = [](double e0_unit, double age_unit) {
    PopulationModel m = model();
    m.parameters[3].typical *= e0_unit;
    m.parameters[3].occasion_sd *= e0_unit;
    m.parameters[0].form = IndividualForm::normal;
    m.parameters[0].typical *= e0_unit;
    m.parameters[0].between_sd *= e0_unit;
    m.effects[0].form = CovariateEffect::Form::exponential;
    m.effects[0].reference *= age_unit;
    m.effects[0].coefficient /= age_unit;
    m.subjects[0].covariates.col(0) *= age_unit;
    const PopulationLayout layout(m);
    PopulationValues v = layout.values(layout.start());
    v.omega(0, 2) = v.omega(2, 0) = 0.03 * e0_unit;
    // What is a logarithm moves by one of the unit.
    VectorXd u = layout.unconstrained(v);
    u[4] -= std::log(e0_unit);  // standard deviation of ka
    u[9] -= std::log(e0_unit);  // of e0 between occasions
    EXPECT_TRUE(
        layout.effect_scale(m.subjects[0])
            .isApprox((VectorXd(7) << 0.5 * e0_unit, 1, 1, 1, 0.4 * e0_unit, 1, 0.4 * e0_unit)
                          .finished()));
    return u;
  };
  EXPECT_TRUE(start(1000, 0.01).isApprox(start(1, 1), 1e-12))
      << start(1000, 0.01).transpose() << "\n"
      << start(1, 1).transpose();
}

TEST(PopulationValues, list_their_estimates_by_name) {
  const PopulationModel m = model();
  const PopulationLayout layout(m);
  const auto list = layout.estimates(layout.values(layout.start()));
  ASSERT_EQ(list.size(), 4U + 2 + 4 + 2 + 2);
  EXPECT_EQ(list[4].name, "WT on cl");
  EXPECT_EQ(list[8].name, "between-person covariance of ka, v");
  EXPECT_NEAR(list[6].value, 0.25, 1e-15);
  EXPECT_TRUE(list[2].fixed);
  EXPECT_EQ(layout.natural(layout.start()).size(), layout.size());
}

// tv (c / ref)^b exp(eta + kappa), and its derivative by either.
TEST(PopulationValues, give_a_person_its_parameters) {
  const PopulationModel m = model();
  const PopulationLayout layout(m);
  VectorXd b(3 + 2 * 2);
  b << 0.2, -0.1, 0.3, 0.05, 0.5, -0.07, -0.6;
  const IndividualParameters p =
      individual_parameters(layout, layout.values(layout.start()), m.subjects[0], b);
  EXPECT_NEAR(p.phi[0], 1.5 * std::exp(0.2), 1e-14);
  EXPECT_NEAR(p.phi[1], 3 * std::pow(80.0 / 70, 0.75) * std::exp(-0.05), 1e-14);
  EXPECT_NEAR(p.phi[4 + 1], 3 * std::pow(60.0 / 70, 0.75) * std::exp(-0.17), 1e-14);
  EXPECT_NEAR(p.phi[2], 30 * std::exp(0.1), 1e-13);
  EXPECT_NEAR(p.phi[3], -0.5, 1e-14);
  EXPECT_NEAR(p.phi[4 + 3], -1.6, 1e-14);
  EXPECT_EQ(p.first[1], p.phi[1]);
  EXPECT_EQ(p.first[3], 1);
  EXPECT_EQ(p.second[3], 0);
  const auto moving = moving_effects(layout, m.subjects[0]);
  EXPECT_EQ(moving[4 + 1], (std::pair<Index, Index>(1, 5)));
  EXPECT_EQ(moving[4 + 3], (std::pair<Index, Index>(-1, 6)));
}

TEST(PopulationValues, give_random_effects_their_precision) {
  const PopulationModel m = model();
  const PopulationLayout layout(m);
  const RandomPrecision p = random_precision(layout, layout.values(layout.start()), m.subjects[0]);
  EXPECT_NEAR(p.log_determinant, 2 * std::log(0.5 * 0.3 * 0.2 * 0.1 * 0.4 * 0.1 * 0.4), 1e-12);
  EXPECT_NEAR(p.inverse(3, 3), 100, 1e-10);
}

std::string refusal(const PopulationModel& m) {
  try {
    const PopulationLayout layout(m);
  } catch (const Error& error) {
    return error.code();
  }
  return "";
}

TEST(PopulationValues, refuse_starts_without_meaning) {
  PopulationModel m = model();
  m.parameters[0].typical = 0;
  EXPECT_EQ(refusal(m), "pharm.population.parameter");
  m = model();
  m.between_blocks = {{0, 3}};
  EXPECT_EQ(refusal(m), "pharm.population.block");
  m.between_blocks = {{0, 1}, {1, 2}};
  EXPECT_EQ(refusal(m), "pharm.population.block");
  m = model();
  m.error = {};
  EXPECT_EQ(refusal(m), "pharm.population.error");
}

}  // namespace
}  // namespace entact
