#include "entact/answer/simulate_blocks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "entact/answer/simulate_exposure.h"
#include "entact/pharm/given_doses.h"
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

// Hours since the session began that the figures show.
struct Shown {
  double begin_h = 0, end_h = 0;
};

Shown shown(const SimulationPlan& plan) {
  Shown all{.begin_h = std::numeric_limits<double>::infinity()};
  for (const double t : plan.times_h) {
    const double since = t - start_of(plan, session_at(plan, t));
    all = {std::min(all.begin_h, since), std::max(all.end_h, since)};
  }
  return all;
}

void add_dose_panel(std::vector<BandRow>& rows, const SimulationPlan& plan, const Series& series,
                    const Shown& window) {
  const double start = start_of(plan, series.session);
  double taken = 0;
  const auto add = [&](double x) {
    rows.push_back({.panel = "dose taken (mg)", .series = series.name, .x = x, .median = taken});
  };
  bool begun = false;
  const auto begin = [&] { begun = begun || (add(window.begin_h), true); };
  for (const GivenDose& dose : given_doses(plan.cases[series.setup].doses)) {
    const double since = dose.t_h - start;
    if (since < 0 || since > window.end_h) continue;
    if (since >= window.begin_h) begin(), add(since);
    taken += dose.amount_mg;
    if (since >= window.begin_h) add(since);
  }
  begin();
  add(window.end_h);
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

std::string exposure_caption(const SimulationPlan& plan) {
  std::string words =
      "Times and areas count from the first dose. Areas are of straight lines between the times "
      "asked for; by model they are the integral of the typical person's course. Half-lives are of "
      "the terminal slope of the hours shown.";
  for (const std::string& note : session_notes(plan)) words += " " + note;
  return words;
}

}  // namespace

std::vector<BandRow> course_rows(const SimulationPlan& plan,
                                 const std::vector<SimulatedCaseResult>& results,
                                 const std::vector<std::string>& outputs) {
  std::vector<BandRow> rows;
  for (std::size_t k = 0; k < plan.outputs.size(); ++k)
    if (std::find(outputs.begin(), outputs.end(), quantity(plan, k).id) != outputs.end())
      for (const Series& series : series_of(plan))
        add_output_panel(rows, plan, series, k, results[series.setup]);
  return rows;
}

std::vector<BandRow> dose_rows(const SimulationPlan& plan) {
  std::vector<BandRow> rows;
  for (const Series& series : series_of(plan)) add_dose_panel(rows, plan, series, shown(plan));
  return rows;
}

std::string bands_caption(const SimulateRequest& request) {
  const std::string sessions =
      request.sessions > 2 ? " The first and the last session are shown." : "";
  if (request.n == 0) return "The line is the typical person." + sessions;
  return fmt::format(
      "The line is the typical person. The darker band holds {:g}% of {} people who differ as "
      "assumed, with the parameters at their typical values; the lighter band also draws the "
      "parameters from their ranges, so what it adds is what nobody knows.{}",
      100 * request.band, request.n, sessions);
}

TableBlock exposure_table(DocumentBuilder& builder, const SimulationPlan& plan,
                          const SimulateRequest& request,
                          const std::vector<SimulatedCaseResult>& results, const std::string& id,
                          const std::string& command) {
  const std::string percent = fmt::format("{:g}%", 100 * request.band);
  TableBlock table{.id = id,
                   .title = "Exposure and peaks",
                   .caption = exposure_caption(plan),
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
            value, whole_significant_text(value, 3),
            fmt::format("{}, {}, {}: {}", plan.cases[c].label, output.label, row.metric, key),
            {.command = command, .pointer = pointer + key, .model = plan.file.description.title},
            row.unit));
      };
      std::vector<Cell> cells{
          cell(plan.cases[c].label),
          cell(output.label + (output.hypothesis ? " (hypothesis)" : "")),
          cell(row.unit == "1" ? row.metric : fmt::format("{} ({})", row.metric, row.unit)),
          Cell{.prose = {number(row.value.typical, "typical")}}};
      const auto range = [&](const std::string& key, const Band& band) {
        if (std::isnan(band.low)) return cells.push_back(cell("not estimable"));
        cells.push_back(Cell{.prose = {number(band.low, key + "low"), text(" to "),
                                       number(band.high, key + "high")}});
      };
      if (row.typical_only)
        cells.resize(table.columns.size(), cell(""));
      else if (request.n > 0) {
        range("people_", row.value.people);
        range("unknown_", row.value.unknown);
        range("", row.value.both);
      }
      table.rows.push_back(std::move(cells));
    }
  return table;
}

}  // namespace entact
