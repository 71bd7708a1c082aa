// The whole of a replicate against a program in R that simulates and analyses the same trials by
// its own means (reference/trial): both are estimates, so they agree within their Monte Carlo
// errors.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "entact/trial/trial_specimen.h"

namespace entact {
namespace {

TEST(OperatingOracle, agrees_with_a_simulation_in_r) {
  const auto r = nlohmann::json::parse(
      std::ifstream(std::string(ENTACT_SOURCE_DIR) + "/reference/trial/expected.json"));
  const double n = r["replicates"].get<double>() - r["no_fit"].get<double>();
  TrialTruth truth = specimen::plain_truth(4);
  truth.baseline = 39;
  truth.natural = {-6, -10, -12, -15};
  truth.effect = {-2, -4, -5, -6};
  truth.stops = {{.name = "at random", .rate = 0.05, .seen = 0.5}};
  const OperatingCharacteristics ours = operate(
      specimen::simulation(
          specimen::two_arms(104), truth,
          {{.visit = 3}, {.visit = 3, .method = TrialMethod::responders, .missing_fails = false}}),
      {.replicates = 2000, .how = {.compute = on_threads(2)}});
  const EstimandCharacteristics &change = ours.estimands[0], &responders = ours.estimands[1];
  const auto agree = [&](const char* what, double value, double value_se, double r_se) {
    EXPECT_NEAR(value, r[what].get<double>(), 3 * std::hypot(value_se, r_se)) << what;
  };
  const double sd = r["estimate_sd"], responders_sd = r["responders_sd"], power = r["power"];
  agree("estimate", change.estimate.value, change.estimate.mc_se, sd / std::sqrt(n));
  agree("estimate_sd", change.estimate.sd, change.estimate.sd / std::sqrt(4000),
        sd / std::sqrt(2 * n));
  agree("power", change.rejection.value, change.rejection.mc_se,
        std::sqrt(power * (1 - power) / n));
  agree("responders", responders.estimate.value, responders.estimate.mc_se,
        responders_sd / std::sqrt(n));
  agree("responders_sd", responders.estimate.sd, responders.estimate.sd / std::sqrt(4000),
        responders_sd / std::sqrt(2 * n));
}

}  // namespace
}  // namespace entact
