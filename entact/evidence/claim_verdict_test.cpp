#include "entact/evidence/claim_verdict.h"

#include <gtest/gtest.h>

namespace entact {
namespace {

constexpr Truth yes = Truth::yes, no = Truth::no, unknown = Truth::unknown;

Verdict verdict(const ClaimConditions& conditions) { return decide(conditions, {}, {}).verdict; }

TEST(ClaimVerdict, goes_through_the_conditions_in_order) {
  EXPECT_EQ(verdict({no, yes, yes, yes}), Verdict::not_studied);
  EXPECT_EQ(verdict({yes, yes, yes, yes}), Verdict::contradicted);
  EXPECT_EQ(verdict({yes, no, yes, yes}), Verdict::supported);
  EXPECT_EQ(verdict({yes, no, no, yes}), Verdict::partly);
  EXPECT_EQ(verdict({yes, no, no, no}), Verdict::not_supported);
}

TEST(ClaimVerdict, never_takes_the_unknown_for_evidence) {
  EXPECT_EQ(verdict({unknown, yes, yes, yes}), Verdict::not_studied);
  EXPECT_EQ(verdict({yes, unknown, no, no}), Verdict::not_supported);
  EXPECT_EQ(verdict({yes, no, unknown, no}), Verdict::not_supported);
  EXPECT_EQ(verdict({yes, unknown, unknown, unknown}), Verdict::not_supported);
}

TEST(ClaimVerdict, follows_for_every_set_of_conditions) {
  int seen = 0;
  for (const Truth studied : {no, unknown, yes})
    for (const Truth contradicted : {no, unknown, yes})
      for (const Truth supported : {no, unknown, yes})
        for (const Truth partly : {no, unknown, yes}) {
          const ClaimDecision decision =
              decide({studied, contradicted, supported, partly}, Certainty::low, Certainty::low);
          EXPECT_EQ(decision.decided_by.empty(), decision.verdict == Verdict::not_supported);
          EXPECT_FALSE(decision.lowered_by_certainty);
          ++seen;
        }
  EXPECT_EQ(seen, 81);
}

TEST(ClaimVerdict, is_lowered_to_partly_below_the_floor) {
  const ClaimConditions conditions{yes, no, yes, no};
  EXPECT_EQ(decide(conditions, Certainty::low, Certainty::low).verdict, Verdict::supported);
  const ClaimDecision lowered = decide(conditions, Certainty::very_low, Certainty::low);
  EXPECT_EQ(lowered.verdict, Verdict::partly);
  EXPECT_TRUE(lowered.lowered_by_certainty);
  EXPECT_EQ(lowered.decided_by, "supported_if");
  EXPECT_EQ(decide(conditions, {}, Certainty::low).verdict, Verdict::partly);
  EXPECT_EQ(decide(conditions, Certainty::very_low, {}).verdict, Verdict::supported);
}

TEST(ClaimVerdict, lowers_nothing_but_supported) {
  EXPECT_EQ(decide({yes, yes, yes, yes}, Certainty::very_low, Certainty::high).verdict,
            Verdict::contradicted);
  EXPECT_EQ(decide({yes, no, no, yes}, Certainty::very_low, Certainty::high).verdict,
            Verdict::partly);
}

}  // namespace
}  // namespace entact
