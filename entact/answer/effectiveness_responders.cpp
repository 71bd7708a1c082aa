// Response, remission and loss of diagnosis in the phase 3 trials: risks by arm, differences per
// 1000, numbers needed to treat.
#include <algorithm>
#include <cmath>

#include "entact/answer/effect_command.h"
#include "entact/answer/effectiveness.h"
#include "entact/answer/fact_words.h"
#include "entact/answer/pooled_numbers.h"
#include "entact/answer/responders.h"
#include "entact/answer/wording.h"
#include "entact/report/figure.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

using Type = TableColumn::Type;

std::string effect_number(DocumentBuilder& builder, const ArmCounts& counts,
                          const std::string& pointer, double value, std::string shown_text,
                          const std::string& label) {
  return builder.number(value, std::move(shown_text), counts.title + ": " + label,
                        {.facts = counts.facts,
                         .command = canonical_command(completed(counts.request)) + " --format json",
                         .pointer = "/result/" + pointer,
                         .model = counts.words});
}

std::string per_1000(double difference) { return decimal_text(1000 * difference, 0); }

}  // namespace

std::vector<ArmCounts> responder_counts(const EvidenceBase& base, const PooledAnswer& answer) {
  std::vector<ArmCounts> all;
  for (const AnalysisMember& member : answer.input.members) {
    if (member.facts.size() != 2) continue;
    ArmCounts counts{.title = member.slab, .study_id = member.study_id, .facts = member.facts};
    const auto treatment = base.fact(counts.facts[0]), control = base.fact(counts.facts[1]);
    if (!treatment || !control || !treatment->table().has("events")) continue;
    counts.request = {.measure = "RD",
                      .interval = "mn",
                      .ai = {treatment->number("events")},
                      .ci = {control->number("events")},
                      .n1i = {treatment->number("n")},
                      .n2i = {control->number("n")}};
    counts.result = effect_of(counts.request);
    counts.words = "risk difference with Miettinen-Nurminen interval";
    all.push_back(std::move(counts));
  }
  return all;
}

std::optional<ArmCounts> phase3_together(const std::vector<ArmCounts>& trials) {
  ArmCounts both{.title = "MAPP1 and MAPP2 together",
                 .words = "Mantel-Haenszel risk difference, Wald interval with Sato's variance"};
  both.request = {.measure = "RD", .pool = "mh"};
  for (const ArmCounts& each : trials) {
    if (each.study_id != "MAPP1" && each.study_id != "MAPP2") continue;
    both.request.ai.push_back(each.request.ai[0]);
    both.request.n1i.push_back(each.request.n1i[0]);
    both.request.ci.push_back(each.request.ci[0]);
    both.request.n2i.push_back(each.request.n2i[0]);
    both.facts.insert(both.facts.end(), each.facts.begin(), each.facts.end());
  }
  if (both.request.ai.size() < 2) return {};
  both.result = effect_of(both.request);
  return both;
}

DifferenceNumbers difference_numbers(DocumentBuilder& builder, const ArmCounts& counts) {
  return {effect_number(builder, counts, "value", counts.result.value,
                        per_1000(counts.result.value), "difference, people more or fewer of 1000"),
          effect_number(builder, counts, "ci_low", counts.result.ci_low,
                        per_1000(counts.result.ci_low), "lower end, of 1000"),
          effect_number(builder, counts, "ci_high", counts.result.ci_high,
                        per_1000(counts.result.ci_high), "upper end, of 1000")};
}

Prose needed_prose(DocumentBuilder& builder, const ArmCounts& counts) {
  const auto& needed = counts.result.number_needed;
  if (!needed) return {text("not given: the interval holds no effect")};
  return {
      number_span(effect_number(builder, counts, "nnt/value", needed->value,
                                decimal_text(needed->value, 1), "number needed to treat")),
      text(" ["),
      number_span(effect_number(builder, counts, "nnt/low", needed->low,
                                decimal_text(needed->low, 1), "number needed to treat, low")),
      text(", "),
      number_span(effect_number(builder, counts, "nnt/high", needed->high,
                                decimal_text(needed->high, 1), "number needed to treat, high")),
      text("] at a control risk of "),
      number_span(effect_number(builder, counts, "nnt/baseline_risk", needed->baseline_risk,
                                percent_text(needed->baseline_risk) + "%", "risk under control"))};
}

