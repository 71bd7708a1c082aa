#include "entact/stats/imputation_model.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "entact/base/error.h"
#include "entact/stats/imputation.h"
#include "entact/stats/imputation_reml.h"
#include "entact/stats/imputation_specimen.h"

namespace entact {
namespace {

using Eigen::Index;
using nlohmann::json;

constexpr const char* text = "CHG ~ BASE * AVISIT + ARM * AVISIT + us(AVISIT | USUBJID)";

json read(const char* name) {
  std::ifstream in(std::string(ENTACT_SOURCE_DIR) + "/reference/impute/" + name);
  return json::parse(in);
}

/// The specimen as a table; rows without an outcome are there or left out.
Table table_of(const ImputationSpecimen& s, bool keep_missing) {
  std::vector<std::string> id, arm, visit;
  std::vector<double> base, change, number;
  for (Index v = 2; v >= 0; --v)  // in an unusual order
    for (Index i = 0; i < s.data.n(); ++i) {
      if (!keep_missing && std::isnan(s.data.y(i, v))) continue;
      const auto at = static_cast<std::size_t>(i);
      id.push_back(s.data.participants[at]);
      arm.emplace_back(s.arm[at] == 1 ? "MDMA" : "PBO");
      visit.push_back(s.data.visits[static_cast<std::size_t>(v)]);
      number.push_back(static_cast<double>(v));
      base.push_back(s.base[at]);
      change.push_back(s.data.y(i, v));
    }
  Table table;
  table.add({.name = "USUBJID", .values = id});
  table.add({.name = "ARM", .values = arm});
  table.add({.name = "AVISIT", .values = visit});
  table.add({.name = "AVISITN", .values = number});
  table.add({.name = "BASE", .values = base});
  table.add({.name = "CHG", .values = change});
  return table;
}

ImputationSpecimen specimen() {
  return imputation_specimen(read("input.json"), ImputationStrategy::jr);
}

const ImputationModelOptions dropout{
    .arm = "ARM", .reference = "PBO", .dropout = ImputationStrategy::jr};

// Tables in other row orders, with rows of missing outcomes or without, are the same trial.
TEST(ImputationModel, a_table_gives_the_numbers_of_the_specimen) {
  const auto s = specimen();
  const json expected = read("expected.json")["conditional_mean"]["JR"];
  for (const bool keep_missing : {true, false}) {
    const auto model = imputation_model(parse_formula(text), table_of(s, keep_missing), dropout);
    EXPECT_EQ(model.data.p(), 9);
    EXPECT_EQ(model.visit_order, "by AVISITN");
    const auto analysis = visit_analysis(model, parse_formula("CHG ~ BASE + ARM"));
    const auto pooled = pool_imputations(
        model.data,
        impute(model.data,
               {.method = ImputationMethod::conditional_mean, .rule = PoolingRule::jackknife}),
        analysis);
    ASSERT_EQ(pooled.size(), 9U);
    for (std::size_t k = 0; k < 9; ++k) {
      EXPECT_NEAR(pooled[k].estimate, expected["estimate"][k].get<double>(), 1e-6);
      EXPECT_NEAR(pooled[k].se, expected["jackknife_se"][k].get<double>(), 1e-5);
    }
    EXPECT_EQ(analysis.parameters[6].visit, "V4");
    EXPECT_EQ(analysis.parameters[6].arm, "MDMA");
    EXPECT_EQ(analysis.parameters[6].comparator, "PBO");
  }
}

TEST(ImputationModel, a_group_gives_each_arm_its_covariance) {
  const auto s = specimen();
  const auto model = imputation_model(
      parse_formula("CHG ~ BASE * AVISIT + ARM * AVISIT + us(AVISIT | ARM / USUBJID)"),
      table_of(s, true), dropout);
  EXPECT_EQ(model.data.groups(), 2);
  const Imputer imputer(model.data);
  const auto fit = ImputationReml(model.data).fit();
  const auto estimates = visit_analysis(model, parse_formula("CHG ~ BASE + ARM"), {"V4"})
                             .run(imputer.mean({fit.beta, fit.covariance}), {});
  EXPECT_NEAR(estimates[0].estimate,
              read("expected.json")["conditional_mean"]["JR"]["estimate_by_arm"][6].get<double>(),
              1e-6);
}

TEST(ImputationModel, events_name_participant_visit_and_strategy) {
  const auto s = specimen();
  const auto model =
      imputation_model(parse_formula(text), table_of(s, true), {.arm = "ARM", .reference = "PBO"},
                       {{"S00007", "V3", ImputationStrategy::cir, "adverse event"}});
  std::size_t affected = 0;
  for (std::size_t i = 0; i < 100; ++i)
    if (model.data.first_affected[i] < 3) {
      ++affected;
      EXPECT_EQ(model.data.participants[i], "S00007");
      EXPECT_EQ(model.data.first_affected[i], 1);
      EXPECT_EQ(model.data.strategy[i], ImputationStrategy::cir);
    }
  EXPECT_EQ(affected, 1U);
}

TEST(ImputationModel, a_mixed_model_of_completed_data_is_covariance_analysis_by_visit) {
  const auto model = imputation_model(parse_formula(text), table_of(specimen(), true), dropout);
  const auto fit = ImputationReml(model.data).fit();
  const auto completed = Imputer(model.data).mean({fit.beta, fit.covariance});
  const auto ancova = visit_analysis(model, parse_formula("CHG ~ BASE + ARM")).run(completed, {});
  const auto mmrm = mmrm_analysis(model, parse_formula(text)).run(completed, {});
  ASSERT_EQ(mmrm.size(), ancova.size());
  for (std::size_t k = 0; k < mmrm.size(); ++k) {
    EXPECT_NEAR(mmrm[k].estimate, ancova[k].estimate, 1e-9);
    EXPECT_NEAR(mmrm[k].se, ancova[k].se, 1e-7);
  }
}

std::string code_of(const char* formula, const Table& table, const ImputationModelOptions& how,
                    const std::vector<IntercurrentEvent>& events = {}) {
  try {
    imputation_model(parse_formula(formula), table, how, events);
  } catch (const Error& error) {
    return error.code();
  }
  return "none";
}

Table changed(Table table, const char* column, std::size_t row, const auto& value) {
  using Values = std::vector<std::decay_t<decltype(value)>>;
  for (Column& each : table.columns)
    if (each.name == column) std::get<Values>(each.values)[row] = value;
  return table;
}

TEST(ImputationModel, bad_input_has_a_code_for_each_fault) {
  const Table table = table_of(specimen(), true);
  const Table absent = table_of(specimen(), false);
  EXPECT_EQ(code_of("CHG ~ BASE + ARM", table, dropout), "stats.impute.formula");
  EXPECT_EQ(code_of("CHG ~ BASE + AVISIT + us(AVISIT | USUBJID)", table, dropout),
            "stats.impute.formula");
  EXPECT_EQ(code_of("log(CHG) ~ ARM + us(AVISIT | USUBJID)", table, dropout),
            "stats.impute.formula");
  EXPECT_EQ(code_of(text, table, {.arm = "ARM", .reference = "PLACEBO"}), "stats.impute.reference");
  EXPECT_EQ(code_of(text, table, {.arm = "ARM", .reference = "PBO", .visits = {"V2", "V3"}}),
            "stats.impute.visits");
  EXPECT_EQ(code_of(text, changed(table, "AVISIT", 0, std::string("V2")), dropout),
            "stats.impute.duplicate");
  EXPECT_EQ(code_of(text, changed(table, "AVISIT", 0, std::string()), dropout),
            "stats.impute.covariate");
  EXPECT_EQ(code_of(text, changed(table, "BASE", 3, std::nan("")), dropout),
            "stats.impute.covariate");
  EXPECT_EQ(code_of(text,
                    changed(changed(table, "ARM", 0, std::string("PBO")), "ARM", 100,
                            std::string("MDMA")),
                    dropout),
            "stats.impute.arm");
  EXPECT_EQ(code_of(text, table, dropout, {{"nobody", "V2", ImputationStrategy::jr, ""}}),
            "stats.impute.event");
  EXPECT_EQ(code_of(text, table, dropout, {{"S00001", "V9", ImputationStrategy::jr, ""}}),
            "stats.impute.event");
  EXPECT_EQ(code_of(text, table, dropout,
                    {{"S00001", "V2", ImputationStrategy::jr, ""},
                     {"S00001", "V3", ImputationStrategy::jr, ""}}),
            "stats.impute.event");
}

TEST(ImputationModel, an_analysis_needs_the_imputed_response_and_the_arm) {
  const auto model = imputation_model(parse_formula(text), table_of(specimen(), true), dropout);
  const auto code = [&](const char* formula, std::vector<std::string> visits = {}) {
    try {
      visit_analysis(model, parse_formula(formula), visits);
    } catch (const Error& error) {
      return error.code();
    }
    return std::string("none");
  };
  EXPECT_EQ(code("BASE ~ ARM"), "stats.impute.analysis");
  EXPECT_EQ(code("CHG ~ BASE"), "stats.impute.analysis");
  EXPECT_EQ(code("CHG ~ ARM", {"V9"}), "stats.impute.visits");
  EXPECT_THROW(mmrm_analysis(model, parse_formula("CHG ~ ARM")), Error);
}

}  // namespace
}  // namespace entact
