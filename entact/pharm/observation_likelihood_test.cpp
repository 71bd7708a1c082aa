#include "entact/pharm/observation_likelihood.h"

#include <gtest/gtest.h>

namespace entact {
namespace {

template <class Term>
void expect_derivatives(const Term& term, double f) {
  constexpr double h = 1e-4;
  const ObservationTerm low = term(f - h), here = term(f), high = term(f + h);
  const double size = 1 + std::abs(here.first) + std::abs(here.second);
  EXPECT_NEAR(here.first, (high.value - low.value) / (2 * h), 1e-5 * size) << f;
  EXPECT_NEAR(here.second, (high.first - low.first) / (2 * h), 1e-5 * size) << f;
}

TEST(ObservationLikelihood, has_the_derivatives_of_its_value) {
  for (const double f : {0.3, 1.0, 4.0, 9.0}) {
    expect_derivatives([](double x) { return measured_term(2, x, 0.3, 0.2); }, f);
    expect_derivatives([](double x) { return measured_term(2, x, 0, 0.2); }, f);
    expect_derivatives([](double x) { return censored_term(1, x, 0.3, 0.2); }, f);
    expect_derivatives([](double x) { return censored_term(1, x, 0.5, 0); }, f);
  }
}

// The expectation of the second derivative is the mean over the observation's distribution.
TEST(ObservationLikelihood, expects_its_second_derivative) {
  const double f = 3, sd = std::sqrt(residual_variance(f, 0.4, 0.3));
  double sum = 0, weight = 0;
  for (double z = -9; z <= 9; z += 0.01) {
    const double w = std::exp(-z * z / 2);
    sum += w * measured_term(f + z * sd, f, 0.4, 0.3).second;
    weight += w;
  }
  EXPECT_NEAR(measured_term(0, f, 0.4, 0.3).expected, sum / weight, 1e-10);
}

// Before the dose the prediction is 0, and so is a proportional error.
TEST(ObservationLikelihood, is_certain_of_what_lies_far_below_the_limit) {
  for (const double f : {0.0, 1e-300, 1e-150, 1e-9}) {
    const ObservationTerm term = censored_term(0.5, f, 0, 0.2);
    EXPECT_EQ(term.value, 0) << f;
    EXPECT_EQ(term.first, 0) << f;
    EXPECT_EQ(term.expected, 0) << f;
  }
  EXPECT_FALSE(std::isfinite(measured_term(0.5, 0, 0, 0.2).value));
}

// log Phi(-30) = -454.321243956342, by R 4.2.2: pnorm(-30, log.p = TRUE).
TEST(ObservationLikelihood, reaches_far_into_the_tail) {
  EXPECT_NEAR(log_normal_below(-30), -454.321243956342, 1e-10);
  EXPECT_NEAR(log_normal_below(-24.999), log_normal_below(-25.001), 0.06);
  EXPECT_NEAR(lower_mills(-25.0001), lower_mills(-24.9999), 1e-3);
  EXPECT_NEAR(lower_mills(0), 0.797884560802865, 1e-14);  // sqrt(2 / pi)
}

}  // namespace
}  // namespace entact
