#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "entact/answer/simulate_blocks.h"
#include "entact/answer/simulate_parameters.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

using Type = TableColumn::Type;

const ModelQuantity& quantity(const SimulationPlan& plan, std::size_t place) {
  return plan.file.description.outputs[static_cast<std::size_t>(plan.outputs[place])];
}

// The course from quantity -> effect is told by these, where the model has them.
bool in_main_figure(const std::string& id) {
  return id == "concentration" || id == "cyp2d6" || id == "serotonin" || id == "effect";
}

FigureBlock figure_of(const SimulationPlan& plan, const SimulateRequest& request,
                      const std::vector<SimulatedCaseResult>& results, bool main) {
  std::vector<std::string> outputs;
  for (std::size_t k = 0; k < plan.outputs.size(); ++k)
    if (in_main_figure(quantity(plan, k).id) == main) outputs.push_back(quantity(plan, k).id);
  std::vector<BandRow> rows = main ? dose_rows(plan) : std::vector<BandRow>{};
  for (BandRow& row : course_rows(plan, results, outputs)) rows.push_back(std::move(row));
  return {.id = main ? "course" : "others",
          .title = main ? "From dose to effect" : "Other quantities",
          .caption = bands_caption(request),
          .alt =
              "Simulated quantities over time, one panel each; the numbers are in the table of "
              "exposure and in the CSV and JSON output",
          .vega = band_figure(rows, request.events.empty() ? "Time since the session began (h)"
                                                           : "Time in the event table (h)"),
          .table = "exposure"};
}

std::string range_text(const ModelParameter& p) {
  if (!std::isfinite(p.low) || !std::isfinite(p.high) || p.low == p.high) return "";
  return fmt::format("{} to {}", significant_text(p.low, 3), significant_text(p.high, 3));
}

TableBlock parameter_table(DocumentBuilder& builder, const SimulationPlan& plan) {
  TableBlock table{.id = "parameters",
                   .title = "Parameters and what they rest on",
                   .caption =
                       "Ranges say what ignorance allows. The spread between people is the "
                       "standard deviation on the log scale.",
                   .columns = {{"parameter", "Parameter", Type::text},
                               {"value", "Value", Type::number},
                               {"unit", "Unit", Type::text},
                               {"range", "Range", Type::text},
                               {"spread", "Between people", Type::text},
                               {"status", "Status", Type::text, true},
                               {"source", "Source or reason", Type::text}},
                   .collapsed = true};
  const std::vector<ParameterRow> parameters = parameter_rows(plan);
  const bool differ = std::any_of(parameters.begin(), parameters.end(),
                                  [](const ParameterRow& row) { return !row.cases.empty(); });
  if (differ) {
    table.caption += " Where cases differ in a value, each has a row of its own.";
    table.columns.insert(table.columns.begin() + 1, {"cases", "Case", Type::text, true});
  }
  for (std::size_t k = 0; k < parameters.size(); ++k) {
    const auto& [p, cases] = parameters[k];
    table.rows.push_back({cell(p.label),
                          number_cell(builder.number(
                              p.value, whole_significant_text(p.value, 4), p.label,
                              {.pointer = fmt::format("/result/parameters/{}/value", k)}, p.unit)),
                          cell(p.unit), cell(range_text(p)),
                          cell(p.between_sd > 0 ? significant_text(p.between_sd, 2) : ""),
                          cell(to_text(p.status)), cell(p.source)});
    if (differ)
      table.rows.back().insert(
          table.rows.back().begin() + 1,
          cell(cases.empty() ? "all" : fmt::format("{}", fmt::join(cases, "; "))));
  }
  return table;
}

// Who the people of an event table are, as far as its columns say.
TableBlock people_table(const SimulationPlan& plan, const SimulateRequest& request) {
  TableBlock table{.id = "people",
                   .title = "People",
                   .columns = {{"case", "Case", Type::text, true},
                               {"characteristic", "Characteristic", Type::text, true},
                               {"value", "Value", Type::text},
                               {"varies", "In time", Type::text, true}}};
  for (const std::string& note : column_notes(plan, request))
    table.caption += (table.caption.empty() ? "" : " ") + note;
  for (const SimulatedCase& one : plan.cases)
    for (std::size_t k = 0; k < plan.columns.size(); ++k)
      table.rows.push_back(
          {cell(one.label), cell(plan.columns[k].label),
           cell(spells_text(plan.columns[k], one.carried, k)),
           cell(spells_of(one.carried, k).size() > 1 ? "varies" : "stays the same")});
  return table;
}

}  // namespace

Document simulate_document(const SimulationPlan& plan, const SimulateRequest& request,
                           const std::vector<SimulatedCaseResult>& results) {
  DocumentBuilder builder;
  builder.document.title = plan.file.description.title;
  builder.document.subtitle = "Simulated: " + plan.cases.front().label;
  for (std::size_t c = 1; c < plan.cases.size(); ++c)
    builder.document.subtitle += "; " + plan.cases[c].label;
  builder.document.notice = plan.file.notice +
                            " For research and review; no medical advice and no dosing advice to "
                            "individuals.";
  Section section{.id = "simulation", .title = "Simulated course"};
  section.opening = {{text(
      "What the model says, not what was observed. Quantities marked as hypothesis are anchored in "
      "no human observation; they show what would follow if the assumptions held.")}};
  for (const SimulatedCaseResult& result : results)
    for (const std::string& failure : result.failures)
      section.blocks.emplace_back(
          ProseBlock{.prose = {text("Left out: " + failure)}, .tone = Tone::caution});
  if (!plan.columns.empty()) section.blocks.emplace_back(people_table(plan, request));
  section.blocks.emplace_back(figure_of(plan, request, results, true));
  const bool others = std::any_of(plan.outputs.begin(), plan.outputs.end(), [&](int k) {
    return !in_main_figure(plan.file.description.outputs[static_cast<std::size_t>(k)].id);
  });
  if (others) section.blocks.emplace_back(figure_of(plan, request, results, false));
  section.blocks.emplace_back(exposure_table(builder, plan, request, results, "exposure", ""));
  if (const std::vector<std::string> notes = case_notes(plan, results); !notes.empty())
    section.blocks.emplace_back(ProseBlock{
        .prose = {text(fmt::format("{}.", fmt::join(notes, ". ")))}, .tone = Tone::caution});
  section.blocks.emplace_back(parameter_table(builder, plan));
  builder.document.sections = {std::move(section)};
  return std::move(builder).finish();
}

}  // namespace entact
