// What the estimands of a plan are to its numbers and to its imputations.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "entact/answer/analyze_command.h"
#include "entact/io/file.h"

namespace entact {
namespace {

namespace fs = std::filesystem;

const fs::path example = fs::path(ENTACT_SOURCE_DIR) / "examples/06_analysis_plan";

/// The example with pieces of its plan replaced, in a folder of its own.
Answer answered(const std::vector<std::pair<std::string, std::string>>& pieces) {
  const fs::path folder = fs::temp_directory_path() / "entact-plan-estimand-test";
  fs::remove_all(folder);
  fs::copy(example, folder);
  std::string text = read_file(folder / "PLAN.toml");
  for (const auto& [from, to] : pieces) {
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
  }
  write_file_atomically(folder / "PLAN.toml", text);
  return analyze_answer({.plan = (folder / "PLAN.toml").string()});
}

std::ptrdiff_t conflicts(const Answer& answer) {
  return std::count_if(answer.reservations.begin(), answer.reservations.end(), [](const auto& r) {
    return r.find("a strategy that the estimand 'caps' does not have") != std::string::npos;
  });
}

TEST(PlanEstimands, every_estimate_carries_its_own) {
  const auto result = nlohmann::json::parse(answered({}).result_json);
  for (const auto& analysis : result["analyses"])
    for (const auto& run : analysis["runs"]) {
      if (run["estimate"].is_null()) continue;
      const auto& estimand = run["estimate"]["estimand"];
      EXPECT_EQ(estimand.is_null(), analysis["estimand"] == "");
      if (!estimand.is_null()) {
        EXPECT_EQ(estimand["id"], analysis["estimand"]);
        EXPECT_FALSE(estimand["intercurrent_events"].empty());
      }
    }
  EXPECT_EQ(result["analyses"][0]["runs"][0]["estimate"]["estimand"]["intercurrent_events"][0]
                  ["strategy"],
            "hypothetical");
}

// The example imputes by jump to reference: treatment policy.
TEST(PlanEstimands, an_imputation_of_another_strategy_is_a_reservation) {
  const std::string policy = "{ event = \"rescue medication\", strategy = \"treatment policy\" }";
  const std::string composite = "{ event = \"rescue medication\", strategy = \"composite\" }";
  EXPECT_EQ(conflicts(answered({})), 0);
  EXPECT_EQ(conflicts(answered({{policy, composite}})), 1);
  EXPECT_EQ(conflicts(answered(
                {{policy, composite},
                 {"strategy = \"JR\"", "strategy = \"JR\"\nhandling = \"hypothetical\""}})),
            0);
}

}  // namespace
}  // namespace entact
