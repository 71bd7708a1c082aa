// Section 9, Claims checked: what is often said of the treatment, one verdict each, by the rule
// that decided and the numbers it looked at. The tables stand in section_claims_tables.cpp.
#include "entact/answer/section_claims.h"

#include <algorithm>
#include <array>
#include <set>

#include "entact/answer/claims_command.h"
#include "entact/answer/prose_writer.h"
#include "entact/answer/sections.h"
#include "entact/answer/wording.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

constexpr std::array<Verdict, 5> verdict_order{Verdict::supported, Verdict::partly,
                                               Verdict::not_supported, Verdict::contradicted,
                                               Verdict::not_studied};

/// The claims in words: C02 ("The trials ...") and C31 ("...").
std::string quoted(const std::vector<const CheckedClaim*>& claims) {
  std::string text;
  for (std::size_t i = 0; i < claims.size(); ++i)
    text += (i == 0                   ? ""
             : i + 1 == claims.size() ? " and "
                                      : ", ") +
            claims[i]->row.id() + " (\"" + claims[i]->row.text("claim") + "\")";
  return text;
}

Prose count_sentence(const ClaimsPage& page) {
  ProseWriter writer;
  const double all = static_cast<double>(page.claims.size());
  writer.say("Of ")
      .number(page.builder.number(all, count_text(all), "statements checked",
                                  {.command = "entact evidence list claims --count --format json",
                                   .pointer = "/result/0/count"}))
      .say(" statements that are often made about the treatment, ");
  for (const Verdict verdict : verdict_order) {
    const double count = count_verdict(page.claims, verdict);
    const std::string word(to_text(verdict));
    writer
        .say(verdict == verdict_order.front()  ? ""
             : verdict == verdict_order.back() ? " and "
                                               : ", ")
        .number(page.builder.number(
            count, count_text(count), "statements: " + word,
            {.command = page.command, .pointer = "/result/counts/" + verdict_key(verdict)}))
        .say((count == 1 ? " is " : " are ") +
             (verdict == Verdict::partly ? "partly supported" : word));
  }
  return writer.say(".").done();
}

Prose contradicted_sentence(const std::vector<CheckedClaim>& claims) {
  std::vector<const CheckedClaim*> contradicted, lowered;
  for (const CheckedClaim& claim : claims) {
    if (claim.decision.verdict == Verdict::contradicted) contradicted.push_back(&claim);
    if (claim.decision.lowered_by_certainty) lowered.push_back(&claim);
  }
  std::string words = contradicted.empty()
                          ? "The evidence contradicts none of them."
                          : "The evidence contradicts " + quoted(contradicted) + ".";
  if (!lowered.empty())
    words += " By its numbers alone it would support " + quoted(lowered) +
             ", but with less certainty than is asked, so the verdict is partly.";
  return {text(words)};
}

/// Which conditions the reader needs to see the numbers of.
unsigned shown_conditions(const CheckedClaim& claim) {
  switch (claim.decision.verdict) {
    case Verdict::not_studied:
      return asks_studied;
    case Verdict::contradicted:
      return asks_contradicted;
    case Verdict::supported:
      return asks_supported;
    case Verdict::partly:
      return claim.decision.lowered_by_certainty ? asks_supported : asks_supported | asks_partly;
    case Verdict::not_supported:
      return asks_contradicted | asks_supported | asks_partly;
  }
  return 0;
}

/// Something is there: a known quantity other than a count of nothing.
bool tells_something(const FoundQuantity& found) {
  const double* number = std::get_if<double>(&found.value);
  return found.known() && !(number && *number == 0);
}

