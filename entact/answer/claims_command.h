#pragma once

#include <string>
#include <vector>

#include "entact/answer/answer.h"
#include "entact/answer/claim_check.h"

namespace entact {

/// `entact claims`: the verdict on every statement of the claims table, and what decided it.
///
/// JSON result: `{counts: {supported, partly, not_supported, contradicted, not_studied}, claims:
/// [{claim_id, topic, claim, verdict, rule, decided_by, lowered_by_certainty, certainty,
/// certainty_floor, conditions: {studied, contradicted, supported, partly}, quantities: [{asked,
/// value, words}], certainty_proposal: null or {analysis, start, overall, judgements: [{domain,
/// levels_down, rule, reason, numbers: [{name, value}]}]}}]}`; CSV has one row a claim.
Answer claims_answer(const Findings& findings);

/// The command that prints it, with --as-of and --include where the report has them.
std::string claims_command(const ReportOptions& options);

/// How many claims have the verdict.
double count_verdict(const std::vector<CheckedClaim>& claims, Verdict verdict);

/// The verdict as a JSON key: "not_studied".
std::string verdict_key(Verdict verdict);

}  // namespace entact
