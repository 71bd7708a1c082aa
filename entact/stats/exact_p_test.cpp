#include "entact/stats/exact_p.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "entact/base/error.h"

namespace entact {
namespace {

using Json = nlohmann::json;

const Json& oracle() {
  static const Json json =
      Json::parse(std::ifstream(ENTACT_SOURCE_DIR "/reference/rates/rates.json"));
  return json;
}

TEST(ExactP, fisher_agrees_with_r) {
  for (const Json& row : oracle()["fisher"]) {
    const TwoByTwo counts{row["t"][0], row["t"][1], row["t"][2], row["t"][3]};
    const double p = row["p"], mid = row["mid"];
    EXPECT_NEAR(fisher_p(counts), p, 1e-11 * p);  // dhyper's own error
    EXPECT_NEAR(fisher_p(counts, ExactTails::mid_p), mid, 1e-11 * mid);
  }
}

TEST(ExactP, rates_agree_with_r) {
  for (const Json& row : oracle()["pair"]) {
    const TwoRates counts{row["v"][0], row["v"][1], row["v"][2], row["v"][3]};
    if (!row.contains("p")) continue;
    const double p = row["p"], twice = row["p2"], mid = row["p_mid"];
    EXPECT_NEAR(exact_rate_p(counts), p, 1e-11 * p);
    EXPECT_NEAR(exact_rate_p(counts, 2), twice, 1e-11 * twice);
    EXPECT_NEAR(exact_rate_p(counts, 1, ExactTails::mid_p), mid, 1e-11 * mid);
  }
}

TEST(ExactP, tea_tasting_has_the_published_answer) {
  // Fisher's lady: 3 of 4 against 1 of 4; one tail 17/70, both 34/70.
  EXPECT_NEAR(fisher_p({3, 4, 1, 4}), 34. / 70, 1e-15);
  // Mid-p: 2 (1/70 + 16/140).
  EXPECT_NEAR(fisher_p({3, 4, 1, 4}, ExactTails::mid_p), 18. / 70, 1e-15);
}

TEST(ExactP, is_the_same_with_arms_or_outcome_exchanged) {
  const double p = fisher_p({3, 46, 9, 43});
  EXPECT_NEAR(fisher_p({9, 43, 3, 46}), p, 1e-14);
  EXPECT_NEAR(fisher_p({43, 46, 34, 43}), p, 1e-14);
  EXPECT_NEAR(exact_rate_p({3, 46, 9, 43}), exact_rate_p({9, 43, 3, 46}), 1e-14);
}

TEST(ExactP, without_contrast_there_is_no_evidence) {
  EXPECT_EQ(fisher_p({0, 5, 0, 9}), 1);
  EXPECT_EQ(fisher_p({5, 5, 9, 9}), 1);
  EXPECT_EQ(exact_rate_p({0, 5, 0, 9}), 1);
  EXPECT_EQ(exact_rate_p({0, 5, 0, 9}, 1, ExactTails::mid_p), 1);
}

TEST(ExactP, holds_its_level_over_all_outcomes) {
  // Under one risk 0.2 in arms of 12 and 15 the exact p is <= 0.05 with probability <= 0.05.
  const auto probability = [](double k, double n) {
    return std::exp(std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1)) *
           std::pow(0.2, k) * std::pow(0.8, n - k);
  };
  double exact = 0, mid = 0;
  for (double a = 0; a <= 12; ++a)
    for (double b = 0; b <= 15; ++b) {
      const double chance = probability(a, 12) * probability(b, 15);
      if (fisher_p({a, 12, b, 15}) <= 0.05) exact += chance;
      if (fisher_p({a, 12, b, 15}, ExactTails::mid_p) <= 0.05) mid += chance;
    }
  EXPECT_LT(exact, 0.05);
  EXPECT_GT(mid, exact);
  EXPECT_LT(mid, 0.06);
}

TEST(ExactP, refuses_counts_that_are_not_whole) {
  EXPECT_THROW(fisher_p({1.5, 4, 1, 4}), Error);
  EXPECT_THROW(fisher_p({5, 4, 1, 4}), Error);
  EXPECT_THROW(exact_rate_p({1.5, 4, 1, 4}), Error);
  EXPECT_THROW(exact_rate_p({1, 4, 1, 4}, 0), Error);
}

}  // namespace
}  // namespace entact
