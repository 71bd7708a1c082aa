#pragma once

#include <optional>

#include "entact/answer/findings.h"
#include "entact/evidence/certainty.h"

namespace entact {

/// What the evidence base knows that bears on the certainty of a pooled answer: people, interval,
/// heterogeneity, each rater's view of its trials, guesses of treatment, findings on how the data
/// were collected, people without outcome, finished trials without usable results.
CertaintyFacts certainty_facts(const Findings& findings, const PooledAnswer& answer);

/// The engine's proposal; a person judges.
inline CertaintyProposal certainty_of(const Findings& findings, const PooledAnswer& answer) {
  return propose_certainty(certainty_facts(findings, answer));
}

}  // namespace entact
