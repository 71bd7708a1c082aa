#include "entact/answer/trial_looks.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "entact/base/error.h"

namespace entact {
namespace {

/// Two doses against a control, and a second estimand.
std::vector<TrialVariant> variants() {
  return {{.design = {.arms = {{.name = "High"}, {.name = "Low"}, {.name = "Control"}}},
           .estimands = {{.id = "primary", .treatment = {0, 1}, .control = {2}},
                         {.id = "second", .method = TrialMethod::responders}}}};
}

std::optional<InterimPlan> read(const std::string& text) {
  return read_looks(read_toml(text, "t.toml"), 0.05, variants());
}

std::string fault(const std::string& text) {
  try {
    read(text);
  } catch (const Error& error) {
    return error.code() + " " + error.what();
  }
  return {};
}

void expect_fault(const std::string& line, const std::string& key) {
  const std::string found = fault("[looks]\nat = [0.5]\n" + line + "\n");
  EXPECT_EQ(found.find("io.toml.value t.toml:"), 0U) << line << ": " << found;
  EXPECT_NE(found.find("looks." + key), std::string::npos) << line << ": " << found;
}

TEST(TrialLooks, are_read_with_their_bounds) {
  const auto plan = read(
      "[looks]\nat = [0.5]\nefficacy = 'hwang-shih-decani'\nparameter = -2\nfutility = 'pocock'\n"
      "enrolled_per_week = 2\n");
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->enrolled_per_week, 2);
  const GroupSequentialDesign expected = group_sequential(
      {.efficacy = {.spending = {.kind = SpendingKind::hwang_shih_decani, .parameter = -2}},
       .futility = Spending{.kind = SpendingKind::pocock},
       .power = 0.9});
  EXPECT_EQ(plan->design.upper, expected.upper);
  EXPECT_EQ(plan->design.lower, expected.lower);
}

TEST(TrialLooks, a_file_without_them_has_none) { EXPECT_FALSE(read("title = 'x'")); }

TEST(TrialLooks, what_is_wrong_is_named_with_its_place) {
  EXPECT_EQ(fault("[looks]\nat = [0.5, 0.4]\n").find("io.toml.value t.toml:2"), 0U);
  EXPECT_EQ(fault("[looks]\nat = [0.5]\nefficacy = 'none'\n").find("io.toml.value t.toml:3"), 0U);
  EXPECT_EQ(fault("[looks]\nat = [0.5]\nfutility = 'no'\n").find("io.toml.value t.toml:3"), 0U);
  const std::string cross = fault("[looks]\nat = [0.5]\nfutility_z = [4]\n");
  EXPECT_EQ(cross.find("trial.group_sequential.cross t.toml:1"), 0U) << cross;
}

TEST(TrialLooks, may_change_the_trial) {
  const auto plan = read(
      "[looks]\nat = [0.5]\nfutility_z = [0]\n"
      "reestimate = {rule = 'promising zone', power = 0.85, n_max = 200, promising = 0.4}\n"
      "select = {rule = 'futility', stop = 'all', refill = true}\n"
      "allocate = {rule = 'square root', floor = 0.2, control = 0.3}\n"
      "predictive = {futility = 0.05, mean = -9, sd = 4}\n");
  ASSERT_TRUE(plan && plan->size && plan->arms && plan->allocation && plan->predictive);
  EXPECT_FALSE(plan->size->pooled);
  EXPECT_EQ(plan->size->most, 200);
  EXPECT_EQ(plan->size->promising, 0.4);
  EXPECT_EQ(plan->arms->kind, ArmRule::Kind::futility);
  EXPECT_FALSE(plan->arms->stop_at_first);
  EXPECT_TRUE(plan->arms->refill);
  EXPECT_EQ(plan->allocation->kind, AllocationRule::Kind::square_root);
  EXPECT_EQ(plan->allocation->control, 0.3);
  EXPECT_EQ(plan->predictive->sd, 4);
  EXPECT_TRUE(plan->adapts());
}

TEST(TrialLooks, a_blinded_size_is_tested_with_all_together) {
  const auto plan =
      read("[looks]\nat = [0.5]\nreestimate = {rule = 'blinded', difference = -9, n_max = 200}\n");
  EXPECT_TRUE(plan->size->pooled);
}

TEST(TrialLooks, may_be_at_several_estimands) {
  const auto plan =
      read("[looks]\nat = [0.5]\nestimands = ['primary', 'second']\norder = 'co-primary'\n");
  EXPECT_EQ(plan->more, 1);
  EXPECT_TRUE(plan->co_primary);
  EXPECT_FALSE(plan->adapts());
}

TEST(TrialLooks, each_key_that_changes_the_trial_is_checked) {
  expect_fault("estimands = ['second']", "estimands");
  expect_fault("estimands = ['primary']\norder = 'co-primary'", "order");
  expect_fault("estimands = ['primary', 'second']\nselect = {rule = 'best'}", "select");
  expect_fault("predictive = {futility = 2}", "predictive.futility");
  expect_fault("predictive = {mean = -9}", "predictive.mean");
  expect_fault("predictive = {sd = -1}", "predictive.sd");
  expect_fault("reestimate = {rule = 'guess', n_max = 200}", "reestimate.rule");
  expect_fault("reestimate = {rule = 'blinded', n_max = 200}", "reestimate.difference");
  expect_fault("reestimate = {rule = 'conditional power', n_max = 20}", "reestimate.n_max");
  expect_fault("reestimate = {rule = 'conditional power', n_max = 200, power = 1}",
               "reestimate.power");
  expect_fault("reestimate = {rule = 'conditional power', n_max = 200, test = 'pooled'}",
               "reestimate.test");
  expect_fault(
      "reestimate = {rule = 'promising zone', n_max = 200, test = 'pooled'}\n"
      "allocate = {rule = 'thompson'}",
      "reestimate.test");
  expect_fault("select = {rule = 'worst'}", "select.rule");
  expect_fault("select = {rule = 'futility'}", "select.rule");
  expect_fault("select = {rule = 'best', keep = 3}", "select.keep");
  expect_fault("select = {rule = 'best', stop = 'never'}", "select.stop");
  expect_fault("select = {rule = 'predictive power', least = -1}", "select.least");
  expect_fault("allocate = {rule = 'coin'}", "allocate.rule");
  expect_fault("allocate = {rule = 'thompson', floor = 0.5}", "allocate.floor");
  EXPECT_NE(fault("[looks]\nat = [0.3, 0.6]\nselect = {rule = 'best', test = 'conditional "
                  "dunnett'}\n")
                .find("looks.select.test"),
            std::string::npos);
  EXPECT_NE(fault("[looks]\nat = [1]\nallocate = {rule = 'thompson'}\n").find("looks.at"),
            std::string::npos);
}

TEST(TrialLooks, are_told_as_json_and_text) {
  const InterimCharacteristics found{.rates = {0.5, 1},
                                     .upper = {2.96, 1.97},
                                     .lower = {-INFINITY, 1.97},
                                     .enrolled = {60, 120},
                                     .efficacy = {0.2, 0.5},
                                     .futility = {0, 0.3},
                                     .power = {0.7, 0.01}};
  const auto json = looks_json(found, {});
  EXPECT_EQ(json["looks"][0]["futility_z"], "-inf");
  EXPECT_EQ(json["power"]["value"], 0.7);
  EXPECT_NE(looks_text(found, {}).find("2.960"), std::string::npos);
}

}  // namespace
}  // namespace entact
