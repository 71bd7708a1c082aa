#include "entact/answer/trial_command.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "entact/answer/trial_datasets.h"
#include "entact/answer/trial_ranking.h"
#include "entact/answer/trial_replication.h"
#include "entact/base/error.h"

namespace entact {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

const char* const plain = R"(title = "Two arms"
[design]
n = 40
visits = [4, 8, 18]
range = [0, 80]
instrument = "CAPS-5"
sessions = [3]
[[arm]]
name = "MDMA"
dose_mg = 120
[[arm]]
name = "Placebo"
[truth]
baseline_sd = 7
sd = 12
change = -12
effect = -9
[truth.belief]
active = 0.95
inactive = 0.25
[[truth.stop]]
name = "any"
rate = [0.05, 0.1, 0.05]
[[truth.harm]]
term = "Nausea"
without = 0.1
with = 0.4
)";

void expect_pointers(const Answer& answer) {
  const json whole{{"result", json::parse(answer.result_json)}};
  for (const Number& number : answer.document->numbers) {
    const json& at = whole.at(json::json_pointer(number.trail.pointer));
    ASSERT_TRUE(at.is_number()) << number.trail.pointer;
    EXPECT_EQ(at.get<double>(), number.value) << number.trail.pointer;
  }
}

class TrialCommand : public testing::Test {
 protected:
  fs::path folder_ = fs::path(testing::TempDir()) / "entact_trial";
  void SetUp() override { fs::create_directories(folder_); }
  void TearDown() override { fs::remove_all(folder_); }

  TrialRequest request(const std::string& text) {
    const fs::path path = folder_ / "trial.toml";
    std::ofstream(path) << text;
    return {.file = path.string()};
  }
  std::string refusal(const std::string& text) {
    try {
      read_trial(request(text).file);
    } catch (const Error& error) {
      return error.code() + " " + error.what();
    }
    return "none";
  }
};

TEST_F(TrialCommand, says_how_often_the_design_tells_the_truth) {
  TrialRequest ask = request(plain);
  ask.replicates = 200;
  const Answer answer = trial_answer(ask);
  const json result = json::parse(answer.result_json);
  const json& one = result["cases"][0];
  EXPECT_EQ(one["replicates"], 200);
  const json& primary = one["estimands"][0];
  // The floor of the scale takes a little off the 9 points.
  EXPECT_NEAR(primary["truth"].get<double>(), -8.8, 0.3);
  EXPECT_NEAR(primary["bias"].get<double>(), 0, 4 * primary["bias_mc_se"].get<double>());
  EXPECT_NEAR(one["blinding"]["bang_treatment"]["mean"].get<double>(), 0.9, 0.05);
  EXPECT_NEAR(one["arms"][0]["harms"]["Nausea"]["mean"].get<double>(), 0.4, 0.05);
  ASSERT_TRUE(answer.document);
  EXPECT_EQ(answer.document->sections.size(), 2U);
}

TEST_F(TrialCommand, every_number_of_its_page_stands_in_its_result) {
  TrialRequest ask = request(std::string(plain) + R"(
[[scenario]]
[scenario.vary]
"effect" = [-3, -9]
"n" = [40, 60]
)");
  ask.replicates = 20;
  const Answer answer = trial_answer(ask);
  EXPECT_EQ(json::parse(answer.result_json)["cases"].size(), 4U);
  expect_pointers(answer);
}

TEST_F(TrialCommand, ranks_designs_by_the_question_of_the_first) {
  const std::string two = std::string(plain).substr(0, std::string(plain).find("[[arm]]")) + R"(
[[variant]]
name = "Blind"
[[variant.arm]]
name = "MDMA"
dose_mg = 120
[[variant.arm]]
name = "Alike"
feels_like_mg = 120
[[variant]]
name = "Open"
[[variant.arm]]
name = "MDMA"
dose_mg = 120
told = "active"
[[variant.arm]]
name = "Placebo"
told = "inactive"
[truth]
sd = 10
effect = -5
[truth.belief]
active = 0.9
inactive = 0.2
[[scenario]]
[scenario.vary]
"belief.expectancy" = [0, -6]
[simulation]
replicates = 150
null = true
)";
  const TrialFile file = read_trial(request(two).file);
  const TrialOutcome outcome = run_trial(file, {});
  const TrialRanking ranking = rank_designs(file, outcome);
  ASSERT_EQ(ranking.settings.size(), 2U);
  const DesignMark &blind = ranking.settings[1].marks[0], &open = ranking.settings[1].marks[1];
  EXPECT_NEAR(blind.off_question, 0, 4 * blind.off_question_mc_se);
  EXPECT_NEAR(open.off_question, -6, 4 * open.off_question_mc_se);
  EXPECT_NEAR(open.unblinding, 1, 1e-12);
  EXPECT_GT(open.false_claims, blind.false_claims + 0.2);
  EXPECT_EQ(ranking.best[0].variant[1], 0U);  // bias
  EXPECT_EQ(ranking.best[1].variant[1], 1U);  // power, which belief feeds
  expect_pointers(trial_answer(request(two)));
}

