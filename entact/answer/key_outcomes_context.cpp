// What stands around the key numbers: icons, judgements of assessors, conduct findings, who was
// studied.
#include <algorithm>
#include <cmath>

#include "entact/answer/effect_numbers.h"
#include "entact/answer/fact_words.h"
#include "entact/answer/key_outcomes.h"
#include "entact/answer/pool_command.h"
#include "entact/answer/pooled_numbers.h"
#include "entact/answer/prose_writer.h"
#include "entact/answer/responders.h"
#include "entact/answer/wording.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

using Type = TableColumn::Type;

/// Share of one arm over MAPP1 and MAPP2, events and persons added up.
std::string arm_share(DocumentBuilder& builder, const std::vector<ArmCounts>& trials,
                      bool treatment, const std::string& label) {
  EffectRequest request{.measure = "PR", .pool = "sum"};
  std::vector<std::string> facts;
  for (const ArmCounts& each : trials) {
    if (each.study_id != "MAPP1" && each.study_id != "MAPP2") continue;
    request.xi.push_back(treatment ? each.request.ai[0] : each.request.ci[0]);
    request.ni.push_back(treatment ? each.request.n1i[0] : each.request.n2i[0]);
    facts.push_back(each.facts[treatment ? 0 : 1]);
  }
  if (request.xi.size() == 1) request.pool.clear();
  const EffectResult result = effect_of(request);
  return builder.number(result.value, percent_text(result.value), label,
                        {.facts = facts,
                         .command = canonical_command(completed(request)) + " --format json",
                         .pointer = "/result/value",
                         .model = "events over persons, trials added up"});
}

const Harm* commonest_in_phase3(const Harms& harms) {
  const Harm* found = nullptr;
  for (const Harm& harm : harms.compared)
    if (harm.severity == "any" && harm.trials.size() >= 2 && found == nullptr) found = &harm;
  return found;
}

}  // namespace

void add_icons(Section& section, DocumentBuilder& builder, const Findings& findings,
               const Harms& harms) {
  IconBlock icons{
      .id = "icons",
      .title = "Out of 100 people in the phase 3 trials",
      .caption =
          "People with MDMA and therapy beside people with placebo and the same therapy, MAPP1 and "
          "MAPP2 added up; those seen at the endpoint, harms over the treatment period."};
  struct Shown {
    const char* analysis;
    const char* label;
  };
  for (const Shown& shown :
       {Shown{"ptsd_response_rr", "Response"}, {"ptsd_remission_rr", "Remission"}}) {
    const PooledAnswer* answer = findings.find(shown.analysis);
    if (answer == nullptr) continue;
    const auto trials = responder_counts(*findings.base, *answer);
    if (!phase3_together(trials)) continue;
    icons.panels.push_back(
        {.label = shown.label,
         .treatment_label = "MDMA with therapy",
         .treatment =
             arm_share(builder, trials, true, std::string(shown.label) + " of 100 with MDMA"),
         .control_label = "Placebo with therapy",
         .control =
             arm_share(builder, trials, false, std::string(shown.label) + " of 100 with placebo")});
  }
  if (const Harm* harm = commonest_in_phase3(harms)) {
    const auto arm = [&](bool treatment) {
      const EffectRequest request = arm_request(*harm, treatment, "");
      const EffectResult result = effect_of(request);
      return builder.number(result.value, percent_text(result.value),
                            harm->term + (treatment ? " of 100 with MDMA" : " of 100 with placebo"),
                            {.facts = harm->facts(),
                             .command = canonical_command(completed(request)) + " --format json",
                             .pointer = "/result/value",
                             .model = "events over persons, trials added up"});
    };
    icons.panels.push_back({.label = capitalised(harm->term),
                            .treatment_label = "MDMA with therapy",
                            .treatment = arm(true),
                            .control_label = "Placebo with therapy",
                            .control = arm(false),
                            .harm = true});
  }
  if (!icons.panels.empty()) section.blocks.push_back(icons);
}

