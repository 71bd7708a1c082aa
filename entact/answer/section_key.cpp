// Section 1, Key outcomes: the answer in one screen, with what speaks against it.
#include <algorithm>
#include <cmath>

#include "entact/answer/claim_certainty.h"
#include "entact/answer/effect_numbers.h"
#include "entact/answer/harms.h"
#include "entact/answer/key_outcomes.h"
#include "entact/answer/pool_command.h"
#include "entact/answer/pooled_numbers.h"
#include "entact/answer/prose_writer.h"
#include "entact/answer/responders.h"
#include "entact/answer/section_safety.h"
#include "entact/answer/wording.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

using Type = TableColumn::Type;

Card effect_card(DocumentBuilder& builder, const Findings& findings, const PooledAnswer& answer,
                 const std::string& label, const std::string& unit) {
  ProseWriter value, note;
  value.add(estimate_prose(builder, answer)).say(unit);
  note.say(interval_words(answer) + "; " + direction_words(answer) + ".");
  if (answer.k() == 2)
    note.say(" ").add(two_trials_prose(builder, findings, answer, 5.0, "5.0 points")).say(".");
  const Prose prediction = prediction_prose(builder, answer);
  if (!prediction.empty()) note.say(" A new trial: ").add(prediction).say(".");
  return {.label = label, .value = value.done(), .note = note.done(), .tone = Tone::finding};
}

/// Difference of both phase 3 trials, and the number needed to treat of each with its control risk.
std::optional<Card> responder_card(DocumentBuilder& builder, const Findings& findings,
                                   const std::string& analysis, const std::string& label) {
  const PooledAnswer* answer = findings.find(analysis);
  if (answer == nullptr) return {};
  const auto trials = responder_counts(*findings.base, *answer);
  const auto both = phase3_together(trials);
  if (!both) return {};
  const DifferenceNumbers numbers = difference_numbers(builder, *both);
  ProseWriter value, note;
  value.number(numbers.estimate)
      .say(" more of 1000 [")
      .number(numbers.low)
      .say(", ")
      .number(numbers.high)
      .say("]");
  note.say("MAPP1 and MAPP2, " + both->words + ". Number needed to treat:");
  for (const ArmCounts& each : trials)
    if (each.study_id == "MAPP1" || each.study_id == "MAPP2")
      note.say(" " + each.study_id + " ").add(needed_prose(builder, each)).say(";");
  note.say(" a different control risk gives a different number.");
  return Card{.label = label, .value = value.done(), .note = note.done(), .tone = Tone::finding};
}

std::optional<Card> serious_card(DocumentBuilder& builder, const Harms& harms) {
  std::vector<Row> rows;
  for (const Harm& harm : harms.compared)
    if (safety::serious_in_total(harm))
      for (const HarmPair& pair : harm.trials) rows.push_back(pair.treatment);
  if (rows.empty()) return {};
  const EffectRequest request = safety::bound_request(rows);
  std::vector<std::string> facts;
  std::string studies;
  for (const Row& row : rows) {
    facts.push_back(row.id());
    studies += (studies.empty() ? "" : ", ") + row.text("study_id");
  }
  const EffectResult result = effect_of(request);
  ProseWriter value, note;
  value
      .number(effect_member(builder, request, "/result/events", result.events,
                            count_text(result.events), "serious adverse events in MDMA arms",
                            facts))
      .say(" in ")
      .number(effect_member(builder, request, "/result/n", result.persons,
                            count_text(result.persons), "persons in MDMA arms with a stated count",
                            facts))
      .say(" people");
  note.say("Stated counts of all serious events, " + studies +
           "; the exact 95% upper bound of the risk is ")
      .number(
          upper_bound_number(builder, request, "upper bound of the risk of a serious event", facts))
      .say(" per 100. Few people: a rare harm would not show.");
  return Card{.label = "Serious harms under MDMA",
              .value = value.done(),
              .note = note.done(),
              .tone = Tone::caution};
}

/// The compared harm with the largest excess under MDMA among those pooled over most trials.
const Harm* commonest(const Harms& harms) {
  const Harm* found = nullptr;
  for (const Harm& harm : harms.compared)
    if (harm.severity == "any" && (found == nullptr || harm.trials.size() > found->trials.size()))
      found = &harm;
  return found;
}

std::optional<Card> common_harm_card(DocumentBuilder& builder, const Harms& harms) {
  const Harm* harm = commonest(harms);
  if (harm == nullptr) return {};
  const HarmCounts counts = count_harms(harms);
  const EffectNumbers difference = effect_numbers(
      builder, harm_request(*harm, "RD"), "risk difference of " + harm->term, harm->facts());
  ProseWriter value, note;
  value.number(difference.value)
      .say(" more of 100 [")
      .number(difference.low)
      .say(", ")
      .number(difference.high)
      .say("]");
  const auto harms_number = [&](int count, const std::string& pointer, const std::string& label) {
    return builder.number(
        count, count_text(count), label,
        {.facts = {}, .command = "entact harms --format json", .pointer = pointer});
  };
  note.say(capitalised(harm->term) + ", the commonest excess counted in most trials. ")
      .number(harms_number(counts.higher, "/result/higher", "harms more often under MDMA"))
      .say(" of ")
      .number(harms_number(counts.compared, "/result/compared", "harms compared"))
      .say(
          " events counted in both arms were more often reported under MDMA with an interval clear "
          "of 0.");
  return Card{
      .label = "Common harm", .value = value.done(), .note = note.done(), .tone = Tone::caution};
}

