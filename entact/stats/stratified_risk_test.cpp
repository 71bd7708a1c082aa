#include "entact/stats/stratified_risk.h"

#include <gtest/gtest.h>

#include <cmath>

#include "entact/base/error.h"
#include "entact/stats/agreement_specimen.h"
#include "entact/stats/design_oracle.h"
#include "entact/stats/risk_interval.h"
#include "entact/stats/two_by_two_pool.h"

namespace entact {
namespace {

using nlohmann::json;

std::vector<TwoByTwo> sites(const json& expected) {
  std::vector<TwoByTwo> tables;
  for (const json& row : expected["strata"]) tables.push_back({row[0], row[1], row[2], row[3]});
  return tables;
}

void note(const std::string& quantity, double ours, double theirs) {
  specimen::note_disagreement("R mantelhaen.test and definitions", quantity, ours, theirs);
}

TEST(StratifiedRisk, agrees_with_the_definitions) {
  const json expected = read_reference("responders/expected.json");
  const auto tables = sites(expected);
  const StratifiedDifference newcombe = stratified_newcombe(tables);
  note("Newcombe by stratum, low", newcombe.interval.low, expected["yan_su"][1]);
  EXPECT_NEAR(newcombe.value, expected["yan_su"][0], 1e-14);
  EXPECT_NEAR(newcombe.interval.low, expected["yan_su"][1], 1e-13);
  EXPECT_NEAR(newcombe.interval.high, expected["yan_su"][2], 1e-13);
  const StratifiedDifference score = stratified_score(tables);
  note("Miettinen-Nurminen by stratum, low", score.interval.low, expected["mn"][0]);
  EXPECT_NEAR(score.interval.low, expected["mn"][0], 1e-9);  // nested searches in R
  EXPECT_NEAR(score.interval.high, expected["mn"][1], 1e-9);
}

TEST(StratifiedRisk, tests_agree_with_mantelhaen_test) {
  const json expected = read_reference("responders/expected.json");
  const auto tables = sites(expected);
  const json& cmh = expected["cmh"];
  note("Cochran-Mantel-Haenszel", mantel_haenszel_test(tables).statistic, cmh["continuity"]);
  note("Breslow-Day", breslow_day_test(tables).statistic, expected["breslow_day"]["statistic"]);
  EXPECT_NEAR(mantel_haenszel_test(tables).statistic, cmh["continuity"], 1e-12);
  EXPECT_NEAR(mantel_haenszel_test(tables).p, cmh["p"], 1e-12);
  EXPECT_NEAR(mantel_haenszel_test(tables, false).statistic, cmh["plain"], 1e-12);
  const Estimate ratio = mantel_haenszel_odds_ratio(tables).estimate;
  EXPECT_NEAR(std::exp(ratio.value), cmh["or"], 1e-12);
  EXPECT_NEAR(std::exp(ratio.value - 1.959963984540054 * ratio.se), cmh["low"], 1e-12);
  EXPECT_NEAR(breslow_day_test(tables).statistic, expected["breslow_day"]["statistic"], 1e-9);
  EXPECT_NEAR(breslow_day_test(tables).p, expected["breslow_day"]["p"], 1e-9);
  EXPECT_LE(tarone_test(tables).statistic, breslow_day_test(tables).statistic);
}

TEST(StratifiedRisk, of_one_stratum_is_the_plain_interval) {
  const std::vector<TwoByTwo> one{{56, 70, 48, 80}};
  const Interval newcombe = newcombe_risk_difference(one[0]), score = score_risk_difference(one[0]);
  EXPECT_NEAR(stratified_newcombe(one).interval.low, newcombe.low, 1e-12);
  EXPECT_NEAR(stratified_newcombe(one).interval.high, newcombe.high, 1e-12);
  EXPECT_NEAR(stratified_score(one).interval.low, score.low, 1e-11);
  EXPECT_NEAR(stratified_score(one).interval.high, score.high, 1e-11);
}

TEST(StratifiedRisk, gives_no_say_to_a_stratum_without_one_arm) {
  const std::vector<TwoByTwo> with{{5, 20, 9, 18}, {3, 7, 0, 0}, {2, 11, 4, 9}};
  const std::vector<TwoByTwo> without{with[0], with[2]};
  EXPECT_EQ(stratified_newcombe(with).interval.low, stratified_newcombe(without).interval.low);
  EXPECT_EQ(stratified_newcombe(with).weights[1], 0);
  EXPECT_THROW(stratified_newcombe(std::vector<TwoByTwo>{{3, 7, 0, 0}}), Error);
}

}  // namespace
}  // namespace entact
