// The tables of section 9: every claim in one row, the proposed certainty domain by domain, and
// what people judged.
#include <algorithm>
#include <map>

#include "entact/answer/prose_writer.h"
#include "entact/answer/section_claims.h"
#include "entact/answer/wording.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

Cell prose_cell(Prose prose) { return {.prose = std::move(prose)}; }

std::string certainty_cell_word(const CheckedClaim& claim) {
  return claim.certainty ? std::string(to_text(claim.certainty->proposal.overall)) : "not judged";
}

std::string truth_words(const ClaimConditions& conditions) {
  return "studied: " + std::string(to_text(conditions.studied)) +
         "; contradicted: " + std::string(to_text(conditions.contradicted)) +
         "; supported: " + std::string(to_text(conditions.supported)) +
         "; partly: " + std::string(to_text(conditions.partly));
}

Prose judgement_numbers(const ClaimsPage& page, std::size_t claim, std::size_t domain) {
  const auto& numbers = page.claims[claim].certainty->proposal.judgements[domain].numbers;
  ProseWriter writer;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto& [name, value] = numbers[i];
    const bool whole = value == static_cast<double>(static_cast<long>(value));
    writer.say((i == 0 ? "" : "; ") + name + " ")
        .number(page.builder.number(
            value, decimal_text(value, whole ? 0 : 2),
            name + ": " + page.claims[claim].certainty->title,
            {.command = page.command,
             .pointer = "/result/claims/" + std::to_string(claim) +
                        "/certainty_proposal/judgements/" + std::to_string(domain) + "/numbers/" +
                        std::to_string(i) + "/value"}));
  }
  return writer.done();
}

void add_certainty(const ClaimsPage& page, std::size_t index, const std::string& claims,
                   TableBlock& table) {
  const ClaimCertainty& certainty = *page.claims[index].certainty;
  for (std::size_t d = 0; d < certainty.proposal.judgements.size(); ++d) {
    const CertaintyJudgement& each = certainty.proposal.judgements[d];
    table.rows.push_back({cell(certainty.title), cell(claims),
                          cell(to_text(certainty.proposal.overall)), cell(to_text(each.domain)),
                          cell(each.levels_down == 0   ? "not serious"
                               : each.levels_down == 1 ? "serious, one down"
                                                       : "very serious, two down"),
                          cell(capitalised(each.rule)), cell(capitalised(each.reason)),
                          prose_cell(judgement_numbers(page, index, d))});
  }
}

}  // namespace

TableBlock claims_table(const ClaimsPage& page) {
  TableBlock table{.id = "claims-table",
                   .title = "Every statement, its verdict and its numbers",
                   .caption =
                       "Conditions are yes, no or unknown; only yes counts. They stand in "
                       "data/claims.csv.",
                   .columns = {{"id", "Statement"},
                               {"topic", "Topic", TableColumn::Type::text, true},
                               {"claim", "In words"},
                               {"verdict", "Verdict", TableColumn::Type::text, true},
                               {"certainty", "Certainty", TableColumn::Type::text, true},
                               {"rule", "Rule that decided"},
                               {"conditions", "Conditions"},
                               {"reason", "Numbers"}},
                   .collapsed = true};
  for (std::size_t i = 0; i < page.claims.size(); ++i) {
    const CheckedClaim& claim = page.claims[i];
    table.rows.push_back({cell(claim.row.id()), cell(claim.row.text("topic")),
                          cell(claim.row.text("claim")), cell(to_text(claim.decision.verdict)),
                          cell(certainty_cell_word(claim)), cell(claim.rule()),
                          cell(truth_words(claim.conditions)), prose_cell(claim_reason(page, i))});
  }
  return table;
}

TableBlock certainty_table(const ClaimsPage& page) {
  TableBlock table{
      .id = "certainty",
      .title = "Certainty that the engine proposes, domain by domain",
      .caption =
          "Each domain has one rule. Randomised comparisons start high, all else starts "
          "low; nothing is rated up. A person judges.",
      .columns = {{"answer", "Answer", TableColumn::Type::text, true},
                  {"claims", "Statements"},
                  {"overall", "Overall", TableColumn::Type::text, true},
                  {"domain", "Domain", TableColumn::Type::text, true},
                  {"judgement", "Judgement", TableColumn::Type::text, true},
                  {"rule", "Rule"},
                  {"reason", "What met it"},
                  {"numbers", "Numbers"}},
      .collapsed = true};
  std::map<std::string, std::string> claims;
  for (const CheckedClaim& claim : page.claims)
    if (claim.certainty) {
      std::string& ids = claims[claim.certainty->analysis];
      ids += (ids.empty() ? "" : ", ") + claim.row.id();
    }
  for (std::size_t i = 0; i < page.claims.size(); ++i) {
    if (!page.claims[i].certainty) continue;
    const auto found = claims.find(page.claims[i].certainty->analysis);
    if (found == claims.end()) continue;  // said with an earlier claim
    add_certainty(page, i, found->second, table);
    claims.erase(found);
  }
  return table;
}

TableBlock judgements_table(const ClaimsPage& page) {
  TableBlock table{.id = "judgements",
                   .title = "What people judged",
                   .caption =
                       "Ratings, votes and reviews on record. They stand beside the "
                       "proposals; neither replaces the other.",
                   .columns = {{"date", "Date", TableColumn::Type::date},
                               {"judge", "By"},
                               {"framework", "Framework", TableColumn::Type::text, true},
                               {"subject", "Of"},
                               {"domain", "Domain"},
                               {"judgement", "Judgement", TableColumn::Type::text, true},
                               {"reason", "In their words"},
                               {"source", "Source"}},
                   .collapsed = true};
  const EvidenceBase& base = page.builder.base();
  for (const Row& row : base.table("judgements").used())
    table.rows.push_back({cell(row.text("judged_on")), cell(row.text("judge")),
                          cell(meaning(base, "framework", row.text("framework"))),
                          page.builder.fact_cell(row.text("subject"), {row.id()}),
                          cell(meaning(base, "judgement_domain", row.text("domain"))),
                          cell(meaning(base, "judgement", row.text("judgement"))),
                          cell(row.text("reason")), source_cell(page.builder, row)});
  return table;
}

}  // namespace entact
