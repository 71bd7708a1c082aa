#include "entact/pharm/covariates.h"

#include <gtest/gtest.h>

#include <cmath>

#include "entact/base/error.h"

namespace entact {
namespace {

/// v and ka with the coefficients of weight, a meal and age.
PeopleModel population() {
  return {
      .covariates = {{.id = "weight_kg", .reference = 70, .low = 30, .high = 250},
                     {.id = "fed", .low = 0, .high = 1},
                     {.id = "age", .reference = 40}},
      .effects = {
          {.parameter = 0, .covariate = 0, .coefficient = 2},
          {.parameter = 1, .covariate = 1, .form = CovariateForm::proportional, .coefficient = 3},
          {.parameter = 0, .covariate = 2, .form = CovariateForm::exponential, .coefficient = 4}}};
}

const std::vector<double> typical{400, 1.2, 0.9, -0.5, 0.01};

TEST(Covariates, leave_the_typical_person_as_it_is) {
  EXPECT_EQ(individual_parameters(population(), typical, std::vector<double>{70, 0, 40}), typical);
  EXPECT_EQ(individual_parameters(population(), typical,
                                  std::vector<double>{std::nan(""), std::nan(""), std::nan("")}),
            typical);
}

TEST(Covariates, multiply_by_power_proportion_and_exponent) {
  const std::vector<double> own =
      individual_parameters(population(), typical, std::vector<double>{105, 1, 50});
  EXPECT_DOUBLE_EQ(own[0], 400 * std::pow(1.5, 0.9) * std::exp(0.1));
  EXPECT_DOUBLE_EQ(own[1], 0.6);
  EXPECT_EQ(own[2], 0.9);
}

TEST(Covariates, come_after_a_persons_own_deviation) {
  const std::vector<double> own =
      individual_parameters(population(), typical, std::vector<double>{70, 1, 40},
                            std::vector<double>{0.2, 0, 0, std::log(0.5), 0});
  EXPECT_DOUBLE_EQ(own[0], 400 * std::exp(0.2));
  EXPECT_DOUBLE_EQ(own[1], 1.2 * 0.75);
}

TEST(Covariates, refuse_lengths_and_values_out_of_bounds) {
  const auto code = [](std::vector<double> z, std::vector<double> eta) -> std::string {
    try {
      individual_parameters(population(), typical, z, eta);
    } catch (const Error& error) {
      return error.code();
    }
    return "";
  };
  EXPECT_EQ(code({70, 0}, {}), "pharm.covariates.length");
  EXPECT_EQ(code({70, 0, 40}, {0}), "pharm.covariates.length");
  EXPECT_EQ(code({20, 0, 40}, {}), "pharm.covariates.range");
  EXPECT_EQ(code({70, 1, 40}, {0, 0, 0, 1, 0}), "pharm.covariates.range");  // 1 - 0.5 e < 0
}

}  // namespace
}  // namespace entact
