#include "entact/stats/multiplicity.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "entact/base/error.h"

namespace entact {
namespace {

using Json = nlohmann::json;

Json oracle() {
  return Json::parse(std::ifstream(ENTACT_SOURCE_DIR "/reference/rates/rates.json"))["adjust"];
}

void expect_equal(const std::vector<double>& ours, const std::vector<double>& expected) {
  ASSERT_EQ(ours.size(), expected.size());
  for (std::size_t i = 0; i < ours.size(); ++i) EXPECT_NEAR(ours[i], expected[i], 1e-14) << i;
}

TEST(Multiplicity, adjusted_p_agree_with_r) {
  const Json json = oracle();
  const std::vector<double> p = json["p"];
  expect_equal(benjamini_hochberg(p), json["bh"]);
  expect_equal(holm(p), json["holm"]);
}

TEST(Multiplicity, double_fdr_of_2004_agrees_with_its_two_steps_in_r) {
  const Json json = oracle();
  const std::vector<double> p = json["p"];
  const std::vector<int> group = json["group"];
  const DoubleFdr ours = double_fdr(p, group, 0.1);
  expect_equal(ours.group, json["heyse_group"]);
  expect_equal(ours.term, json["within"]);
  for (std::size_t i = 0; i < p.size(); ++i)
    EXPECT_EQ(ours.flagged[i],
              ours.term[i] <= 0.1 && ours.group[static_cast<std::size_t>(group[i])] <= 0.1);
}

TEST(Multiplicity, double_fdr_of_2012_takes_the_entered_groups_as_one_family) {
  const Json json = oracle();
  const std::vector<double> p = json["p"];
  const std::vector<int> group = json["group"];
  const DoubleFdr ours = double_fdr(p, group, 0.1, DoubleFdrRule::mehrotra_adewale);
  expect_equal(ours.group, json["adewale_group"]);
  expect_equal(ours.term, json["adewale_term10"]);
  expect_equal(double_fdr(p, group, 0.05, DoubleFdrRule::mehrotra_adewale).term,
               json["adewale_term05"]);
}

TEST(Multiplicity, one_group_is_plain_benjamini_hochberg) {
  const std::vector<double> p{0.01, 0.2, 0.03, 0.004};
  const std::vector<int> group(4, 0);
  EXPECT_EQ(double_fdr(p, group, 0.05).term, benjamini_hochberg(p));
  EXPECT_EQ(double_fdr(p, group, 0.05, DoubleFdrRule::mehrotra_adewale).term,
            benjamini_hochberg(p));
}

TEST(Multiplicity, adjusting_keeps_the_order_and_never_lowers_p) {
  const std::vector<double> p{0.3, 0.001, 0.04, 0.04, 1, 0.02};
  for (auto adjust : {benjamini_hochberg, holm}) {
    const std::vector<double> q = adjust(p);
    for (std::size_t i = 0; i < p.size(); ++i) {
      EXPECT_GE(q[i], p[i]);
      EXPECT_LE(q[i], 1);
      for (std::size_t j = 0; j < p.size(); ++j) EXPECT_TRUE(p[i] > p[j] || q[i] <= q[j]);
    }
  }
  EXPECT_EQ(holm(p)[1], 6 * 0.001);
  EXPECT_TRUE(holm({}).empty());
}

TEST(Multiplicity, refuses_what_is_no_p_value_or_group) {
  const std::vector<double> p{0.1, 1.1}, sound{0.1, 0.2};
  EXPECT_THROW(holm(p), Error);
  EXPECT_THROW(benjamini_hochberg(p), Error);
  EXPECT_THROW(double_fdr(sound, std::vector<int>{0}, 0.05), Error);
  EXPECT_THROW(double_fdr(sound, std::vector<int>{0, 2}, 0.05), Error);
  EXPECT_THROW(double_fdr(sound, std::vector<int>{0, -1}, 0.05), Error);
}

}  // namespace
}  // namespace entact
