#include "entact/evidence/replication.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "entact/base/error.h"

namespace entact {
namespace {

const EvidenceBase& base() {
  static const LoadedEvidence loaded = load_evidence(std::string(ENTACT_SOURCE_DIR) + "/data");
  return loaded.base;
}

const ReplicatedNumber& number(const Replication& made, const std::string& name) {
  const auto at = std::find_if(
      made.numbers.begin(), made.numbers.end(),
      [&](const ReplicatedNumber& n) { return n.name.find(name) != std::string::npos; });
  if (at == made.numbers.end()) throw std::runtime_error("no number " + name);
  return *at;
}

class Replicated : public testing::TestWithParam<const char*> {};

TEST_P(Replicated, gives_back_what_it_was_calibrated_to) {
  const Replication made = replicate_trial(base(), GetParam(), {.replicates = 150});
  EXPECT_EQ(made.failed, 0);
  for (const ReplicatedNumber& n : made.numbers) {
    // SDs are pooled over the arms, so one arm's may lie outside.
    if (n.held_out || n.name.find("SD") != std::string::npos) continue;
    EXPECT_TRUE(n.inside) << n.name;
    if (n.name.find("mean at week") == std::string::npos &&
        n.name.find("difference") == std::string::npos)
      continue;
    // Arms share a baseline: their published means may differ from it by half a point.
    EXPECT_NEAR(n.simulated, n.published, 4 * n.mc_se + 0.6) << n.name;
  }
}

TEST_P(Replicated, holds_the_last_difference_and_the_responders_out) {
  const Replication made = replicate_trial(base(), GetParam(), {.replicates = 150});
  std::size_t held_out = 0, inside = 0;
  for (const ReplicatedNumber& n : made.numbers) {
    held_out += n.held_out ? 1U : 0U;
    inside += n.held_out && n.inside ? 1U : 0U;
    if (n.name.find("responders") != std::string::npos) {
      EXPECT_TRUE(n.held_out) << n.name;
    }
    EXPECT_FALSE(n.facts.empty()) << n.name;
  }
  EXPECT_EQ(held_out, 10U);
  EXPECT_GE(inside, 8U);
  EXPECT_TRUE(number(made, "difference of changes at week 18").held_out);
  EXPECT_FALSE(number(made, "difference of changes at week 8").held_out);
}

INSTANTIATE_TEST_SUITE_P(Phase3, Replicated, testing::Values("MAPP1", "MAPP2"),
                         [](const auto& each) { return std::string(each.param); });

TEST(Replication, compares_with_the_published_difference) {
  const Replication made = replicate_trial(base(), "MAPP2", {.replicates = 20});
  // Abstract: least-squares mean changes of -23.7 and -14.8.
  EXPECT_NEAR(number(made, "difference of changes at week 18").published, -8.9, 1e-9);
  // 45 of 52 and 29 of 42
  EXPECT_NEAR(number(made, "MDMA-AT, share of responders at week 18").published, 45.0 / 52, 1e-12);
}

TEST(Replication, names_what_is_not_on_record) {
  for (const char* study : {"MAPP9", "MP-1"}) {
    try {
      replicate_trial(base(), study, {.replicates = 2});
      FAIL() << study;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), "evidence.replication.facts");
      EXPECT_NE(std::string(error.what()).find(study), std::string::npos);
    }
  }
}

}  // namespace
}  // namespace entact
