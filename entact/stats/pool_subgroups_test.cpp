#include "entact/stats/pool_subgroups.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "entact/base/error.h"

namespace entact {
namespace {

using Numbers = std::vector<double>;

std::string code_of(const auto& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.code();
  }
  return "";
}

TEST(PoolSubgroups, separate_groups_are_pools_of_their_own) {
  const Numbers y{0.3, 0.9, -0.2, 0.6, 0.1, 1.4, 0.8, 2.0, 1.1};
  const Numbers v{0.05, 0.11, 0.2, 0.09, 0.3, 0.12, 0.07, 0.4, 0.1};
  std::vector<std::string> group;
  for (std::size_t i = 0; i < 9; ++i) group.push_back(i < 5 ? "a" : "b");
  const Subgroups found = pool_subgroups(y, v, group);
  const Pooled a = pool(std::span(y).first(5), std::span(v).first(5));
  EXPECT_EQ(found.groups[0].pooled.value(), a.value());
  const double difference = a.value() - found.groups[1].pooled.value();
  const double variance = std::pow(a.se(), 2) + std::pow(found.groups[1].pooled.se(), 2);
  EXPECT_NEAR(found.between.statistic, difference * difference / variance, 1e-12);
  EXPECT_EQ(found.between.df1, 1);
}

TEST(PoolSubgroups, a_group_of_one_study_is_taken_as_it_is) {
  const Subgroups found = pool_subgroups(Numbers{0.1, 0.4, 0.3}, Numbers{0.1, 0.2, 0.1},
                                         std::vector<std::string>{"a", "b", "b"});
  EXPECT_DOUBLE_EQ(found.groups[0].pooled.se(), std::sqrt(0.1));
  EXPECT_EQ(found.groups[0].pooled.fit.reservations.size(), 1U);
}

TEST(PoolSubgroups, refuse_one_group_and_missing_names) {
  const Numbers y{0.1, 0.4}, v{0.1, 0.2};
  const std::vector<std::string> same{"a", "a"}, few{"a"};
  EXPECT_EQ(code_of([&] { pool_subgroups(y, v, same); }), "stats.pool.group");
  EXPECT_EQ(code_of([&] { pool_subgroups(y, v, few); }), "stats.pool.group");
}

}  // namespace
}  // namespace entact
