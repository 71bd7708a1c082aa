// What a trial file asks besides its designs: a prior from a pooled answer, the conclusion of a
// pool, exposure as a scenario, words for scenario keys.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "entact/answer/opened_evidence.h"
#include "entact/answer/pool_analysis.h"
#include "entact/answer/trial_command.h"
#include "entact/answer/trial_conclusion.h"
#include "entact/answer/trial_exposure.h"
#include "entact/answer/trial_replication.h"
#include "entact/answer/trial_settings.h"
#include "entact/base/error.h"
#include "entact/io/file.h"
#include "entact/num/distributions.h"

namespace entact {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

const std::string data = std::string(ENTACT_SOURCE_DIR) + "/data";

const char* const plain = R"([design]
n = 40
visits = [8, 18]
[[arm]]
name = "MDMA"
dose_mg = 120
[[arm]]
name = "Low"
dose_mg = 40
[truth]
baseline_sd = 7
sd = 12
change = -12
effect = -9
)";

class TrialQuestions : public testing::Test {
 protected:
  fs::path folder_ = fs::path(testing::TempDir()) / "entact_trial_questions";
  void SetUp() override { fs::create_directories(folder_); }
  void TearDown() override { fs::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
    return (folder_ / name).string();
  }
  TrialFile read(const std::string& more) {
    return read_trial(write("trial.toml", plain + more), data);
  }
  std::string refusal(const std::string& more) {
    try {
      TrialFile file = read(more);
      join_published(file, open_evidence(data).base);
    } catch (const Error& error) {
      return error.code() + " " + error.what();
    }
    return "none";
  }
  json pooled(const std::string& analysis, const std::string& name) {
    const Answer answer = pool_analysis(open_evidence(data).base, analysis, {}, {});
    write(name, envelope(answer, "entact pool"));
    return json::parse(answer.result_json);
  }
};

TEST(TrialSettings, every_key_has_words_for_people) {
  for (const std::string& key : trial_setting_keys()) {
    EXPECT_NE(setting_label(key), key);
    const std::string brief = settings_brief({{key, 0.25}});
    EXPECT_NE(brief.find(setting_value({key, 0.25})), std::string::npos) << key;
  }
  EXPECT_EQ(settings_words({{"belief.share", 0.3}, {"belief.half_mg", 15}}),
            "share of the effect that comes from belief: 30%; dose that is felt half as strongly "
            "as the drug can be: 15 mg");
  EXPECT_EQ(settings_brief({{"belief.share", 0.3}}), "30% of the effect from belief");
  EXPECT_EQ(setting_value({"effect", -6}), "−6 points");
  EXPECT_EQ(settings_trail({{"belief.share", 0.3}, {"n", 60}}), "belief.share = 0.3, n = 60");
}

TEST_F(TrialQuestions, a_prior_is_the_predictive_distribution_of_a_pool) {
  const json points = pooled("ptsd_caps_smd", "smd.json");
  const TrialPrior prior = *read("[assurance]\nfrom = \"smd.json\"\nsd = 12\n").assurance;
  EXPECT_DOUBLE_EQ(prior.mean, 12 * points["estimate"].get<double>());
  // Its 95% interval is the pool's prediction interval, in points.
  const double half = t_quantile(0.975, prior.df) * std::hypot(prior.se, prior.tau);
  EXPECT_NEAR(prior.mean - half, 12 * points["pi_low"].get<double>(), 1e-9);
  EXPECT_NEAR(prior.mean + half, 12 * points["pi_high"].get<double>(), 1e-9);
  const json md = pooled("ptsd_caps5_md", "md.json");
  const TrialPrior two = *read("[assurance]\nfrom = \"md.json\"\n").assurance;
  EXPECT_EQ(two.mean, md["estimate"].get<double>());
  EXPECT_EQ(two.df, 0);  // two trials: normal
}

