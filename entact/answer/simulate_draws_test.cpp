#include "entact/answer/simulate_draws.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>

namespace entact {
namespace {

/// Somebody of 70 kg until 10 h, and of 140 kg from then on.
SimulationPlan plan_of_two_weights() {
  const auto events = std::filesystem::temp_directory_path() / "simulate_draws_test.csv";
  std::ofstream(events) << "ID,TIME,AMT,WEIGHT_KG\n1,0,120,70\n1,10,.,70\n1,30,60,140\n";
  SimulationPlan plan = plan_simulation({.model = "mdma",
                                         .data = ENTACT_SOURCE_DIR "/data",
                                         .events = events.string(),
                                         .unit = "mg",
                                         .times = "0:48:1"});
  std::filesystem::remove(events);
  return plan;
}

TEST(CaseDraws, a_person_deviates_the_same_way_in_every_set) {
  const SimulationPlan plan = plan_of_two_weights();
  const SimulatedCase& one = plan.cases[0];
  ASSERT_EQ(one.later.size(), 1U);
  const CaseDraws draws(one, plan.file.population, 3);
  const std::vector<double> typical = draws.typical();
  const std::size_t n_p = one.description.parameters.size();
  ASSERT_EQ(typical.size(), 2 * n_p);
  std::vector<double> person(2 * n_p);
  int differ = 0, deviate = 0;
  for (std::uint32_t i = 0; i < 5; ++i) {
    draws.put(&ParameterDraws::person, i, person);
    for (std::size_t j = 0; j < n_p; ++j) {
      EXPECT_NEAR(person[j] * typical[n_p + j], person[n_p + j] * typical[j],
                  1e-12 * std::abs(person[j] * typical[n_p + j]))
          << one.description.parameters[j].id;
      differ += typical[j] != typical[n_p + j];
      deviate += person[j] != typical[j];
    }
  }
  EXPECT_GT(differ, 0);
  EXPECT_GT(deviate, 0);
}

TEST(CasePopulation, follows_the_course_of_the_typical_person) {
  const SimulationPlan plan = plan_of_two_weights();
  const SimulatedCase& one = plan.cases[0];
  const CaseDraws draws(one, plan.file.population, 3);
  Population people = case_population(one, 3);
  EXPECT_EQ(people.n_sets, 2);
  const std::vector<double> typical = draws.typical();
  people.parameters = [&](std::ptrdiff_t, std::span<double> into) {
    std::copy(typical.begin(), typical.end(), into.begin());
  };
  const PharmModel model = case_model(plan.file, one);
  const SimulateOptions how{.relative = 1e-9, .absolute = 1e-10};
  const Course alone = case_course(model, one, typical, plan.times_h, how);
  const EnsembleSummary all = simulate_ensemble(model, people, plan.times_h, {.solver = how});
  ASSERT_EQ(all.n, 3);
  const std::size_t n_y = one.description.outputs.size();
  for (std::size_t t = 0; t < plan.times_h.size(); ++t)
    EXPECT_NEAR(all.quantities[0].mean[t], alone.outputs[t * n_y],
                1e-7 * (1 + std::abs(alone.outputs[t * n_y])))
        << plan.times_h[t];
}

// Far more MDMA than anybody takes, over what is unknown of it: pools may empty, not go below.
TEST(CaseDraws, of_the_serotonin_terminal_leave_no_pool_below_zero) {
  const SimulationPlan plan = plan_simulation({.model = "serotonin-terminal",
                                               .data = ENTACT_SOURCE_DIR "/data",
                                               .regimens = {"120@0"},
                                               .times = "0:96:0.5"});
  const SimulatedCase& one = plan.cases[0];
  const CaseDraws draws(one, plan.file.population, 1);
  const PharmModel model = case_model(plan.file, one);
  std::vector<double> p(one.description.parameters.size());
  for (std::uint32_t i = 0; i < 60; ++i) {
    draws.put(&ParameterDraws::unknown, i, p);
    const Course course = case_course(model, one, p, plan.times_h, {});
    EXPECT_GT(*std::min_element(course.states.begin(), course.states.end()), -1e-5) << i;
  }
}

}  // namespace
}  // namespace entact
