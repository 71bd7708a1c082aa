#include "entact/stats/two_by_two_pool.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <vector>

#include "entact/base/error.h"

namespace entact {
namespace {

const nlohmann::json& oracle() {
  static const auto json = nlohmann::json::parse(
      std::ifstream(ENTACT_SOURCE_DIR "/reference/effect_size/effect_size.json"));
  return json;
}

std::vector<TwoByTwo> tables_of(const nlohmann::json& set) {
  const auto& c = set["counts"];
  std::vector<TwoByTwo> tables;
  for (std::size_t i = 0; i < c["ai"].size(); ++i)
    tables.push_back({c["ai"][i], c["n1i"][i], c["ci"][i], c["n2i"][i]});
  return tables;
}

void expect_agrees(const PooledCounts& ours, const nlohmann::json& expected) {
  const double value = expected["value"], q = expected["Q"], p = expected["Qp"];
  EXPECT_NEAR(ours.estimate.value, value, 1e-12 * std::abs(value));
  EXPECT_NEAR(ours.estimate.se, expected["se"], 1e-12);
  EXPECT_NEAR(ours.q, q, 1e-11 * q);  // differences of yi and the pooled value cancel a digit
  EXPECT_NEAR(ours.q_p, p, 1e-9 * p);
  EXPECT_EQ(ours.q_df, expected["k_yi"].get<int>() - 1);
}

TEST(TwoByTwoPool, agrees_with_metafor) {
  for (const auto& set : oracle()["sets"]) {
    const auto tables = tables_of(set);
    expect_agrees(mantel_haenszel_risk_ratio(tables), set["mh"]["RR"]);
    expect_agrees(mantel_haenszel_odds_ratio(tables), set["mh"]["OR"]);
    expect_agrees(mantel_haenszel_risk_difference(tables), set["mh"]["RD"]);
    expect_agrees(peto_odds_ratio(tables), set["peto"]);
    const auto& tests = set["mh"]["OR"];
    EXPECT_NEAR(mantel_haenszel_test(tables).statistic, tests["MH"], 1e-9);
    EXPECT_NEAR(mantel_haenszel_test(tables).p, tests["MHp"], 1e-12);
    EXPECT_NEAR(tarone_test(tables).statistic, tests["TA"], 1e-9);
    EXPECT_NEAR(tarone_test(tables).p, tests["TAp"], 1e-12);
  }
}

TEST(TwoByTwoPool, of_one_table_is_that_table) {
  const std::vector<TwoByTwo> one = {{7, 40, 12, 45}};
  EXPECT_NEAR(mantel_haenszel_risk_ratio(one).estimate.value, log_risk_ratio(one[0]).yi, 1e-15);
  EXPECT_NEAR(mantel_haenszel_odds_ratio(one).estimate.value, log_odds_ratio(one[0]).yi, 1e-15);
  EXPECT_NEAR(mantel_haenszel_risk_difference(one).estimate.value, risk_difference(one[0]).yi,
              1e-15);
  EXPECT_NEAR(peto_odds_ratio(one).estimate.value, peto_log_odds_ratio(one[0]).yi, 1e-15);
  // With one table the three variances are the delta-method ones of the table itself.
  EXPECT_NEAR(mantel_haenszel_risk_ratio(one).estimate.se, std::sqrt(log_risk_ratio(one[0]).vi),
              1e-14);
  EXPECT_NEAR(mantel_haenszel_odds_ratio(one).estimate.se, std::sqrt(log_odds_ratio(one[0]).vi),
              1e-14);
  EXPECT_NEAR(
      mantel_haenszel_risk_difference(one, RiskDifferenceVariance::greenland_robins).estimate.se,
      std::sqrt(risk_difference(one[0]).vi), 1e-15);
  EXPECT_EQ(tarone_test(one).df, 0);
}

TEST(TwoByTwoPool, changes_sign_when_the_arms_are_swapped) {
  auto tables = tables_of(oracle()["sets"]["awkward"]);
  auto swapped = tables;
  for (TwoByTwo& t : swapped) t = {t.events2, t.n2, t.events1, t.n1};
  const auto check = [&](auto pool) {
    EXPECT_NEAR(pool(tables).estimate.value, -pool(swapped).estimate.value, 1e-14);
    EXPECT_NEAR(pool(tables).estimate.se, pool(swapped).estimate.se, 1e-14);
    EXPECT_NEAR(pool(tables).q, pool(swapped).q, 1e-12);
  };
  check(mantel_haenszel_risk_ratio);
  check(mantel_haenszel_odds_ratio);
  check([](const auto& t) { return mantel_haenszel_risk_difference(t); });
  check(peto_odds_ratio);
}

TEST(TwoByTwoPool, ignores_tables_without_events_in_ratios_only) {
  std::vector<TwoByTwo> tables = {{7, 40, 12, 45}, {2, 30, 5, 28}};
  const double ratio = mantel_haenszel_risk_ratio(tables).estimate.value;
  const double difference = mantel_haenszel_risk_difference(tables).estimate.value;
  tables.push_back({0, 50, 0, 50});
  const PooledCounts again = mantel_haenszel_risk_ratio(tables);
  EXPECT_DOUBLE_EQ(again.estimate.value, ratio);
  EXPECT_EQ(again.studies, 3);
  EXPECT_EQ(again.informative, 2);
  const PooledCounts with = mantel_haenszel_risk_difference(tables);
  EXPECT_EQ(with.informative, 3);
  EXPECT_LT(std::abs(with.estimate.value), std::abs(difference));
}

TEST(TwoByTwoPool, refuses_what_has_no_finite_answer) {
  const std::vector<TwoByTwo> empty, none = {{0, 40, 5, 45}}, nothing = {{0, 40, 0, 45}},
                                     wrong = {{50, 40, 5, 45}};
  EXPECT_THROW(mantel_haenszel_risk_ratio(empty), Error);
  EXPECT_THROW(mantel_haenszel_risk_ratio(none), Error);
  EXPECT_THROW(mantel_haenszel_odds_ratio(none), Error);
  EXPECT_THROW(mantel_haenszel_risk_difference(nothing), Error);
  EXPECT_THROW(peto_odds_ratio(nothing), Error);
  EXPECT_THROW(mantel_haenszel_test(nothing), Error);
  EXPECT_THROW(mantel_haenszel_risk_ratio(wrong), Error);
  EXPECT_LT(peto_odds_ratio(none).estimate.value, 0);  // finite where the odds ratio is 0
}

}  // namespace
}  // namespace entact
