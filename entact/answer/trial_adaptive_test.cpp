#include "entact/answer/trial_adaptive.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "entact/answer/trial_command.h"
#include "entact/answer/trial_datasets.h"
#include "entact/base/error.h"
#include "entact/io/file.h"

namespace entact {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

const char* const doses = R"(title = "Two doses"
[design]
n = 90
visits = [8, 18]
[[arm]]
name = "120 mg"
dose_mg = 120
[[arm]]
name = "60 mg"
dose_mg = 60
[[arm]]
name = "Placebo"
[truth]
baseline_sd = 7
sd = 12
change = -12
effect = -8
[[estimand]]
id = "primary"
treatment = ["120 mg", "60 mg"]
control = "Placebo"
[looks]
at = [0.5]
futility_z = [-0.5]
enrolled_per_week = 1
reestimate = {rule = "conditional power", power = 0.9, n_max = 140}
select = {rule = "best"}
allocate = {rule = "thompson", control = 0.3}
[simulation]
null = true
)";

class TrialAdaptive : public testing::Test {
 protected:
  fs::path folder_ = fs::path(testing::TempDir()) / "entact_trial_adaptive";
  void SetUp() override { fs::create_directories(folder_); }
  void TearDown() override { fs::remove_all(folder_); }

  TrialRequest request(const std::string& text, std::int64_t replicates) {
    const fs::path path = folder_ / "trial.toml";
    std::ofstream(path) << text;
    return {.file = path.string(), .replicates = replicates};
  }
};

TEST_F(TrialAdaptive, is_the_same_on_any_number_of_threads_and_after_a_checkpoint) {
  TrialRequest ask = request(doses, 30);
  const std::string one = trial_answer(ask).result_json;
  ask.machinery.compute = on_threads(3);
  EXPECT_EQ(trial_answer(ask).result_json, one);
  ask.checkpoint = (folder_ / "kept").string();
  EXPECT_EQ(trial_answer(ask).result_json, one);
  // What a kill leaves: the first part of the results, the last of them torn.
  fs::resize_file(ask.checkpoint, fs::file_size(ask.checkpoint) / 2 + 3);
  EXPECT_EQ(trial_answer(ask).result_json, one);
}

TEST_F(TrialAdaptive, tells_of_arms_allocation_and_what_is_rejected_without_benefit) {
  const Answer answer = trial_answer(request(doses, 60));
  const json result = json::parse(answer.result_json);
  const json &with = result["cases"][0]["looks"], &null = result["cases"][1]["looks"];
  ASSERT_EQ(with["adaptive"]["arms"].size(), 2U);
  EXPECT_FALSE(with.contains("false_rejection"));
  EXPECT_LE(null["false_rejection"]["value"].get<double>(), 0.1);
  EXPECT_FALSE(null["adaptive"].contains("not_in_best_arm"));
  double all = 0;
  for (const json& arm : with["adaptive"]["allocated"])
    all += arm["participants"]["value"].get<double>();
  EXPECT_NEAR(all, with["participants"]["value"].get<double>(), 1e-9);
  EXPECT_NE(answer.text.find("not in the best arm"), std::string::npos);
}

TEST_F(TrialAdaptive, every_number_of_its_page_stands_in_its_result) {
  const Answer answer = trial_answer(request(doses, 20));
  const json whole{{"result", json::parse(answer.result_json)}};
  int below = 0;
  for (const Number& number : answer.document->numbers) {
    const json& at = whole.at(json::json_pointer(number.trail.pointer));
    ASSERT_TRUE(at.is_number()) << number.trail.pointer;
    EXPECT_EQ(at.get<double>(), number.value) << number.trail.pointer;
    below += number.trail.pointer.find("/adaptive/") != std::string::npos ? 1 : 0;
  }
  EXPECT_GT(below, 30);
}

TEST_F(TrialAdaptive, the_trial_in_the_data_folder_runs) {
  const Answer answer =
      trial_answer({.file = std::string(ENTACT_SOURCE_DIR) + "/data/trials/adaptive_doses.toml",
                    .replicates = 40});
  const json looks = json::parse(answer.result_json)["cases"][0]["looks"];
  EXPECT_EQ(looks["adaptive"]["arms"].size(), 3U);
  EXPECT_GT(looks["power"]["value"].get<double>(), 0.5);
}

TEST_F(TrialAdaptive, reruns_one_replicate_as_it_came_to_be) {
  RerunRequest ask{
      .trial = request(doses, 2), .replicate = 4, .folder = (folder_ / "kept").string()};
  const json again = json::parse(rerun_answer(ask).result_json);
  const TrialSimulation simulation = trial_cases(read_trial(ask.trial.file))[0].simulation;
  const std::vector<double> result = replicates_of(simulation).result(4);
  const auto at = static_cast<std::size_t>(ResultLayout(simulation).interim());
  const json& adapted = again["adapted"];
  EXPECT_EQ(adapted["participants"].get<double>(), result[at + interim_enrolled]);
  EXPECT_EQ(adapted["estimate"].get<double>(), result[at + interim_estimate]);
  const std::string rows = read_file(folder_ / "kept" / "adsl.csv");
  EXPECT_EQ(std::count(rows.begin(), rows.end(), '\n') - 1,
            static_cast<std::int64_t>(result[at + interim_enrolled]));
}

TEST_F(TrialAdaptive, looks_at_several_estimands_in_their_order) {
  const std::string text = std::string(doses).substr(0, std::string(doses).find("[[estimand]]")) +
                           R"([[estimand]]
id = "primary"
[[estimand]]
id = "responders"
method = "responders"
[looks]
at = [0.5]
estimands = ["primary", "responders"]
)";
  const json one = json::parse(trial_answer(request(text, 60)).result_json)["cases"][0]["looks"];
  ASSERT_EQ(one["estimands"].size(), 2U);
  const double first = one["estimands"][0]["rejects"]["value"],
               second = one["estimands"][1]["rejects"]["value"];
  EXPECT_EQ(first, one["power"]["value"].get<double>());
  EXPECT_LE(second, first);
  EXPECT_GT(second, 0);
}

}  // namespace
}  // namespace entact
