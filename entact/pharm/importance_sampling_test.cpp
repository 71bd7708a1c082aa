#include "entact/pharm/importance_sampling.h"

#include <gtest/gtest.h>

#include <cmath>

#include "entact/pharm/population_specimen.h"

namespace entact {
namespace {

using Eigen::VectorXd;

constexpr double log_two_pi = 1.837877066409345484;

// The marginal likelihood of a model with one random effect, by the trapezoidal rule over eta: slow
// and obvious. It converges faster than any power of the step for such smooth densities.
double by_quadrature(const PopulationLayout& layout, const PopulationValues& values) {
  const double omega = std::sqrt(values.omega(0, 0));
  double objective = 0;
  for (std::size_t i = 0; i < layout.model().subjects.size(); ++i) {
    double sum = 0;
    Prediction p;
    constexpr double step = 0.01;
    for (double z = -10; z <= 10; z += step) {
      const VectorXd b = VectorXd::Constant(1, omega * z);
      sum += step *
             std::exp(-observation_sum(layout, values, static_cast<std::ptrdiff_t>(i), b, p) / 2 -
                      z * z / 2 - log_two_pi / 2);
    }
    objective -= 2 * std::log(sum);
  }
  return objective;
}

std::vector<SubjectMode> modes(const PopulationLayout& layout, const PopulationValues& values) {
  std::vector<SubjectMode> list;
  for (std::size_t i = 0; i < layout.model().subjects.size(); ++i)
    list.push_back(subject_mode(layout, values, static_cast<std::ptrdiff_t>(i), {}, {}));
  return list;
}

// Pumas' adaptive cubature gives 56.92491 for Wang's example, at a tolerance of some 1e-3; R's
// integrate, person by person, 56.923504.
TEST(ImportanceSampling, agrees_with_quadrature) {
  const PopulationModel model = specimen::wang();
  const PopulationLayout layout(model);
  const PopulationValues values = layout.values(layout.start());
  const double exact = by_quadrature(layout, values);
  EXPECT_NEAR(exact, specimen::population_json()["wang"]["quadrature"], 2e-3);
  EXPECT_NEAR(exact, 56.923504, 1e-6);
  const SampledLikelihood sampled =
      sample_likelihood(layout, values, modes(layout, values), {.threads = 1});
  EXPECT_LT(sampled.standard_error, 0.05);
  EXPECT_NEAR(sampled.minus_two_log_likelihood, exact + 20 * log_two_pi,
              4 * sampled.standard_error);
}

// Pumas' adaptive cubature of THEOPP at its start, where FOCE-I is off by 6.
TEST(ImportanceSampling, agrees_with_published_cubature_of_theophylline) {
  const PopulationModel model = specimen::theopp(true);
  const PopulationLayout layout(model);
  const PopulationValues values = layout.values(layout.start());
  const SampledLikelihood sampled =
      sample_likelihood(layout, values, modes(layout, values), {.draws = 20000, .threads = 1});
  const double wanted =
      -2 * specimen::population_json()["theopp"]["quadrature_start_log_likelihood"].get<double>();
  EXPECT_NEAR(sampled.minus_two_log_likelihood, wanted, 4 * sampled.standard_error);
  EXPECT_LT(sampled.standard_error, 0.5);
}

TEST(ImportanceSampling, does_not_depend_on_the_number_of_threads) {
  const PopulationModel model = specimen::wang();
  const PopulationLayout layout(model);
  const PopulationValues values = layout.values(layout.start());
  const auto at = modes(layout, values);
  const auto run = [&](int threads) {
    return sample_likelihood(layout, values, at, {.draws = 200, .threads = threads})
        .minus_two_log_likelihood;
  };
  EXPECT_EQ(run(1), run(2));
}

}  // namespace
}  // namespace entact
