#pragma once

#include <optional>
#include <string>
#include <vector>

#include "entact/answer/answer.h"
#include "entact/answer/findings.h"

namespace entact {

/// How much bias would undo a pooled difference of means.
///
/// Expectancy: every treated participant scores b points better than the drug and therapy alone
/// would have made them; the pooled difference moves by b. Dropout: those without an endpoint did
/// worse by d points than those seen in their arm under MDMA, and better by d under control; trial
/// i moves by d (m1/N1 + m2/N2), m people missing of N treated.
struct StressTest {
  double bias_to_no_effect = 0;  ///< points that take the estimate to no effect
  double bias_to_interval =
      0;  ///< points that take the nearer end of the interval there; 0 if it holds it already
  double missing_slope = 0;  ///< shift of the pooled difference for each point of d
  double missing_to_no_effect = 0;
  double missing_to_interval = 0;
  double missing_treatment = 0,
         treated_treatment = 0;  ///< people without endpoint, people treated; all trials
  double missing_control = 0, treated_control = 0;
  std::vector<std::string> facts{};  ///< arms that gave the numbers of people
};

/// @return nothing unless the answer is a difference of means with people treated on record for
/// every arm
std::optional<StressTest> stress_test(const EvidenceBase& base, const PooledAnswer& answer);

/// `entact stress --analysis`: the stress test as a command.
/// @throws Error "answer.stress.none" (unanswerable) where stress_test gives nothing
Answer stress_answer(const EvidenceBase& base, const PooledAnswer& answer);

}  // namespace entact