void say_certainty(ProseWriter& writer, const CheckedClaim& claim) {
  if (claim.decision.lowered_by_certainty)
    writer.say(" By its numbers the statement would be supported; the certainty is below " +
               claim.row.text("certainty_floor") + ", so it is partly.");
  if (!claim.certainty) return;
  const CertaintyProposal& proposal = claim.certainty->proposal;
  std::string words = " Certainty " + std::string(to_text(proposal.overall)) + " for " +
                      claim.certainty->title + ": starts " + std::string(to_text(proposal.start));
  for (const CertaintyJudgement& each : proposal.judgements)
    if (each.levels_down > 0)
      words += ", " + std::string(each.levels_down == 2 ? "two down" : "one down") + " for " +
               std::string(to_text(each.domain));
  writer.say(words + ".");
}

VerdictBlock verdict_block(const ClaimsPage& page, std::size_t index) {
  const CheckedClaim& claim = page.claims[index];
  return {
      .claim_id = claim.row.id(),
      .topic = claim.row.text("topic"),
      .claim = claim.row.text("claim"),
      .verdict = std::string(to_text(claim.decision.verdict)),
      .certainty = claim.certainty ? std::string(to_text(claim.certainty->proposal.overall)) : "",
      .rule = claim.rule(),
      .reason = claim_reason(page, index)};
}

}  // namespace

Prose phrase_prose(const ClaimsPage& page, std::size_t claim, std::size_t quantity) {
  ProseWriter writer;
  for (const ClaimPiece& piece : page.claims[claim].quantities[quantity].found.phrase) {
    if (!piece.words.empty()) writer.say(piece.words);
    if (piece.number) {
      NumberTrail trail = piece.number->trail;
      if (piece.number->own) {
        trail.command = page.command;
        trail.pointer = "/result/claims/" + std::to_string(claim) + "/quantities/" +
                        std::to_string(quantity) + "/value";
      }
      writer.number(page.builder.number(piece.number->value, piece.number->text,
                                        piece.number->label, trail, piece.number->unit));
    }
    if (!piece.source.empty()) writer.add(page.builder.source(piece.source));
  }
  return writer.done();
}

Prose claim_reason(const ClaimsPage& page, std::size_t index) {
  const CheckedClaim& claim = page.claims[index];
  const unsigned shown = shown_conditions(claim);
  ProseWriter writer;
  std::set<std::string> said;
  const auto say_those = [&](const char* opening, const auto& wanted) {
    bool first = true;
    for (std::size_t i = 0; i < claim.quantities.size(); ++i) {
      const AskedQuantity& each = claim.quantities[i];
      if (!wanted(each) || !said.insert(each.found.subject).second) continue;
      writer.say(first ? opening : "; ").add(phrase_prose(page, index, i));
      first = false;
    }
    if (!first) writer.say(".");
  };
  say_those("", [&](const AskedQuantity& each) { return (each.asked_in & shown) != 0; });
  if (claim.decision.verdict == Verdict::not_studied)
    say_those(" On record instead: ",
              [](const AskedQuantity& each) { return tells_something(each.found); });
  if (claim.decision.verdict == Verdict::not_supported)
    writer.say(" No condition for support holds, and what is not on record is no evidence.");
  say_certainty(writer, claim);
  Prose prose = writer.done();
  if (!prose.empty() && prose.front().kind == Span::Kind::text)
    prose.front().value = capitalised(prose.front().value);
  return prose;
}

Section claims_section(DocumentBuilder& builder, const Findings& findings) {
  const ClaimsPage page{.builder = builder,
                        .claims = check_claims(findings),
                        .command = claims_command(findings.options)};
  Section section{.id = "claims", .title = "Claims checked"};
  section.opening = {count_sentence(page),
                     contradicted_sentence(page.claims),
                     {text("Each verdict follows from conditions over the numbers of this report, "
                           "in a fixed order; what is not on record neither supports nor "
                           "contradicts.")}};
  for (std::size_t i = 0; i < page.claims.size(); ++i)
    section.blocks.emplace_back(verdict_block(page, i));
  section.blocks.emplace_back(claims_table(page));
  section.blocks.emplace_back(certainty_table(page));
  section.blocks.emplace_back(judgements_table(page));
  return section;
}

}  // namespace entact
