#include "entact/pharm/draws.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "entact/base/error.h"

namespace entact {
namespace {

ModelDescription two_parameters() {
  ModelDescription description{.id = "specimen"};
  description.parameters = {{.id = "cl", .value = 40, .low = 30, .high = 80, .between_sd = 0.3},
                            {.id = "v", .value = 400, .between_sd = 0.2},
                            {.id = "power", .value = 0.75}};
  return description;
}

PeopleModel weighted(double correlation) {
  return {
      .covariates = {{.id = "weight_kg", .reference = 70, .low = 30, .high = 250}},
      .effects = {{.parameter = 0, .covariate = 0, .form = CovariateForm::power, .coefficient = 2}},
      .correlations = {{.first = 0, .second = 1, .value = correlation}}};
}

TEST(Draws, ignorance_has_its_median_at_the_value_and_its_ends_at_the_range) {
  const ModelParameter p{.id = "cl", .value = 40, .low = 30, .high = 80};
  EXPECT_EQ(ignorance_quantile(p, 0), 30);
  EXPECT_EQ(ignorance_quantile(p, 0.25), 35);
  EXPECT_EQ(ignorance_quantile(p, 0.5), 40);
  EXPECT_EQ(ignorance_quantile(p, 1), 80);
  EXPECT_TRUE(has_open_range(p));
  EXPECT_FALSE(has_open_range({.id = "v", .value = 400}));
  EXPECT_FALSE(has_open_range({.id = "v", .value = 4, .low = 4, .high = 4}));
}

TEST(Draws, people_have_the_spread_and_correlation_of_the_description) {
  const ParameterDraws draws(two_parameters(), weighted(0.6), {{70, 0}}, 7);
  const int n = 20000;
  double a = 0, b = 0, aa = 0, bb = 0, ab = 0;
  for (std::uint32_t i = 0; i < n; ++i) {
    const auto p = draws.person(i);
    const double x = std::log(p[0] / 40), y = std::log(p[1] / 400);
    a += x / n, b += y / n, aa += x * x / n, bb += y * y / n, ab += x * y / n;
    EXPECT_EQ(p[2], 0.75);
  }
  const double four_se = 4 / std::sqrt(n);
  EXPECT_NEAR(a, 0, 0.3 * four_se);
  EXPECT_NEAR(b, 0, 0.2 * four_se);
  EXPECT_NEAR(std::sqrt(aa), 0.3, 0.3 * four_se);
  EXPECT_NEAR(std::sqrt(bb), 0.2, 0.2 * four_se);
  EXPECT_NEAR(ab / std::sqrt(aa * bb), 0.6, four_se);
}

TEST(Draws, ignorance_fills_the_range_with_the_typical_value_as_median) {
  const ParameterDraws draws(two_parameters(), weighted(0), {{70, 0}}, 7);
  std::vector<double> cl;
  for (std::uint32_t i = 0; i < 4000; ++i) {
    const auto p = draws.unknown(i);
    EXPECT_EQ(p[1], 400);  // no range: known
    cl.push_back(p[0]);
  }
  std::sort(cl.begin(), cl.end());
  EXPECT_GE(cl.front(), 30);
  EXPECT_LT(cl.front(), 30.1);
  EXPECT_LE(cl.back(), 80);
  EXPECT_GT(cl.back(), 79.5);
  EXPECT_NEAR(cl[2000], 40, 1.5);  // density 1/80 above it: four standard errors are 2.5 / 2
}

TEST(Draws, the_mean_of_a_group_deviates_less_than_a_person_by_the_root_of_its_size) {
  const ParameterDraws draws(two_parameters(), weighted(0.6), {{70, 0}}, 3);
  const auto person = draws.person(5), unknown = draws.unknown(5),
             group = draws.group_and_unknown(5, 9);
  EXPECT_NEAR(std::log(group[1] / 400), std::log(person[1] / 400) / 3, 1e-14);
  EXPECT_NEAR(std::log(group[0] / unknown[0]), std::log(person[0] / 40) / 3, 1e-14);
  EXPECT_EQ(draws.group_and_unknown(5, 0), unknown);
}

TEST(Draws, a_person_is_the_same_with_and_without_ignorance_but_for_what_is_unknown) {
  const ParameterDraws draws(two_parameters(), weighted(0.6), {{70, 12}}, 3);
  const auto person = draws.person(5), both = draws.person_and_unknown(5),
             unknown = draws.unknown(5);
  EXPECT_EQ(person[1], both[1]);
  EXPECT_NEAR(both[0] / person[0], unknown[0] / 40, 1e-14);
  EXPECT_NE(draws.covariates(5)[0], draws.covariates(6)[0]);
  EXPECT_NEAR(draws.typical()[0], 40, 1e-14);
}

TEST(Draws, people_of_a_group_share_what_is_unknown) {
  const ParameterDraws draws(two_parameters(), weighted(0.6), {{70, 12}}, 3);
  for (const std::uint32_t i : {4U, 5U, 6U}) {
    const auto person = draws.person(i), one = draws.person_and_unknown(i, 2);
    EXPECT_NEAR(one[0] / person[0], draws.unknown(2)[0] / 40, 1e-14) << i;
    EXPECT_EQ(one[1], person[1]) << i;
  }
  EXPECT_EQ(draws.person_and_unknown(5, 5), draws.person_and_unknown(5));
}

TEST(Draws, refuses_correlations_of_no_people) {
  EXPECT_THROW(ParameterDraws(two_parameters(), weighted(1.2), {{70, 0}}, 1), Error);
  EXPECT_THROW(ParameterDraws(two_parameters(), weighted(0), {}, 1), Error);
  ModelDescription outside = two_parameters();
  outside.parameters[0].value = 90;
  EXPECT_THROW(ParameterDraws(outside, weighted(0), {{70, 0}}, 1), Error);
}

}  // namespace
}  // namespace entact
