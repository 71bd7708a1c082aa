#include "entact/answer/claim_check.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "entact/base/error.h"

namespace entact {
namespace {

struct ConditionColumn {
  const char* column;
  ClaimCondition bit;
  Truth ClaimConditions::*truth;
};
constexpr std::array<ConditionColumn, 4> condition_columns{
    {{"studied_expr", asks_studied, &ClaimConditions::studied},
     {"contradicted_expr", asks_contradicted, &ClaimConditions::contradicted},
     {"supported_expr", asks_supported, &ClaimConditions::supported},
     {"partly_expr", asks_partly, &ClaimConditions::partly}}};

/// Checks claims one by one, others first where one asks for them.
class Checking {
 public:
  explicit Checking(const Findings& findings)
      : context_{.findings = &findings, .outcome = [this](const std::string& id) {
                   const CheckedClaim& claim = checked(id);
                   ClaimOutcome outcome{.verdict = claim.decision.verdict};
                   if (claim.certainty) outcome.certainty = claim.certainty->proposal.overall;
                   return outcome;
                 }} {}

  Checking(const Checking&) = delete;
  Checking& operator=(const Checking&) = delete;

  const CheckedClaim& checked(const std::string& id) {
    if (const auto found = done_.find(id); found != done_.end()) return found->second;
    const auto row = context_.base().find("claims", id);
    require(row.has_value(), "answer.claim.unknown", "there is no claim '" + id + "'");
    require(open_.insert(id).second, "answer.claim.cycle", "claim " + id + " asks for itself");
    CheckedClaim claim = check(*row);
    open_.erase(id);
    return done_.emplace(id, std::move(claim)).first->second;
  }

 private:
  CheckedClaim check(const Row& row) {
    CheckedClaim claim{.row = row};
    for (const ConditionColumn& each : condition_columns)
      claim.conditions.*each.truth = truth(claim, each.column, each.bit);
    claim.floor = parse_certainty(row.text("certainty_floor"));
    claim.certainty = certainty_of(context_, row.list("certainty_of"));
    std::optional<Certainty> certainty;
    if (claim.certainty) certainty = claim.certainty->proposal.overall;
    claim.decision = decide(claim.conditions, certainty, claim.floor);
    if (claim.decision.verdict == Verdict::not_studied) claim.certainty.reset();
    return claim;
  }

  Truth truth(CheckedClaim& claim, const char* column, ClaimCondition bit) {
    return at_place(claim.row.id() + ", " + column, [&] {
      return evaluate(parse_claim_expression(claim.row.text(column)),
                      [&](const ClaimCall& call) { return asked(claim, call, bit).value; });
    });
  }

  const FoundQuantity& asked(CheckedClaim& claim, const ClaimCall& call, ClaimCondition bit) {
    for (AskedQuantity& each : claim.quantities)
      if (each.found.asked == call.text) {
        each.asked_in |= bit;
        return each.found;
      }
    claim.quantities.push_back({find_quantity(context_, call), bit});
    return claim.quantities.back().found;
  }

  ClaimContext context_;
  std::map<std::string, CheckedClaim> done_{};
  std::set<std::string> open_{};
};

std::string rule_of(const Row& row, const char* words, const char* column) {
  return row.has(column) ? std::string(words) + " if: " + row.text(column) : "";
}

}  // namespace

std::string CheckedClaim::rule() const {
  if (decision.verdict == Verdict::not_studied) return rule_of(row, "Studied", "studied_if");
  if (decision.verdict == Verdict::contradicted)
    return rule_of(row, "Contradicted", "contradicted_if");
  const std::string supported = rule_of(row, "Supported", "supported_if");
  const std::string partly = rule_of(row, "Partly", "partly_if");
  if (decision.verdict == Verdict::supported) return supported;
  if (decision.lowered_by_certainty)
    return supported + ". Certainty at least: " + row.text("certainty_floor");
  if (decision.verdict == Verdict::partly) return partly;
  return supported + (supported.empty() || partly.empty() ? "" : ". ") + partly;
}

std::vector<CheckedClaim> check_claims(const Findings& findings) {
  Checking checking(findings);
  std::vector<CheckedClaim> claims;
  for (const Row& row : findings.base->table("claims").rows())
    claims.push_back(checking.checked(row.id()));
  return claims;
}

}  // namespace entact
