// Retrieved dropouts against nlme (reference/impute/retrieved.R), against the same model written
// out by hand, and what too few of them lead to.
#include "entact/stats/imputation_retrieved.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "entact/base/error.h"
#include "entact/stats/agreement_specimen.h"
#include "entact/stats/imputation.h"

namespace entact {
namespace {

using nlohmann::json;
using Texts = std::vector<std::string>;
using Numbers = std::vector<double>;

constexpr const char* base = "CHG ~ BASE * AVISIT + ARM * AVISIT";
constexpr const char* covariance = " + us(AVISIT | USUBJID)";

const json& reference() {
  static const json read = [] {
    std::ifstream in(std::string(ENTACT_SOURCE_DIR) + "/reference/impute/retrieved.json");
    return json::parse(in);
  }();
  return read;
}

Table trial() {
  const json& data = reference()["data"];
  Table table;
  for (const char* name : {"USUBJID", "ARM", "AVISIT"})
    table.add({.name = name, .values = data[name].get<Texts>()});
  table.add({.name = "BASE", .values = data["BASE"].get<Numbers>()});
  Numbers change;
  for (const json& value : data["CHG"])
    change.push_back(value.is_null() ? std::nan("") : value.get<double>());
  table.add({.name = "CHG", .values = change});
  return table;
}

std::vector<IntercurrentEvent> events(ImputationStrategy strategy) {
  const json& data = reference()["data"];
  std::vector<IntercurrentEvent> found;
  for (std::size_t row = 0; row < data["ICEVISIT"].size(); row += 3)
    if (data["ICEVISIT"][row] != "")
      found.push_back({data["USUBJID"][row], data["ICEVISIT"][row], strategy, "stopped"});
  return found;
}

ImputationModel model_with(const std::string& term, ImputationModelOptions how = {}) {
  how.arm = "ARM";
  how.reference = "PBO";
  return imputation_model(parse_formula(base + term + covariance), trial(), how,
                          events(ImputationStrategy::retrieved));
}

std::vector<PooledImputation> pooled(const ImputationModel& model, bool jackknife = true) {
  const ImputationOptions how{
      .method = ImputationMethod::conditional_mean,
      .rule = jackknife ? PoolingRule::jackknife : PoolingRule::bootstrap_normal,
      .draws = 2};
  return pool_imputations(model.data, impute(model.data, how),
                          visit_analysis(model, parse_formula("CHG ~ BASE + ARM")));
}

TEST(ImputationRetrieved, a_shift_and_a_slope_after_the_event_are_those_of_nlme) {
  for (const auto& [name, term] : std::vector<std::pair<std::string, std::string>>{
           {"shift", " + ARM:POSTICE"}, {"slope", " + ARM:SINCEICE"}}) {
    const ImputationModel model = model_with(term);
    EXPECT_TRUE(model.notes.empty());
    const auto found = pooled(model);
    for (std::size_t v = 0; v < 3; ++v) {
      specimen::note_disagreement("R nlme", "retrieved dropouts", found[3 * v].estimate,
                                  reference()[name]["estimate"][v].get<double>());
      // nlme stops where its likelihood is flat to 1e-12
      EXPECT_NEAR(found[3 * v].estimate / reference()[name]["estimate"][v].get<double>(), 1, 1e-6);
      EXPECT_NEAR(found[3 * v].se, reference()[name]["jackknife_se"][v].get<double>(), 2e-5);
    }
  }
}

TEST(ImputationRetrieved, it_is_mar_with_the_column_written_by_hand) {
  Table table = trial();
  Numbers post;
  const json& data = reference()["data"];
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const std::string first = data["ICEVISIT"][row], visit = data["AVISIT"][row];
    post.push_back(!first.empty() && visit >= first ? 1 : 0);
  }
  table.add({.name = "LATE", .values = post});
  const auto by_hand =
      imputation_model(parse_formula(base + std::string(" + ARM:LATE") + covariance), table,
                       {.arm = "ARM", .reference = "PBO"});
  const auto derived = model_with(" + ARM:POSTICE");
  EXPECT_TRUE(by_hand.data.x == derived.data.x);
  EXPECT_EQ(pooled(by_hand)[6].estimate, pooled(derived)[6].estimate);
}

TEST(ImputationRetrieved, who_was_followed_is_counted_by_arm_and_visit) {
  const ImputationModel model = model_with(" + ARM:POSTICE");
  int followed = 0, to_impute = 0;
  for (const RetrievedCount& count : model.retrieved) {
    followed += count.arm == "MDMA" ? count.followed : 0;
    to_impute += count.arm == "MDMA" && count.visit == "V3" ? count.to_impute : 0;
  }
  EXPECT_EQ(followed, 5);  // counted in retrieved.csv
  EXPECT_EQ(to_impute, 8);
}

TEST(ImputationRetrieved, too_few_are_a_reservation_or_fall_back) {
  const ImputationModel few = model_with(" + ARM:POSTICE", {.least_retrieved = 6});
  ASSERT_EQ(few.notes.size(), 1U);
  EXPECT_NE(few.notes[0].find("5 participants of arm MDMA were followed"), std::string::npos);
  const ImputationModel back =
      model_with(" + ARM:POSTICE", {.least_retrieved = 6, .fallback = ImputationStrategy::jr});
  for (std::size_t i = 0; i < back.arm_of.size(); ++i)
    if (back.data.first_affected[i] < 3) {
      EXPECT_EQ(back.data.strategy[i],
                back.arm_of[i] == 1 ? ImputationStrategy::jr : ImputationStrategy::retrieved);
    }
  EXPECT_NE(pooled(back, false)[6].estimate, pooled(few, false)[6].estimate);
  // Nobody left to be retrieved: jump to reference without the term.
  const ImputationModel all =
      model_with(" + ARM:POSTICE", {.least_retrieved = 99, .fallback = ImputationStrategy::jr});
  const ImputationModel jr =
      imputation_model(parse_formula(base + std::string(covariance)), trial(),
                       {.arm = "ARM", .reference = "PBO"}, events(ImputationStrategy::jr));
  EXPECT_TRUE(all.data.x == jr.data.x);
  EXPECT_EQ(pooled(all, false)[6].estimate, pooled(jr, false)[6].estimate);
  EXPECT_EQ(all.notes.size(), 2U);
}

std::string code_of(const std::string& term, const ImputationModelOptions& how = {}) {
  try {
    model_with(term, how);
  } catch (const Error& error) {
    return error.code();
  }
  return "";
}

// Nobody of the MDMA arm was followed at V2.
TEST(ImputationRetrieved, what_is_not_identified_is_refused_or_falls_back) {
  EXPECT_EQ(code_of(" + ARM:AVISIT:POSTICE"), "stats.impute.retrieved");
  const ImputationModel back =
      model_with(" + ARM:AVISIT:POSTICE", {.fallback = ImputationStrategy::cir});
  ASSERT_GE(back.notes.size(), 1U);
  EXPECT_NE(back.notes[0].find("not identified"), std::string::npos);
  EXPECT_TRUE(std::isfinite(pooled(back, false)[6].estimate));
}

TEST(ImputationRetrieved, events_and_formula_go_together) {
  EXPECT_EQ(code_of(""), "stats.impute.retrieved");
  EXPECT_EQ(code_of(" + ARM:POSTICE", {.fallback = ImputationStrategy::retrieved}),
            "stats.impute.retrieved");
  try {
    imputation_model(parse_formula(base + std::string(" + ARM:POSTICE") + covariance), trial(),
                     {.arm = "ARM", .reference = "PBO"}, events(ImputationStrategy::jr));
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "stats.impute.retrieved");
    EXPECT_EQ(error.kind(), ErrorKind::usage);
  }
}

}  // namespace
}  // namespace entact
