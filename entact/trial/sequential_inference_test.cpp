#include "entact/trial/sequential_inference.h"

#include <gtest/gtest.h>

#include <cmath>

#include "entact/base/error.h"
#include "entact/base/random.h"
#include "entact/num/distributions.h"
#include "entact/trial/sequential_specimen.h"

namespace entact {
namespace {

using specimen::Json;

GroupSequentialDesign three_looks(const std::string& kind) {
  return group_sequential(
      {.rates = {1.0 / 3, 2.0 / 3, 1}, .efficacy = specimen::boundary_of(kind, 0)});
}

// rpact solves to 1e-6 for the interval; its bounds are within 3e-8 of ours.
TEST(SequentialInference, p_estimate_and_interval_are_those_of_rpact) {
  for (const Json& one : specimen::rpact()["analyses"]) {
    SequentialStop stop{.z = one["z"]};
    for (const double n : one["n"]) stop.information.push_back(n / 2);
    const SequentialEstimate ours = stagewise_estimate(three_looks(one["name"]), stop);
    EXPECT_NEAR(ours.p, one["p"].get<double>(), 1e-6);
    EXPECT_NEAR(ours.median_unbiased, one["median_unbiased"].get<double>(), 1e-5);
    EXPECT_NEAR(ours.low, one["low"].get<double>(), 1e-5);
    EXPECT_NEAR(ours.high, one["high"].get<double>(), 1e-5);
  }
}

TEST(SequentialInference, conditional_power_is_that_of_rpact) {
  const GroupSequentialDesign design = three_looks("asOF");
  for (const Json& one : specimen::rpact()["conditional"]) {
    const double ours = conditional_power(design, 1, one["z"], one["drift"]);
    EXPECT_NEAR(ours, one["power"][1].get<double>(), 1e-6) << one["z"];
  }
}

// At the last look of one look only, everything is the z test's.
TEST(SequentialInference, one_look_is_plain_inference) {
  const GroupSequentialDesign design = group_sequential({.rates = {1}});
  const SequentialEstimate found = stagewise_estimate(design, {.information = {16}, .z = 2.2});
  EXPECT_NEAR(found.p, normal_upper(2.2), 1e-15);
  EXPECT_NEAR(found.median_unbiased, 2.2 / 4, 1e-12);
  EXPECT_NEAR(found.low, (2.2 - normal_quantile(0.975)) / 4, 1e-12);
  EXPECT_NEAR(found.high, (2.2 + normal_quantile(0.975)) / 4, 1e-12);
  const RepeatedInterval all = repeated_interval(design, {.information = {16}, .z = 2.2});
  EXPECT_NEAR(all.low, found.low, 1e-12);
}

// A bound that is just reached has as its p what was spent by then.
TEST(SequentialInference, p_at_a_bound_is_the_alpha_spent) {
  const GroupSequentialDesign design = three_looks("asP");
  const SequentialStop stop{.information = {10, 20}, .z = design.upper[1]};
  EXPECT_NEAR(stagewise_estimate(design, stop).p, design.alpha_spent[1], 1e-12);
  EXPECT_EQ(repeated_interval(design, stop).low, 0);
}

TEST(SequentialInference, interval_excludes_no_effect_just_when_the_trial_rejects) {
  const GroupSequentialDesign design = three_looks("OF");
  for (const double above : {-0.01, 0.01}) {
    const SequentialStop stop{.information = {10, 20, 30}, .z = design.upper[2] + above};
    EXPECT_EQ(stagewise_estimate(design, stop).low > 0, above > 0);
  }
}

// Simulated at an effect: the interval covers it and the estimate is above it half the time.
TEST(SequentialInference, covers_the_effect_and_is_median_unbiased) {
  const GroupSequentialDesign design = three_looks("P");
  RandomStream random({.seed = 11, .purpose = RandomPurpose::course});
  const std::vector<double> information{4, 8, 12};
  const double effect = 0.7;
  const int trials = 500;
  int covered = 0, above = 0;
  for (int i = 0; i < trials; ++i) {
    double score = 0;
    SequentialStop stop;
    for (std::size_t k = 0; k < 3; ++k) {
      score += effect * 4 + 2 * random.normal();
      stop.information.push_back(information[k]);
      stop.z = score / std::sqrt(information[k]);
      if (stop.z >= design.upper[k]) break;
    }
    const SequentialEstimate found = stagewise_estimate(design, stop);
    covered += found.low <= effect && effect <= found.high;
    above += found.median_unbiased > effect;
  }
  // Within 3.5 Monte Carlo standard errors: sqrt(0.95 0.05 / 500) and sqrt(0.25 / 500).
  EXPECT_NEAR(covered / 500.0, 0.95, 3.5 * 0.0097);
  EXPECT_NEAR(above / 500.0, 0.5, 3.5 * 0.0224);
}

TEST(SequentialInference, conditional_power_before_the_last_look_is_a_closed_form) {
  const GroupSequentialDesign design = group_sequential({.rates = {0.4, 1}});
  const double z = 1.1, drift = 2.5;
  const double expected =
      normal_upper((design.upper[1] - z * std::sqrt(0.4) - drift * 0.6) / std::sqrt(0.6));
  EXPECT_NEAR(conditional_power(design, 1, z, drift), expected, 1e-14);
}

TEST(SequentialInference, refuses_a_look_that_the_design_lacks) {
  const GroupSequentialDesign design = group_sequential({.rates = {0.5, 1}});
  EXPECT_THROW(stagewise_estimate(design, {.information = {}, .z = 1}), Error);
  EXPECT_THROW(stagewise_estimate(design, {.information = {1, 2, 3}, .z = 1}), Error);
  EXPECT_THROW(stagewise_estimate(design, {.information = {1, 2}, .z = 1}, 1), Error);
  EXPECT_THROW(conditional_power(design, 3, 1, 1), Error);
}

}  // namespace
}  // namespace entact
