#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "entact/answer/document_builder.h"
#include "entact/answer/simulate_command.h"
#include "entact/report/figure.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

using Type = TableColumn::Type;

const ModelQuantity& quantity(const SimulationPlan& plan, std::size_t place) {
  return plan.file.description.outputs[static_cast<std::size_t>(plan.outputs[place])];
}

std::string panel_title(const ModelQuantity& output) {
  const std::string unit = output.unit == "1" ? "" : " (" + output.unit + ")";
  return short_label(output) + unit + (output.hypothesis ? ", hypothesis" : "");
}

// The course from quantity -> effect is told by these, where the model has them.
bool in_main_figure(const std::string& id) {
  return id == "concentration" || id == "cyp2d6" || id == "serotonin" || id == "effect";
}

// A time belongs to the session that began last.
int session_at(const SimulationPlan& plan, double t_h) {
  if (plan.regimen.sessions == 1) return 0;
  return std::clamp(static_cast<int>(std::floor(t_h / plan.regimen.every_h + 1e-9)), 0,
                    plan.regimen.sessions - 1);
}

struct Series {
  std::size_t setup = 0;  ///< case
  int session = 0;
  std::string name{};
};

std::vector<Series> series_of(const SimulationPlan& plan) {
  std::vector<Series> all;
  for (std::size_t c = 0; c < plan.cases.size(); ++c) {
    all.push_back({c, 0, plan.cases[c].label});
    if (plan.regimen.sessions == 1) continue;
    all.back().name += ", session 1";
    all.push_back({c, plan.regimen.sessions - 1,
                   fmt::format("{}, session {}", plan.cases[c].label, plan.regimen.sessions)});
  }
  return all;
}

double start_of(const SimulationPlan& plan, int session) { return session * plan.regimen.every_h; }

void add_dose_panel(std::vector<BandRow>& rows, const SimulationPlan& plan, const Series& series,
                    double end_h) {
  const double start = start_of(plan, series.session);
  double taken = 0;
  const auto add = [&](double x) {
    rows.push_back({.panel = "dose taken (mg)", .series = series.name, .x = x, .median = taken});
  };
  add(0);
  for (const DoseEvent& dose : plan.cases[series.setup].doses) {
    if (dose.t_h < start || dose.t_h > start + end_h) continue;
    add(dose.t_h - start);
    taken += dose.amount_mg;
    add(dose.t_h - start);
  }
  add(end_h);
}

void add_output_panel(std::vector<BandRow>& rows, const SimulationPlan& plan, const Series& series,
                      std::size_t place, const SimulatedCaseResult& result) {
  for (std::size_t i = 0; i < plan.times_h.size(); ++i) {
    if (session_at(plan, plan.times_h[i]) != series.session) continue;
    const SimulatedQuantity& value = result.course[place][i];
    BandRow row{.panel = panel_title(quantity(plan, place)),
                .series = series.name,
                .x = plan.times_h[i] - start_of(plan, series.session),
                .median = value.typical};
    if (value.both.low < value.both.high || value.people.low < value.people.high)
      row.people_low = value.people.low, row.people_high = value.people.high,
      row.low = value.both.low, row.high = value.both.high;
    rows.push_back(row);
  }
}

double end_of(const SimulationPlan& plan) {
  double end = 0;
  for (const double t : plan.times_h) end = std::max(end, t - start_of(plan, session_at(plan, t)));
  return end;
}

std::string bands_caption(const SimulateRequest& request) {
  if (request.n == 0) return "The line is the typical person.";
  return fmt::format(
      "The line is the typical person. The darker band holds {:g}% of {} people who differ as "
      "assumed, with the parameters at their typical values; the lighter band also draws the "
      "parameters from their ranges, so what it adds is what nobody knows.",
      100 * request.band, request.n);
}

