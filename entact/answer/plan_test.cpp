#include "entact/answer/plan.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "entact/answer/analyze_command.h"
#include "entact/base/error.h"
#include "entact/io/file.h"
#include "entact/report/document_json.h"

namespace entact {
namespace {

using Json = nlohmann::json;
namespace fs = std::filesystem;

const fs::path example = fs::path(ENTACT_SOURCE_DIR) / "examples/06_analysis_plan";

/// The example with one piece of its plan replaced, in a folder of its own.
std::string refused(const std::string& from, const std::string& to) {
  const fs::path folder = fs::temp_directory_path() / "entact-plan-test";
  fs::remove_all(folder);
  fs::copy(example, folder);
  std::string text = read_file(folder / "PLAN.toml");
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  write_file_atomically(folder / "PLAN.toml", text.replace(at, from.size(), to));
  try {
    static_cast<void>(analyze_answer({.plan = (folder / "PLAN.toml").string()}));
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::input) << error.what();
    EXPECT_NE(std::string(error.what()).find("PLAN.toml:"), std::string::npos) << error.what();
    return error.code();
  }
  return "";
}

TEST(Plan, every_fault_names_its_line) {
  EXPECT_EQ(refused("param = ", "parameter = "), "io.toml.unknown");
  EXPECT_EQ(refused("role = \"primary\"", "role = \"first\""), "io.toml.value");
  EXPECT_EQ(refused("method = \"mmrm\"", "method = \"anova\""), "io.toml.value");
  EXPECT_EQ(refused("estimand = \"caps\"", "estimand = \"madrs\""), "io.toml.value");
  EXPECT_EQ(refused("adqs.csv", "none.csv"), "io.toml.value");
  EXPECT_EQ(refused("strategy = \"hypothetical\"", "strategy = \"as seen\""), "io.toml.value");
  EXPECT_EQ(refused("\"sds\", \"response\"]", "\"sds\", \"by-sex\"]"), "io.toml.value");
  EXPECT_EQ(refused("weights = [1, 0, 0]", "weights = [1, 1, 0]"), "stats.multiplicity.graph");
  EXPECT_EQ(refused("label = \"MDMA - PLACEBO\"", "label = \"A - B\""), "answer.plan.result");
  EXPECT_EQ(refused("CHG ~ BASE*AVISIT", "CHG ~ NONE*AVISIT"), "base.table.column");
}

TEST(Plan, an_analysis_without_an_answer_is_a_reservation) {
  EXPECT_EQ(refused("levels = [\"F\", \"M\"]", "levels = [\"F\", \"X\"]"), "");
}

TEST(Plan, the_example_runs_and_every_number_has_its_command) {
  const Answer answer = analyze_answer({.plan = (example / "PLAN.toml").string()});
  ASSERT_TRUE(answer.document.has_value());
  EXPECT_GT(answer.document->numbers.size(), 500U);
  for (const Number& number : answer.document->numbers) {
    EXPECT_EQ(number.trail.command.rfind("entact ", 0), 0U) << number.label;
    EXPECT_EQ(number.trail.pointer.rfind("/result/", 0), 0U) << number.label;
  }
  const Json result = Json::parse(answer.result_json);
  const Json& test = result["multiplicity"]["tests"][1];
  // graph: all weight on the first; once it is rejected the second has half of it
  EXPECT_DOUBLE_EQ(test["adjusted_p"].get<double>(), 2 * test["p"].get<double>());
  EXPECT_EQ(result["analyses"].size(), 12U);
}

const Json* block_of(const Json& document, const std::string& id) {
  for (const Json& section : document["sections"])
    for (const Json& block : section["blocks"])
      if (block.value("id", "") == id) return &block;
  return nullptr;
}

// Every subgroup has its F test at the estimate's visit, from the command that its numbers name.
TEST(Plan, subgroups_have_a_test_of_their_interaction) {
  const Answer answer = analyze_answer({.plan = (example / "PLAN.toml").string()});
  const Json result = Json::parse(answer.result_json);
  int tested = 0;
  for (const Json& analysis : result["analyses"]) {
    if (analysis["role"] != "subgroup") continue;
    const Json& all = analysis["runs"][0];
    ++tested;
    EXPECT_NE(all["command"].get<std::string>().find("--interaction "), std::string::npos);
    EXPECT_EQ(all["interaction"]["pointer"], "/result/interaction/tests/2/p");
    EXPECT_GT(all["interaction"]["p"].get<double>(), 0);
    EXPECT_FALSE(analysis["runs"][1].contains("interaction"));
  }
  EXPECT_EQ(tested, 2);
}

TEST(Plan, its_page_has_the_figures_of_its_commands) {
  const Answer answer = analyze_answer({.plan = (example / "PLAN.toml").string()});
  const Json document = Json::parse(to_json(*answer.document));
  for (const char* id : {"primary-course", "time-curves", "jump-tipping-figure",
                         "subgroups-caps-forest", "durability-curves", "harms-dots0"})
    EXPECT_NE(block_of(document, id), nullptr) << id;
  ASSERT_NE(block_of(document, "time-curves"), nullptr);
  EXPECT_EQ((*block_of(document, "time-curves"))["title"],
            "Time to first response: Kaplan-Meier curves");
  EXPECT_TRUE(dangling_references(*answer.document).empty());
  EXPECT_EQ(block_of(document, "jump-results"),
            nullptr);  // only the grid of a sensitivity analysis
}

TEST(Plan, tables_have_every_digit_and_an_interval_in_two_columns) {
  const Answer answer = analyze_answer({.plan = (example / "PLAN.toml").string()});
  const auto tables = document_tables(*answer.document);
  ASSERT_TRUE(tables.contains("primary-estimates.csv"));
  EXPECT_EQ(tables.at("primary-estimates.csv")
                .rfind("analysis,population,measure,estimate,interval_low,interval_high,p\n", 0),
            0U);
}

}  // namespace
}  // namespace entact
