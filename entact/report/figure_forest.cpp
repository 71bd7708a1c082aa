#include <fmt/format.h>

#include <algorithm>

#include "entact/report/figure.h"
#include "entact/report/figure_parts.h"
#include "entact/report/number_text.h"

namespace entact {
namespace {

using figure::Json;

double shown(double value, const ForestAxis& axis) {
  return axis.log_scale ? std::exp(value) : value;
}

std::string annotation_of(const ForestRow& row, const ForestAxis& axis) {
  if (!row.annotation.empty() || row.kind == ForestRow::Kind::heading) return row.annotation;
  const auto number = [&](double value) { return decimal_text(shown(value, axis), axis.decimals); };
  if (row.kind == ForestRow::Kind::prediction)
    return fmt::format("[{}, {}]", number(row.low), number(row.high));
  return fmt::format("{} [{}, {}]", number(row.estimate), number(row.low), number(row.high));
}

Json values_of(const std::vector<ForestRow>& rows, const ForestAxis& axis) {
  constexpr std::array<const char*, 4> kinds{"study", "summary", "prediction", "heading"};
  Json values = Json::array();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const ForestRow& row = rows[i];
    Json datum{{"row", fmt::format("{:03}", i)},
               {"label", row.label},
               {"kind", kinds[static_cast<std::size_t>(row.kind)]},
               {"estimate", figure::finite(shown(row.estimate, axis))},
               {"low", figure::finite(shown(row.low, axis))},
               {"high", figure::finite(shown(row.high, axis))},
               {"size", std::isfinite(row.weight_percent) ? 20 + 4.5 * row.weight_percent : 70},
               {"text", annotation_of(row, axis)}};
    figure::attach(datum, row.number);
    values.push_back(datum);
  }
  return values;
}

/// Labels by row key, so that equal labels may stand twice and the right-hand axis can carry the
/// estimates.
Json row_axis(const Json& values, const char* field, const char* side) {
  Json labels = Json::object(), headings = Json::object();
  for (const Json& datum : values) {
    const auto row = datum["row"].get<std::string>();
    labels[row] = datum[field];
    if (datum["kind"] == "heading") headings[row] = true;
  }
  Json axis{{"orient", side},    {"title", nullptr}, {"labelExpr", labels.dump() + "[datum.value]"},
            {"labelLimit", 300}, {"ticks", false},   {"domain", false},
            {"labelPadding", 8}, {"grid", false}};
  if (!headings.empty())
    axis["labelFontWeight"] = {
        {"condition", {{"test", headings.dump() + "[datum.value] === true"}, {"value", "bold"}}},
        {"value", "normal"}};
  return axis;
}

/// Every row in the order given. Without it the layers, which each hold one kind of row, would
/// bring their rows one layer after the other and leave out headings.
Json row_scale(const Json& values) {
  Json rows = Json::array();
  for (const Json& datum : values) rows.push_back(datum["row"]);
  return {{"domain", rows}};
}

Json y_of(const Json& values, const char* field, const char* side) {
  return {{"field", "row"},
          {"type", "nominal"},
          {"sort", nullptr},
          {"scale", row_scale(values)},
          {"axis", row_axis(values, field, side)}};
}

Json only(const std::string& condition) { return Json::array({{{"filter", condition}}}); }

bool any_of_kind(const Json& values, const char* kind) {
  return std::any_of(values.begin(), values.end(),
                     [&](const Json& datum) { return datum["kind"] == kind; });
}

Json reference_line(double at, bool first) {
  return {{"data", {{"values", Json::array({{{"at", at}}})}}},
          {"mark",
           {{"type", "rule"},
            {"strokeDash", first ? Json::array({1, 0}) : Json::array({4, 4})},
            {"opacity", 0.55}}},
          {"encoding", {{"x", {{"field", "at"}, {"type", "quantitative"}}}}}};
}

Json layers_of(const Json& values, const Json& x, const ForestAxis& axis) {
  const Json left = y_of(values, "label", "left");
  const Json right = y_of(values, "text", "right");
  const Json tooltip = Json::array(
      {{{"field", "label"}, {"title", "Row"}}, {{"field", "text"}, {"title", "Estimate"}}});
  Json layers = Json::array();
  // A layer without rows has no extent, and the view warns of it.
  const auto of_kind = [&](const char* kind, Json layer) {
    if (!any_of_kind(values, kind)) return;
    layer["transform"] = only(fmt::format("datum.kind === '{}'", kind));
    layers.push_back(std::move(layer));
  };
  const auto interval = [&](Json mark) -> Json {
    return {
        {"mark", std::move(mark)},
        {"encoding", {{"y", left}, {"x", x}, {"x2", {{"field", "high"}}}, {"tooltip", tooltip}}}};
  };
  const auto point = [&](Json mark, const Json& y) -> Json {
    Json at = x;
    at["field"] = "estimate";
    return {{"mark", std::move(mark)}, {"encoding", {{"y", y}, {"x", at}, {"tooltip", tooltip}}}};
  };
  for (std::size_t i = 0; i < axis.references.size(); ++i)
    layers.push_back(
        reference_line(axis.log_scale ? std::exp(axis.references[i]) : axis.references[i], i == 0));
  of_kind("study",
          interval({{"type", "rule"}, {"strokeWidth", 1.5}, {"color", figure::palette()[0]}}));
  of_kind("summary",
          interval({{"type", "rule"}, {"strokeWidth", 2.5}, {"color", figure::palette()[5]}}));
  of_kind("prediction", interval({{"type", "rule"},
                                  {"strokeWidth", 2},
                                  {"strokeDash", {3, 3}},
                                  {"color", figure::palette()[6]}}));
  Json squares = point({{"type", "point"},
                        {"shape", "square"},
                        {"filled", true},
                        {"opacity", 1},
                        {"color", figure::palette()[0]}},
                       left);
  squares["encoding"]["size"] = {
      {"field", "size"}, {"type", "quantitative"}, {"scale", nullptr}, {"legend", nullptr}};
  of_kind("study", squares);
  of_kind("summary", point({{"type", "point"},
                            {"shape", "diamond"},
                            {"filled", true},
                            {"size", 190},
                            {"opacity", 1},
                            {"color", figure::palette()[5]}},
                           left));
  // Invisible points on every row hold the right-hand axis, which prints the estimates.
  layers.push_back(point({{"type", "point"}, {"opacity", 0}}, right));
  return layers;
}

}  // namespace

std::string forest_figure(const std::vector<ForestRow>& rows, const ForestAxis& axis) {
  const Json values = values_of(rows, axis);
  Json scale{{"zero", false}, {"nice", true}};
  if (axis.log_scale) scale["type"] = "log";
  const Json x{{"field", "low"},
               {"type", "quantitative"},
               {"title", axis.title},
               {"scale", scale},
               {"axis", {{"grid", false}, {"tickCount", 7}}}};
  Json figure = figure::frame(values);
  figure["height"] = {{"step", 24}};
  figure["resolve"] = {{"axis", {{"y", "independent"}}}};
  figure["layer"] = layers_of(values, x, axis);
  return figure.dump();
}

}  // namespace entact
