// Figures of a scenario grid: power of the first design.
#include <fmt/format.h>

#include "entact/answer/trial_writer.h"
#include "entact/report/figure.h"

namespace entact {
namespace {

// Cases of one scenario that differ from its first in one axis only, by axis.
std::vector<TornadoRow> tornado_rows(const TrialWriter& writer, const TrialPage& page,
                                     const TrialScenario& scenario) {
  std::vector<TornadoRow> rows;
  for (const TrialAxis& axis : scenario.axes) {
    TornadoRow row{.label = setting_label(axis.key)};
    bool begun = false;
    for (std::size_t at = 0; at < page.outcome.cases.size(); ++at) {
      const TrialCase& one = page.outcome.cases[at].setup;
      if (one.null || one.variant != 0 || one.scenario != scenario.name) continue;
      bool others_first = one.settings.size() == scenario.axes.size();
      double own = 0;
      for (std::size_t k = 0; others_first && k < one.settings.size(); ++k) {
        if (one.settings[k].first == axis.key)
          own = one.settings[k].second;
        else
          others_first = one.settings[k].second == scenario.axes[k].values.front();
      }
      if (!others_first) continue;
      const double power = page.outcome.cases[at].found.estimands.front().power.value;
      if (!begun || power < row.low) {
        row.low = power;
        row.low_label = setting_value({axis.key, own});
        row.number = writer.estimand(at, 0, "power", power, 3);
      }
      if (!begun || power > row.high) {
        row.high = power;
        row.high_label = setting_value({axis.key, own});
      }
      begun = true;
    }
    if (begun) rows.push_back(row);
  }
  return rows;
}

}  // namespace

FigureBlock tornado(const TrialWriter& writer, const TrialPage& page, const TrialScenario& scenario,
                    std::size_t number) {
  double base = 0;
  for (const TrialCaseResult& one : page.outcome.cases)
    if (!one.setup.null && one.setup.variant == 0 && one.setup.scenario == scenario.name) {
      base = one.found.estimands.front().power.value;
      break;
    }
  return {.id = fmt::format("tornado_{}", number),
          .title = "What power hangs on",
          .caption =
              "Each assumption from the end where power is least to that where it is most, "
              "the others at their first value; the line is the first of all.",
          .alt = "Range of power for each assumption; the numbers are in the table",
          .vega = tornado_figure(tornado_rows(writer, page, scenario), base, "Power"),
          .table = "characteristics"};
}

FigureBlock grid_heat(const TrialWriter& writer, const TrialPage& page,
                      const TrialScenario& scenario, std::size_t number) {
  std::vector<HeatRow> cells;
  for (std::size_t at = 0; at < page.outcome.cases.size(); ++at) {
    const TrialCase& one = page.outcome.cases[at].setup;
    if (one.null || one.variant != 0 || one.scenario != scenario.name) continue;
    bool rest_first = true;
    for (std::size_t k = 2; k < one.settings.size(); ++k)
      rest_first = rest_first && one.settings[k].second == scenario.axes[k].values.front();
    if (!rest_first) continue;
    const double power = page.outcome.cases[at].found.estimands.front().power.value;
    cells.push_back({.row = setting_value(one.settings[0]),
                     .column = setting_value(one.settings[1]),
                     .value = power,
                     .number = writer.estimand(at, 0, "power", power, 3)});
  }
  return {.id = fmt::format("grid_{}", number),
          .title = "Power over the grid",
          .caption = "Power of the first estimand.",
          .alt = "Power by two assumptions; the numbers are in the table",
          .vega = heat_figure(cells, {.rows = setting_label(scenario.axes[0].key),
                                      .columns = setting_label(scenario.axes[1].key),
                                      .value = "Power"}),
          .table = "characteristics"};
}

}  // namespace entact