TEST_F(TrialQuestions, a_prior_from_a_file_is_refused_with_its_place) {
  pooled("ptsd_caps_smd", "smd.json");
  pooled("ptsd_response_rr", "rr.json");
  write("not.json", "{\"entact\": {}}");
  EXPECT_NE(refusal("[assurance]\nfrom = \"smd.json\"\n").find("`sd`"), std::string::npos);
  EXPECT_NE(refusal("[assurance]\nfrom = \"rr.json\"\n").find("'RR'"), std::string::npos);
  EXPECT_NE(refusal("[assurance]\nfrom = \"not.json\"\n").find("trial.toml:16:"),
            std::string::npos);
  EXPECT_NE(refusal("[assurance]\nfrom = \"none.json\"\n").find("assurance.from"),
            std::string::npos);
  EXPECT_NE(refusal("[assurance]\nfrom = \"smd.json\"\nmean = 3\n").find("assurance.mean"),
            std::string::npos);
}

TEST_F(TrialQuestions, says_how_often_a_pool_says_something_else) {
  TrialRequest ask{.file = write("trial.toml", std::string(plain) +
                                                   "[conclusion]\npool = \"ptsd_caps_smd\"\n"
                                                   "[simulation]\nreplicates = 50\nnull = true\n"),
                   .data = data};
  const Answer answer = trial_answer(ask);
  const json result = json::parse(answer.result_json);
  const json today =
      json::parse(pool_analysis(open_evidence(data).base, "ptsd_caps_smd", {}, {}).result_json);
  EXPECT_EQ(result["published"]["estimate"], today["estimate"]);
  EXPECT_EQ(result["published"]["ci_high"], today["ci_high"]);
  EXPECT_EQ(result["published"]["says"], "benefit shown");
  for (const json& one : result["cases"]) {
    const json& found = one["conclusion"];
    EXPECT_NEAR(found["benefit"].get<double>() + found["not_shown"].get<double>() +
                    found["harm"].get<double>(),
                1, 1e-12);
    EXPECT_NEAR(found["changes"].get<double>(), 1 - found["benefit"].get<double>(), 1e-12);
  }
  EXPECT_FALSE(answer.evidence_sha256.empty());
  const json whole{{"result", result}};
  for (const Number& number : answer.document->numbers)
    EXPECT_EQ(whole.at(json::json_pointer(number.trail.pointer)).get<double>(), number.value)
        << number.trail.pointer;
}

TEST_F(TrialQuestions, a_pool_that_a_trial_cannot_join_is_refused) {
  const auto with = [&](const std::string& pool) {
    return refusal("[conclusion]\npool = \"" + pool + "\"\n");
  };
  EXPECT_EQ(with("ptsd_caps_smd"), "none");
  EXPECT_EQ(with("ptsd_response_rr"), "none");
  EXPECT_EQ(with("ptsd_caps_smd_all_times").rfind("answer.trial.pool", 0), 0U);
  EXPECT_EQ(with("ptsd_dropout").rfind("answer.trial.pool", 0), 0U);
  EXPECT_NE(with("no_such").find("trial.toml:16:"), std::string::npos);
}

const std::string exposure = R"([truth.exposure]
model = "mdma"
metric = "auc"
half = 2000
genotypes = { PM = 0.5, NM = 0.5 }
weight_sd = 12
people = 64
)";

TEST_F(TrialQuestions, exposure_is_a_labelled_scenario) {
  TrialRequest ask{.file = write("trial.toml", plain + exposure), .data = data, .replicates = 10};
  const Answer answer = trial_answer(ask);
  const json found = json::parse(answer.result_json)["exposure"];
  EXPECT_NE(found["scenario"].get<std::string>().find("Scenario, not knowledge"),
            std::string::npos);
  EXPECT_NE(answer.text.find("No exposure-response for PTSD is known"), std::string::npos);
  EXPECT_EQ(answer.reservations.front().rfind("Scenario, not knowledge", 0), 0U);
  const json &low = found["doses"][0], &high = found["doses"][1];
  EXPECT_EQ(low["dose_mg"], 40);
  EXPECT_GT(high["share_50"], low["share_50"]);
  EXPECT_GT(high["exposure_95"], 1.2 * high["exposure_5"].get<double>());
}

