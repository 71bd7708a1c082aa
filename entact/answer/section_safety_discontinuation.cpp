// Who stopped, arm against arm, and what published reviews of side effects found.
#include <algorithm>
#include <array>

#include "entact/answer/section_safety.h"
#include "entact/answer/wording.h"
#include "entact/report/number_text.h"

namespace entact::safety {
namespace {

bool is_stopping(std::string_view outcome) {
  constexpr std::array<std::string_view, 6> outcomes{"not_completed",      "no_primary_endpoint",
                                                     "withdrawal",         "discontinuation",
                                                     "ae_discontinuation", "dropout"};
  return std::find(outcomes.begin(), outcomes.end(), outcome) != outcomes.end();
}

bool in_mdma_study(const EvidenceBase& base, const Row& row) {
  for (const Row& study : base.table("studies").where("study_id", row.text("study_id")))
    return study.text("compound") == "MDMA";
  return false;
}

std::vector<Row> stopping_rows(const Topic& topic) {
  std::vector<Row> rows;
  for (const Row& row : select(topic.base, topic.base.table("binary").rows(), topic.selection))
    if (is_stopping(row.text("outcome")) && in_mdma_study(topic.base, row)) rows.push_back(row);
  return rows;
}

const Row* control_of(const Topic& topic, const std::vector<Row>& rows, const Row& treatment) {
  for (const Row& row : rows)
    if (row.text("study_id") == treatment.text("study_id") &&
        row.text("outcome") == treatment.text("outcome") && row.has("events") && row.has("n") &&
        is_control_role(arm_role(topic.base, row)))
      return &row;
  return nullptr;
}

EffectRequest request_of(const Row& treatment, const Row& control, const char* measure) {
  return completed({.measure = measure,
                    .ai = {treatment.number("events")},
                    .ci = {control.number("events")},
                    .n1i = {treatment.number("n")},
                    .n2i = {control.number("n")}});
}

Prose ratio_part(const Topic& topic, const Row& treatment, const Row& control,
                 const std::string& label) {
  const auto ratio = effect_numbers_if_any(topic.builder, request_of(treatment, control, "RR"),
                                           "risk ratio, " + label, {treatment.id(), control.id()});
  if (!ratio) return {};
  return ProseWriter().say(", risk ratio ").add(value_with_interval(*ratio)).done();
}

Prose pair_sentence(const Topic& topic, const Row& treatment, const Row& control) {
  const std::string label = treatment.text("definition") + ", " + treatment.text("study_id");
  const EffectNumbers difference =
      effect_numbers(topic.builder, request_of(treatment, control, "RD"),
                     "risk difference, " + label, {treatment.id(), control.id()});
  return ProseWriter()
      .say(study_name(topic.base, treatment.text("study_id")) + ", " +
           treatment.text("definition") + ": ")
      .add(count_of(topic.builder, treatment, "events", "n", "MDMA arm, " + label))
      .say(" under MDMA, ")
      .add(count_of(topic.builder, control, "events", "n", "control arm, " + label))
      .say(" under " + arm_name(topic.base, control) + "; risk difference ")
      .add(value_with_interval(difference))
      .say(" per 100")
      .add(ratio_part(topic, treatment, control, label))
      .say(": " + difference_words(difference.result) + ".")
      .done();
}

Prose alone_sentence(const Topic& topic, const Row& row) {
  const std::string label = row.text("definition") + ", " + row.text("study_id");
  ProseWriter writer;
  writer.say(study_name(topic.base, row.text("study_id")) + ", " + arm_name(topic.base, row) +
             ", " + meaning(topic.base, "binary_outcome", row.text("outcome")) + ": ");
  if (row.has("events") && row.has("n"))
    return writer.add(count_of(topic.builder, row, "events", "n", label)).say(".").done();
  return writer.say("about ")
      .number(topic.builder.fact_number(row, "percent_reported", label))
      .say(" percent, without counts.")
      .done();
}

Blocks stopping(const Topic& topic) {
  Blocks blocks;
  const std::vector<Row> rows = stopping_rows(topic);
  std::vector<std::string> shown, definitions;
  for (const Row& row : rows) {
    if (arm_role(topic.base, row) != "treatment" || !row.has("events") || !row.has("n")) continue;
    const Row* control = control_of(topic, rows, row);
    if (control == nullptr) continue;
    blocks.emplace_back(ProseBlock{.prose = pair_sentence(topic, row, *control)});
    shown.push_back(row.id());
    shown.push_back(control->id());
    if (std::find(definitions.begin(), definitions.end(), row.text("outcome")) == definitions.end())
      definitions.push_back(row.text("outcome"));
  }
  if (definitions.size() > 1)
    blocks.emplace_back(ProseBlock{
        .prose = {text("The trials define stopping differently, so they are not pooled here.")},
        .tone = Tone::notice});
  for (const Row& row : rows)
    if (std::find(shown.begin(), shown.end(), row.id()) == shown.end() &&
        ((row.has("events") && row.has("n")) || row.has("percent_reported")))
      blocks.emplace_back(ProseBlock{.prose = alone_sentence(topic, row)});
  return blocks;
}

Cell published_number(const Topic& topic, const Row& row, const std::string& label) {
  ProseWriter writer;
  writer.number(topic.builder.fact_number(row, "estimate", label));
  if (row.has("ci_low") && row.has("ci_high"))
    writer.say(" (")
        .number(topic.builder.fact_number(row, "ci_low", label + ", lower end"))
        .say(" to ")
        .number(topic.builder.fact_number(row, "ci_high", label + ", upper end"))
        .say(")");
  return {writer.done(), {row.id()}};
}

Blocks reviews(const Topic& topic) {
  TableBlock table{.id = "harms-reviews",
                   .title = "Side effects and stopping in published reviews",
                   .caption =
                       "As published, with 95% intervals; not pooled with the trials above, which "
                       "these reviews hold in part.",
                   .columns = {{"review", "Review"},
                               {"outcome", "Outcome"},
                               {"measure", "Measure"},
                               {"estimate", "Estimate", TableColumn::Type::number},
                               {"source", "Source"}},
                   .collapsed = true};
  for (const Row& row : select(topic.base, topic.base.table("contrasts").rows(), topic.selection)) {
    const std::string& outcome = row.text("outcome");
    if ((outcome != "any_side_effect" && outcome != "any_adverse_event" && !is_stopping(outcome)) ||
        !in_mdma_study(topic.base, row) || !row.has("estimate"))
      continue;
    const std::string label = row.text("outcome_reported") + ", " + row.text("study_id");
    table.rows.push_back(
        {topic.builder.fact_cell(study_name(topic.base, row.text("study_id")), {row.id()}),
         cell(row.text("outcome_reported") +
              (row.has("time_point") ? ", " + row.text("time_point") : "")),
         cell(meaning(topic.base, "measure", row.text("measure"))),
         published_number(topic, row, label), source_cell(topic.builder, row)});
  }
  if (table.rows.empty()) return {};
  return {table};
}

}  // namespace

Blocks discontinuation_blocks(const Topic& topic) {
  Blocks blocks;
  for (Block& block : stopping(topic)) {
    if (blocks.empty()) blocks.emplace_back(ProseBlock{.prose = {strong("Stopping early")}});
    blocks.push_back(std::move(block));
  }
  for (Block& block : reviews(topic)) blocks.push_back(std::move(block));
  return blocks;
}

}  // namespace entact::safety
