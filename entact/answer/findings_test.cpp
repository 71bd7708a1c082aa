#include "entact/answer/findings.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "entact/answer/pool_command.h"
#include "entact/base/error.h"
#include "entact/io/csv.h"
#include "entact/io/file.h"
#include "entact/report/document_json.h"

namespace entact {
namespace {

const EvidenceBase& shipped() {
  static const LoadedEvidence loaded = load_evidence(ENTACT_SOURCE_DIR "/data");
  return loaded.base;
}

const Findings& findings() {
  static const Findings all = find_all(shipped(), {});
  return all;
}

double width(const PooledAnswer& answer) { return answer.high() - answer.low(); }

/// The members by name, with how each of their facts was verified.
using Members = std::map<std::string, std::set<Verification>>;
Members members_of(const std::string& analysis, const AnalysisPolicy& policy) {
  Members members;
  for (const AnalysisMember& member : analysis_input(shipped(), analysis, policy).members)
    for (const std::string& fact : member.facts)
      members[member.slab].insert(shipped().fact(fact)->citation().verified);
  return members;
}

/// Every analysis that pools, its members by default and by the policy.
void for_each_analysis(
    const AnalysisPolicy& policy,
    const std::function<void(const std::string&, const Members&, const Members&)>& look) {
  for (const Row& row : shipped().table("analyses").rows())
    if (row.text("measure") != "none")
      look(row.text("analysis_id"), members_of(row.text("analysis_id"), {}),
           members_of(row.text("analysis_id"), policy));
}

TEST(Findings, the_number_of_studies_chooses_the_model) {
  std::map<std::ptrdiff_t, int> seen;
  for (const auto& [id, answer] : findings().answers) {
    ++seen[std::min<std::ptrdiff_t>(answer.k(), 3)];
    const bool many = answer.k() >= 3;
    EXPECT_EQ(answer.pooled.how.method, many ? Tau2Method::reml : Tau2Method::common) << id;
    EXPECT_EQ(answer.pooled.how.test, many ? PoolTest::adhoc : PoolTest::z) << id;
    EXPECT_NE(answer.command.find(many ? "--method REML --test adhoc" : "--test z"),
              std::string::npos)
        << answer.command;
  }
  for (const int k : {1, 2, 3}) EXPECT_GT(seen[k], 0) << "no analysis of " << k;
}

TEST(Findings, one_study_is_its_own_estimate_with_a_normal_interval) {
  for (const auto& [id, answer] : findings().answers) {
    if (answer.k() != 1) continue;
    EXPECT_DOUBLE_EQ(answer.estimate(), answer.input.yi()[0]) << id;
    // 1.96 standard errors either side, the normal quantile from R's qnorm(0.975)
    EXPECT_NEAR(width(answer), 2 * 1.9599639845400545 * std::sqrt(answer.input.vi()[0]), 1e-12);
  }
}

TEST(Findings, the_floor_keeps_the_interval_from_being_narrower_than_t) {
  int floored = 0;
  for (const auto& [id, answer] : findings().answers) {
    if (answer.k() < 3) continue;
    const auto t = pooled_answer(shipped(), id, {}, {.method = "REML", .test = "t"});
    const auto knha = pooled_answer(shipped(), id, {}, {.method = "REML", .test = "knha"});
    EXPECT_GE(width(answer), width(*t) * (1 - 1e-12)) << id;
    EXPECT_DOUBLE_EQ(width(answer), std::max(width(*t), width(*knha))) << id;
    floored += width(*knha) < width(*t) ? 1 : 0;
  }
  EXPECT_GT(floored, 0) << "no analysis in which the floor does anything";
}

TEST(Findings, without_secondary_keeps_what_was_read_in_the_source) {
  int lost = 0;
  for_each_analysis({.selection = {.include_secondary = false}},
                    [&](const std::string& id, const Members& all, const Members& kept) {
                      for (const auto& [slab, how] : kept) {
                        EXPECT_EQ(how, std::set{Verification::page}) << id << " " << slab;
                        EXPECT_TRUE(all.contains(slab)) << id << " " << slab;
                      }
                      lost += static_cast<int>(all.size() - kept.size());
                    });
  EXPECT_GT(lost, 0);
}

TEST(Findings, without_high_risk_loses_the_studies_rated_so) {
  std::set<std::string> high;
  for (const Row& row : shipped().table("risk_of_bias").where("domain", "overall").used())
    if (row.text("judgement") == "high" || row.text("judgement") == "critical")
      high.insert(row.text("study_id"));
  ASSERT_FALSE(high.empty());
  int lost = 0;
  for (const Row& row : shipped().table("analyses").rows()) {
    if (row.text("measure") == "none") continue;
    const std::string& id = row.text("analysis_id");
    const AnalysisInput kept = analysis_input(shipped(), id, {.without_high_risk = true});
    for (const AnalysisMember& member : kept.members)
      EXPECT_FALSE(high.contains(member.study_id)) << id << " keeps " << member.study_id;
    for (const AnalysisMember& member : analysis_input(shipped(), id).members)
      lost += high.contains(member.study_id) ? 1 : 0;
  }
  EXPECT_GT(lost, 0);
}

/// The shipped base in which one fact of MP-1 was seen in no text.
EvidenceBase with_recalled_mean() {
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(ENTACT_SOURCE_DIR "/data"))
    if (entry.path().extension() == ".csv")
      files.emplace(entry.path().filename().string(), read_file(entry.path()));
  CsvTable means = read_csv(files["continuous.csv"]);
  for (auto& row : means.rows)
    if (row[0] == "cont.mp1.mdma.caps4.w16.mean")
      row[static_cast<std::size_t>(means.find("verified"))] = "recalled";
  files["continuous.csv"] = write_csv(means.header, means.rows);
  return read_evidence(files).base;
}

TEST(Findings, recalled_rows_come_in_only_when_asked_for) {
  for (const auto& [id, answer] : findings().answers)
    for (const std::string& fact : answer.facts)
      EXPECT_NE(shipped().fact(fact)->citation().verified, Verification::recalled) << id;
  const EvidenceBase base = with_recalled_mean();
  EXPECT_EQ(pooled_answer(base, "ptsd_caps_smd")->k(), 5);
  const auto asked = pooled_answer(base, "ptsd_caps_smd", policy_of({.include_recalled = true}));
  EXPECT_EQ(asked->k(), 6);
  EXPECT_NE(asked->command.find("--include recalled"), std::string::npos);
  EXPECT_EQ(asked->estimate(), findings().find("ptsd_caps_smd")->estimate());
}

nlohmann::json reference(const std::string& file) {
  std::ifstream in(std::string(ENTACT_SOURCE_DIR "/reference/pool/") + file);
  return nlohmann::json::parse(in);
}

TEST(Findings, the_default_of_six_trials_is_metafors_adhoc) {
  const nlohmann::json input = reference("input.json")["mdma_ptsd_g"];
  const nlohmann::json fit =
      reference("metafor.json")["mean"]["mdma_ptsd_g"]["fits"]["REML"]["adhoc"];
  const auto yi = input["yi"].get<std::vector<double>>();
  const Pooled ours = pool(yi, input["vi"].get<std::vector<double>>(), default_options(6, {}));
  EXPECT_NEAR(ours.value(), fit["value"][0].get<double>(), 1e-10);
  EXPECT_NEAR(ours.coefficients[0].low, fit["low"][0].get<double>(), 1e-10);
  EXPECT_NEAR(ours.coefficients[0].high, fit["high"][0].get<double>(), 1e-10);

  // The reference has the effects as Metapsy published them: their g corrects with 1 - 3 / (4 df -
  // 1) and their variances are of another large-sample form (up to 1.4% larger), so that ours
  // differ in the fourth digit of an effect and by 0.0013 in an end of the pooled interval. Both
  // print the same two decimals.
  const PooledAnswer& shipped_answer = *findings().find("ptsd_caps_smd");
  ASSERT_EQ(shipped_answer.k(), 6);
  for (std::size_t i = 0; i < 6; ++i) EXPECT_NEAR(shipped_answer.input.yi()[i], yi[i], 4e-4) << i;
  const auto shown = [](double value) { return std::round(100 * value); };
  EXPECT_NEAR(shipped_answer.estimate(), ours.value(), 1e-3);
  EXPECT_EQ(shown(shipped_answer.estimate()), shown(ours.value()));
  EXPECT_EQ(shown(shipped_answer.low()), shown(ours.coefficients[0].low));
  EXPECT_EQ(shown(shipped_answer.high()), shown(ours.coefficients[0].high));
}

TEST(Findings, a_past_day_pools_what_was_public_then) {
  const auto document = [](const Date& day) { return make_report(shipped(), {.as_of = day}); };
  const Document past = document({2021, 12, 31});  // MAPP1 was published in May 2021, MAPP2 in 2023
  const auto pools = [](const Document& held, const std::string& trial) {
    return std::any_of(held.numbers.begin(), held.numbers.end(), [&](const Number& number) {
      return number.trail.command.starts_with("entact pool --analysis ptsd_caps_smd ") &&
             number.label.find("(" + trial + ")") != std::string::npos;
    });
  };
  EXPECT_TRUE(pools(past, "MAPP1"));
  EXPECT_FALSE(pools(past, "MAPP2"));
  EXPECT_TRUE(pools(document({}), "MAPP2"));
  EXPECT_EQ(past.provenance.as_of, "2021-12-31");
  EXPECT_EQ(past.provenance.command, "entact report --as-of 2021-12-31");
  for (const Number& number : past.numbers) {
    const std::string& command = number.trail.command;
    const bool needs_no_base = command.empty() || command.starts_with("entact effect");
    EXPECT_TRUE(needs_no_base || command.find("--as-of") != std::string::npos) << command;
  }
  EXPECT_TRUE(dangling_references(past).empty());
  EXPECT_THROW(document({1900, 1, 1}), Error);
}

}  // namespace
}  // namespace entact