FigureBlock figure_of(const SimulationPlan& plan, const SimulateRequest& request,
                      const std::vector<SimulatedCaseResult>& results, bool main) {
  std::vector<BandRow> rows;
  for (const Series& series : series_of(plan))
    if (main) add_dose_panel(rows, plan, series, end_of(plan));
  for (std::size_t k = 0; k < plan.outputs.size(); ++k)
    if (in_main_figure(quantity(plan, k).id) == main)
      for (const Series& series : series_of(plan))
        add_output_panel(rows, plan, series, k, results[series.setup]);
  return {.id = main ? "course" : "others",
          .title = main ? "From dose to effect" : "Other quantities",
          .caption = bands_caption(request),
          .alt =
              "Simulated quantities over time, one panel each; the numbers are in the table of "
              "exposure and in the CSV and JSON output",
          .vega = band_figure(rows, "Time since the session began (h)"),
          .table = "exposure"};
}

TableBlock exposure_table(DocumentBuilder& builder, const SimulationPlan& plan,
                          const SimulateRequest& request,
                          const std::vector<SimulatedCaseResult>& results) {
  const std::string percent = fmt::format("{:g}%", 100 * request.band);
  TableBlock table{.id = "exposure",
                   .title = "Exposure and peaks",
                   .columns = {{"case", "Case", Type::text, true},
                               {"output", "Quantity", Type::text, true},
                               {"metric", "Metric", Type::text, true},
                               {"typical", "Typical person", Type::number}}};
  if (request.n > 0)
    table.columns.insert(table.columns.end(), {{"people", percent + " of people", Type::text},
                                               {"unknown", "What is unknown", Type::text},
                                               {"both", "Both", Type::text}});
  for (std::size_t c = 0; c < results.size(); ++c)
    for (std::size_t r = 0; r < results[c].exposure.size(); ++r) {
      const SimulatedExposure& row = results[c].exposure[r];
      const ModelQuantity& output = quantity(plan, static_cast<std::size_t>(row.output));
      const std::string pointer = fmt::format("/result/cases/{}/exposure/{}/", c, r);
      const auto number = [&](double value, const std::string& key) {
        return number_span(builder.number(
            value, significant_text(value, 3),
            fmt::format("{}, {}, {}: {}", plan.cases[c].label, output.label, row.metric, key),
            {.pointer = pointer + key, .model = plan.file.description.title}, row.unit));
      };
      std::vector<Cell> cells{
          cell(plan.cases[c].label),
          cell(output.label + (output.hypothesis ? " (hypothesis)" : "")),
          cell(row.unit == "1" ? row.metric : fmt::format("{} ({})", row.metric, row.unit)),
          Cell{.prose = {number(row.value.typical, "typical")}}};
      const auto range = [&](const std::string& key, const Band& band) {
        cells.push_back(Cell{.prose = {number(band.low, key + "low"), text(" to "),
                                       number(band.high, key + "high")}});
      };
      if (request.n > 0) {
        range("people_", row.value.people);
        range("unknown_", row.value.unknown);
        range("", row.value.both);
      }
      table.rows.push_back(std::move(cells));
    }
  return table;
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
  const auto& parameters = plan.cases.front().description.parameters;
  for (std::size_t k = 0; k < parameters.size(); ++k) {
    const ModelParameter& p = parameters[k];
    table.rows.push_back({cell(p.label),
                          number_cell(builder.number(
                              p.value, significant_text(p.value, 4), p.label,
                              {.pointer = fmt::format("/result/parameters/{}/value", k)}, p.unit)),
                          cell(p.unit), cell(range_text(p)),
                          cell(p.between_sd > 0 ? significant_text(p.between_sd, 2) : ""),
                          cell(to_text(p.status)), cell(p.source)});
  }
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
  section.blocks.emplace_back(figure_of(plan, request, results, true));
  const bool others = std::any_of(plan.outputs.begin(), plan.outputs.end(), [&](int k) {
    return !in_main_figure(plan.file.description.outputs[static_cast<std::size_t>(k)].id);
  });
  if (others) section.blocks.emplace_back(figure_of(plan, request, results, false));
  section.blocks.emplace_back(exposure_table(builder, plan, request, results));
  section.blocks.emplace_back(parameter_table(builder, plan));
  builder.document.sections = {std::move(section)};
  return std::move(builder).finish();
}

}  // namespace entact
