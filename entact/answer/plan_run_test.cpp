#include "entact/answer/plan_run.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "entact/base/error.h"
#include "entact/io/file.h"

namespace entact {
namespace {

namespace fs = std::filesystem;

/// An outcome with one analysis for each p; a p below 0 has no answer.
struct Tested {
  std::vector<PlanAnalysis> analyses{};
  PlanOutcome outcome{};
  explicit Tested(const std::vector<double>& p) : analyses(p.size()) {
    for (std::size_t i = 0; i < p.size(); ++i) {
      analyses[i].id = std::string(1, static_cast<char>('a' + static_cast<int>(i)));
      PlanRuns runs{.analysis = &analyses[i], .runs = {PlanRun{}}};
      if (p[i] >= 0)
        runs.runs[0].estimate = PlanEstimate{.p = {.value = p[i], .pointer = "/result/p"}};
      outcome.analyses.push_back(std::move(runs));
    }
  }
};

std::vector<bool> rejected(const std::string& method, const std::vector<double>& p) {
  const Tested tested(p);
  PlanMultiplicity how{.method = method};
  for (const PlanAnalysis& analysis : tested.analyses) how.analyses.push_back(analysis.id);
  std::vector<bool> all;
  for (const PlanDecision& d : plan_decisions(how, tested.outcome)) all.push_back(d.rejected);
  return all;
}

TEST(PlanRun, a_fixed_sequence_stops_at_the_first_that_is_not_rejected) {
  EXPECT_EQ(rejected("fixed-sequence", {0.01, 0.2, 0.001}),
            (std::vector<bool>{true, false, false}));
}

TEST(PlanRun, holm_and_hochberg_differ_where_they_should) {
  EXPECT_EQ(rejected("holm", {0.04, 0.045}), (std::vector<bool>{false, false}));
  EXPECT_EQ(rejected("hochberg", {0.04, 0.045}), (std::vector<bool>{true, true}));
}

TEST(PlanRun, an_analysis_without_an_answer_counts_as_p_1) {
  EXPECT_EQ(rejected("fixed-sequence", {-1, 0.001}), (std::vector<bool>{false, false}));
  EXPECT_EQ(rejected("holm", {-1, 0.001}), (std::vector<bool>{false, true}));
}

/// A study of three participants in a folder of its own.
struct Study {
  fs::path folder = fs::temp_directory_path() / "entact-plan-run-test";
  Plan plan{};
  explicit Study(const std::string& adqs) {
    fs::create_directories(folder);
    write_file_atomically(folder / "adsl.csv", "USUBJID,TRT01P,FASFL\nP1,B,Y\nP2,A,Y\nP3,A,N\n");
    write_file_atomically(folder / "adqs.csv", adqs);
    plan = {.path = folder / "PLAN.toml",
            .datasets = {{"adsl", "adsl.csv"}, {"adqs", "adqs.csv"}},
            .populations = {{.id = "fas", .where = {"FASFL=Y"}, .place = "PLAN.toml:3"},
                            {.id = "all", .place = "PLAN.toml:6"}}};
  }
  ~Study() { fs::remove_all(folder); }
};

TEST(PlanPopulation, counts_participants_by_arm) {
  const Study study("USUBJID,FASFL\nP1,Y\nP3,N\n");
  PlanOutcome outcome;
  count_populations(study.plan, outcome);
  EXPECT_EQ(outcome.arms, (std::vector<std::string>{"A", "B"}));
  EXPECT_EQ(outcome.counts[0].n, (std::vector<int>{1, 1}));
  EXPECT_EQ(outcome.counts[1].n, (std::vector<int>{2, 1}));
}

TEST(PlanPopulation, a_dataset_that_contradicts_adsl_is_refused_with_its_place) {
  for (const char* adqs : {"USUBJID,FASFL\nP1,Y\nP3,Y\n", "USUBJID,FASFL\nP1,Y\nP9,Y\n"}) {
    const Study study(adqs);
    PlanOutcome outcome;
    try {
      count_populations(study.plan, outcome);
      ADD_FAILURE() << adqs;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), "answer.plan.flag");
      EXPECT_NE(std::string(error.what()).find("adqs.csv:3"), std::string::npos) << error.what();
    }
  }
}

TEST(PlanPopulation, a_condition_on_a_column_that_adsl_lacks_names_the_plan) {
  Study study("USUBJID\nP1\n");
  study.plan.populations[0].where = {"NOFL=Y"};
  PlanOutcome outcome;
  try {
    count_populations(study.plan, outcome);
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("PLAN.toml:3"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace entact
