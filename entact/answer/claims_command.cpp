#include "entact/answer/claims_command.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "entact/answer/json_number.h"
#include "entact/io/csv.h"

namespace entact {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const ClaimValue& value) {
  if (const double* number = std::get_if<double>(&value)) return json_number(*number);
  if (const std::string* text = std::get_if<std::string>(&value)) return *text;
  return nullptr;
}

Json json_of(const ClaimCertainty& certainty) {
  Json judgements = Json::array();
  for (const CertaintyJudgement& each : certainty.proposal.judgements) {
    Json numbers = Json::array();
    for (const auto& [name, value] : each.numbers)
      numbers.push_back({{"name", name}, {"value", json_number(value)}});
    judgements.push_back({{"domain", to_text(each.domain)},
                          {"levels_down", each.levels_down},
                          {"rule", each.rule},
                          {"reason", each.reason},
                          {"numbers", numbers}});
  }
  return {{"analysis", certainty.analysis},
          {"start", to_text(certainty.proposal.start)},
          {"overall", to_text(certainty.proposal.overall)},
          {"judgements", judgements}};
}

std::string certainty_word(const CheckedClaim& claim) {
  return claim.certainty ? std::string(to_text(claim.certainty->proposal.overall)) : "";
}

Json json_of(const CheckedClaim& claim) {
  Json quantities = Json::array();
  for (const AskedQuantity& each : claim.quantities)
    quantities.push_back({{"asked", each.found.asked},
                          {"value", json_of(each.found.value)},
                          {"words", plain_text(each.found.phrase)}});
  return {{"claim_id", claim.row.id()},
          {"topic", claim.row.text("topic")},
          {"claim", claim.row.text("claim")},
          {"verdict", to_text(claim.decision.verdict)},
          {"rule", claim.rule()},
          {"decided_by", claim.decision.decided_by},
          {"lowered_by_certainty", claim.decision.lowered_by_certainty},
          {"certainty", certainty_word(claim)},
          {"certainty_floor", claim.row.text("certainty_floor")},
          {"conditions",
           {{"studied", to_text(claim.conditions.studied)},
            {"contradicted", to_text(claim.conditions.contradicted)},
            {"supported", to_text(claim.conditions.supported)},
            {"partly", to_text(claim.conditions.partly)}}},
          {"quantities", quantities},
          {"certainty_proposal", claim.certainty ? json_of(*claim.certainty) : Json(nullptr)}};
}

constexpr Verdict verdicts[] = {Verdict::supported, Verdict::partly, Verdict::not_supported,
                                Verdict::contradicted, Verdict::not_studied};

std::string text_of(const std::vector<CheckedClaim>& claims) {
  std::string text;
  for (const CheckedClaim& claim : claims) {
    text += claim.row.id() + "  " + std::string(to_text(claim.decision.verdict));
    if (claim.certainty) text += " (certainty " + certainty_word(claim) + ")";
    text += ": " + claim.row.text("claim") + "\n     " + claim.rule() + "\n";
    for (const AskedQuantity& each : claim.quantities)
      text += "     - " + plain_text(each.found.phrase) + "\n";
  }
  return text;
}

}  // namespace

double count_verdict(const std::vector<CheckedClaim>& claims, Verdict verdict) {
  return static_cast<double>(
      std::count_if(claims.begin(), claims.end(),
                    [&](const CheckedClaim& claim) { return claim.decision.verdict == verdict; }));
}

std::string verdict_key(Verdict verdict) {
  std::string key(to_text(verdict));
  std::replace(key.begin(), key.end(), ' ', '_');
  return key;
}

std::string claims_command(const ReportOptions& options) {
  return "entact claims" + as_of_text(options) +
         (options.include_recalled ? " --include recalled" : "") + " --format json";
}

Answer claims_answer(const Findings& findings) {
  const std::vector<CheckedClaim> claims = check_claims(findings);
  Json counts = Json::object(), all = Json::array();
  for (const Verdict verdict : verdicts)
    counts[verdict_key(verdict)] = count_verdict(claims, verdict);
  std::vector<std::vector<std::string>> rows;
  for (const CheckedClaim& claim : claims) {
    all.push_back(json_of(claim));
    rows.push_back({claim.row.id(), claim.row.text("topic"), claim.row.text("claim"),
                    std::string(to_text(claim.decision.verdict)), certainty_word(claim),
                    claim.rule()});
  }
  return {.result_json = Json{{"counts", counts}, {"claims", all}}.dump(),
          .text = text_of(claims),
          .csv = write_csv({"claim_id", "topic", "claim", "verdict", "certainty", "rule"}, rows),
          .evidence_sha256 = findings.base->sha256};
}

}  // namespace entact