TEST_F(TrialQuestions, exposures_are_drawn_with_the_seed_of_the_trial) {
  const auto exposures = [&](const std::string& simulation, std::optional<std::uint64_t> seed) {
    return json::parse(trial_answer({.file = write("trial.toml", plain + exposure + simulation),
                                     .data = data,
                                     .seed = seed,
                                     .replicates = 2})
                           .result_json)["exposure"];
  };
  EXPECT_EQ(exposures("", 5), exposures("[simulation]\nseed = 5\n", {}));
  EXPECT_NE(exposures("", 5), exposures("", {}));
}

TEST_F(TrialQuestions, poor_metabolisers_are_exposed_to_more) {
  const auto median = [&](const char* genotype) {
    TrialFile file =
        read(std::string(
                 "[truth.exposure]\nhalf = 2000\npeople = 40\nmetric = \"cmax\"\ngenotypes = { ") +
             genotype + " = 1 }\n");
    join_exposures(file);
    std::vector<double> peaks = file.truth.exposure->table->exposure.back();
    std::nth_element(peaks.begin(), peaks.begin() + 20, peaks.end());
    return peaks[20];
  };
  EXPECT_GT(median("PM"), 1.05 * median("NM"));
}

TEST_F(TrialQuestions, exposure_is_refused_with_its_place) {
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string changed = exposure;
    changed.replace(changed.find(from), from.size(), to);
    return refusal(changed);
  };
  EXPECT_NE(with("half = 2000", "half = 0").find("truth.exposure.half"), std::string::npos);
  EXPECT_NE(with("PM = 0.5", "PM = 0.4").find("add up to 1"), std::string::npos);
  EXPECT_NE(with("PM = 0.5", "XX = 0.5").find("answer.model.setting"), std::string::npos);
  EXPECT_NE(with("model = \"mdma\"", "model = \"none\"").find("trial.toml:16:"), std::string::npos);
  EXPECT_NE(with("\"auc\"", "\"area\"").find("metric"), std::string::npos);
  const std::string scenario = "[[scenario]]\n[scenario.vary]\n\"exposure.half\" = [1000, 0]\n";
  EXPECT_NE(refusal(scenario).find("does not have"), std::string::npos);
  EXPECT_NE(refusal(exposure + scenario).find("are positive"), std::string::npos);
}

TEST_F(TrialQuestions, a_replication_goes_on_from_its_checkpoint) {
  ReplicationRequest ask{.study = "MAPP2", .data = data, .replicates = 6};
  const std::string plain_result = replication_answer(ask).result_json;
  ask.checkpoint = (folder_ / "kept").string();
  EXPECT_EQ(replication_answer(ask).result_json, plain_result);
  const auto size = fs::file_size(ask.checkpoint);
  EXPECT_GT(size, 500U);
  EXPECT_EQ(replication_answer(ask).result_json, plain_result);
  EXPECT_EQ(fs::file_size(ask.checkpoint), size);
  ask.seed = 2;
  EXPECT_THROW(replication_answer(ask), Error);
}

TEST_F(TrialQuestions, a_search_goes_on_from_its_checkpoint) {
  TrialRequest ask{.file = write("trial.toml", std::string(plain) +
                                                   "[search]\npower = 0.6\nlow = 20\nhigh = 400\n"
                                                   "precision = 0.05\n"),
                   .data = data,
                   .replicates = 20};
  ask.checkpoint = (folder_ / "kept").string();
  const std::string first = trial_answer(ask).result_json;
  const auto size = fs::file_size(ask.checkpoint);
  EXPECT_EQ(trial_answer(ask).result_json, first);
  EXPECT_EQ(fs::file_size(ask.checkpoint), size);
}

}  // namespace
}  // namespace entact
