#include "entact/answer/trial_looks.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "entact/base/error.h"

namespace entact {
namespace {

std::optional<InterimPlan> read(const std::string& text) {
  return read_looks(read_toml(text, "t.toml"), 0.05);
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
  const auto fault = [](const std::string& text) {
    try {
      read(text);
    } catch (const Error& error) {
      return error.code() + " " + error.what();
    }
    return std::string();
  };
  EXPECT_EQ(fault("[looks]\nat = [0.5, 0.4]\n").find("io.toml.value t.toml:2"), 0U);
  EXPECT_EQ(fault("[looks]\nat = [0.5]\nefficacy = 'none'\n").find("io.toml.value t.toml:3"), 0U);
  EXPECT_EQ(fault("[looks]\nat = [0.5]\nfutility = 'no'\n").find("io.toml.value t.toml:3"), 0U);
  const std::string cross = fault("[looks]\nat = [0.5]\nfutility_z = [4]\n");
  EXPECT_EQ(cross.find("trial.group_sequential.cross t.toml:1"), 0U) << cross;
}

TEST(TrialLooks, are_told_as_json_and_text) {
  const InterimCharacteristics found{.rates = {0.5, 1},
                                     .upper = {2.96, 1.97},
                                     .lower = {-INFINITY, 1.97},
                                     .enrolled = {60, 120},
                                     .efficacy = {0.2, 0.5},
                                     .futility = {0, 0.3},
                                     .power = {0.7, 0.01}};
  const auto json = looks_json(found);
  EXPECT_EQ(json["looks"][0]["futility_z"], "-inf");
  EXPECT_EQ(json["power"]["value"], 0.7);
  EXPECT_NE(looks_text(found).find("2.960"), std::string::npos);
}

}  // namespace
}  // namespace entact