void add_judgements(Section& section, DocumentBuilder& builder, const EvidenceBase& base) {
  TableBlock table{
      .id = "judgements",
      .title = "What assessors judged",
      .caption = "Judgements of people, with date and reason; they are shown as they are.",
      .columns = {{"date", "Date", Type::date},
                  {"judge", "Judge"},
                  {"subject", "Subject"},
                  {"judgement", "Judgement"},
                  {"reason", "Reason"},
                  {"source", "Source"}},
      .collapsed = true};
  for (const Row& row : base.table("judgements").used())
    table.rows.push_back({cell(row.text("judged_on")), cell(row.text("judge")),
                          builder.fact_cell(row.text("subject"), {row.id()}),
                          cell(meaning(base, "judgement", row.text("judgement"))),
                          cell(row.text("reason")), source_cell(builder, row)});
  if (!table.rows.empty()) section.blocks.push_back(table);
}

void add_conduct(Section& section, DocumentBuilder& builder, const EvidenceBase& base) {
  TableBlock table{
      .id = "conduct",
      .title = "Findings on conduct, data and evidence",
      .caption = "Of regulators, advisory committees and journals, as they stand in public.",
      .columns = {{"date", "Date", Type::date},
                  {"body", "Body"},
                  {"subject", "Subject"},
                  {"finding", "Finding"},
                  {"detail", "Detail"},
                  {"source", "Source"}}};
  for (const Row& row : base.table("conduct").used())
    table.rows.push_back({cell(row.text("date")), cell(row.text("body")),
                          builder.fact_cell(row.text("subject"), {row.id()}),
                          cell(row.text("finding")), cell(row.text("detail")),
                          source_cell(builder, row)});
  if (!table.rows.empty()) section.blocks.push_back(table);
}

void add_who_was_studied(Section& section, DocumentBuilder& builder, const EvidenceBase& base) {
  const std::vector<std::pair<std::string, std::string>> traits{
      {"female", "Female at birth"},
      {"white", "White"},
      {"hispanic", "Hispanic or Latino"},
      {"veteran", "Veterans"},
      {"prior_mdma_use", "Had used MDMA before"},
      {"dissociative_subtype", "Dissociative subtype"},
      {"comorbid_mdd", "Major depression"},
      {"lifetime_si", "History of suicidal ideation"}};
  TableBlock table{
      .id = "who",
      .title = "Who was studied, and who was not",
      .caption =
          "Baseline of the phase 3 trials as far as it is on record. People outside these shares, "
          "and people whom the protocols left out, are not what the numbers above speak of.",
      .columns = {{"trait", "People"},
                  {"trial", "Trial"},
                  {"arm", "Arm"},
                  {"count", "Count", Type::number},
                  {"of", "Of", Type::number},
                  {"source", "Source"}},
      .collapsed = true};
  for (const auto& [trait, words] : traits)
    for (const Row& row : base.table("binary").where("outcome", trait).used()) {
      if (row.citation().verified == Verification::recalled || !row.has("events")) continue;
      table.rows.push_back(
          {cell(words), cell(row.text("study_id")), cell(row.text("arm_id")),
           number_cell(builder.fact_number(
               row, "events", words + ", " + row.text("study_id") + " " + row.text("arm_id"))),
           number_cell(builder.fact_number(row, "n", "people in the arm")),
           source_cell(builder, row)});
    }
  if (!table.rows.empty()) section.blocks.push_back(table);
}

std::vector<Prose> key_opening(DocumentBuilder& builder, const Findings& findings) {
  std::vector<Prose> sentences;
  if (const PooledAnswer* answer = findings.find("ptsd_caps5_md")) {
    sentences.push_back(
        ProseWriter()
            .say("In the ")
            .number(trials_number(builder, *answer))
            .say(answer->k() == 1 ? " phase 3 trial" : " phase 3 trials")
            .say(" of PTSD the change on CAPS-5 with MDMA and therapy differs from that with "
                 "placebo and therapy by ")
            .add(estimate_prose(builder, *answer))
            .say(" points, which " + direction_words(*answer) + ".")
            .done());
  }
  std::vector<std::string> facts;
  for (const Row& row : findings.base->table("conduct").used())
    if (row.text("kind") != "evidence") facts.push_back(row.id());
  if (!facts.empty())
    sentences.push_back(
        ProseWriter()
            .say("Regulators and journals have published ")
            .number(count_number(builder, "conduct", facts, "findings on conduct or data"))
            .say(" findings on the conduct or the data of these trials and of the reports built on "
                 "them; they are listed below and lower the certainty.")
            .done());
  return sentences;
}

}  // namespace entact