TEST_F(TrialCommand, answers_sample_size_and_assurance) {
  TrialRequest ask = request(std::string(plain) + R"(
[search]
power = 0.8
low = 20
high = 300
precision = 0.03
[assurance]
mean = -6
se = 2
tau = 3
)");
  ask.replicates = 300;
  const json result = json::parse(trial_answer(ask).result_json);
  const double n = result["sample_sizes"][0]["n"];
  EXPECT_GT(n, 40);
  EXPECT_LT(n, 110);
  const json& one = result["assurances"][0];
  // Uncertainty of the effect draws the chance of success towards one half.
  EXPECT_LT(std::abs(one["assurance"].get<double>() - 0.5),
            std::abs(one["power"].get<double>() - 0.5) + 0.12);
}

TEST_F(TrialCommand, reruns_one_replicate_exactly_and_keeps_its_data) {
  RerunRequest ask{.trial = request(plain), .replicate = 7, .folder = (folder_ / "kept").string()};
  const json again = json::parse(rerun_answer(ask).result_json);
  const TrialFile file = read_trial(ask.trial.file);
  const TrialSimulation simulation = trial_cases(file)[0].simulation;
  const std::vector<double> result = replicates_of(simulation).result(7);
  const ResultLayout layout(simulation);
  EXPECT_EQ(again["estimands"][0]["estimate"].get<double>(),
            result[static_cast<std::size_t>(layout.of(0, ResultLayout::estimate))]);
  for (const char* name : {"adsl.csv", "adqs.csv", "adae.csv"})
    EXPECT_TRUE(fs::exists(folder_ / "kept" / name)) << name;
  ask.at = 5;
  EXPECT_THROW(rerun_answer(ask), Error);
}

TEST_F(TrialCommand, counts_who_loses_the_diagnosis) {
  TrialRequest ask = request(std::string(plain) + R"(
[[estimand]]
id = "diagnosis"
method = "responders"
response = "loss of diagnosis"
)");
  ask.replicates = 20;
  ask.data = std::string(ENTACT_SOURCE_DIR) + "/data";
  const json one = json::parse(trial_answer(ask).result_json)["cases"][0]["estimands"][0];
  EXPECT_GT(one["truth"].get<double>(), 0.05);
  EXPECT_GT(one["treatment"].get<double>(), one["control"].get<double>());
  EXPECT_LT(one["treatment"].get<double>(), 0.95);
}

TEST(TrialReplication, shows_each_published_number_with_its_facts) {
  const Answer answer = replication_answer(
      {.study = "MAPP2", .data = std::string(ENTACT_SOURCE_DIR) + "/data", .replicates = 30});
  expect_pointers(answer);
  EXPECT_GT(answer.document->facts.size(), 10U);
  EXPECT_EQ(answer.document->sections.front().id, "held_out");
}

TEST_F(TrialCommand, refuses_with_file_line_and_key) {
  const std::string text = plain;
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string changed = text;
    changed.replace(changed.find(from), from.size(), to);
    return refusal(changed);
  };
  EXPECT_NE(with("active = 0.95", "active = 95").find("trial.toml:19:"), std::string::npos);
  EXPECT_NE(with("visits = [4, 8, 18]", "visits = [8, 4]").find("design.visits"),
            std::string::npos);
  EXPECT_NE(with("change = -12", "change = [-1, -2]").find("truth.change"), std::string::npos);
  EXPECT_NE(with("rate = [0.05, 0.1, 0.05]", "rate = [0.05, 1.1, 0.05]").find("rate"),
            std::string::npos);
  EXPECT_NE(refusal(text + "[[estimand]]\nid = \"x\"\nvisit = 12\n").find("no such visit"),
            std::string::npos);
  EXPECT_NE(refusal(text + "[[estimand]]\nid = \"x\"\ncontrol = \"Nobody\"\n").find("no arm"),
            std::string::npos);
  EXPECT_NE(
      refusal(text + "[[scenario]]\n[scenario.vary]\n\"efect\" = [1]\n").find("varies one of"),
      std::string::npos);
  EXPECT_EQ(refusal(text), "none");
}

}  // namespace
}  // namespace entact