/// The latest visit at which randomised arms were still compared.
Card durability_card(DocumentBuilder& builder, const Findings& findings) {
  const AnalysisMember* latest = nullptr;
  if (const PooledAnswer* answer = findings.find("ptsd_caps_smd"))
    for (const AnalysisMember& member : answer->input.members)
      if (latest == nullptr || member.week > latest->week) latest = &member;
  ProseWriter value, note;
  if (latest != nullptr) {
    const auto row = builder.base().fact(latest->facts.front());
    value.say("randomised to week ")
        .number(builder.fact_number(*row, "week", "latest randomised comparison, week"));
  } else {
    value.say("no randomised comparison on record");
  }
  note.say("No randomised comparison is on record beyond that visit.");
  if (const auto later = builder.base().find("analyses", "ptsd_long_term"))
    note.say(" Later follow-up: " + later->text("note"));
  return {.label = "Durability", .value = value.done(), .note = note.done(), .tone = Tone::caution};
}

Card approval_card(DocumentBuilder& builder, const EvidenceBase& base) {
  const Rows all = base.table("jurisdictions").used();
  const Rows approved = all.where("access", "approved");
  const auto count = [&](const Rows& rows, const std::string& where, const std::string& label) {
    return builder.number(
        static_cast<double>(rows.size()), count_text(static_cast<double>(rows.size())), label,
        {.command = "entact evidence list jurisdictions --used" + where + " --count --format json",
         .pointer = "/result/0/count"});
  };
  ProseWriter value, note;
  value.say("approved in ")
      .number(
          count(approved, " --where access=approved", "jurisdictions with an approved medicine"))
      .say(" of ")
      .number(count(all, "", "jurisdictions on record"))
      .say(" jurisdictions");
  const Row* decision = nullptr;
  std::vector<Row> rows;
  for (const Row& row :
       base.table("events").where("agency", "FDA").where("event_type", "decision").used())
    rows.push_back(row);
  for (const Row& row : rows)
    if (decision == nullptr || decision->date("date") < row.date("date")) decision = &row;
  if (decision != nullptr)
    note.say("FDA, " + decision->text("date") + ": " + decision->text("subject") + ", " +
             decision->text("outcome") + " ")
        .add(builder.source(decision->citation().source))
        .say(".");
  return {.label = "Approval", .value = value.done(), .note = note.done(), .tone = Tone::plain};
}

Card certainty_card(const CertaintyProposal& proposal) {
  std::string reasons;
  for (const CertaintyJudgement& judgement : proposal.judgements)
    if (judgement.levels_down > 0)
      reasons += (reasons.empty() ? "Lowered for " : ", ") + std::string(to_text(judgement.domain));
  return {.label = "Certainty (proposed)",
          .value = {strong(std::string(to_text(proposal.overall)))},
          .note = {text(reasons.empty() ? "No domain lowers it."
                                        : reasons + "; rules and reasons below.")},
          .tone = Tone::caution};
}

TableBlock certainty_table(const CertaintyProposal& proposal) {
  TableBlock table{.id = "certainty",
                   .title = "Certainty of the effect on PTSD severity, domain by domain",
                   .caption =
                       "Proposed by fixed rules from the evidence base; a person judges. "
                       "Judgements of assessors stand in their own table.",
                   .columns = {{"domain", "Domain"},
                               {"down", "Levels down", Type::number},
                               {"rule", "Rule"},
                               {"reason", "What met it"}},
                   .collapsed = true};
  for (const CertaintyJudgement& judgement : proposal.judgements)
    table.rows.push_back({cell(capitalised(std::string(to_text(judgement.domain)))),
                          cell(std::to_string(judgement.levels_down)), cell(judgement.rule),
                          cell(judgement.reason)});
  return table;
}

}  // namespace

Section key_outcomes_section(DocumentBuilder& builder, const Findings& findings) {
  const EvidenceBase& base = *findings.base;
  const Harms harms = collect_harms(base, policy_of(findings.options).selection);
  const PooledAnswer* severity = findings.find("ptsd_caps_smd");
  const PooledAnswer* points = findings.find("ptsd_caps5_md");
  Section section{.id = "key", .title = "Key outcomes"};
  section.opening = key_opening(builder, findings);
  CardsBlock cards;
  if (points != nullptr)
    cards.cards.push_back(
        effect_card(builder, findings, *points, "PTSD severity, phase 3", " CAPS-5 points"));
  if (severity != nullptr)
    cards.cards.push_back(
        effect_card(builder, findings, *severity, "PTSD severity, all randomised trials", " SMD"));
  if (auto card = responder_card(builder, findings, "ptsd_response_rr", "Response"))
    cards.cards.push_back(*card);
  if (auto card = responder_card(builder, findings, "ptsd_remission_rr", "Remission"))
    cards.cards.push_back(*card);
  if (auto card = serious_card(builder, harms)) cards.cards.push_back(*card);
  if (auto card = common_harm_card(builder, harms)) cards.cards.push_back(*card);
  cards.cards.push_back(durability_card(builder, findings));
  if (severity != nullptr)
    cards.cards.push_back(certainty_card(*proposed_certainty(findings, severity->input.id)));
  cards.cards.push_back(approval_card(builder, base));
  section.blocks.push_back(cards);
  add_icons(section, builder, findings, harms);
  add_what_changed(section, builder, findings);
  if (severity != nullptr)
    section.blocks.push_back(certainty_table(*proposed_certainty(findings, severity->input.id)));
  add_judgements(section, builder, base);
  add_conduct(section, builder, base);
  add_who_was_studied(section, builder, base);
  return section;
}

}  // namespace entact
