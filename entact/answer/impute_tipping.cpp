#include "entact/answer/impute_tipping.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

#include "entact/answer/impute_estimand.h"
#include "entact/answer/impute_result.h"
#include "entact/base/error.h"
#include "entact/report/figure.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

using Json = nlohmann::ordered_json;

std::string_view name_of(TippingKind kind) {
  if (kind == TippingKind::rates) return "rates";
  return kind == TippingKind::log_odds ? "log_odds" : "values";
}

std::string axis_of(TippingKind kind) {
  if (kind == TippingKind::rates) return "Factor of the later rate";
  return kind == TippingKind::log_odds ? "Shift of the log odds of imputed values"
                                       : "Shift of imputed values";
}

Json cell_json(const TippingCell& cell, bool ratios) {
  Json row{{"x", cell.x}, {"y", cell.y}};
  row.update(pooled_json(cell.pooled));
  row["significant"] = cell.significant;
  if (ratios) row.update(ratio_json(cell.pooled));
  return row;
}

TippingRow figure_row(const TippingCell& cell, bool ratios) {
  const auto shown = [&](double x) { return ratios ? std::exp(x) : x; };
  return {cell.x,
          cell.y,
          shown(cell.pooled.estimate),
          shown(cell.pooled.low),
          shown(cell.pooled.high),
          cell.pooled.p,
          cell.significant,
          ""};
}

}  // namespace

Json tipping_json(const TippingPoint& found, const TippingWords& words) {
  Json cells = Json::array(), contour = Json::array();
  std::vector<TippingRow> rows;
  const bool ratios = words.kind == TippingKind::rates;  // shown beside their logs
  const std::string axis = axis_of(words.kind);
  for (const TippingCell& cell : found.cells) {
    cells.push_back(cell_json(cell, ratios));
    rows.push_back(figure_row(cell, ratios));
  }
  for (const auto& [at_x, at_y] : found.contour) contour.push_back({{"x", at_x}, {"y", at_y}});
  const auto title = [&](const std::string& arm) { return arm.empty() ? "" : axis + ", " + arm; };
  return {{"label", words.label},
          {"visit", words.visit},
          {"x", words.x},
          {"y", words.y},
          {"kind", name_of(words.kind)},
          {"axis", axis},
          {"cells", cells},
          {"contour", contour},
          {"figure",
           Json::parse(tipping_figure(
               rows, {.x = title(words.x), .y = title(words.y), .decimals = ratios ? 2 : 1}))}};
}

Json impute_tipping(const ImputeRun& run) {
  const ImputeRequest& request = run.request;
  require(request.tipping.size() <= 2, "answer.impute.tipping",
          "a tipping-point grid has two arms at most", ErrorKind::usage);
  const std::string visit = request.at.empty() ? run.model.data.visits.back() : request.at;
  const auto [analysis, first] = analysis_at(run, {visit});
  const TippingAxis x = tipping_axis(run.model, request.tipping[0]);
  TippingAxis y{.name = "", .deltas = {0}, .where = 0 * x.where};
  if (request.tipping.size() == 2) y = tipping_axis(run.model, request.tipping[1]);
  TippingWords words{
      .label = label_of(analysis.parameters[first]), .visit = visit, .x = x.name, .y = y.name};
  if (run.model.data.binary) words.kind = TippingKind::log_odds;
  return tipping_json(
      tipping_point(run.model.data, run.imputations, analysis, first, x, y, request.level), words);
}

std::string tipping_text(const Json& result) {
  if (!result.contains("tipping")) return "";
  const Json& tipping = result["tipping"];
  const std::string visit = tipping["visit"], x = tipping["x"], y = tipping["y"];
  const bool ratios = tipping["kind"] == name_of(TippingKind::rates);
  const bool odds = tipping["kind"] == name_of(TippingKind::log_odds);
  std::string text = fmt::format("\nTipping point of {}{}: the interval touches {} at{}\n",
                                 tipping["label"].get<std::string>(),
                                 visit.empty() ? "" : " at " + visit, ratios ? 1 : 0,
                                 ratios ? " these factors of the later rate"
                                 : odds ? " these shifts of the log odds of imputed values"
                                        : "");
  for (const Json& point : tipping["contour"])
    text += fmt::format(
        "  {} {}{}\n", x, decimal_text(point["x"].get<double>(), 2),
        y.empty() ? "" : fmt::format(", {} {}", y, decimal_text(point["y"].get<double>(), 2)));
  return tipping["contour"].empty() ? text + "  no point of the grid\n" : text;
}

}  // namespace entact