std::string arm_risk(DocumentBuilder& builder, const EvidenceBase& base, const std::string& fact,
                     const std::string& label) {
  const auto row = base.fact(fact);
  const EffectRequest request{
      .measure = "PR", .xi = {row->number("events")}, .ni = {row->number("n")}};
  const EffectResult result = effect_of(request);
  return builder.number(result.value, percent_text(result.value) + "%", label,
                        {.facts = {fact},
                         .command = canonical_command(completed(request)) + " --format json",
                         .pointer = "/result/value",
                         .model = "events over persons"});
}

namespace {

struct Outcome {
  const char* analysis;
  const char* name;
};

void add_rows(TableBlock& table, std::vector<ForestRow>& rows, DocumentBuilder& builder,
              const EvidenceBase& base, const ArmCounts& counts, const std::string& outcome) {
  const DifferenceNumbers numbers = difference_numbers(builder, counts);
  const bool single = counts.request.pool.empty();
  rows.push_back({.label = outcome + ", " + counts.title,
                  .estimate = 1000 * counts.result.value,
                  .low = 1000 * counts.result.ci_low,
                  .high = 1000 * counts.result.ci_high,
                  .kind = single ? ForestRow::Kind::study : ForestRow::Kind::summary,
                  .number = numbers.estimate});
  Cell difference;
  difference.prose = {number_span(numbers.estimate), text(" ["),
                      number_span(numbers.low),      text(", "),
                      number_span(numbers.high),     text("]")};
  const auto risk = [&](std::size_t arm) {
    return single ? number_cell(
                        arm_risk(builder, base, counts.facts[arm],
                                 outcome + (arm == 0 ? ", MDMA, " : ", control, ") + counts.title))
                  : Cell{};
  };
  Cell needed;
  if (single) needed.prose = needed_prose(builder, counts);
  table.rows.push_back({cell(outcome), builder.fact_cell(counts.title, counts.facts), risk(0),
                        risk(1), difference, needed});
}

}  // namespace

void add_responders(Section& section, DocumentBuilder& builder, const Findings& findings) {
  TableBlock table{.id = "responders-table",
                   .title = "Response, remission and loss of diagnosis",
                   .caption =
                       "Risk of each arm; differences as people of 1000 (positive: more under "
                       "MDMA), 95% intervals. A number needed to treat is given only with its "
                       "control risk and where the interval excludes no effect.",
                   .columns = {{"outcome", "Outcome", Type::text, true},
                               {"trial", "Trial"},
                               {"mdma", "MDMA", Type::number},
                               {"control", "Control", Type::number},
                               {"difference", "Difference of 1000", Type::number},
                               {"nnt", "Number needed to treat"}}};
  std::vector<ForestRow> rows;
  std::vector<std::string> outcomes;
  for (const Outcome& outcome : {Outcome{"ptsd_response_rr", "Response"},
                                 {"ptsd_remission_rr", "Remission"},
                                 {"ptsd_loss_of_diagnosis_rr", "Loss of diagnosis"},
                                 {"ptsd_dropout", "Not completed"}}) {
    const PooledAnswer* answer = findings.find(outcome.analysis);
    if (answer == nullptr) continue;
    const std::vector<ArmCounts> trials = responder_counts(*findings.base, *answer);
    const std::size_t before = rows.size();
    for (const ArmCounts& counts : trials)
      if (counts.study_id == "MAPP1" || counts.study_id == "MAPP2")
        add_rows(table, rows, builder, *findings.base, counts, outcome.name);
    if (const auto both = phase3_together(trials))
      add_rows(table, rows, builder, *findings.base, *both, outcome.name);
    if (rows.size() > before) outcomes.push_back(uncapitalised(outcome.name));
  }
  if (rows.empty()) return;
  const bool joined = std::any_of(rows.begin(), rows.end(), [](const ForestRow& row) {
    return row.kind == ForestRow::Kind::summary;
  });
  section.blocks.push_back(FigureBlock{
      .id = "responders",
      .title = "Phase 3: differences per 1000 people treated",
      .caption = std::string("Squares: single trials with Miettinen-Nurminen intervals.") +
                 (joined ? " Diamonds: both trials by Mantel-Haenszel." : "") +
                 " Not completed: fewer is better.",
      .alt = "Forest plot of risk differences: " + listed(outcomes) + ".",
      .vega = forest_figure(rows, {.title = "People of 1000, MDMA minus control", .decimals = 0}),
      .table = table.id});
  section.blocks.push_back(table);
}

}  // namespace entact
