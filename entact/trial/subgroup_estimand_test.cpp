#include <gtest/gtest.h>

#include "entact/trial/adam_tables.h"
#include "entact/trial/trial_specimen.h"

namespace entact {
namespace {

// A third belongs; the drug gives them 6 points more.
TrialSimulation with_subgroup(std::vector<TrialEstimand> estimands) {
  TrialTruth truth = specimen::plain_truth(4);
  truth.effect = {-2, -4, -5, -6};
  truth.subgroups = {{.name = "dissociative subtype", .share = 1.0 / 3, .effect_shift = -6},
                     {.name = "dissociative, severe", .share = 0.2},
                     {.name = "9 or more", .share = 0.5}};
  return specimen::simulation(specimen::two_arms(120), truth, std::move(estimands));
}

TEST(SubgroupEstimand, finds_the_effect_in_members_others_and_their_difference) {
  std::vector<TrialEstimand> estimands;
  for (const TrialMethod method : {TrialMethod::mmrm, TrialMethod::ancova})
    for (const Among among : {Among::members, Among::others, Among::difference}) {
      TrialEstimand one{.visit = 3, .method = method};
      one.among = among;
      estimands.push_back(one);
    }
  const OperatingCharacteristics found =
      operate(with_subgroup(estimands), {.replicates = 150, .people = 4000});
  const double truths[] = {-12, -6, -6};
  for (std::size_t e = 0; e < 6; ++e) {
    const EstimandCharacteristics& one = found.estimands[e];
    EXPECT_NEAR(one.truth.value, truths[e % 3], 1e-9);  // no floor, so exact
    EXPECT_NEAR(one.bias.value, 0, 4 * one.bias.mc_se) << e;
    EXPECT_NEAR(one.coverage.value, 0.95, 4 * one.coverage.mc_se) << e;
    EXPECT_EQ(one.failed, 0) << e;
  }
  // Independent parts: the variance of the difference is their sum, near enough.
  EXPECT_NEAR(found.estimands[5].estimate.sd,
              std::hypot(found.estimands[3].estimate.sd, found.estimands[4].estimate.sd),
              0.2 * found.estimands[5].estimate.sd);
}

TEST(SubgroupEstimand, flags_belonging_in_the_datasets) {
  TrialSimulation simulation = with_subgroup({});
  simulation.trial.design.severity_cut = 40;
  const ConductedTrial made = conduct(simulation.trial, {simulation.seed, 2});
  const AdamTables tables = adam_tables(simulation, 2, made);
  const auto text = [](const Table& table, const std::string& name) {
    return std::get<std::vector<std::string>>(table.column(name).values);
  };
  const std::vector<std::string> flags = text(tables.adsl, "DISSOCFL");
  ASSERT_EQ(flags.size(), made.people.size());
  for (std::size_t i = 0; i < flags.size(); ++i) {
    EXPECT_EQ(flags[i], made.people[i].subgroup[0] != 0 ? "Y" : "N");
    EXPECT_EQ(text(tables.adsl, "BASEGR1")[i], made.people[i].baseline < 40 ? "<40" : ">=40");
  }
  // Names that are taken, or that no dataset could have, are numbered.
  EXPECT_EQ(text(tables.adsl, "SUB2FL").size(), flags.size());
  EXPECT_EQ(text(tables.adqs, "SUB3FL").size(), text(tables.adqs, "AVISIT").size());
}

}  // namespace
}  // namespace entact
