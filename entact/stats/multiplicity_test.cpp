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

std::string graph_fault(const std::vector<double>& p, const TestGraph& graph) {
  try {
    static_cast<void>(graphical(p, graph));
  } catch (const Error& error) {
    return error.code();
  }
  return "";
}

TEST(Multiplicity, hochberg_steps_up) {
  // m = 3, p = 0.01, 0.02, 0.03: min(3 * 0.01, 2 * 0.02, 0.03) = 0.03 for all
  expect_equal(hochberg(std::vector{0.01, 0.02, 0.03}), {0.03, 0.03, 0.03});
  // 2 p_(1) counts where the largest is not significant by itself
  expect_equal(hochberg(std::vector{0.2, 0.01}), {0.2, 0.02});
}

TEST(Multiplicity, hochberg_never_exceeds_holm) {
  const std::vector<double> p{0.04, 0.001, 0.3, 0.03, 0.03};
  const auto up = hochberg(p), down = holm(p);
  for (std::size_t i = 0; i < p.size(); ++i) EXPECT_LE(up[i], down[i]);
}

TEST(Multiplicity, a_fixed_sequence_stops_at_the_first_that_fails) {
  expect_equal(fixed_sequence(std::vector{0.01, 0.2, 0.001}), {0.01, 0.2, 0.2});
}

TEST(Multiplicity, holm_and_the_fixed_sequence_are_graphs) {
  const std::vector<double> p{0.02, 0.011, 0.4, 0.012};
  const double third = 1.0 / 3;
  const TestGraph equal{std::vector(4, 0.25),
                        {{0, third, third, third},
                         {third, 0, third, third},
                         {third, third, 0, third},
                         {third, third, third, 0}}};
  expect_equal(graphical(p, equal), holm(p));
  const TestGraph chain{{1, 0, 0, 0}, {{0, 1, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 1}, {0, 0, 0, 0}}};
  expect_equal(graphical(p, chain), fixed_sequence(p));
}

/// Weights of the hypotheses of an intersection: the others rejected one by one, by the definition
/// of the graph's update (Bretz et al. 2009, algorithm 1).
std::vector<double> weights_within(TestGraph graph, unsigned members) {
  const std::size_t m = graph.weight.size();
  std::vector<bool> left(m, true);
  for (std::size_t i = 0; i < m; ++i) {
    if ((members >> i & 1U) != 0) continue;
    left[i] = false;
    const TestGraph old = graph;
    for (std::size_t j = 0; j < m; ++j) {
      if (!left[j]) continue;
      graph.weight[j] += old.weight[i] * old.transition[i][j];
      for (std::size_t k = 0; k < m; ++k) {
        const double loop = old.transition[j][i] * old.transition[i][j];
        graph.transition[j][k] =
            k == j || !left[k] || loop >= 1
                ? 0
                : (old.transition[j][k] + old.transition[j][i] * old.transition[i][k]) / (1 - loop);
      }
    }
  }
  return graph.weight;
}

TEST(Multiplicity, a_graph_is_the_closed_test_of_its_weighted_bonferroni_tests) {
  const TestGraph graph{{0.5, 0.3, 0.2, 0},
                        {{0, 0.5, 0, 0.5}, {0.25, 0, 0.75, 0}, {0, 0.4, 0, 0.6}, {0.7, 0.3, 0, 0}}};
  const std::vector<std::vector<double>> many{
      {0.01, 0.005, 0.1, 0.5}, {0.02, 0.03, 0.004, 0.001}, {0.6, 0.012, 0.011, 0.03}};
  for (const std::vector<double>& p : many) {
    std::vector<double> closed(4, 0.0);
    for (unsigned members = 1; members < 16; ++members) {
      const auto w = weights_within(graph, members);
      double local = 1;
      for (std::size_t i = 0; i < 4; ++i)
        if ((members >> i & 1U) != 0 && w[i] > 0) local = std::min(local, p[i] / w[i]);
      for (std::size_t i = 0; i < 4; ++i)
        if ((members >> i & 1U) != 0) closed[i] = std::max(closed[i], local);
    }
    expect_equal(graphical(p, graph), closed);
  }
}

TEST(Multiplicity, refuses_a_graph_that_is_none) {
  const std::vector<double> p{0.1, 0.2};
  EXPECT_EQ(graph_fault(p, {{0.6, 0.6}, {{0, 1}, {1, 0}}}), "stats.multiplicity.graph");
  EXPECT_EQ(graph_fault(p, {{0.5, 0.5}, {{0.1, 0.9}, {1, 0}}}), "stats.multiplicity.graph");
  EXPECT_EQ(graph_fault(p, {{0.5, 0.5}, {{0, 1}}}), "stats.multiplicity.graph");
}

}  // namespace
}  // namespace entact
