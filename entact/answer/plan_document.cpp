#include "entact/answer/plan_document.h"

#include <fmt/format.h>

#include <algorithm>

#include "entact/answer/prose_writer.h"
#include "entact/answer/shell_words.h"
#include "entact/report/number_text.h"

namespace entact {

std::string PlanWriter::number(const PlanRun& run, const PlanNumber& number,
                               const std::string& shown, const std::string& label) {
  return builder.number(number.value, shown, label,
                        {.command = run.line + " --format json", .pointer = number.pointer});
}

std::string PlanWriter::own(double value, std::string shown, std::string label,
                            const std::string& pointer) {
  const std::string line =
      fmt::format("entact analyze {} --format json", shell_word(plan.path.filename().string()));
  return builder.number(value, std::move(shown), std::move(label),
                        {.command = line, .pointer = pointer});
}

namespace {

std::string words_of(const PlanEstimate& estimate) {
  return estimate.measure + ", " + estimate.label +
         (estimate.visit.empty() ? "" : " at " + estimate.visit);
}

}  // namespace

Cell PlanWriter::estimate(const PlanRun& run) {
  if (!run.estimate) return cell(run.failure.empty() ? "" : "no answer");
  const PlanEstimate& e = *run.estimate;
  return number_cell(
      number(run, e.estimate, plan_number_text(e.estimate.value, e.scale), words_of(e)));
}

Cell PlanWriter::interval(const PlanRun& run) {
  if (!run.estimate || !run.estimate->low.given() || !run.estimate->high.given()) return {};
  const PlanEstimate& e = *run.estimate;
  const auto limit = [&](const PlanNumber& at, const char* what) {
    return number_span(
        number(run, at, plan_number_text(at.value, e.scale), words_of(e) + ": " + what));
  };
  return {{limit(e.low, "lower limit"), text(" to "), limit(e.high, "upper limit")}, {}};
}

Cell PlanWriter::p_value(const PlanRun& run) {
  if (!run.estimate || !run.estimate->p.given()) return {};
  const PlanNumber& p = run.estimate->p;
  return number_cell(number(run, p, p_text(p.value), words_of(*run.estimate) + ": p"));
}

namespace {

/// The primary result, and what the order of tests says of it.
void add_plan_cards(PlanWriter& writer) {
  CardsBlock cards;
  for (const PlanRuns& runs : writer.outcome.analyses) {
    const PlanRun& run = runs.runs.front();
    if (runs.analysis->role != "primary" || !run.estimate) continue;
    ProseWriter note;
    const Cell interval = writer.interval(run);
    if (!interval.prose.empty()) note.say("interval ").add(interval.prose);
    for (const PlanDecision& decision : writer.outcome.decisions)
      if (decision.analysis == runs.analysis->id)
        note.say(fmt::format("; hypothesis {} at {:g}",
                             decision.rejected ? "rejected" : "not rejected",
                             writer.plan.multiplicity->alpha));
    const PlanEstimate& e = *run.estimate;
    cards.cards.push_back({.label = runs.analysis->title + ": " + words_of(e),
                           .value = writer.estimate(run).prose,
                           .note = note.done(),
                           .tone = Tone::finding});
  }
  if (!cards.cards.empty())
    writer.builder.document.sections.front().blocks.insert(
        writer.builder.document.sections.front().blocks.begin(), std::move(cards));
}

void add_if_any(PlanWriter& writer, Section section) {
  if (!section.blocks.empty()) writer.builder.document.sections.push_back(std::move(section));
}

}  // namespace

Document plan_document(const Plan& plan, const PlanOutcome& outcome) {
  PlanWriter writer{.plan = plan, .outcome = outcome};
  Document& document = writer.builder.document;
  document.title = plan.title;
  document.subtitle = plan.study;
  document.notice =
      (plan.notice.empty() ? "" : plan.notice + " ") +
      "For research and review; it gives no medical advice and no dosing advice to individuals.";
  document.sections.push_back(plan_design_section(writer));
  add_plan_cards(writer);
  add_if_any(writer, plan_role_section(writer, "primary", "Primary analysis"));
  add_if_any(writer, plan_role_section(writer, "secondary", "Secondary analyses"));
  add_if_any(writer, plan_sensitivity_section(writer));
  add_if_any(writer, plan_subgroup_section(writer));
  add_if_any(writer, plan_role_section(writer, "safety", "Harms"));
  add_if_any(writer, plan_role_section(writer, "description", "Description"));
  document.sections.push_back(plan_methods_section(writer));
  return std::move(writer.builder).finish();
}

}  // namespace entact
